"""The voice as ``triage voice show`` tells it: a record for each client and language, and their table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import typer

from triage.clients.voice import (
    VoiceBook,
    mails_to,
    overall_features,
    usual_language,
    voice_for,
)
from triage.clients.voice_setting import told
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.clients.profile import ClientBook
    from triage.clients.voice import Feature

# Columns where the output goes to a file or another program.
WIDE = 160


def client_keys(clients: ClientBook, named: str) -> tuple[str, ...]:
    """What a client goes by: addresses, "@domain"s and, last, their name or else the address given.

    Raises ConfigError where it is neither a client of the client file nor an address.
    """
    if clients.named(named) is None and "@" not in named.strip("@ "):
        raise ConfigError(
            f"There is no client '{named}' in the client file: give a client's name or an address."
        )
    return _keys(clients, named)


def _keys(clients: ClientBook, named: str) -> tuple[str, ...]:
    client = clients.named(named)
    if client is None:
        return (named.strip().lower(),)
    return (*client.addresses, *(f"@{domain}" for domain in client.domains), client.name)


def records_of_all(book: VoiceBook, clients: ClientBook) -> Iterator[dict[str, object]]:
    """The voice as a whole, by language, then by client where a client has one of their own."""
    languages = {sample.language for sample in book.samples}
    languages |= {code for by in book.fixed.values() for code in by if code}
    for language in (None, *sorted(languages)):
        features = overall_features(book, language)
        if features:
            mails = sum(1 for one in book.samples if language in (one.language, None))
            yield _record(None, language, mails, features)
    for named in _known_clients(book, clients):
        records = records_of_client(book, clients, named)
        yield from (record for record in records if _is_own(record) or named in book.fixed)


def _known_clients(book: VoiceBook, clients: ClientBook) -> list[str]:
    """Whom mail was learnt from or something set for: by name where the client file has one."""
    named: dict[str, None] = {}
    for address in sorted({one.address for one in book.samples} - {""}):
        client = clients.client_of(address)
        named[client.name if client else address] = None
    return [*named, *(key for key in sorted(book.fixed) if key and key not in named)]


def _is_own(record: Mapping[str, object]) -> bool:
    features = record["features"]
    return isinstance(features, dict) and any(one["source"] == "client" for one in features.values())


def records_of_client(book: VoiceBook, clients: ClientBook, named: str) -> Iterator[dict[str, object]]:
    """What drafts to one client are written in, for each language that they were written to in."""
    keys = _keys(clients, named)
    samples = mails_to(book, keys)
    usual = usual_language(book, keys) or usual_language(book, ()) or "en"
    for language in sorted({usual, *(one.language for one in samples)}):
        mails = sum(1 for one in samples if one.language == language)
        yield _record(named, language, mails, voice_for(book, keys, language).found)


def _record(
    client: str | None, language: str | None, mails: int, features: Mapping[str, Feature]
) -> dict[str, object]:
    """The JSON line of the ``voice show`` contract."""
    found = {
        name: {"value": one.value, "mails": one.mails, "of": one.of, "source": one.source}
        for name, one in features.items()
    }
    return {"client": client, "language": language, "mails": mails, "features": found}


def print_habits(records: list[dict[str, object]]) -> None:
    """Write them as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("client", "language", "habit", "value", "learnt from")
    for record in records:
        features = record["features"]
        whose = (str(record["client"] or "all"), str(record["language"] or "all"))
        for name, one in features.items() if isinstance(features, dict) else ():
            seen = "set by hand" if one["source"] == "set" else f"{one['mails']} of {one['of']} mails"
            table.add_row(*map(Text, (*whose, name, told(one["value"]), seen)))
    if not table.row_count:
        typer.echo("Nothing is known yet: `triage voice learn` reads your sent mail.")
        return
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
