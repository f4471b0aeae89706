"""What ``triage invoices list`` prints: each invoice with its place on the payment ladder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.access import ledger_path
from triage.client_file.amounts import money_text
from triage.clients.profile import Client, ClientBook
from triage.clock.working_time import WorkingTime
from triage.config import Config, Ladder, default_paths, load_config
from triage.desk import Desk, desk_of, desk_without_config
from triage.ladder_view import Standing, day_of, language_of, standings
from triage.ledger.contract import StepRow
from triage.ledger.sqlite import SqliteLedger, open_ledger_copy

Record = dict[str, object]
# Columns where the output goes to a file or another program.
WIDE = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """What the ladder goes by: calendar, languages, its own rules, and the ledger if there is one."""

    working: WorkingTime
    languages: frozenset[str]
    ladder: Ladder
    config: Config | None = None


def setting_of(config: Path | None) -> Setting:
    """The configuration's; where nothing is configured office hours and the usual rhythm."""
    paths = default_paths()
    if config is None and not paths.config.exists():
        return _setting(desk_without_config(paths.cache, frozenset({"en"})), Ladder(), None)
    loaded = load_config(config)
    return _setting(desk_of(loaded, loaded.accounts[0]), loaded.ladder, loaded)


def _setting(desk: Desk, ladder: Ladder, config: Config | None) -> Setting:
    return Setting(desk.working, desk.languages, ladder, config)


def invoice_records(book: ClientBook, setting: Setting, today: date) -> list[Record]:
    """The JSON lines, in the client file's order."""
    if setting.config is None:
        return _records(
            book, setting, today, (), lambda client: language_of(client, setting.languages, tuple)
        )
    with open_ledger_copy(ledger_path(setting.config)) as ledger:
        return _records(book, setting, today, ledger.steps(), _language_by(ledger, setting))


def _records(
    book: ClientBook,
    setting: Setting,
    today: date,
    rows: Sequence[StepRow],
    language: Callable[[Client], str],
) -> list[Record]:
    found = standings(book, rows, setting.ladder, setting.working, today, language)
    return [invoice_record(one, setting.working, today) for one in found]


def _language_by(ledger: SqliteLedger, setting: Setting) -> Callable[[Client], str]:
    def language(client: Client) -> str:
        def written() -> list[str | None]:
            return [letter.row.language for letter in ledger.letters(*client.reach)]

        return language_of(client, setting.languages, written)

    return language


def invoice_record(found: Standing, working: WorkingTime, today: date) -> Record:
    """One JSON line; ``why`` says what the next step waits for, where no day decides."""
    invoice, outlook = found.invoice, found.outlook
    since = found.late.since if found.late else invoice.due
    is_late = invoice.state not in ("paid", "cancelled") and (found.late or invoice.is_disputed)
    last = max(found.sent_rows, key=lambda row: row.id, default=None)
    return {
        "number": invoice.number,
        "client": found.client.name,
        "project": invoice.project,
        "total": money_text(invoice.total),
        "paid": money_text(invoice.paid),
        "open": money_text(invoice.open),
        "issued": invoice.issued.isoformat(),
        "due": invoice.due.isoformat(),
        "state": invoice.state,
        "days_overdue": max(0, (today - since).days) if is_late else 0,
        "next_step": outlook.step,
        "next_step_on": outlook.on.isoformat() if outlook.on else None,
        "why": outlook.reason,
        "last_step": last.step if last else None,
        "last_step_sent": day_of(last.sent, working).isoformat() if last and last.sent else None,
    }


def print_invoices(records: Sequence[Mapping[str, object]]) -> None:
    """The same as a table, what is late in red."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("invoice", "client", "open", "due", "late", "state", "last step", "next step", "on")
    for record in records:
        late = f"{record['days_overdue']} days" if record["days_overdue"] else ""
        cells = (
            *(str(record[name]) for name in ("number", "client", "open", "due")),
            late,
            str(record["state"]),
            _step(record["last_step"], record["last_step_sent"]),
            _step(record["next_step"]),
            str(record["next_step_on"] or record["why"]),
        )
        # Text, not str: a name in brackets is no markup.
        table.add_row(*map(Text, cells), style="red" if late else None)
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def _step(step: object, day: object = None) -> str:
    """``second reminder, 2026-04-13``."""
    return ", ".join(str(part).replace("_", " ") for part in (step, day) if part)
