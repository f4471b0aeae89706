"""``triage timeline``: everything that happened with one client, in order, or as an evidence pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from triage.config import Config, load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.clients.timeline import Event
    from triage.evidence_pack import Format
    from triage.ledger.sqlite import SqliteLedger
    from triage.story import Whose


@exits
def timeline(
    client: Annotated[str, typer.Argument(help="The client's name or address, or a part of it.")],
    since: Annotated[str | None, typer.Option(help="Only what happened from this ISO 8601 time on.")] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write an evidence pack into this empty folder.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="The pack's index: md or html.")] = "md",
    svg: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Also write a picture of the view.")
    ] = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show every message, flag, draft, reply, reminder, invoice and payment of one client, in order."""
    configure_logging(verbose)
    settings = load_config(config)
    span = Span(parse_moment(since, "--since"), parse_moment(now, "--now") or datetime.now(UTC))
    chosen = _format(format_)
    with _ledger(settings) as ledger:
        who = _whose(settings, ledger, client)
        if export is not None:
            from triage.commands.timeline_export import Pack, export_pack

            pack = Pack(export, chosen, span.now, span.since, json)
            export_pack(settings, ledger, who, _events(settings, ledger, who, span), pack)
        else:
            _show(settings, ledger, who, span, json=json, svg=svg)


@dataclass(frozen=True, slots=True)
class Span:
    """From when on, if not from the beginning, and the present."""

    since: datetime | None
    now: datetime


def _show(
    settings: Config, ledger: SqliteLedger, who: Whose, span: Span, *, json: bool, svg: Path | None
) -> None:
    from triage.clients.timeline import totals_of
    from triage.commands.timeline_view import event_record, print_timeline, totals_record
    from triage.story import story_of

    zone = settings.clock.zone
    events = _events(settings, ledger, who, span)
    totals = totals_of(story_of(ledger, who), span.now, zone)
    if not json:
        print_timeline(who.name, events, totals, span.now.astimezone(zone), svg=svg)
        return
    for event in events:
        emit(event_record(who.name, event))
    emit(totals_record(who.name, totals))


def _events(settings: Config, ledger: SqliteLedger, who: Whose, span: Span) -> tuple[Event, ...]:
    from triage.clients.timeline import timeline as events_of
    from triage.story import story_of

    events = events_of(story_of(ledger, who), span.now, settings.clock.zone)
    return tuple(event for event in events if _is_since(event, span.since, settings))


def _is_since(event: Event, since: datetime | None, settings: Config) -> bool:
    """Whether an event is recent enough; one known to the day counts with its whole day."""
    if since is None:
        return True
    if event.is_day:
        return event.at.date() >= since.astimezone(settings.clock.zone).date()
    return event.at >= since


def _format(name: str) -> Format:
    if name not in ("md", "html"):
        raise ConfigError(f"--format: '{name}' is neither md nor html.")
    return "html" if name == "html" else "md"


def _ledger(settings: Config) -> SqliteLedger:
    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger_copy

    return open_ledger_copy(ledger_path(settings))


def _whose(settings: Config, ledger: SqliteLedger, client: str) -> Whose:
    from triage.client_file import load_book
    from triage.story import find_client

    return find_client(client, load_book(settings), ledger, "timeline")
