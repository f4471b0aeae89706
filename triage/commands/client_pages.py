"""What ``triage clients show`` and ``check`` print: records for programs, tables for people."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from triage.client_file.amounts import money_text, price_text
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.missing import Lack, lacks_of, unfinished, unknown_by
from triage.clients.money import Money, Price
from triage.clients.profile import Client, Project

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Record = dict[str, object]

# Columns where the output goes to a file or another program.
WIDE = 200
_WHERE = re.compile(r"(?P<file>.+?), line (?P<line>\d+): (?P<problem>.+)", re.S)


def client_record(client: Client, today: date) -> Record:
    """The JSON line of ``clients show``: what is on file, and what follows from it by ``today``."""
    owed = [invoice for invoice in client.invoices if invoice.state in ("open", "disputed", "plan")]
    return {
        "client": client.name,
        "line": client.line,
        "people": client.people,
        "addresses": client.addresses,
        "domains": client.domains,
        "language": client.language,
        "address_form": client.address_form,
        "greeting_name": client.greeting_name,
        "gifts_left": client.gifts_left,
        "temper": client.temper,
        "patterns": client.patterns,
        "policy": dict(client.policy),
        "projects": [project_record(project) for project in client.projects],
        "invoices": [invoice_record(invoice, today) for invoice in client.invoices],
        "owed": sums(invoice.open for invoice in owed),
        "overdue": sums(invoice.open for invoice in owed if invoice.is_overdue(today)),
    }


def project_record(project: Project) -> Record:
    """One project with its agreement; ``missing`` names what the agreement says nothing of."""
    return {
        "name": project.name,
        "closed": project.is_closed,
        "keywords": project.keywords,
        "delivered": project.delivered,
        "approved": project.approved,
        "mistakes": project.mistakes,
        "agreement": {
            field.name: plain(getattr(project.agreement, field.name)) for field in fields(Agreement)
        },
        "missing": [lack.topic for lack in lacks_of(project.agreement)],
    }


def invoice_record(invoice: Invoice, today: date) -> Record:
    """One invoice and where it stands by ``today``."""
    return {
        "number": invoice.number,
        "project": invoice.project,
        "total": money_text(invoice.total),
        "paid": money_text(invoice.paid),
        "open": money_text(invoice.open),
        "issued": invoice.issued.isoformat(),
        "due": invoice.due.isoformat(),
        "state": invoice.state,
        "overdue": invoice.is_overdue(today),
        "payments": [payment_record(payment) for payment in invoice.payments],
        "plan": [payment_record(payment) for payment in invoice.plan],
    }


def payment_record(payment: Payment) -> Record:
    """One payment or instalment."""
    return {"on": payment.on.isoformat(), "money": money_text(payment.money)}


def lack_records(client: Client) -> Iterator[Record]:
    """The JSON lines of ``clients check`` about one client: what would help and isn't on file."""
    reason = unknown_by(client)
    if reason is not None:
        yield _lack(client, None, {"addresses": reason})
    if not client.projects:
        yield _lack(client, None, {"projects": "nothing is agreed with this client"})
    for project, lacks in unfinished(client):
        yield _lack(client, project.name, {lack.topic: _advice(lack) for lack in lacks})


def _lack(client: Client, project: str | None, gaps: dict[str, str]) -> Record:
    return {
        "client": client.name,
        "project": project,
        "line": client.line,
        "missing": list(gaps),
        "detail": gaps,
    }


def _advice(lack: Lack) -> str:
    return f"{lack.why} ({' or '.join(lack.keys)})"


def lack_text(record: Record) -> str:
    """The same for a person."""
    project, detail = record["project"], record["detail"]
    gaps = detail.items() if isinstance(detail, dict) else ()
    head = f"{record['client']}, {project}" if project else str(record["client"])
    return "\n".join([f"{head} lacks:", *(f"  {topic}: {advice}" for topic, advice in gaps)])


def problem_record(problem: str) -> Record:
    """The JSON line of a mistake in the file; ``line`` is null where it is about the whole."""
    found = _WHERE.fullmatch(problem)
    if found is None:
        return {"file": None, "line": None, "problem": problem}
    return {"file": found["file"], "line": int(found["line"]), "problem": found["problem"]}


def sums(amounts: Iterable[Money]) -> list[str]:
    """What they come to, one sum a currency."""
    by_currency: dict[str, Decimal] = {}
    for money in amounts:
        by_currency[money.currency] = by_currency.get(money.currency, Decimal(0)) + money.amount
    return [money_text(Money(amount, currency)) for currency, amount in sorted(by_currency.items())]


def plain(value: object) -> object:
    """A term as JSON has it: money and prices as the file writes them, a day as ISO 8601."""
    if isinstance(value, Money):
        return money_text(value)
    if isinstance(value, Price):
        return price_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value or None if isinstance(value, str) else value


def print_clients(clients: Iterable[Client], today: date) -> None:
    """All clients, one row each."""
    from rich.table import Table
    from rich.text import Text

    table = Table("client", "projects", "rounds", "owed", "overdue", "not agreed")
    for client in clients:
        record = client_record(client, today)
        open_projects = [project for project in client.projects if not project.is_closed]
        cells = (
            client.name,
            ", ".join(project.name for project in client.projects),
            ", ".join(filter(None, map(rounds_of, open_projects))),
            ", ".join(map(str, _listed(record["owed"]))),
            ", ".join(map(str, _listed(record["overdue"]))),
            str(sum(len(lacks_of(project.agreement)) for project in open_projects) or ""),
        )
        # Text, not str: a name in brackets is no markup.
        table.add_row(*map(Text, cells), style="red" if record["overdue"] else None)
    _console().print(table)


def print_client(client: Client, today: date) -> None:
    """One client in full."""
    from rich.text import Text

    console = _console()
    console.print(Text(client.name, style="bold"))
    console.print(_pairs(_about(client)))
    for project in client.projects:
        console.print(Text(f"\n{project.name}" + (" (closed)" if project.is_closed else ""), style="bold"))
        if terms := [pair for pair in _terms(project) if pair[1]]:
            console.print(_pairs(terms))
        lacks = lacks_of(project.agreement)
        if lacks and not project.is_closed:
            console.print(Text("  not agreed: " + ", ".join(lack.topic for lack in lacks), style="yellow"))
    if client.invoices:
        console.print()
        console.print(_invoices(client, today))


def rounds_of(project: Project) -> str:
    """``3 of 2`` rounds used; empty where nothing is agreed."""
    agreed = project.agreement
    if agreed.rounds_included is None:
        return "" if agreed.rounds_used is None else f"{agreed.rounds_used} used"
    return f"{agreed.rounds_used or 0} of {agreed.rounds_included}"


def _about(client: Client) -> Iterator[tuple[str, str]]:
    for name in (
        "people",
        "addresses",
        "domains",
        "language",
        "address_form",
        "greeting_name",
        "temper",
        "patterns",
    ):
        value = getattr(client, name)
        yield name, ", ".join(value) if isinstance(value, tuple) else value or ""
    yield "gifts_left", str(client.gifts_left or "")
    yield "policy", ", ".join(f"{key} = {_said(value)}" for key, value in client.policy.items())


def _terms(project: Project) -> Iterator[tuple[str, str]]:
    for field in fields(Agreement):
        if not field.name.startswith("rounds"):
            value = plain(getattr(project.agreement, field.name))
            yield field.name, ", ".join(value) if isinstance(value, tuple) else _said(value)
    yield "rounds", rounds_of(project)
    for name in ("delivered", "approved", "mistakes"):
        yield name, ", ".join(getattr(project, name))


def _said(value: object) -> str:
    """A value as the file writes it, nothing for none."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _pairs(pairs: Iterable[tuple[str, str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for name, value in pairs:
        if value:
            table.add_row(Text(f"  {name}"), Text(value))
    return table


def _invoices(client: Client, today: date) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table("invoice", "project", "total", "open", "due", "state")
    for invoice in client.invoices:
        is_late = invoice.is_overdue(today)
        cells = (
            invoice.number,
            invoice.project,
            money_text(invoice.total),
            money_text(invoice.open),
            invoice.due.isoformat(),
            f"{invoice.state}, overdue" if is_late else invoice.state,
        )
        table.add_row(*map(Text, cells), style="red" if is_late else None)
    return table


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _console() -> Console:
    from rich.console import Console

    # A reader that is no terminal has no width to fit into.
    return Console(width=None if sys.stdout.isatty() else WIDE)
