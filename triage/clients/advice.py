"""What to do about a client, with the reasons: a pure table, read from the top down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from triage.clients.debt import Debt, spells
from triage.clients.incident import CLEAR, SEVERE, Contact, Incident, trend
from triage.clients.invoice import Invoice
from triage.clients.ladder import STEPS, USUAL_DAYS, Step
from triage.clients.standing import FORGIVEN, OUTBURST, Standing, Strand, standing_of

AdviceName = Literal[
    "nothing",
    "watch",
    "restate_terms",
    "deposit_first",
    "reminder",
    "second_reminder",
    "formal_demand",
    "final_notice",
    "pause",
    "part_ways",
]
# A pause that brought no payment in this time has done what it could.
PAUSED_FOR = timedelta(days=30)
# A single mild incident followed by so long and so many friendly messages needs no watching.
SETTLED, SETTLED_AFTER = timedelta(days=30), 3
# Mild trouble in fewer of the client's messages than this is what every long acquaintance has.
OFTEN = 0.2
_GRADES = ("", "mild", "clear", "severe")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a wise colleague would do now, and why, in sentences that name counts and dates."""

    name: AdviceName
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the first whose ``when`` holds gives the advice, each that holds a reason."""

    name: AdviceName
    when: Callable[[Standing], bool]
    why: Callable[[Standing], str]


def advice(contacts: Iterable[Contact], invoices: Sequence[Invoice], now: datetime) -> Advice:
    """What to do about a client by all that is known at ``now``."""
    return advice_on(standing_of(contacts, invoices, now))


def advice_on(standing: Standing) -> Advice:
    """What to do about a client who stands so."""
    fitting = [row for row in TABLE if row.when(standing)] or [NOTHING]
    advised = fitting[0].name
    # That a client needs watching says nothing new beside stricter advice.
    telling = [row for row in fitting if row.name != "watch" or advised == "watch"]
    reasons = dict.fromkeys(row.why(standing) for row in telling)
    return Advice(advised, (*reasons, *_asides(standing)))


# --------------------------------------------------------------------------------------------- the questions


def _refused_after_demand(s: Standing) -> bool:
    return s.debt is not None and s.debt.refused_after_demand() is not None


def _paused_in_vain(s: Standing) -> bool:
    return s.debt is not None and any(
        sent.step == "pause" and s.now - sent.on >= PAUSED_FOR for sent in s.debt.steps
    )


def _is_repeated_abuse(s: Standing) -> bool:
    strand = s.hostility
    return strand.severe >= 3 or (strand.severe >= 2 and strand.days >= 3) or strand.clear >= 5


def _advises(step: Step) -> Callable[[Standing], bool]:
    return lambda s: s.debt is not None and s.debt.step_advised(s.now) == step


def _is_repeated_scope(s: Standing) -> bool:
    strand = s.scope
    is_much = strand.clear > 0 or strand.share >= OFTEN
    return is_much and bool(strand.incidents) and strand.days + strand.doubtful >= 2 and strand.weight >= 3


def _is_repeated_hostility(s: Standing) -> bool:
    strand = s.hostility
    return strand.clear >= 2 or (strand.days >= 3 and strand.share >= OFTEN)


def _has_many_kinds(s: Standing) -> bool:
    kinds = sum(strand.days > 0 for strand in s.strands)
    is_clear = any(strand.clear for strand in s.strands)
    return kinds >= 2 and is_clear and sum(strand.days for strand in s.strands) >= 3


def _quarrels_over_money(s: Standing) -> bool:
    return s.payment.clear >= 2 or s.payment.severe >= 1


def _needs_watching(s: Standing) -> bool:
    if not any(strand.incidents for strand in s.strands):
        return False
    counted = {one.message_id for strand in s.strands for one in strand.incidents}
    worst = max(one.severity for strand in s.strands for one in strand.incidents)
    last = max(strand.last for strand in s.strands if strand.incidents)
    is_settled = s.now - last >= SETTLED and s.good_since >= SETTLED_AFTER
    return not (len(counted) == 1 and worst < CLEAR and is_settled)


def _was_eased_lately(s: Standing) -> bool:
    return any(strand.eased_at and s.now - strand.eased_at < FORGIVEN for strand in s.strands)


def _was_grave(s: Standing) -> bool:
    """Whether what has eased was serious enough to be kept in mind for as long as anything is."""
    eased = [strand.eased_at for strand in s.strands if strand.eased_at]
    grave = [one.when for one in s.incidents if one.severity >= SEVERE]
    is_recent = bool(eased) and s.now - max(eased) < 2 * FORGIVEN
    return is_recent and spells(grave, OUTBURST) >= 2


# --------------------------------------------------------------------------------------------- the sentences


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _days(strand: Strand) -> str:
    """On how many days a strand showed, and when."""
    first, last = _day(strand.first), _day(strand.last)
    if strand.days == 1 or first == last:
        return f"on {last}"
    return f"on {strand.days} days between {first} and {last}"


def _hostility_told(s: Standing) -> str:
    strand = s.hostility
    abuse = f", with abuse or threats on {strand.severe}" if strand.severe else ""
    return f"Hostile {_days(strand)}, clearly so on {strand.clear}{abuse}."


def _refusal_told(s: Standing) -> str:
    refused = s.debt.refused_after_demand() if s.debt else None
    return f"Refused on {_day(refused)} to pay after the formal demand." if refused else ""


def _pause_told(s: Standing) -> str:
    sent = next((one for one in s.debt.steps if one.step == "pause"), None) if s.debt else None
    return f"Work has been paused since {_day(sent.on)} and no payment came." if sent else ""


def _step_told(s: Standing) -> str:
    return _debt_told(s.debt, s.now) if s.debt else ""


def _debt_told(debt: Debt, now: datetime) -> str:
    late = f"Money has been late since {_day(debt.since)}"
    last = debt.last_step
    if last is None:
        return f"{late} and no reminder was sent."
    sent = f"{late}; the {last.step.replace('_', ' ')} was sent on {_day(last.on)}"
    following = STEPS[min(STEPS.index(last.step) + 1, len(STEPS) - 1)]
    on = last.on + timedelta(days=USUAL_DAYS[following])
    if following == last.step:
        return f"{sent} and no payment came."
    if now >= on:
        return f"{sent}, {_counted((now - last.on).days, 'day')} ago, and no payment came."
    return f"{sent}; the next step is due on {_day(on)}."


def _late_told(s: Standing) -> str:
    told = f"; it was written of {_days(s.payment)}" if s.payment.incidents else ""
    return f"Payment was late {_counted(s.late_payments, 'time')}{told}."


def _scope_told(s: Standing) -> str:
    strand = s.scope
    doubtful = f", perhaps {strand.doubtful} more" if strand.doubtful else ""
    told = f"Asked for unpaid extra work {_days(strand)}{doubtful}"
    return (
        f"{told}; you stated the terms {_counted(s.terms_stated, 'time')}." if s.terms_stated else f"{told}."
    )


def _quarrels_told(s: Standing) -> str:
    return f"Payment was an issue {_days(s.payment)}."


def _kinds_told(s: Standing) -> str:
    named = zip(("hostility", "scope pressure", "payment"), s.strands, strict=True)
    told = ", ".join(f"{name} on {_counted(strand.days, 'day')}" for name, strand in named if strand.days)
    return f"Trouble of several kinds: {told}."


def _watch_told(s: Standing) -> str:
    kept = {one.message_id: one for strand in s.strands for one in strand.incidents}.values()
    worst = _GRADES[worst_of(kept)]
    last = _day(max(one.when for one in kept))
    counted = _counted(len(kept), "incident that still counts", "incidents that still count")
    return f"{counted}, the last on {last}, at worst {worst}."


def _eased_told(s: Standing) -> str:
    last = max(strand.eased_at for strand in s.strands if strand.eased_at)
    return f"The last of {_counted(len(s.incidents), 'incident')} was on {_day(last)}; it has eased since."


def _nothing_told(s: Standing) -> str:
    messages = f"{_counted(s.messages, 'message')}"
    if not s.contacts:
        return "Nothing is known of this client yet."
    since = _day(s.contacts[0].when)
    if not s.incidents:
        return f"No incident in {messages} since {since}."
    last, good = _day(s.incidents[-1].when), _counted(s.good_since, "good message")
    incidents = _counted(len(s.incidents), "incident")
    return f"{incidents} in {messages} since {since}, the last on {last}, with {good} after it."


def _asides(s: Standing) -> tuple[str, ...]:
    """What speaks for the client, and where it is heading."""
    said: list[str] = []
    if s.apology and s.incidents and s.apology > s.incidents[0].when:
        said.append(f"The client apologised on {_day(s.apology)}.")
    if s.incidents and s.good_since and any(strand.incidents for strand in s.strands):
        said.append(f"{_counted(s.good_since, 'good message')} since {_day(s.incidents[-1].when)}.")
    heading = trend(s.contacts, s.now)
    if heading != "steady":
        said.append(f"The trend is {heading}.")
    return tuple(said)


# ------------------------------------------------------------------------------------------------- the table

TABLE: tuple[Row, ...] = (
    Row("part_ways", _refused_after_demand, _refusal_told),
    Row("part_ways", _paused_in_vain, _pause_told),
    Row("part_ways", _is_repeated_abuse, _hostility_told),
    Row("pause", lambda s: s.hostility.severe >= 2 or s.hostility.clear >= 4, _hostility_told),
    *(Row(step, _advises(step), _step_told) for step in reversed(STEPS)),
    Row("deposit_first", lambda s: s.late_payments >= 2, _late_told),
    Row("restate_terms", _is_repeated_scope, _scope_told),
    Row("restate_terms", _is_repeated_hostility, _hostility_told),
    Row("restate_terms", _quarrels_over_money, _quarrels_told),
    Row("restate_terms", _has_many_kinds, _kinds_told),
    Row("watch", _needs_watching, _watch_told),
    Row("watch", _was_eased_lately, _eased_told),
    Row("watch", _was_grave, _eased_told),
)
NOTHING = Row("nothing", lambda _: True, _nothing_told)


def worst_of(incidents: Iterable[Incident]) -> int:
    """The highest severity; 0 without incidents."""
    return max((one.severity for one in incidents), default=0)
