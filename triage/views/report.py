"""A period in figures: answers, drafts, holding replies and the payment ladder, in all and by group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from triage.clients.invoice import Invoice
from triage.clients.ladder import STEPS, Step
from triage.clients.money import Money
from triage.ledger.contract import StepRow
from triage.ledger.report import DraftEnd, PromiseRow
from triage.views.answers import (
    Answers,
    DraftFigures,
    DueOf,
    Kept,
    answers_of,
    draft_figures,
    groups_of,
    kept,
)
from triage.views.period import Period

GroupedBy = Literal["client", "label"]

NO_STEP = "none"
"""An invoice that was paid before any step was sent."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the ledger and the client file hold of a period; ``came`` and ``flagged`` are messages."""

    came: int
    flagged: int
    promises: Sequence[PromiseRow]
    drafts: Sequence[DraftEnd]
    steps: Sequence[StepRow] = ()
    invoices: Sequence[Invoice] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of all messages, of one client's, of one label's or of one column of the chart."""

    name: str
    answers: Answers
    replies: DraftFigures
    holding: DraftFigures


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps that were sent in the period, and invoices paid in it by the last step sent before."""

    sent: Mapping[Step, int]
    paid_after: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it; a message with several flagged labels stands in several of ``by_label``."""

    period: Period
    came: int
    flagged: int
    total: Group
    by_client: Sequence[Group]
    by_label: Sequence[Group]
    columns: Sequence[tuple[Period, Answers]]
    ladder: Ladder

    def groups(self, by: GroupedBy) -> Sequence[Group]:
        """The groups of one kind."""
        return self.by_client if by == "client" else self.by_label


def report_of(
    facts: Facts, period: Period, now: datetime, due_of: DueOf, named: Callable[[str], str]
) -> Report:
    """The figures as of now; ``named`` is the name under which the user knows an address."""
    rows = [kept(row, named(row.client), due_of, now) for row in facts.promises]
    drafts = list(facts.drafts)
    return Report(
        period=period,
        came=facts.came,
        flagged=facts.flagged,
        total=_group("all", rows, drafts),
        by_client=_groups(rows, drafts, lambda row: (row.client,), lambda one: (named(one.client),)),
        by_label=_groups(rows, drafts, lambda row: groups_of(row.labels), lambda one: groups_of(one.labels)),
        columns=list(_columns(rows, period)),
        ladder=ladder_of(facts.steps, facts.invoices, period, now),
    )


def _group(name: str, rows: Iterable[Kept], drafts: Sequence[DraftEnd]) -> Group:
    return Group(
        name,
        answers_of(rows, drafts),
        draft_figures(one for one in drafts if one.kind == "reply"),
        draft_figures(one for one in drafts if one.kind == "holding"),
    )


def _groups(
    rows: Sequence[Kept],
    drafts: Sequence[DraftEnd],
    of_row: Callable[[Kept], tuple[str, ...]],
    of_draft: Callable[[DraftEnd], tuple[str, ...]],
) -> list[Group]:
    """One group a name, those with most messages first."""
    by_name: dict[str, tuple[list[Kept], list[DraftEnd]]] = defaultdict(lambda: ([], []))
    for row in rows:
        for name in of_row(row):
            by_name[name][0].append(row)
    for one in drafts:
        for name in of_draft(one):
            by_name[name][1].append(one)
    largest = sorted(by_name.items(), key=lambda item: (-len(item[1][0]), item[0]))
    return [_group(name, *theirs) for name, theirs in largest]


def _columns(rows: Iterable[Kept], period: Period) -> Iterator[tuple[Period, Answers]]:
    by_day: dict[date, list[Kept]] = defaultdict(list)
    for row in rows:
        by_day[period.day_of(row.received)].append(row)
    for column in period.columns():
        days = (column.first + timedelta(days=number) for number in range(column.days))
        yield column, answers_of([row for day in days for row in by_day.get(day, ())], ())


def ladder_of(steps: Sequence[StepRow], invoices: Iterable[Invoice], period: Period, now: datetime) -> Ladder:
    """What the payment ladder did in the period, as of now."""
    sent = [row for row in steps if row.sent is not None and row.sent <= now]
    counted = Counter(row.step for row in sent if row.sent is not None and row.sent in period)
    today = now.astimezone(period.zone).date()
    paid = Counter(
        _last_step(sent, invoice.number, day, period)
        for invoice, day in _paid(invoices)
        if period.first <= day <= min(period.last, today)
    )
    return Ladder(
        {step: counted[step] for step in STEPS if counted[step]},
        {name: paid[name] for name in (NO_STEP, *STEPS) if paid[name]},
    )


def _paid(invoices: Iterable[Invoice]) -> Iterator[tuple[Invoice, date]]:
    """Invoices that are paid in full, with the day on which the last of it came."""
    for invoice in invoices:
        sums = Money(invoice.total.amount * 0, invoice.total.currency)
        for payment in sorted(invoice.payments, key=lambda payment: payment.on):
            sums = sums + payment.money
            if sums.amount >= invoice.total.amount and not invoice.is_cancelled:
                yield invoice, payment.on
                break


def _last_step(sent: Iterable[StepRow], invoice: str, day: date, period: Period) -> str:
    before = [
        row
        for row in sent
        if row.invoice == invoice and row.sent and row.sent.astimezone(period.zone).date() <= day
    ]
    return max(before, key=lambda row: row.sent or row.drafted).step if before else NO_STEP
