"""An invoice as the ladder sees it: the settings for its client, its steps on record, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from triage.clients.invoice import Invoice
from triage.clients.ladder import LadderRules, Late, Outlook, Step, StepTaken, asked_for, next_step
from triage.clients.money import Money
from triage.clients.profile import Client, ClientBook
from triage.clock.working_time import WorkingTime
from triage.config import Ladder
from triage.ledger.contract import StepRow, StepState

#: A step's mail that isn't known to lie in the Drafts folder.
BEGUN: tuple[StepState, ...] = ("planned", "appending")
UNSENT: tuple[StepState, ...] = ("planned", "appending", "present", "edited")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one invoice stands on the ladder; ``rows`` are its steps on record, oldest first."""

    client: Client
    invoice: Invoice
    rules: LadderRules
    rows: tuple[StepRow, ...]
    taken: tuple[StepTaken, ...]
    late: Late | None
    outlook: Outlook

    @property
    def sent_rows(self) -> tuple[StepRow, ...]:
        """The steps that were really sent."""
        return tuple(row for row in self.rows if row.state == "sent")


def standings(
    book: ClientBook,
    rows: Sequence[StepRow],
    ladder: Ladder,
    working: WorkingTime,
    today: date,
    language: Callable[[Client], str],
) -> Iterator[Standing]:
    """Every invoice of the client file, in its order."""
    for client in book.clients:
        for invoice in client.invoices:
            own = [row for row in rows if row.invoice == invoice.number]
            rules = rules_of(ladder, partial(language, client))
            yield standing(client, invoice, own, rules, working, today)


def standing(
    client: Client,
    invoice: Invoice,
    rows: Sequence[StepRow],
    rules: LadderRules,
    working: WorkingTime,
    today: date,
) -> Standing:
    """Where this invoice stands today."""
    taken = tuple(_taken(row, working) for row in rows if row.state in UNSENT or row.state == "sent")
    outlook = next_step(invoice, taken, today, rules, working.is_working_day)
    return Standing(client, invoice, rules, tuple(rows), taken, asked_for(invoice, today), outlook)


def billed(book: ClientBook, number: str) -> tuple[Client, Invoice] | None:
    """The invoice of this number, and whose it is."""
    found = ((client, one) for client in book.clients for one in client.invoices if one.number == number)
    return next(found, None)


def _taken(row: StepRow, working: WorkingTime) -> StepTaken:
    return StepTaken(row.step, row.since, None if row.sent is None else day_of(row.sent, working))


def day_of(moment: datetime, working: WorkingTime) -> date:
    """The day of a moment where the freelancer works."""
    return moment.astimezone(working.zone).date()


def rules_of(ladder: Ladder, language: Callable[[], str]) -> LadderRules:
    """How the ladder goes for a client; ``language`` is asked for only where the legal text differs by it."""
    days: dict[Step, int] = {
        "reminder": ladder.reminder_after_days,
        "second_reminder": ladder.second_reminder_after_days,
        "formal_demand": ladder.formal_demand_after_days,
        "final_notice": ladder.final_notice_after_days,
        "pause": ladder.pause_after_days,
    }
    has_text = bool(ladder.legal_text) and (
        bool(ladder.legal_text.get("")) or bool(legal_text(ladder, language()))
    )
    return LadderRules(days, has_text, ladder.enabled)


def legal_text(ladder: Ladder, language: str) -> str:
    """The freelancer's own legal text in this language, else the one for all; empty if there is neither."""
    return ladder.legal_text.get(language) or ladder.legal_text.get("", "")


def language_of(
    client: Client, languages: Collection[str], letters: Callable[[], Sequence[str | None]]
) -> str:
    """The language of a mail of our own accord: as on file, else as the client wrote last, else English.

    ``letters`` gives the languages that the client wrote in, the latest last.
    """
    wanted = client.language or next((known for known in reversed(letters()) if known), "en")
    return wanted if wanted in languages else "en"


def owed_text(money: Money) -> str:
    """A sum as the ledger keeps it: ``1200.00 EUR``."""
    return f"{money.amount:f} {money.currency}"


def owed_of(row: StepRow) -> Late:
    """What a step's draft asks for."""
    amount, _, currency = row.owed.partition(" ")
    return Late(Money(Decimal(amount), currency), row.since)


def with_draft(rows: Iterable[StepRow], account: str) -> dict[str, list[StepRow]]:
    """The account's unsent steps by the Message-ID of their draft: one mail may hold several."""
    found: dict[str, list[StepRow]] = {}
    for row in rows:
        if row.account == account and row.state in UNSENT:
            found.setdefault(row.message_id, []).append(row)
    return found
