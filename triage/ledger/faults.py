"""Every way SQLite can fail, as the one sentence that tells the user what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import LedgerUnusable

_DAMAGED = (
    "The ledger {path} is damaged: restore it from a backup, or move it away; a new one is begun then, "
    "and drafts that already stand in the Drafts folder are found there and not written again."
)
_LOCKED = "The ledger {path} is in use by another program for too long: end that program and try again."
_READ_ONLY = "The ledger {path} can't be written: give your user the right to write it and its folder."
_UNREACHABLE = (
    "The ledger {path} can't be opened: check that its folder exists and that your user may write there."
)
_FULL = "The disk is full, the ledger {path} can't grow: free some space and try again."
_DISK = "The disk that holds the ledger {path} failed to read or write: free some space or check the disk."
_SENTENCES = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_NOLFS: _DISK,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_SCHEMA: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,  # our SQL is fixed: a table or column it names is gone
    sqlite3.SQLITE_NOTADB: (
        "The file {path} is no ledger: move it away, or point storage.state_folder to another folder."
    ),
}


def sentence_for(error: sqlite3.Error, path: Path | str) -> str:
    """The sentence for SQLite's primary result code; extended codes carry it in their low byte."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return _SENTENCES.get(code, _DAMAGED).format(path=path)


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Raise LedgerUnusable for whatever SQLite says inside."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        raise LedgerUnusable(sentence_for(error, path)) from error


@contextmanager
def openable(path: Path) -> Iterator[None]:
    """Raise LedgerUnusable for whatever the file system says when the file is opened or begun."""
    try:
        yield
    except OSError as error:
        sentence = {
            errno.EACCES: _READ_ONLY,
            errno.EPERM: _READ_ONLY,
            errno.EROFS: _READ_ONLY,
            errno.ENOSPC: _FULL,
            errno.EDQUOT: _FULL,
        }.get(error.errno or 0, _UNREACHABLE)
        raise LedgerUnusable(sentence.format(path=path)) from error
