"""``triage show``: what a message newly says; with ``--calm`` as facts and asks, the abuse folded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    accounts_of,
    configure_logging,
    emit,
    exits,
)
from triage.config import Config, load_config
from triage.errors import ConfigError, TriageError

if TYPE_CHECKING:
    from classifiers.judge import Judgement
    from drafts.calm import CalmReading
    from drafts.resolved import Named
    from triage.conclude import Reading
    from triage.desk import Desk
    from triage.ledger.contract import MessageRow


@exits
def show(
    id_: Annotated[
        str,
        typer.Argument(metavar="ID", help="The id shown by `triage status`, a Message-ID, or an .eml file."),
    ],
    calm: Annotated[bool, typer.Option("--calm", help="Facts and asks alone, the abuse folded.")] = False,
    unfold: Annotated[bool, typer.Option("--unfold", help="With --calm: show what is folded too.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show what a message newly says, read again from the server; --calm shows it without its temper."""
    configure_logging(verbose)
    from triage.commands.facts_view import facts_record, lines_of

    path = Path(id_)
    if path.suffix == ".eml" and path.is_file():
        row, reading, desk = None, *_from_file(path, config)
    else:
        row, reading, desk = _from_server(id_, config)
    record = _head(row, reading)
    judgement = _judged(reading, desk) if calm or unfold else None
    calmed = calm_reading(reading, judgement, desk) if calm or unfold else None
    named, written = _named(row, reading, judgement, desk)
    if json:
        facts = {"facts": facts_record(named, written)}
        emit(record | _body(reading, calmed, unfold=unfold) | facts)
    else:
        figures = tuple(lines_of(named, written))
        _print(record, reading, calmed, figures, f"`triage show {id_} --calm --unfold`", unfold=unfold)


def _from_file(path: Path, config: Path | None) -> tuple[Reading, Desk]:
    from triage.commands.judging import desk_for_files
    from triage.conclude import read

    desk = desk_for_files(config)
    try:
        return read(path.read_bytes(), desk), desk
    except OSError as error:
        raise ConfigError(f"show: the file can't be read ({error.strerror}).") from None


def _from_server(id_: str, config: Path | None) -> tuple[MessageRow, Reading, Desk]:
    from triage.access import fetch_again, ledger_path
    from triage.client_file import load_book
    from triage.conclude import read
    from triage.corrections import taught
    from triage.desk import desk_of
    from triage.ledger.sqlite import open_ledger_copy

    settings: Config = load_config(config)
    book = load_book(settings)
    with open_ledger_copy(ledger_path(settings)) as ledger:
        row = ledger.find(id_)
        told = taught(ledger, book)
    if row is None:
        raise ConfigError(f"show: no message with the id '{id_}' is known; `triage status` shows the ids.")
    (account,) = accounts_of(settings, [row.account])
    raw = fetch_again(account, row)
    if raw is None:
        raise TriageError("The message has left its folder: look for it in your mail program.")
    desk = desk_of(settings, account, book, taught=told)
    return row, read(raw, desk), desk


def _judged(reading: Reading, desk: Desk) -> Judgement | None:
    from triage.conclude import judge, load_classifier

    (judgement,) = judge([reading], lambda: load_classifier(desk.cache), desk.taught)
    return judgement


def calm_reading(reading: Reading, judgement: Judgement | None, desk: Desk) -> CalmReading:
    """The message as facts and asks, in its own language whatever language is answered in."""
    from drafts.calm import calm
    from triage.conclude import Occasion, situation_of

    # Nothing is promised here, so the time doesn't matter.
    occasion = Occasion(desk, datetime.fromtimestamp(0, UTC))
    situation = situation_of(reading, judgement, occasion)
    return calm(replace(situation, language=judgement.language if judgement else situation.language))


def _named(
    row: MessageRow | None, reading: Reading, judgement: Judgement | None, desk: Desk
) -> tuple[Named, datetime | None]:
    """What the message names, and when it was written; unjudged, its language is told from the text alone."""
    from classifiers.language import detect_language
    from triage.commands.facts_view import named_by
    from triage.conclude import Occasion, written_at

    arrived = row.received if row else None
    occasion = Occasion(desk, arrived or datetime.now(UTC), received=arrived)
    written = written_at(reading.message, occasion)
    language = judgement.language if judgement else detect_language(reading.new_text)
    return named_by(reading, language, desk, written), written


def _head(row: MessageRow | None, reading: Reading) -> dict[str, object]:
    """Who, when, what about, as far as the ledger or the message tells."""
    message = reading.message
    date = message.date.isoformat() if message.date else None
    return {
        "id": row.id if row else None,
        "account": row.account if row else None,
        "message_id": message.message_id,
        "client": row.client if row else (message.sender.email if message.sender else ""),
        "received": row.received.isoformat() if row else date,
        "labels": [label for label, (verdict, _) in row.labels.items() if verdict == "flagged"]
        if row
        else None,
        "severity": row.severity if row else None,
    }


def _body(reading: Reading, calmed: CalmReading | None, *, unfold: bool) -> dict[str, object]:
    """The words: as they are, or calm. A calm record holds no word of the abuse, the subject's included."""
    if calmed is None:
        return {"subject": reading.message.subject, "new_text": reading.new_text}
    from triage.commands.calm_view import calm_record

    return {"subject": calmed.subject, "calm": calm_record(calmed, unfold=unfold)}


def _print(
    record: dict[str, object],
    reading: Reading,
    calmed: CalmReading | None,
    figures: tuple[str, ...],
    how_to_unfold: str,
    *,
    unfold: bool,
) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    subject = reading.message.subject if calmed is None else calmed.subject
    console.print(Text(f"{record['client']} · {record['received']}"))
    console.print(Text(subject if subject is not None else "(the subject is folded)", style="bold"))
    console.print()
    if calmed is None:
        console.print(Text(reading.new_text))
        return
    from triage.commands.calm_view import print_calm

    print_calm(console, calmed, how_to_unfold, unfold=unfold, figures=figures)
