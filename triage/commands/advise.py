"""``triage advise``: what to do about a client, and why, by all that is on record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    configure_logging,
    emit,
    exits,
    parse_moment,
)
from triage.config import load_config

if TYPE_CHECKING:
    from triage.ledger.sqlite import SqliteLedger
    from triage.story import Whose


@exits
def advise(
    client: Annotated[str, typer.Argument(help="The client's name or address, or a part of it.")],
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say what to do about a client, with the reasons, and what the client is like."""
    configure_logging(verbose)
    from triage.access import ledger_path
    from triage.client_file import load_book
    from triage.commands.advice_view import advice_text, nature_text
    from triage.ledger.sqlite import open_ledger_copy
    from triage.story import find_client

    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    with open_ledger_copy(ledger_path(settings)) as ledger:
        who = find_client(client, load_book(settings), ledger, "advise")
        record = record_of(ledger, who, moment.astimezone(settings.clock.zone))
    if json:
        emit(record)
    else:
        typer.echo("\n".join([advice_text(record), *nature_text(record)]))


def record_of(ledger: SqliteLedger, who: Whose, now: datetime) -> dict[str, Any]:
    """The JSON object: that of a client in ``backtest``, with temper and patterns."""
    from triage.commands.advice_view import advice_record, nature_record
    from triage.history import on_record

    known = on_record(ledger, who)
    client = who.client
    invoices = client.invoices if client else ()
    record = advice_record(who.name, known.contacts, invoices, now, known.causes)
    temper, patterns = (client.temper, client.patterns) if client else (None, None)
    return record | nature_record([one for one in known.contacts if one.when <= now], temper, patterns)
