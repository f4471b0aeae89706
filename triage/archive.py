"""Messages from files: one .eml, a folder of them, an mbox (RFC 4155), a Maildir."""

from __future__ import annotations

import errno
import mailbox
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from triage.errors import ConfigError

# A folder's files with these endings are messages; a Maildir's files have none.
MESSAGE_SUFFIXES = frozenset({".eml", ".msg", ".txt", ".mail", ""})


def read_archives(paths: Iterable[Path]) -> Iterator[tuple[str, bytes | OSError]]:
    """Every message of every path as (its path, its bytes), or the error that kept it from being read.

    A path that doesn't exist raises ConfigError before anything is read.
    """
    paths = list(paths)
    missing = [f"{path}: there is no such file or folder." for path in paths if not path.exists()]
    if missing:
        raise ConfigError(*missing)
    for path in paths:
        yield from read_archive(path)


def read_archive(path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    """The messages of one path, in a stable order; those of an mbox or Maildir are named ``path#key``."""
    if path.is_dir():
        yield from _read_maildir(path) if is_maildir(path) else _read_folder(path)
    elif is_mbox(path):
        yield from _read_mbox(path)
    else:
        yield str(path), _bytes_of(path)


def is_maildir(path: Path) -> bool:
    """Whether a folder is a Maildir: it has ``cur`` and ``new``."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def is_mbox(path: Path) -> bool:
    """Whether a file is an mbox: named so, or begins with a ``From `` line, unless its name says .eml."""
    if path.suffix.lower() == ".eml":
        return False
    if path.suffix.lower() in {".mbox", ".mbx"}:
        return True
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        return False


def _read_folder(folder: Path) -> Iterator[tuple[str, bytes | OSError]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix.lower() in MESSAGE_SUFFIXES:
            yield str(path), _bytes_of(path)


def _read_mbox(path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    try:
        box = mailbox.mbox(path, create=False)
    except OSError as error:
        yield str(path), error
        return
    try:
        for key in box.keys():  # noqa: SIM118 - a mailbox iterates over messages, not keys
            yield f"{path}#{key}", _bytes_in(box, key)
    finally:
        box.close()


def _read_maildir(path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.keys()):
        yield f"{path}#{key}", _bytes_in(box, key)


def _bytes_in(box: mailbox.mbox | mailbox.Maildir, key: str) -> bytes | OSError:
    try:
        return box.get_bytes(key)
    except OSError as error:
        return error
    except KeyError:  # moved by another program since the folder was listed
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def _bytes_of(path: Path) -> bytes | OSError:
    try:
        return path.read_bytes()
    except OSError as error:
        return error
