"""``triage done``: a message that awaits no answer any more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, emit, exits
from triage.commands.obliged import awaiting
from triage.config import load_config


@exits
def done(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids shown by `triage status`.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Say that messages are dealt with: by telephone, in person, or not at all. An untouched draft goes."""
    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger

    settings = load_config(config)
    now = datetime.now(UTC)
    with open_ledger(ledger_path(settings)) as ledger:
        found = awaiting(ledger, ids, "done")
        for obligation in found:
            ledger.close_obligation(obligation.row.id, how="done", at=now)
    for obligation in found:
        row = obligation.row
        if json:
            emit({"id": row.id, "client": row.client, "subject": row.subject, "state": "done"})
        else:
            typer.echo(f"{row.id} {row.client}: {row.subject} – awaits no answer any more.")
