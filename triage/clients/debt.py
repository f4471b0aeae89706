"""Money that is late by now, told from invoices or from what was written; the steps really sent for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from triage.clients.incident import CLEAR, PAYMENT, Contact
from triage.clients.invoice import Invoice
from triage.clients.ladder import STEPS, USUAL_DAYS, Step, asked_for
from triage.clients.money import Money

# Payment troubles that are no lateness.
_OTHER_TROUBLE = frozenset({"dispute", "discount", "refund", "exposure"})
_LATENESS = frozenset({"late", "promise", "refusal", "withheld"})
# Two plain reminders on one day are one; later, the next is the second.
APART = timedelta(days=2)
# After so long and so many friendly messages, money that nobody speaks of has come.
FORGOTTEN, FORGOTTEN_AFTER = timedelta(days=21), 3
CHASED, CHASED_AFTER = timedelta(days=45), 4
# Within this time of a first sign of lateness, further signs are of the same late payment.
SPELL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StepSent:
    """A step of the ladder that the freelancer really sent."""

    step: Step
    on: datetime


@dataclass(frozen=True, slots=True)
class Debt:
    """Money late by now: since when it shows, which steps were sent for it, when payment was refused."""

    since: datetime
    steps: tuple[StepSent, ...] = ()
    refusals: tuple[datetime, ...] = ()
    last_word: datetime | None = None
    friendly_since: int = 0

    @property
    def last_step(self) -> StepSent | None:
        """The highest step sent, in its first sending."""
        return max(self.steps, key=lambda sent: (STEPS.index(sent.step), -sent.on.timestamp()), default=None)

    def step_advised(self, now: datetime) -> Step:
        """The step to take: the next one if its time has come, else the one that was sent last."""
        last = self.last_step
        if last is None:
            return "reminder"
        following = STEPS[min(STEPS.index(last.step) + 1, len(STEPS) - 1)]
        return following if now - last.on >= timedelta(days=USUAL_DAYS[following]) else last.step

    def refused_after_demand(self) -> datetime | None:
        """When payment was refused although it had been demanded formally."""
        demanded = [sent.on for sent in self.steps if STEPS.index(sent.step) >= STEPS.index("formal_demand")]
        return next((when for when in self.refusals if demanded and when >= min(demanded)), None)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a client owes by a day, one sum a currency: all that is open, and what of it is late."""

    open: tuple[Money, ...] = ()
    late: tuple[Money, ...] = ()


def step_of(contact: Contact) -> Step | None:
    """The step of the ladder that a message of the freelancer's was, by its words or the ladder's record."""
    traits = contact.traits
    recorded = next((step for step in reversed(STEPS) if step in traits), None)
    if recorded or not contact.is_own or "money" not in traits:
        return recorded
    # "As soon as the payment is in" is no receipt where money is asked for.
    if "halt" in traits and ("chase" in traits or "received" not in traits):
        return "pause"
    if "chase" not in traits:
        return "formal_demand" if "demand" in traits and traits["demand"] > 1 else None
    by_words: tuple[tuple[str, Step], ...] = (
        ("final", "final_notice"),
        ("demand", "formal_demand"),
        ("second", "second_reminder"),
    )
    return next((step for word, step in by_words if word in traits), "reminder")


def tells_of_lateness(contact: Contact) -> bool:
    """Whether a client's message shows that money is late or withheld; a dispute or a discount is neither."""
    if PAYMENT not in contact.labels:
        return False
    return not _LATENESS.isdisjoint(contact.traits) or _OTHER_TROUBLE.isdisjoint(contact.traits)


def is_sure_lateness(contact: Contact) -> bool:
    """Whether the words or the severity bear the lateness out."""
    return tells_of_lateness(contact) and (
        contact.severity >= CLEAR or not _LATENESS.isdisjoint(contact.traits)
    )


def tells_of_payment(contact: Contact) -> bool:
    """Whether a message says that the money was sent or has come."""
    traits = contact.traits
    if contact.is_own:
        return "received" in traits and step_of(contact) is None
    refuses = not {"refusal", "withheld"}.isdisjoint(traits)
    is_calm = PAYMENT not in contact.labels or contact.severity < CLEAR
    return "paid" in traits and is_calm and not refuses and traits["paid"] >= traits.get("late", 0)


def debt_told(contacts: Iterable[Contact], now: datetime) -> Debt | None:
    """The money that is late by what both sides wrote; None when it came, or nobody speaks of it any more."""
    debt: Debt | None = None
    for contact in sorted(contacts, key=lambda one: one.when):
        if contact.when <= now:
            debt = _after(debt, contact)
    return None if debt is None or _is_forgotten(debt, now) else debt


def _after(debt: Debt | None, contact: Contact) -> Debt | None:
    """The debt as one more message leaves it."""
    if tells_of_payment(contact):
        return None
    step = step_of(contact)
    if step is not None:
        debt = debt or Debt(contact.when)
        return replace(_with_step(debt, step, contact.when), last_word=contact.when, friendly_since=0)
    if tells_of_lateness(contact):
        debt = debt or Debt(contact.when)
        refuses = "refusal" in contact.traits or contact.severity > CLEAR
        refusals = (*debt.refusals, contact.when) if refuses else debt.refusals
        return replace(debt, refusals=refusals, last_word=contact.when, friendly_since=0)
    if debt is None or contact.is_own or contact.labels:
        return debt
    return replace(debt, friendly_since=debt.friendly_since + 1)


def _with_step(debt: Debt, step: Step, on: datetime) -> Debt:
    """A plain reminder that follows another is the second one."""
    reminded = [sent.on for sent in debt.steps if sent.step == "reminder"]
    if step == "reminder" and reminded and on - min(reminded) >= APART:
        step = "second_reminder"
    return replace(debt, steps=(*debt.steps, StepSent(step, on)))


def _is_forgotten(debt: Debt, now: datetime) -> bool:
    after, messages = (CHASED, CHASED_AFTER) if debt.steps else (FORGOTTEN, FORGOTTEN_AFTER)
    return now - (debt.last_word or debt.since) >= after and debt.friendly_since >= messages


def debt_on_file(invoices: Iterable[Invoice], contacts: Iterable[Contact], now: datetime) -> Debt | None:
    """The money that is late by the client file, with the steps that were sent since."""
    today = now.date()
    asked = [late for invoice in invoices if (late := asked_for(invoice.as_of(today), today)) is not None]
    since = min((late.since for late in asked if late.since < today), default=None)
    if since is None:
        return None
    debt = Debt(datetime(since.year, since.month, since.day, tzinfo=now.tzinfo))
    for contact in sorted(contacts, key=lambda one: one.when):
        if debt.since <= contact.when <= now and not tells_of_payment(contact):
            debt = _after(debt, contact) or debt
    return debt


def late_payments(contacts: Iterable[Contact], invoices: Iterable[Invoice], now: datetime) -> int:
    """How many payments were late: by the file, or by how many spells of lateness both sides wrote of.

    Spells that neither words nor severity bear out count for half.
    """
    signs = [one for one in contacts if one.when <= now and is_sign_of_lateness(one)]
    sure = spells([one.when for one in signs if one.is_own or is_sure_lateness(one)], SPELL)
    told = spells([one.when for one in signs], SPELL)
    filed = sum(was_late(invoice, now.date()) for invoice in invoices)
    return max((sure + told) // 2, filed)


def is_sign_of_lateness(contact: Contact) -> bool:
    """Whether a message shows that money was late: the client's, or a step that was sent."""
    if contact.is_own:
        return step_of(contact) is not None
    return tells_of_lateness(contact) and not tells_of_payment(contact)


def was_late(invoice: Invoice, today: date) -> bool:
    """Whether an invoice was not paid in full by its due day; one disputed or cancelled isn't counted."""
    known = invoice.as_of(today)
    if today <= known.due or known.is_cancelled or known.is_disputed:
        return False
    by_then = sum(payment.money.amount for payment in known.payments if payment.on <= known.due)
    return by_then < known.total.amount


def spells(moments: Sequence[datetime], length: timedelta) -> int:
    """The fewest stretches of this length that hold all the moments."""
    count, end = 0, None
    for moment in sorted(moments):
        if end is None or moment >= end:
            count, end = count + 1, moment + length
    return count


def owed(invoices: Iterable[Invoice], today: date) -> Owed:
    """What is open and what is late by the client file."""
    known = [invoice.as_of(today) for invoice in invoices if invoice.issued <= today]
    unpaid = [invoice for invoice in known if invoice.state in ("open", "disputed", "plan")]
    return Owed(
        _sums(invoice.open for invoice in unpaid),
        _sums(late.money for one in unpaid if (late := asked_for(one, today)) and late.since < today),
    )


def _sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    total: dict[str, Money] = {}
    for money in amounts:
        total[money.currency] = total[money.currency] + money if money.currency in total else money
    return tuple(total[currency] for currency in sorted(total) if total[currency].amount)
