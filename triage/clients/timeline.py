"""Everything that happened with one client, in order: from values to events, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median
from typing import Literal, get_args

from triage.clients.invoice import Invoice
from triage.clients.money import Money

EventKind = Literal[
    "invoice", "message", "incident", "draft", "reply", "step", "due", "unanswered", "payment", "review"
]
KINDS: tuple[EventKind, ...] = get_args(EventKind)
"""In the order in which events of one moment are told."""

# What became of a draft, in the words of the view; planning alone is no event.
DRAFT_WORDS: Mapping[str, str] = {
    "present": "left in Drafts",
    "edited": "changed by you",
    "sent": "sent",
    "discarded": "discarded",
    "superseded": "overtaken by a newer one",
    "withdrawn": "taken back",
}
OWN_WORDS: Mapping[str, str] = {"progress_update": "an update", "feedback": "a question for feedback"}
STEP_WORDS: Mapping[str, str] = {
    "reminder": "payment reminder",
    "second_reminder": "second payment reminder",
    "formal_demand": "formal demand",
    "final_notice": "final notice",
    "pause": "pause",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of the client's; ``flagged`` holds labels, ``due`` and ``closed`` frame its obligation."""

    id: int
    message_id: str
    at: datetime
    subject: str
    flagged: tuple[str, ...] = ()
    severity: int = 0
    gate: str | None = None
    due: datetime | None = None
    closed: datetime | None = None
    closed_how: str | None = None


@dataclass(frozen=True, slots=True)
class DraftState:
    """A draft for a letter came into a state; ``kind`` is "reply" or "holding"."""

    letter: int
    kind: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that really went to the client; ``answers`` are the Message-IDs it refers to."""

    message_id: str
    at: datetime
    subject: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of the payment ladder; ``state`` as the ledger has it, ``sent`` None until it really was."""

    invoice: str
    step: str
    state: str
    drafted: datetime
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnTold:
    """A mail of our own accord: an update, or a question for feedback."""

    kind: str
    project: str
    state: str
    drafted: datetime


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A letter's incident was looked back on."""

    letter: int
    at: datetime
    cause: str
    change: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one client, as values."""

    letters: tuple[Letter, ...] = ()
    drafts: tuple[DraftState, ...] = ()
    sent: tuple[Sent, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    steps: tuple[StepTold, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    own: tuple[OwnTold, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``is_day``: known to the day only, told at its beginning.

    ``what`` is one line for people. ``letter`` is the ledger's number of the message that it belongs to.
    ``took``: from the message to this reply; ``is_late``: after the promised hour, or money after its day.
    """

    at: datetime
    kind: EventKind
    what: str
    is_day: bool = False
    letter: int | None = None
    message_id: str = ""
    labels: tuple[str, ...] = ()
    severity: int = 0
    state: str = ""
    invoice: str = ""
    money: Money | None = None
    took: timedelta | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """What a timeline adds up to; ``median`` is that of the times to a reply, ``late_money`` by currency."""

    messages: int = 0
    incidents: Mapping[str, int] = field(default_factory=dict)
    awaited: int = 0
    replies: int = 0
    in_time: int = 0
    median: timedelta | None = None
    owed: tuple[Money, ...] = ()
    late_money: tuple[Money, ...] = ()


def timeline(story: Story, now: datetime, zone: tzinfo) -> tuple[Event, ...]:
    """Every event up to ``now``, the earliest first; days begin at midnight in ``zone``."""
    events = (
        *_letters(story, now),
        *_drafts(story),
        *_replies(story),
        *_steps(story),
        *_bills(story.invoices, now, zone),
        *_reviews(story),
    )
    past = (event for event in events if event.at <= now)
    return tuple(sorted(past, key=lambda event: (event.at, KINDS.index(event.kind), event.letter or 0)))


def totals_of(story: Story, now: datetime, zone: tzinfo) -> Totals:
    """Counts and sums over the whole story."""
    human = [letter for letter in story.letters if letter.gate is None]
    labels = [label for letter in human for label in letter.flagged]
    answered = [
        (letter, letter.closed - letter.at) for letter in human if _is_answered(letter) and letter.closed
    ]
    times = [took.total_seconds() for _, took in answered]
    today = now.astimezone(zone).date()
    unpaid = [invoice for invoice in story.invoices if invoice.state in ("open", "disputed", "plan")]
    return Totals(
        messages=len(human),
        incidents={label: labels.count(label) for label in sorted(set(labels))},
        awaited=sum(letter.due is not None for letter in human),
        replies=len(answered),
        in_time=sum(letter.due is None or letter.at + took <= letter.due for letter, took in answered),
        median=timedelta(seconds=median(times)) if times else None,
        owed=sums(invoice.open for invoice in unpaid),
        late_money=sums(invoice.open for invoice in unpaid if invoice.is_overdue(today)),
    )


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency, in the order of their codes."""
    totals: dict[str, Money] = {}
    for money in amounts:
        totals[money.currency] = totals[money.currency] + money if money.currency in totals else money
    return tuple(totals[code] for code in sorted(totals))


def severity_by_week(events: Sequence[Event], now: datetime, most: int = 26) -> tuple[tuple[date, int], ...]:
    """The worst severity of each week, by its Monday, up to ``now``; at most the last ``most`` weeks."""
    letters = [event for event in events if event.kind in ("message", "incident")]
    if not letters:
        return ()
    worst: dict[date, int] = {}
    for event in letters:
        monday = _monday(event.at.date())
        worst[monday] = max(worst.get(monday, 0), event.severity)
    last = _monday(now.date())
    first = max(min(worst), last - timedelta(weeks=most - 1))
    weeks = (first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1))
    return tuple((week, worst.get(week, 0)) for week in weeks)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _is_answered(letter: Letter) -> bool:
    return letter.closed is not None and letter.closed_how == "answered"


def _letters(story: Story, now: datetime) -> Iterator[Event]:
    for letter in story.letters:
        kind: EventKind = "incident" if letter.flagged else "message"
        state = "" if letter.gate is None else f"left alone: {letter.gate}"
        yield Event(
            letter.at, kind, letter.subject or "(no subject)", letter=letter.id, message_id=letter.message_id,
            labels=letter.flagged, severity=letter.severity if letter.flagged else 0, state=state,
        )  # fmt: skip
        if letter.due is not None and letter.due < min(letter.closed or now, now):
            what = f"the promised answer to “{letter.subject}” was due"
            yield Event(letter.due, "unanswered", what, letter=letter.id, is_late=True)


def _drafts(story: Story) -> Iterator[Event]:
    names = {"reply": "a reply", "holding": "a holding reply"}
    for draft in story.drafts:
        if draft.state in DRAFT_WORDS:
            what = f"{names.get(draft.kind, draft.kind)}, {DRAFT_WORDS[draft.state]}"
            yield Event(draft.at, "draft", what, letter=draft.letter, state=draft.state)
    for mail in story.own:
        if mail.state not in ("planned", "appending"):
            about = f" on {mail.project}" if mail.project else ""
            what = f"{OWN_WORDS.get(mail.kind, mail.kind)}{about}, {DRAFT_WORDS['present']}"
            yield Event(mail.drafted, "draft", what, state=mail.state)


def _replies(story: Story) -> Iterator[Event]:
    """The mail that was sent, and answers that are known only by the obligation they closed."""
    by_id = {letter.message_id: letter for letter in story.letters}
    seen: set[int] = set()
    for sent in sorted(story.sent, key=lambda one: one.at):
        letter = next((by_id[name] for name in reversed(sent.answers) if name in by_id), None)
        letter = letter or _closed_at(story.letters, sent.at)
        is_first = letter is not None and letter.id not in seen and sent.at >= letter.at
        if letter is not None:
            seen.add(letter.id)
        yield _reply(sent.at, sent.subject or "(no subject)", sent.message_id, letter if is_first else None)
    told = {sent.at for sent in story.sent}
    for letter in story.letters:
        is_untold = letter.id not in seen and letter.closed not in told
        if letter.closed and _is_answered(letter) and is_untold:
            yield _reply(letter.closed, f"an answer to “{letter.subject}”", "", letter)


def _closed_at(letters: Iterable[Letter], at: datetime) -> Letter | None:
    return next((letter for letter in letters if _is_answered(letter) and letter.closed == at), None)


def _reply(at: datetime, what: str, message_id: str, letter: Letter | None) -> Event:
    took = at - letter.at if letter else None
    is_late = bool(letter and letter.due and at > letter.due)
    return Event(
        at,
        "reply",
        what,
        letter=letter.id if letter else None,
        message_id=message_id,
        took=took,
        is_late=is_late,
    )


def _steps(story: Story) -> Iterator[Event]:
    for step in story.steps:
        name = f"{STEP_WORDS.get(step.step, step.step)} for invoice {step.invoice}"
        yield Event(step.drafted, "step", f"{name}, drafted", invoice=step.invoice, state="drafted")
        if step.sent is not None:
            yield Event(step.sent, "step", f"{name}, sent", invoice=step.invoice, state="sent")


def _bills(invoices: Iterable[Invoice], now: datetime, zone: tzinfo) -> Iterator[Event]:
    """What each invoice brought, by day."""
    today = now.astimezone(zone).date()

    def on(day: date, kind: EventKind, what: str, money: Money, number: str, is_late: bool = False) -> Event:
        at = datetime.combine(day, time(), zone)
        return Event(at, kind, what, is_day=True, invoice=number, money=money, is_late=is_late)

    for bill in invoices:
        yield on(bill.issued, "invoice", f"invoice {bill.number} issued", bill.total, bill.number)
        is_late = _owed_after(bill, bill.due).amount > 0 and bill.due < today and not bill.is_cancelled
        if is_late:
            owed = _owed_after(bill, bill.due)
            yield on(bill.due, "due", f"invoice {bill.number} was due, not paid", owed, bill.number, True)
        for payment in bill.payments:
            late = payment.on > bill.due
            what = f"payment for invoice {bill.number}{', late' if late else ''}"
            yield on(payment.on, "payment", what, payment.money, bill.number, late)


def _owed_after(bill: Invoice, day: date) -> Money:
    """What was still open of an invoice at the end of a day."""
    paid = sum((one.money.amount for one in bill.payments if one.on <= day), bill.total.amount * 0)
    return Money(bill.total.amount - paid, bill.total.currency)


def _reviews(story: Story) -> Iterator[Event]:
    for review in story.reviews:
        what = f"looked back: {review.cause.replace('_', ' ')}"
        yield Event(
            review.at, "review", what + (f"; {review.change}" if review.change else ""), letter=review.letter
        )
