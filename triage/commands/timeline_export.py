"""``triage timeline --export``: which messages belong into the pack, and the words behind their flags."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from triage.client_file import load_book
from triage.commands.common import emit
from triage.commands.progress import progress_bar
from triage.commands.timeline_view import notes_of
from triage.conclude import Judge, judge, load_classifier, read
from triage.corrections import taught
from triage.desk import desk_of
from triage.evidence_index import Dossier, Exhibit
from triage.evidence_pack import Format, Place, prepare_folder, write_pack
from triage.story import Whose, letter_of

if TYPE_CHECKING:
    from triage.clients.timeline import Event
    from triage.config import Config
    from triage.ledger.sqlite import SqliteLedger


@dataclass(frozen=True, slots=True)
class Pack:
    """What was asked for: where to, as what, as of when and from when on."""

    folder: Path
    format: Format
    now: datetime
    since: datetime | None
    json: bool


def export_pack(
    config: Config, ledger: SqliteLedger, who: Whose, events: Sequence[Event], pack: Pack
) -> None:
    """Write the pack and say what is in it."""
    from triage.clients.timeline import severity_by_week

    prepare_folder(pack.folder)
    places = [place for place in _places(ledger, who) if _is_wanted(place, pack)]
    told = tuple((event, notes_of(event)) for event in events)
    made = pack.now.astimezone(config.clock.zone)
    dossier = Dossier(who.name, made, told, (), severity_by_week(events, pack.now))
    console = Console(stderr=True)
    with progress_bar(console, is_shown=console.is_terminal and not pack.json) as progress:
        task = progress.add_task("fetching", total=len(places))
        words = _Words(config, ledger)
        written = write_pack(
            pack.folder, pack.format, dossier, places, config.accounts, words,
            lambda done: progress.update(task, completed=done),
        )  # fmt: skip
    _tell(who, pack, written)


def _tell(who: Whose, pack: Pack, dossier: Dossier) -> None:
    sides = [exhibit.side for exhibit in dossier.exhibits]
    if pack.json:
        emit(
            {
                "client": who.name,
                "folder": str(pack.folder),
                "index": f"index.{pack.format}",
                "messages": sides.count("client"),
                "replies": sides.count("you"),
                "gone": len(dossier.gone),
            }
        )
        return
    gone = f"; {len(dossier.gone)} are gone from the server and listed as gone" if dossier.gone else ""
    typer.echo(
        f"{sides.count('client')} messages and {sides.count('you')} replies in {pack.folder}{gone}. "
        f"Begin with index.{pack.format}; SHA256SUMS holds the hashes."
    )


def _places(ledger: SqliteLedger, who: Whose) -> list[Place]:
    """Every message of the client's and to the client, numbered by time."""
    found = sorted((*_received(ledger, who), *_sent(ledger, who)), key=lambda place: place.exhibit.remembered)
    return [replace(p, exhibit=replace(p.exhibit, number=n)) for n, p in enumerate(found, start=1)]


def _received(ledger: SqliteLedger, who: Whose) -> Iterator[Place]:
    for one in ledger.letters(who.addresses, who.domains):
        row, letter = one.row, letter_of(one)
        exhibit = Exhibit(
            0, "client", row.account, row.folder, row.key, row.subject, row.received,
            flags=letter.flagged, severity=row.severity if letter.flagged else 0,
        )  # fmt: skip
        yield Place(row.account, row.folder, row.uidvalidity, row.uid, exhibit)


def _sent(ledger: SqliteLedger, who: Whose) -> Iterator[Place]:
    """Mail to the client; a copy to another of its addresses is the same message."""
    rows = ledger.sent_to(who.addresses, who.domains)
    places = {(row.account, row.folder, row.uidvalidity, row.uid): row for row in rows}
    for place, row in places.items():
        yield Place(*place, Exhibit(0, "you", row.account, row.folder, row.message_id, row.subject, row.at))


def _is_wanted(place: Place, pack: Pack) -> bool:
    at = place.exhibit.remembered
    return at <= pack.now and (pack.since is None or at >= pack.since)


class _Words:
    """The words behind the flags of a message, judged again; the classifier is loaded for the first flag."""

    def __init__(self, config: Config, ledger: SqliteLedger) -> None:
        book = load_book(config)
        told = taught(ledger, book)
        self._desks = {one.name: desk_of(config, one, book, taught=told) for one in config.accounts}
        self._judge_of = functools.cache(self._load)

    def _load(self) -> Judge:
        return load_classifier(next(iter(self._desks.values())).cache)

    def __call__(self, exhibit: Exhibit, raw: bytes) -> tuple[tuple[str, str], ...]:
        if not exhibit.flags:
            return ()
        desk = self._desks[exhibit.account]
        (judgement,) = judge([read(raw, desk)], self._judge_of, desk.taught)
        if judgement is None:
            return ()
        found = (judgement.findings[label] for label in exhibit.flags if label in judgement.findings)
        return tuple((finding.label, piece.text) for finding in found for piece in finding.evidence)
