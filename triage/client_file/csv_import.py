"""Invoices from a bookkeeping program's CSV: all rows, or every problem of the file with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from triage.client_file.amounts import money
from triage.client_file.csv_columns import Column, columns_of, known_columns
from triage.client_file.csv_values import IN_FULL, NOT_AT_ALL, SIGNS, Notation, amount, day, notation_of
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.profile import Client, ClientBook
from triage.errors import ConfigError

T = TypeVar("T")
MOST_BYTES = 16 << 20
DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user says of the file where it doesn't speak for itself."""

    client: str = ""
    currency: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    notation: Notation = field(default_factory=Notation)
    allows_past: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """The invoices to add, each with its client's name, and how many the client file has already."""

    new: tuple[tuple[str, Invoice], ...]
    known: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[Column, str]


def read_invoices(path: Path, book: ClientBook, hints: Hints, today: date) -> Imported:
    """The file's invoices; raises ConfigError with every problem, and then nothing of it may be added."""
    header, rows = _table(_text(path), path.name)
    places, problems = columns_of(header, hints.columns)
    if problems:
        raise ConfigError(*(f"{path.name}: {problem}" for problem in problems))
    taken = [_Row(line, _cells(cells, places)) for line, cells in rows]
    try:
        hints = replace(hints, notation=_notation(taken, hints.notation))
    except ValueError as error:
        raise ConfigError(f"{path.name}: {error}.") from None
    reader = _Reader(book, hints, today)
    found = [entry for row in taken if (entry := reader.entry(row)) is not None]
    if reader.problems:
        raise ConfigError(*(f"{path.name}, line {line}: {text}" for line, text in reader.problems))
    return Imported(tuple(found), reader.known)


def _text(path: Path) -> str:
    """The file as text: UTF-8, UTF-16 with its mark, else as Windows writes it."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"{path} can't be read ({error.strerror}): check what it is and its rights."
        ) from None
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{path.name} is too large for a list of invoices: check what it is.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _table(text: str, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each further row that isn't empty with its line."""
    if "\0" in text or not text.strip():
        raise ConfigError(f"{name} holds no table: it must be CSV with a header.")
    reader = csv.reader(io.StringIO(text), delimiter=max(DELIMITERS, key=lambda mark: _fit(text, mark)))
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((before + 1, [cell.strip() for cell in cells]))
            before = reader.line_num
    except csv.Error as error:
        raise ConfigError(f"{name}, line {reader.line_num}: can't be read as CSV ({error}).") from None
    if not rows:
        raise ConfigError(f"{name} holds no table: it must be CSV with a header.")
    return rows[0][1], rows[1:]


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How well a delimiter fits: by the known columns of the header, then by the number of columns."""
    lines = (line for line in text.splitlines() if line.strip())
    try:
        header = next(csv.reader([next(lines)], delimiter=delimiter), [])
    except csv.Error:
        return 0, 0
    return known_columns(header), len(header)


def _cells(cells: Sequence[str], places: Mapping[Column, int]) -> dict[Column, str]:
    return {column: cells[place] if place < len(cells) else "" for column, place in places.items()}


def _notation(rows: Sequence[_Row], said: Notation) -> Notation:
    """As the user says, else as the values show."""
    amounts = [text for row in rows for column in ("total", "paid") if (text := row.cells.get(column))]
    days = [
        text for row in rows for column in ("issued", "due", "paid_on") if (text := row.cells.get(column))
    ]
    if said.mark and said.order:
        return said
    shown = notation_of([] if said.mark else amounts, [] if said.order else days)
    return Notation(said.mark or shown.mark, said.order or shown.order)


class _Reader:
    """Makes invoices of rows and collects what is wrong with them."""

    def __init__(self, book: ClientBook, hints: Hints, today: date) -> None:
        self.problems: list[tuple[int, str]] = []
        self.known = 0
        self._book, self._hints, self._today = book, hints, today
        self._on_file = {
            _folded(one.number): (client, one) for client in book.clients for one in client.invoices
        }
        self._seen: dict[str, int] = {}

    def entry(self, row: _Row) -> tuple[str, Invoice] | None:
        """The row's invoice with its client; None where it is wrong or known already."""
        before = len(self.problems)
        client, total = self._client(row), self._asked(row, self._total)
        number = self._asked(row, self._number)
        if client is None or total is None or number is None:
            self._asked(row, lambda one: self._days(one, None))
            return None
        days = self._asked(row, lambda one: self._days(one, client))
        if days is None:
            return None
        invoice = Invoice(number, total, *days, project=row.cells.get("project", ""))
        payments = self._asked(row, lambda one: self._payments(one, invoice))
        if len(self.problems) > before or payments is None:
            return None
        return self._checked(row, client, replace(invoice, payments=payments))

    def _asked(self, row: _Row, reader: Callable[[_Row], T]) -> T | None:
        try:
            return reader(row)
        except ValueError as error:
            self.problems.append((row.line, f"{error}."))
            return None

    def _client(self, row: _Row) -> Client | None:
        name = row.cells.get("client", "") or self._hints.client
        client = self._book.named(name) if name else None
        if client is None:
            known = ", ".join(f"“{one.name}”" for one in self._book.clients) or "nobody yet"
            what = f"there is no client “{name}”" if name else "names no client"
            advice = "add them with `triage clients add`" if name else "say --client NAME"
            self.problems.append((row.line, f"{what}; the client file has {known}: {advice}."))
        return client

    def _number(self, row: _Row) -> str:
        number = " ".join(row.cells["number"].split())
        if not number:
            raise ValueError("has no invoice number")
        first = self._seen.setdefault(_folded(number), row.line)
        if first != row.line:
            raise ValueError(f"invoice {number} stands in line {first} already")
        return number

    def _total(self, row: _Row) -> Money:
        number, beside = amount(row.cells["total"], self._hints.notation)
        said = row.cells.get("currency", "")
        currency = SIGNS.get(said.casefold(), said.upper()) or beside or self._hints.currency
        if not currency:
            raise ValueError("names no currency; say --currency EUR, or another")
        return money(f"{number:f} {currency}")

    def _days(self, row: _Row, client: Client | None) -> tuple[date, date]:
        """Issued and due; what is missing follows from the agreement, or is today."""
        notation = self._hints.notation
        issued_text, due_text = row.cells.get("issued", ""), row.cells.get("due", "")
        issued = day(issued_text, notation) if issued_text else None
        due = day(due_text, notation) if due_text else None
        if due is None and client is not None:
            due = due_by_agreement(client, row.cells.get("project", ""), issued or self._today)
        if due is None and client is not None:
            raise ValueError("says no day by which it is due, and no agreement does (payment_days)")
        due = due or self._today
        return issued or min(due, self._today), due

    def _payments(self, row: _Row, invoice: Invoice) -> tuple[Payment, ...]:
        said = row.cells.get("paid", "")
        on_text = row.cells.get("paid_on", "")
        on = (
            day(on_text, self._hints.notation)
            if on_text
            else max(invoice.issued, min(invoice.due, self._today))
        )
        if said.casefold() in IN_FULL.split() or (not said and on_text):
            return (Payment(on, invoice.total),)
        if not said or said.casefold() in NOT_AT_ALL.split():
            return ()
        paid = Money(amount(said, self._hints.notation)[0], invoice.total.currency)
        if paid.amount > invoice.total.amount:
            raise ValueError("more is paid than the total; correct one of the two")
        return (Payment(on, paid),) if paid.amount else ()

    def _checked(self, row: _Row, client: Client, invoice: Invoice) -> tuple[str, Invoice] | None:
        """Held against the client file: the same invoice is known, another of its number is a mistake."""
        owner, there = self._on_file.get(_folded(invoice.number), (None, None))
        if owner is None or there is None:
            problem = self._problem_of(client, invoice)
            if problem:
                self.problems.append((row.line, problem))
            return None if problem else (client.name, invoice)
        if owner.name == client.name and there.total == invoice.total:
            self.known += 1
            return None
        what = "another client" if owner.name != client.name else "another total"
        self.problems.append(
            (row.line, f"invoice {invoice.number} is in the client file with {what}; correct one of the two.")
        )
        return None

    def _problem_of(self, client: Client, invoice: Invoice) -> str:
        return next(problems_of(client, invoice, self._today, self._hints.allows_past), "")


def problems_of(client: Client, invoice: Invoice, today: date, allows_past: bool) -> Iterator[str]:
    """What is wrong with an invoice that is being entered, besides what the client file sees itself."""
    if invoice.due < invoice.issued:
        yield "it is due before it was issued; correct one of the two days."
    if any(payment.on < invoice.issued for payment in invoice.payments):
        yield "it was paid before it was issued; correct one of the two days."
    projects = [project.name for project in client.projects]
    if invoice.project and invoice.project not in projects:
        known = ", ".join(f"“{name}”" for name in projects) or "none"
        yield f"there is no project “{invoice.project}” of this client; the client file has {known}."
    if invoice.due < today and invoice.open.amount and not allows_past:
        yield f"it was due on {invoice.due}, and reminders of it begin at once; give --past if that is so."


def due_by_agreement(client: Client, project: str, issued: date) -> date | None:
    """When an invoice falls due by what was agreed."""
    days = agreed_days(client, project)
    return None if days is None else issued + timedelta(days=days)


def agreed_days(client: Client, project: str) -> int | None:
    """In how many days an invoice is to be paid: for its project, or for the only open one."""
    named = [one for one in client.projects if one.name == project] if project else []
    agreed = named[0] if named else client.project_of("", "")
    return agreed.agreement.payment_days if agreed else None


def _folded(number: str) -> str:
    return " ".join(number.split()).casefold()
