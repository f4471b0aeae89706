"""``triage status``: what awaits an answer, by deadline."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    accounts_of,
    emit,
    exits,
    parse_moment,
)
from triage.commands.daemon_view import show_daemon
from triage.config import load_config

if TYPE_CHECKING:
    from triage.clock.obligations import Promise
    from triage.ledger.contract import MessageRow, Obligation

# Columns where the output goes to a file or another program.
WIDE = 200
# Messages given up on or unreadable stay in sight this long.
TROUBLE_DAYS = 14


@exits
def status(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    daemon: Annotated[bool, typer.Option("--daemon", help="How the daemon is, in one line.")] = False,
    json: JsonOption = False,
) -> None:
    """Show every message that awaits an answer, the earliest deadline first, and what could not be read."""
    from triage.access import ledger_path
    from triage.desk import promise_of
    from triage.ledger.sqlite import open_ledger_copy

    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    if daemon:
        show_daemon(settings.paths.state, moment, json)
        return
    with open_ledger_copy(ledger_path(settings)) as ledger:
        names = [chosen.name for chosen in accounts_of(settings, account)]
        rows = [o for o in ledger.open_obligations() if o.row.account in names]
        since = moment - timedelta(days=TROUBLE_DAYS)
        trouble = [r for r in ledger.rows(since=since) if r.account in names and is_trouble(r)]
    promise = promise_of(settings)
    records = [record_of(obligation, promise, moment) for obligation in rows]
    records += [trouble_record(row) for row in trouble]
    if json:
        for record in records:
            emit(record)
        return
    _print_table(records, moment)


def is_trouble(row: MessageRow) -> bool:
    """Whether a message could not be dealt with and the user should look at it."""
    return (
        row.state == "given_up"
        or row.reason.startswith("unreadable")
        or (row.attempts > 0 and not row.is_settled)
    )


def record_of(obligation: Obligation, promise: Promise, now: datetime) -> dict[str, object]:
    """The JSON line of the ``status`` contract; ``labels`` names those flagged."""
    row = obligation.row
    return {
        "account": row.account,
        "client": row.client,
        "subject": row.subject,
        "received": row.received.isoformat(),
        "due": obligation.due.isoformat(),
        "state": promise.state(obligation.due, now),
        "labels": [label for label, (verdict, _) in row.labels.items() if verdict == "flagged"],
        "draft_state": obligation.holding_state if row.draft_state == "none" else row.draft_state,
        "severity": row.severity,
        "id": row.id,
        "reason": row.reason,
        "conversation": obligation.conversation,
        "draft_due": obligation.draft_due.isoformat() if obligation.draft_due else None,
        "draft_late": obligation.is_drafted_late(now),
    }


def trouble_record(row: MessageRow) -> dict[str, object]:
    """The line of a message that was given up on or could not be read."""
    return {
        "account": row.account,
        "client": row.client,
        "subject": row.subject,
        "received": row.received.isoformat(),
        "due": None,
        "state": "given_up" if row.is_settled else "failing",
        "labels": [],
        "draft_state": row.draft_state,
        "severity": row.severity,
        "id": row.id,
        "reason": row.reason,
    }


def _print_table(records: list[dict[str, object]], now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not records:
        typer.echo("Nothing awaits an answer.")
        return
    table = Table("id", "account", "client", "subject", "due", "flagged", "draft")
    colours = {"overdue": "red", "due_soon": "yellow", "given_up": "magenta", "failing": "magenta"}
    for record in records:
        labels = record["labels"]
        flagged = ", ".join(labels) if isinstance(labels, list) else ""
        due = _time_left(record["due"], now) if record["due"] else str(record["reason"])
        cells = (str(record["id"]), str(record["account"]), str(record["client"]), str(record["subject"]))
        # Text, not str: a subject in brackets is no markup.
        row = map(Text, (*cells, due, flagged, str(record["draft_state"])))
        table.add_row(*row, style=colours.get(str(record["state"])))
    # A reader that is no terminal has no width to fit into.
    width = None if sys.stdout.isatty() else WIDE
    Console(width=width).print(table)


def _time_left(due: object, now: datetime) -> str:
    left = datetime.fromisoformat(str(due)) - now
    hours, minutes = divmod(abs(int(left.total_seconds())) // 60, 60)
    return f"{hours} h {minutes:02} min " + ("left" if left >= timedelta(0) else "late")
