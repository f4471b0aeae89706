"""Messages from files: one .eml, a folder of them, an mbox (RFC 4155), a Maildir."""

from __future__ import annotations

import errno
import mailbox
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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


class Archive:
    """The messages of one path, to be read again and again in any order; close it after use.

    ``names`` are those of ``read_archive``, in its order.
    """

    def __init__(self, path: Path) -> None:
        self._box: mailbox.mbox | mailbox.Maildir | None = None
        self._keys: dict[str, Any] = {}
        if not path.exists():
            raise ConfigError(f"{path}: there is no such file or folder.")
        if path.is_dir() and is_maildir(path):
            self._box = mailbox.Maildir(path, create=False)
            self._keys = {f"{path}#{key}": key for key in sorted(self._box.keys())}
        elif path.is_dir():
            self._keys = {str(file): file for file in _files_of(path)}
        elif is_mbox(path):
            self._box = _mbox(path)
            self._keys = {f"{path}#{key}": key for key in self._box.keys()}  # noqa: SIM118
        else:
            self._keys = {str(path): path}

    @property
    def names(self) -> list[str]:
        """The name of every message."""
        return list(self._keys)

    def read(self, name: str) -> bytes | OSError:
        """The bytes of one message, or the error that keeps it from being read."""
        key = self._keys[name]
        return _bytes_of(key) if self._box is None else _bytes_in(self._box, key)

    def close(self) -> None:
        """Let go of the file."""
        if self._box is not None:
            self._box.close()


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
    for path in _files_of(folder):
        yield str(path), _bytes_of(path)


def _files_of(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix.lower() in MESSAGE_SUFFIXES:
            yield path


def _mbox(path: Path) -> mailbox.mbox:
    """An mbox to read; one that can't be opened raises ConfigError."""
    try:
        return mailbox.mbox(path, create=False)
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror or type(error).__name__}.") from None


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
