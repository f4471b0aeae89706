"""``triage status``: what awaits an answer, by deadline."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
from triage.config import Config, load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.clock.obligations import Promise
    from triage.commands.status_view import Moment, Record
    from triage.ledger.contract import MessageRow, Obligation

# Messages given up on or unreadable stay in sight this long.
TROUBLE_DAYS = 14


@exits
def status(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    daemon: Annotated[bool, typer.Option("--daemon", help="How the daemon is, in one line.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and refresh every few seconds.")] = False,
    json: JsonOption = False,
) -> None:
    """Show every message that awaits an answer, the earliest deadline first, and what could not be read."""
    _check_watch(watch, json=json, daemon=daemon, now=now)
    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    if daemon:
        show_daemon(settings.paths.state, moment, json)
        return
    names = [chosen.name for chosen in accounts_of(settings, account)]
    if watch:
        _watch(settings, names)
        return
    records = _records(settings, names, moment)
    if json:
        for record in records:
            emit(record)
        return
    _show(settings, records, moment)


def _check_watch(watch: bool, *, json: bool, daemon: bool, now: str | None) -> None:
    """Raise ConfigError where a view that stays makes no sense."""
    if not watch:
        return
    if json or daemon or now is not None:
        raise ConfigError(
            "status: --watch shows the table as time passes: leave out --json, --daemon and --now."
        )
    if not sys.stdout.isatty():
        raise ConfigError("status: --watch needs a terminal; without it the table is printed once.")


def _records(settings: Config, names: Sequence[str], moment: datetime) -> list[dict[str, object]]:
    """What awaits an answer, then what could not be handled, of these accounts; from the ledger alone."""
    from triage.access import ledger_path
    from triage.desk import promise_of
    from triage.ledger.sqlite import open_ledger_copy

    with open_ledger_copy(ledger_path(settings)) as ledger:
        rows = [o for o in ledger.open_obligations() if o.row.account in names]
        since = moment - timedelta(days=TROUBLE_DAYS)
        trouble = [r for r in ledger.rows(since=since) if r.account in names and is_trouble(r)]
    promise = promise_of(settings)
    records = [record_of(obligation, promise, moment) for obligation in rows]
    return records + [trouble_record(row) for row in trouble]


def _show(settings: Config, records: Sequence[Record], moment: datetime) -> None:
    from triage.commands.sample_reminder import remind
    from triage.commands.status_view import Moment, print_status
    from triage.desk import working_time_of

    print_status(records, Moment(moment, working_time_of(settings.clock)))
    remind(settings, moment)


def _watch(settings: Config, names: Sequence[str]) -> None:
    """Look into the ledger again only when something has written to it; the time left goes on by itself."""
    from triage.access import ledger_path
    from triage.commands.status_view import Moment, Unchanged, watch
    from triage.desk import working_time_of

    working = working_time_of(settings.clock)
    is_unchanged = Unchanged(ledger_path(settings))
    records: list[dict[str, object]] = []

    def look() -> tuple[Sequence[Record], Moment]:
        now = datetime.now(UTC)
        if not is_unchanged():
            records[:] = _records(settings, names, now)
        return records, Moment(now, working)

    watch(look)


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
