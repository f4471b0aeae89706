"""One SQLite connection with the house's rules: private file, write-ahead log, short transactions.

The log runs with synchronous=NORMAL: a transaction that has returned survives the death of the process,
whatever kills it. Power loss may undo the last transactions, never damage the file. What must outlive that,
too, is forced to the disk: so a sweep waits for the disk once a draft and not thrice a message.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from triage.files import make_private_file, make_private_folder
from triage.ledger.faults import openable, translated
from triage.ledger.migrations import migrate, transaction

T = TypeVar("T")


def connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Open the file, or begin it (0600, folder 0700); SQLite gives its log the same mode."""
    with openable(path), translated(path):
        make_private_folder(path.parent)
        make_private_file(path)
        return sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)


def copy_of(path: Path, target: sqlite3.Connection) -> None:
    """Copy the file's content into another database; ``target`` is closed when that fails."""
    try:
        with translated(path), closing(_reading(path)) as source:
            source.backup(target)
    except BaseException:
        target.close()
        raise


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that can't write, not even bring the schema up to date."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


class Store:
    """A connection that is set up and whose schema is up to date; a context manager that closes it."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._is_intent_open = False
        self._has_changed = False
        try:
            self._has_log = self._is_set_up_with_log()
        except BaseException:
            connection.close()
            raise

    def _is_set_up_with_log(self) -> bool:
        """Set up and migrate; a file system that can't hold the log gets full synchronisation instead."""
        with translated(self._name):
            (mode,) = self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
            has_log = str(mode) == "wal"
            self._connection.execute(f"PRAGMA synchronous = {'NORMAL' if has_log else 'FULL'}")
            self._connection.execute("PRAGMA foreign_keys = ON")
            migrate(self._connection)
        return has_log

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; its log is folded into it by the last one who does so."""
        self._connection.close()

    def damage(self) -> str | None:
        """What SQLite's own check finds wrong in the file, or None; reads the whole file."""
        with translated(self._name):
            (found,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        return None if found == "ok" else str(found)

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction over all effects inside: all are kept, or none when the block raises.

        An intent to place a draft, written inside, is on the disk when the outermost transaction returns.
        """
        is_outermost = not self._connection.in_transaction
        with translated(self._name):
            with transaction(self._connection):
                yield
            if is_outermost and self._is_intent_open:
                self._force_to_disk()

    def _force_to_disk(self) -> None:
        """A commit with synchronous=FULL forces the whole log to the disk, earlier transactions with it."""
        if self._has_log:
            self._connection.execute("PRAGMA synchronous = FULL")
            try:
                self._connection.execute("UPDATE sync_point SET number = number + 1")
            finally:
                self._connection.execute("PRAGMA synchronous = NORMAL")
        self._is_intent_open = False
        self._has_changed = False

    def append_begun(self, message_id: str) -> None:
        """A planned draft, of whatever kind, is about to be sent to the server.

        Not forced to the disk: after a power cut a server has long shown what it has stored.
        """
        with self.together():
            for table in ("draft", "ladder_step", "own_mail"):
                self._change(
                    f"UPDATE {table} SET state = 'appending' WHERE message_id = ? AND state = 'planned'",  # noqa: S608
                    message_id,
                )

    def _read(self, sql: str, *values: object) -> list[Any]:
        with translated(self._name):
            return self._connection.execute(sql, values).fetchall()

    def _found(self, make: Callable[[Sequence[Any]], T], sql: str, *values: object) -> list[T]:
        """What the statement finds, made into values; a row that can't be one is damage."""
        with translated(self._name):
            rows = self._connection.execute(sql, values).fetchall()
            try:
                return [make(row) for row in rows]
            except (TypeError, ValueError, AttributeError) as error:
                raise sqlite3.DatabaseError("a row holds what was never written") from error

    def _change(self, sql: str, *values: object) -> int:
        """Run one statement in a transaction, the open one or its own; how many rows it touched."""
        with translated(self._name) if self._connection.in_transaction else self.together():
            self._has_changed = True
            return self._connection.execute(sql, values).rowcount
