"""``triage backtest``: an archive of both sides replayed as if time passed, with advice about each client."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.commands.common import ConfigOption, JsonOption, VerboseOption, configure_logging, emit, exits
from triage.errors import ConfigError

if TYPE_CHECKING:
    from rich.progress import Progress

    from triage.backtest import Backtest, Dossier, Replayed
    from triage.chronology import Chronology
    from triage.desk import Desk


@exits
def backtest(
    archive: Annotated[Path, typer.Argument(help="An mbox, a Maildir or a folder of .eml, with both sides.")],
    me: Annotated[list[str] | None, typer.Option(help="Your own address; may be given again.")] = None,
    clients: Annotated[Path | None, typer.Option(help="Draw on this client file.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Replay an archive in the order of time: what would have been flagged and drafted, and advice."""
    configure_logging(verbose)
    from triage.commands.judging import desk_for_files

    desk = _desk_of(desk_for_files(config, clients), me or [])
    failed = False
    for record in _records(archive, desk):
        failed = failed or "error" in record
        if json:
            emit(record)
        else:
            typer.echo(text_of(record))
    raise typer.Exit(int(failed))


def _desk_of(desk: Desk, me: list[str]) -> Desk:
    """The desk with these addresses as its own too; without any, nobody's side could be told."""
    wrong = [address for address in me if "@" not in address]
    if wrong:
        raise ConfigError(
            *(f"--me: '{address}' is no address, such as you@studio.example." for address in wrong)
        )
    own = [*dict.fromkeys([*(address.strip().lower() for address in me), *sorted(desk.own)])]
    if not own:
        raise ConfigError("Say which address is yours: --me you@studio.example.")
    identity = desk.identity
    address = identity.address or own[0]
    aliases = tuple(one for one in own if one != address)
    return replace(desk, identity=replace(identity, address=address, aliases=aliases))


def _records(archive: Path, desk: Desk) -> Iterator[dict[str, Any]]:
    from contextlib import closing

    from rich.console import Console

    from triage.archive import Archive
    from triage.backtest import Backtest
    from triage.chronology import chronology
    from triage.commands.judging import TrainingBar
    from triage.commands.progress import progress_bar
    from triage.conclude import load_classifier

    console = Console(stderr=True)
    with (
        closing(Archive(archive)) as box,
        progress_bar(console, is_shown=console.is_terminal) as progress,
    ):
        names = box.names
        order = chronology(box, names, datetime.now(UTC), _bar(progress, "putting in order", len(names)))
        judge_of = functools.cache(lambda: load_classifier(desk.cache, TrainingBar(progress)))
        replay = Backtest(box, order, _named(desk, order), judge_of)
        yield from _replayed(replay, desk, _bar(progress, "replaying", len(names)))
    yield from (client_record(dossier) for dossier in replay.dossiers())


def _named(desk: Desk, order: Chronology) -> Desk:
    """The desk with the name that the freelancer's mail bears, where none is configured."""
    from triage.chronology import own_name

    if desk.freelancer.name:
        return desk
    return replace(desk, freelancer=replace(desk.freelancer, name=own_name(order.entries, desk.own)))


def _bar(progress: Progress, what: str, total: int) -> Callable[[], None]:
    task = progress.add_task(what, total=total)
    return lambda: progress.advance(task)


def _replayed(replay: Backtest, desk: Desk, step: Callable[[], None]) -> Iterator[dict[str, Any]]:
    for one in replay.run():
        step()
        yield message_record(one, desk)


def message_record(one: Replayed, desk: Desk) -> dict[str, Any]:
    """A message's line: that of ``draft``, with what was found, and whether it was answered in the end."""
    from triage.commands.classify import labels_of
    from triage.commands.draft import record_of

    conclusion = one.judged.conclusion
    record: dict[str, Any] = {
        **record_of(one.judged, desk),
        "message_id": one.entry.message_id,
        "from": one.entry.sender or None,
        "date": one.entry.when.isoformat() if one.entry.when else None,
        "client": one.client or None,
        "labels": labels_of(one.judged),
        "severity": conclusion.judgement.severity if conclusion and conclusion.judgement else 0,
        "answered": one.answered_after is not None,
        "answered_after_h": _hours(one),
    }
    if one.entry.note:
        record["note"] = one.entry.note
    if one.entry.is_copy:
        record.pop("error", None)
    if one.step:
        record["step"] = one.step
    return record


def _hours(one: Replayed) -> float | None:
    return None if one.answered_after is None else round(one.answered_after.total_seconds() / 3600, 2)


def client_record(dossier: Dossier) -> dict[str, Any]:
    """A client's line: the contract's four fields, and the counts behind them."""
    from triage.commands.advice_view import advice_record

    return advice_record(dossier.client, dossier.contacts, dossier.invoices, dossier.end)


def text_of(record: dict[str, Any]) -> str:
    """The same for a person."""
    from triage.commands import draft
    from triage.commands.advice_view import advice_text

    if "advice" in record:
        return advice_text(record)
    answered = f", answered after {record['answered_after_h']:.1f} h" if record["answered"] else ""
    flagged = [label for label, found in record["labels"].items() if found["verdict"] == "flagged"]
    told = f" [{', '.join(flagged)}, severity {record['severity']}]" if flagged else ""
    return f"{record['date'] or 'undated'} {draft.text_of(record)}{told}{answered}"
