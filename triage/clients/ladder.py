"""The payment ladder: which step an unpaid invoice comes to next, on which day, or why none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from triage.clients.invoice import Invoice
from triage.clients.money import Money

Step = Literal["reminder", "second_reminder", "formal_demand", "final_notice", "pause"]
STEPS: tuple[Step, ...] = get_args(Step)

USUAL_DAYS: Mapping[Step, int] = {
    "reminder": 3,
    "second_reminder": 7,
    "formal_demand": 7,
    "final_notice": 8,
    "pause": 7,
}
# The formal demand gives seven days to pay: before they are over nothing may follow it.
DEMAND_DAYS = 7
# A calendar without a working day in more than a year is closed for good.
MOST_DAYS_OFF = 400

WAITS = "drafted, not yet seen in Sent"
ALL_TAKEN = "every step was taken; what comes now is yours to decide"
NO_LEGAL_TEXT = "stops before the final notice: the configuration has no ladder.legal_text of your own for it"
NO_WORKING_DAY = "your calendar has no working day"
DISABLED = "the ladder is switched off"
STOPPED: Mapping[str, str] = {
    "paid": "paid",
    "disputed": "stopped: disputed",
    "cancelled": "cancelled",
    "plan": "stopped: a plan is being kept",
}


@dataclass(frozen=True, slots=True)
class LadderRules:
    """How many days each step waits: the reminder for the due date, each other for the one sent before.

    ``has_legal_text``: the freelancer's own words for a final notice are there, in the client's language.
    """

    days: Mapping[Step, int] = field(default_factory=lambda: USUAL_DAYS)
    has_legal_text: bool = False
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that was drafted for money late since that day; ``sent`` is None until it was really sent."""

    step: Step
    since: date
    sent: date | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The step an invoice comes to next.

    ``on`` is the working day it is drafted on, today or later; None where no day alone decides: ``reason``
    says what it waits for. ``step`` is None where no step follows.
    """

    step: Step | None
    on: date | None
    reason: str

    def is_due(self, today: date) -> bool:
        """Whether the step is to be drafted today."""
        return self.step is not None and self.on == today


@dataclass(frozen=True, slots=True)
class Late:
    """Money to ask for: how much, and the day by which it was or will be due."""

    money: Money
    since: date


def asked_for(invoice: Invoice, today: date) -> Late | None:
    """What the ladder asks for; None while there is nothing: paid, disputed, cancelled, a plan that is kept.

    That is what is open by the due date, also one still to come, or under a plan what was missed of it.
    """
    if invoice.state == "open":
        return Late(invoice.open, invoice.due)
    return _missed(invoice, today) if invoice.state == "plan" else None


def _missed(invoice: Invoice, today: date) -> Late | None:
    """The first instalment whose money didn't come by the end of its day, with all that is late by now."""
    nothing = invoice.total.amount * 0
    first = min((part.on for part in invoice.plan), default=today)
    before = sum((payment.money.amount for payment in invoice.payments if payment.on < first), nothing)
    planned = sum((part.money.amount for part in invoice.plan), nothing)
    # What the plan leaves out is owed at its end: no instalment is missed for it.
    left_out = max(invoice.total.amount - before - planned, nothing)
    late: list[tuple[date, Decimal]] = []
    for day in sorted({part.on for part in invoice.plan if part.on < today}):
        later = sum((part.money.amount for part in invoice.plan if part.on > day), nothing)
        missing = invoice.open.amount - later - (left_out if later else nothing)
        if missing > 0:
            late.append((day, missing))
    return Late(Money(late[-1][1], invoice.total.currency), late[0][0]) if late else None


def next_step(
    invoice: Invoice,
    taken: Sequence[StepTaken],
    today: date,
    rules: LadderRules,
    is_working_day: Callable[[date], bool],
) -> Outlook:
    """The step that follows those ``taken``, each of which has to be sent before the next one comes."""
    late = asked_for(invoice, today)
    if late is None:
        return Outlook(None, None, STOPPED[invoice.state])
    if not rules.is_enabled:
        return Outlook(None, None, DISABLED)
    waiting = next((one for one in taken if one.sent is None), None)
    if waiting is not None:
        return Outlook(waiting.step, None, WAITS)
    last = last_sent(taken, late.since)
    rest = STEPS[STEPS.index(last.step) + 1 :] if last else STEPS
    if not rest:
        return Outlook(None, None, ALL_TAKEN)
    if rest[0] == "final_notice" and not rules.has_legal_text:
        return Outlook(None, None, NO_LEGAL_TEXT)
    on = _working_day(falls_due(rest[0], last, late.since, rules), today, is_working_day)
    return Outlook(rest[0], on, "" if on else NO_WORKING_DAY)


def last_sent(taken: Sequence[StepTaken], since: date) -> StepTaken | None:
    """The highest step sent for money late since that day; one sent before it was about other money."""
    sent = [one for one in taken if one.sent and (one.since == since or one.sent > since)]
    return max(sent, key=lambda one: (STEPS.index(one.step), one.sent), default=None)


def falls_due(step: Step, last: StepTaken | None, since: date, rules: LadderRules) -> date:
    """The day a step falls due by counting alone, working or not."""
    start = last.sent if last and last.sent else since
    try:
        return start + timedelta(days=rules.days[step])
    except OverflowError:
        return date.max


def is_outdated(invoice: Invoice | None, asked: Late, today: date) -> bool:
    """Whether an unsent draft asks for what isn't owed so any more: paid, disputed, planned, changed."""
    return invoice is None or asked_for(invoice, today) != asked


def _working_day(counted: date, today: date, is_working_day: Callable[[date], bool]) -> date | None:
    """The first working day that is neither before the day counted nor before today."""
    day = max(counted, today)
    for _ in range(MOST_DAYS_OFF):
        if is_working_day(day):
            return day
        if day == date.max:
            return None
        day += timedelta(days=1)
    return None
