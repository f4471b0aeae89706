"""``triage snooze``: answer later than promised, knowingly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, emit, exits, parse_moment
from triage.commands.obliged import awaiting
from triage.config import load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.config import Config
    from triage.ledger.contract import Ledger, Obligation

_SPAN = re.compile(r"\+?(\d{1,4})\s?([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@exits
def snooze(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id shown by `triage status`.")],
    until: Annotated[str, typer.Argument(help="An ISO 8601 date or time, or a span: 3h, 2d, 1w.")],
    config: ConfigOption = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    json: JsonOption = False,
) -> None:
    """Move a message's deadline, and its conversation's; a holding reply that it gets moves with it."""
    from triage.access import ledger_path
    from triage.desk import promise_of
    from triage.ledger.sqlite import open_ledger

    settings = load_config(config)
    present = parse_moment(now, "--now") or datetime.now(UTC)
    due = moment_of(until, present, settings)
    with open_ledger(ledger_path(settings)) as ledger:
        (obligation,) = awaiting(ledger, [id_], "snooze")
        holds = obligation.holding_at is not None
        holding_at = promise_of(settings).holding_at(due) if holds else None
        ledger.open_obligation(obligation.row.id, due=due, holding_at=holding_at)
        _move_others(ledger, obligation, due)
    row = obligation.row
    if json:
        emit({"id": row.id, "client": row.client, "subject": row.subject, "due": due.isoformat()})
    else:
        local = due.astimezone(settings.clock.zone)
        typer.echo(f"{row.id} {row.client}: {row.subject} – to be answered by {local:%Y-%m-%d %H:%M}.")


def _move_others(ledger: Ledger, named: Obligation, due: datetime) -> None:
    """What else awaits an answer in the conversation is due no earlier: the oldest one speaks for all."""
    for other in ledger.open_obligations():
        if named.conversation == other.conversation != 0 and other.own_due < due:
            before = None if other.holding_at is None else other.own_due - other.holding_at
            holding_at = None if before is None else due - before
            ledger.open_obligation(other.row.id, due=due, holding_at=holding_at)


def moment_of(until: str, now: datetime, config: Config) -> datetime:
    """The time meant; a date alone is that day's opening. Raises ConfigError for one that isn't ahead."""
    span = _SPAN.fullmatch(until.strip().lower())
    if span:
        due = now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    elif re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", until.strip()):
        parse_moment(until, "UNTIL")
        day = datetime.fromisoformat(until.strip()).date()
        due = datetime.combine(day, config.clock.opens, config.clock.zone)
    else:
        parsed = parse_moment(until, "UNTIL")
        due = parsed if parsed is not None else now
    if due <= now:
        raise ConfigError(f"UNTIL: '{until}' is past; name a time ahead, such as 3h or 2027-03-12.")
    return due
