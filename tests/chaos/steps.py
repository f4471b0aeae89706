"""Inside the process of a pass: every step of input and output is counted, and before one of them it may die.

A step is a message to or from the server, a statement of SQLite or the end of a transaction, the opening,
replacing or forcing of a file. Dying is SIGKILL: nothing of the process runs after it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SOCKET = ("connect", "sendall", "recv_into")
_FILES = ("open", "replace", "fsync", "unlink")
_FORCED = "UPDATE sync_point"


@dataclass
class Steps:
    """Counts; ``kill_at`` is the step that is not taken any more, ``disk`` a folder for what surely lasts."""

    kill_at: int = 0
    disk: Path | None = None
    pages_left: int | None = None
    taken: int = 0

    def __call__(self) -> None:
        """One more step is about to be taken."""
        self.taken += 1
        if self.taken == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """From now on every step of this process is counted."""
        for name in _SOCKET:
            setattr(socket.socket, name, self._counted(getattr(socket.socket, name)))
        for name in _FILES:
            setattr(os, name, self._counted(getattr(os, name)))
        # SQLite's connection is a type of C: it is counted by a subclass
        honest, steps = sqlite3.connect, self

        class Counted(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                steps()
                cursor = super().execute(sql, *values)
                if sql.startswith(_FORCED):
                    steps.keep(self)
                return cursor

        def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            steps()
            return steps.limited(honest(*args, **kwargs, factory=Counted))

        sqlite3.connect = connect  # type: ignore[assignment]

    def limited(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection with no room to grow beyond ``pages_left``: SQLITE_FULL from SQLite itself."""
        if self.pages_left is not None:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {max(1, pages + self.pages_left)}")
        return connection

    def keep(self, connection: sqlite3.Connection) -> None:
        """Copy the ledger as it was just forced to the disk: what a power cut can't take away."""
        if self.disk is None:
            return
        (_, _, path) = sqlite3.Connection.execute(connection, "PRAGMA database_list").fetchone()
        for suffix in ("", "-wal"):
            if Path(path + suffix).exists():
                shutil.copy(path + suffix, self.disk / (Path(path).name + suffix))

    def _counted(self, honest: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self()
            return honest(*args, **kwargs)

        return counted
