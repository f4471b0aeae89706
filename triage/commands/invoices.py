"""``triage invoices``: what your clients owe, and how it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from triage.clients.invoice import Invoice
from triage.clients.profile import Client, ClientBook
from triage.commands.common import ConfigOption, JsonOption, emit, exits, parse_moment
from triage.errors import ConfigError

invoices = typer.Typer(
    help="Enter, list and settle invoices; late ones are asked for by drafts, step by step.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

FileOption = Annotated[
    Path | None, typer.Option("--clients", help="Another client file than the configuration's.")
]
NowOption = Annotated[str | None, typer.Option("--now", help="Take this ISO 8601 time as the present.")]
NumberArgument = Annotated[str, typer.Argument(help="The invoice's number.")]
Several = list[str] | None


@invoices.command()
@exits
def add(
    number: NumberArgument,
    client: Annotated[str, typer.Option(help="Whose it is: a name or an address of the client file.")],
    total: Annotated[str, typer.Option(help='What it comes to: "1200.00 EUR".')],
    due: Annotated[str | None, typer.Option(help="By when it is to be paid. Default: as agreed.")] = None,
    issued: Annotated[str | None, typer.Option(help="The date on it. Default: today.")] = None,
    project: Annotated[str, typer.Option(help="What it is for, by the project's name.")] = "",
    past: Annotated[bool, typer.Option("--past", help="It is late already; reminders may begin.")] = False,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Enter an invoice that you have sent."""
    from triage.client_file.writing import add_invoice
    from triage.commands.invoice_entry import Entry, entered_invoice

    desk = _Desk(config, clients_file, now)
    owner, invoice = entered_invoice(
        Entry(number, client, total, due, issued, project, past), desk.book, desk.today
    )
    add_invoice(desk.path, owner.name, invoice)
    desk.tell(invoice.number, f"Invoice {invoice.number} is due on {invoice.due}.", json)


@invoices.command("list")
@exits
def list_(
    client: Annotated[str | None, typer.Option(help="Only this client's.")] = None,
    unpaid: Annotated[bool, typer.Option("--unpaid", help="Only those on which money is owed.")] = False,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Show every invoice: where it stands, how late it is, and which step comes next, when."""
    from triage.commands.invoice_list import print_invoices

    desk = _Desk(config, clients_file, now)
    owner = None if client is None else _client(desk.book, client)
    records = [
        record
        for record in desk.records()
        if (owner is None or record["client"] == owner.name)
        and (not unpaid or record["state"] in ("open", "plan", "disputed"))
    ]
    if json:
        for record in records:
            emit(record)
    elif records:
        print_invoices(records)
    else:
        typer.echo("There are no such invoices: `triage invoices add` enters one.")


@invoices.command()
@exits
def paid(
    number: NumberArgument,
    amount: Annotated[str | None, typer.Option(help='What came in: "400 EUR". Default: all.')] = None,
    on: Annotated[str | None, typer.Option(help="The day it came in. Default: today.")] = None,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Note that money came in; what is paid in full is asked for no more."""
    from triage.client_file.amounts import money_text
    from triage.client_file.writing import record_payment
    from triage.commands.invoice_entry import entered_payment

    desk = _Desk(config, clients_file, now)
    payment = entered_payment(desk.invoice(number), amount, on, desk.today)
    book = record_payment(desk.path, number, payment)
    left = _of(book, number)[1].open
    how_far = f"in part, {money_text(left)} are open" if left.amount else "in full"
    desk.tell(number, f"Invoice {number} is paid {how_far}.", json)


@invoices.command()
@exits
def dispute(
    number: NumberArgument,
    resolved: Annotated[bool, typer.Option("--resolved", help="It is settled: ask again.")] = False,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Note that the client objects to an invoice: no reminder of it is drafted until that is resolved."""
    from triage.client_file.writing import set_disputed
    from triage.commands.invoice_entry import check_owed

    desk = _Desk(config, clients_file, now)
    check_owed(desk.invoice(number))
    set_disputed(desk.path, number, not resolved)
    said = "no longer disputed" if resolved else "disputed: nothing is asked for it until --resolved"
    desk.tell(number, f"Invoice {number} is {said}.", json)


@invoices.command()
@exits
def plan(
    number: NumberArgument,
    part: Annotated[Several, typer.Option(help='An instalment: "2026-05-04 400 EUR"; repeated.')] = None,
    drop: Annotated[bool, typer.Option("--drop", help="The plan holds no more.")] = False,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Note agreed instalments: as long as they come, nothing is asked for; one that is missed is."""
    from triage.client_file.writing import set_plan
    from triage.commands.invoice_entry import entered_plan

    desk = _Desk(config, clients_file, now)
    parts = entered_plan(desk.invoice(number), part or (), drop, desk.today)
    set_plan(desk.path, number, parts)
    said = f"to be paid in {len(parts)} parts, the last on {parts[-1].on}" if parts else "without a plan"
    desk.tell(number, f"Invoice {number} is {said}.", json)


@invoices.command()
@exits
def cancel(
    number: NumberArgument,
    undo: Annotated[bool, typer.Option("--undo", help="It is owed after all.")] = False,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Note that an invoice is owed no longer."""
    from triage.client_file.writing import set_cancelled
    from triage.commands.invoice_entry import check_owed

    desk = _Desk(config, clients_file, now)
    invoice = desk.invoice(number)
    if not undo:
        check_owed(invoice)
    set_cancelled(desk.path, number, not undo)
    desk.tell(number, f"Invoice {number} is {'owed again' if undo else 'cancelled'}.", json)


@invoices.command("import")
@exits
def import_(
    file: Annotated[Path, typer.Argument(metavar="CSV", help="A bookkeeping program's list, with a header.")],
    client: Annotated[str, typer.Option(help="Whose they are, where no column says so.")] = "",
    currency: Annotated[str, typer.Option(help="Their currency, where nothing says so: EUR.")] = "",
    column: Annotated[Several, typer.Option(help="Which column is what: total=Betrag; repeated.")] = None,
    decimal: Annotated[str | None, typer.Option(help="How amounts are written: comma or point.")] = None,
    dates: Annotated[str | None, typer.Option(help="How days are written: day-first, month-first.")] = None,
    past: Annotated[bool, typer.Option("--past", help="Unpaid ones may be late already.")] = False,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Enter all invoices of a CSV file, or none where a row is wrong; known ones are left as they are."""
    from triage.client_file.csv_import import read_invoices
    from triage.client_file.writing import add_invoices
    from triage.commands.invoice_entry import entered_hints

    desk = _Desk(config, clients_file, now)
    hints = entered_hints(client, currency, column or (), decimal, dates, past)
    found = read_invoices(file, desk.book, hints, desk.today)
    if found.new:
        add_invoices(desk.path, found.new)
    if json:
        emit({"added": [one.number for _, one in found.new], "known": found.known})
    else:
        typer.echo(f"{len(found.new)} invoices entered, {found.known} were there already.")


class _Desk:
    """What these commands work on: the client file, and the day that is today."""

    def __init__(self, config: Path | None, named: Path | None, now: str | None) -> None:
        from triage.commands.clients import book_in_use, file_in_use
        from triage.commands.invoice_list import setting_of

        self.path, _ = file_in_use(config, named)
        self.book: ClientBook = book_in_use(config, named)
        self._setting = setting_of(config)
        moment = parse_moment(now, "--now") or datetime.now(UTC)
        self.today: date = moment.astimezone(self._setting.working.zone).date()
        self._reload: Callable[[], ClientBook] = lambda: book_in_use(config, named)

    def invoice(self, number: str) -> Invoice:
        """The invoice of this number; raises ConfigError where there is none."""
        return _of(self.book, number)[1]

    def records(self) -> list[dict[str, object]]:
        """Every invoice as ``list --json`` prints it."""
        from triage.commands.invoice_list import invoice_records

        return invoice_records(self._reload(), self._setting, self.today)

    def tell(self, number: str, sentence: str, json: bool) -> None:
        """Say what was done: a sentence, or the invoice as it stands now."""
        if not json:
            typer.echo(sentence)
            return
        wanted = _of(self._reload(), number)[1].number
        emit(next(record for record in self.records() if record["number"] == wanted))


def _client(book: ClientBook, name: str) -> Client:
    from triage.commands.clients import client_named

    return client_named(book, name)


def _of(book: ClientBook, number: str) -> tuple[Client, Invoice]:
    wanted = " ".join(number.split()).casefold()
    for client in book.clients:
        for invoice in client.invoices:
            if " ".join(invoice.number.split()).casefold() == wanted:
                return client, invoice
    raise ConfigError(
        f"NUMBER: there is no invoice {number} in the client file; `triage invoices list` shows all."
    )
