"""What the commands about invoices are told, made into values; what can't be meant is refused at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from triage.client_file.amounts import money, money_text
from triage.client_file.csv_columns import COLUMNS
from triage.client_file.csv_import import Hints, agreed_days, due_by_agreement, problems_of
from triage.client_file.csv_values import Notation
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.profile import Client, ClientBook
from triage.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Entry:
    """``invoices add`` as it was given."""

    number: str
    client: str
    total: str
    due: str | None
    issued: str | None
    project: str
    allows_past: bool


def entered_invoice(entry: Entry, book: ClientBook, today: date) -> tuple[Client, Invoice]:
    """The invoice and whose it is; raises ConfigError with every problem at once."""
    problems = _Problems()
    client = book.named(entry.client)
    if client is None:
        known = ", ".join(f"“{one.name}”" for one in book.clients) or "nobody yet"
        problems.add("--client", f"there is no such client; the client file has: {known}.")
    total = problems.money("--total", entry.total)
    due = problems.day("--due", entry.due) if entry.due else None
    issued = problems.day("--issued", entry.issued) if entry.issued else _issued_by(client, entry, due, today)
    if client and issued and not entry.due:
        due = due_by_agreement(client, entry.project, issued)
        if due is None:
            problems.add("--due", "is missing, and no agreement on file says how many days (payment_days).")
    problems.check()
    if client is None or total is None or issued is None or due is None:
        raise problems.error()
    invoice = Invoice(_number(entry.number), total, issued, due, entry.project)
    for problem in problems_of(client, invoice, today, entry.allows_past):
        problems.add(f"Invoice {invoice.number}", problem)
    problems.check()
    return client, invoice


def _issued_by(client: Client | None, entry: Entry, due: date | None, today: date) -> date:
    """Today; of an invoice that was due before, so long before as was agreed."""
    if due is None or due >= today:
        return today
    days = agreed_days(client, entry.project) if client else None
    return due - timedelta(days=days or 0)


def entered_payment(invoice: Invoice, amount: str | None, on: str | None, today: date) -> Payment:
    """Money that came in; raises ConfigError where that can't be."""
    check_owed(invoice)
    problems = _Problems()
    came_in = problems.money("--amount", amount) if amount else invoice.open
    day = problems.day("--on", on) if on else today
    if came_in and came_in.currency != invoice.total.currency:
        problems.add("--amount", f"the invoice is in {invoice.total.currency}; say what it came to there.")
    elif came_in and came_in.amount > invoice.open.amount:
        problems.add(
            "--amount", f"only {money_text(invoice.open)} are open; note what belongs to this invoice."
        )
    if day and day > today:
        problems.add("--on", "is still to come; note it when the money is there.")
    if day and day < invoice.issued:
        problems.add("--on", f"is before the invoice was issued ({invoice.issued}).")
    problems.check()
    if came_in is None or day is None:
        raise problems.error()
    return Payment(day, came_in)


def entered_plan(invoice: Invoice, parts: Sequence[str], drop: bool, today: date) -> tuple[Payment, ...]:
    """The instalments by day; raises ConfigError unless they come to what is open."""
    check_owed(invoice)
    problems = _Problems()
    if drop == bool(parts):
        problems.add("--part", "name the instalments, or take the plan back with --drop.")
    plan = sorted((part for text in parts if (part := problems.part(text))), key=lambda part: part.on)
    problems.check()
    planned = sum((part.money.amount for part in plan), Decimal(0))
    if any(part.money.currency != invoice.total.currency for part in plan):
        problems.add("--part", f"the invoice is in {invoice.total.currency}; so are its instalments.")
    elif plan and planned != invoice.open.amount:
        come_to = money_text(Money(planned, invoice.total.currency))
        problems.add("--part", f"the instalments come to {come_to}, and {money_text(invoice.open)} are open.")
    if any(part.on < today for part in plan):
        problems.add("--part", "a day of the plan has passed; agree on days to come.")
    problems.check()
    return tuple(plan)


def check_owed(invoice: Invoice) -> None:
    """Raise ConfigError where nothing is owed on the invoice any more."""
    if invoice.is_cancelled:
        raise ConfigError(
            f"Invoice {invoice.number} is cancelled: `triage invoices cancel --undo` brings it back."
        )
    if not invoice.open.amount:
        last = max((payment.on for payment in invoice.payments), default=None)
        when = f" since {last}" if last else ""
        raise ConfigError(f"Invoice {invoice.number} is paid in full{when}: nothing is open on it.")


def entered_hints(
    client: str, currency: str, columns: Sequence[str], decimal: str | None, dates: str | None, past: bool
) -> Hints:
    """What is said of a CSV file; raises ConfigError with every problem at once."""
    problems = _Problems()
    if decimal not in (None, "comma", "point"):
        problems.add("--decimal", "must be comma or point.")
    if dates not in (None, "day-first", "month-first"):
        problems.add("--dates", "must be day-first or month-first.")
    for text in columns:
        if "=" not in text:
            problems.add("--column", f"must name a column and its header, such as {COLUMNS[2]}=Betrag.")
    problems.check()
    mark = {"comma": ",", "point": "."}.get(decimal or "")
    notation = Notation(mark, dates)  # type: ignore[arg-type]
    chosen = dict(text.split("=", 1) for text in columns)
    return Hints(client, currency.upper(), chosen, notation, past)


class _Problems:
    """Collects what is wrong with the options, to be told at once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, option: str, problem: str) -> None:
        self._found.append(f"{option}: {problem}")

    def error(self) -> ConfigError:
        return ConfigError(*self._found)

    def check(self) -> None:
        if self._found:
            raise self.error()

    def money(self, option: str, text: str) -> Money | None:
        try:
            return money(text)
        except ValueError as error:
            self.add(option, f"{error}.")
            return None

    def day(self, option: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            self.add(option, f"“{text}” is no day; write one such as 2026-04-03.")
            return None

    def part(self, text: str) -> Payment | None:
        on_text, _, amount = text.strip().partition(" ")
        on, came = self.day("--part", on_text), self.money("--part", amount)
        return Payment(on, came) if on and came else None


def _number(text: str) -> str:
    return " ".join(text.split())
