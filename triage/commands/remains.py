"""What of a message or a secret remains in files: looked for by runs of words, in every byte."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

RUN = 4
"""Words in a row that nobody writes by accident, such as a label's name or a habit of greeting."""
MIN_RUN_CHARS = 16
MAX_RUNS = 200_000
MAX_FILE_BYTES = 500_000_000
LARGE_BYTES = 4_000_000
LONGEST = 100
_WORD = re.compile(r"\w+")
_LEDGER = "ledger.sqlite3"


def files_under(folders: Iterable[Path]) -> list[Path]:
    """Every file below these folders."""
    return sorted({path for folder in folders for path in folder.rglob("*") if path.is_file()})


def words_of(texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Runs of words that stand in a message's new text and not in its subject, in small letters."""
    found: set[str] = set()
    for text, subject in texts:
        found |= _runs(text) - _runs(subject)
        if len(found) > MAX_RUNS:
            break
    return frozenset(found)


def _runs(text: str) -> set[str]:
    words = _WORD.findall(text.lower())
    runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return {run for run in runs if len(run) >= MIN_RUN_CHARS}


class Remains:
    """Files to be searched."""

    def __init__(self, files: Collection[Path]) -> None:
        self._files = files

    def with_words(self, runs: frozenset[str]) -> list[Path]:
        """The files in which one of the runs stands, whatever stands between its words.

        A subject may be remembered: what stands in one that the ledger knows doesn't count. Files as large
        as a classifier are searched for the longest runs alone, written as they are here.
        """
        wanted = runs - {run for subject in self._subjects() for run in _runs(subject)}
        longest = [run.encode() for run in sorted(wanted, key=len)[-LONGEST:]]
        return [path for path in self._files if _holds(path, wanted, longest)]

    def with_secret(self, secret: str) -> list[Path]:
        """The files in which the secret stands."""
        wanted = secret.encode()
        return [path for path in self._files if wanted in _bytes_in(path)] if len(secret) >= 4 else []

    def tables(self) -> list[str]:
        """What the ledger holds: each table with its columns."""
        found = self._asked(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return [
            f"{name}: {', '.join(self._asked(f'SELECT name FROM pragma_table_info({name!r})'))}"  # noqa: S608
            for name in sorted(found)
        ]

    def _subjects(self) -> list[str]:
        tables = ("message", "sent_mail", "ladder_step", "own_mail")
        return [one for table in tables for one in self._asked(f"SELECT subject FROM {table}")]  # noqa: S608

    def _asked(self, sql: str) -> list[str]:
        """The first column of what the ledger answers; nothing where there is none that can be read."""
        ledger = next((path for path in self._files if path.name == _LEDGER), None)
        if ledger is None:
            return []
        try:
            with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                return [str(row[0]) for row in connection.execute(sql)]
        except sqlite3.Error:
            return []


def _holds(path: Path, runs: frozenset[str], longest: list[bytes]) -> bool:
    data = _bytes_in(path)
    if len(data) > LARGE_BYTES:
        small = data.lower()
        return any(run in small for run in longest)
    return not runs.isdisjoint(_runs(_text_in(data)))


def _text_in(data: bytes) -> str:
    """All that could be text in some bytes, in two encodings."""
    wide = data.replace(b"\0", b"") if b"\0" in data else b""
    return "\n".join(one.decode("utf-8", "replace") for one in (data, wide))


def _bytes_in(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
    except OSError:
        return b""
