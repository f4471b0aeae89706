"""The log in a file of its own: for its owner alone, begun anew at its size, shared by several processes."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from triage.errors import ConfigError
from triage.files import HAS_MODES, locked, make_private_file, make_private_folder

_LOCK_S = 1.0


class PrivateLog(RotatingFileHandler):
    """Appends to ``path`` (0600); at ``most`` bytes it becomes ``path.1`` and so on, of which ``keep`` stay.

    Daemon and sweep may write to one file: whoever finds it full begins the new one, the others follow. A
    full disk costs lines of the log and nothing else.
    """

    def __init__(self, path: Path, most: int, keep: int) -> None:
        make_private_folder(path.parent)
        super().__init__(path, maxBytes=most, backupCount=keep, encoding="utf-8", errors="replace")

    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, into the file that is the current one now."""
        try:
            self._follow()
        except OSError:
            self.handleError(record)
            return
        super().emit(record)

    def doRollover(self) -> None:  # noqa: N802, the library's name
        """Begin the file anew, unless another process has just done so."""
        # NOTE: Windows renames no file that another process holds open; the file then grows for a while
        with suppress(TimeoutError, OSError), locked(Path(self.baseFilename + ".lock"), _LOCK_S):
            self._follow()
            if Path(self.baseFilename).stat().st_size > self.maxBytes // 2:
                super().doRollover()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, the library's name
        """A log that can't be written says nothing: there is nobody to tell, and the work goes on."""

    def _follow(self) -> None:
        if self.stream is not None and HAS_MODES and not self._is_current():
            self.stream.close()
            self.stream = self._open()

    def _is_current(self) -> bool:
        try:
            there = Path(self.baseFilename).stat()
        except FileNotFoundError:
            return False
        here = os.fstat(self.stream.fileno()) if self.stream is not None else there
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def open_log(path: Path, megabytes: float, keep: int) -> PrivateLog:
    """The log at this place; raises ConfigError where nothing can be written there."""
    try:
        return PrivateLog(path, int(megabytes * 1_000_000), keep)
    except OSError as error:
        raise ConfigError(
            f"log.file: {path} can't be written ({error.strerror}): name another file, or remove the key."
        ) from None
