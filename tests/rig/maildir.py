"""A user's Maildir on the disk, without the server: what mail programs and delivery agents do to it.

Reading and changing files costs microseconds where a connection costs milliseconds, and hides nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

_INDEX = ("dovecot.index", "dovecot.index.log", "dovecot.index.cache", "dovecot-uidlist")
_ACL = "dovecot-acl"


@dataclass(frozen=True, slots=True)
class Stored:
    """One message as it lies there; ``name`` stays with it whatever its flags, which are letters, sorted."""

    name: str
    flags: str
    raw: bytes


class Maildir:
    """The mail of one user under ``home``; ``owner`` (uid, gid) is whom the server runs as."""

    def __init__(self, home: Path, owner: tuple[int, int]) -> None:
        self.root = home / "Maildir"
        self._owner = owner
        self._numbers = count(1)
        self._make_folder(home)

    def path(self, folder: str) -> Path:
        """Where a folder lies (Maildir++)."""
        return self.root if folder == "INBOX" else self.root / f".{folder}"

    def make(self, folder: str) -> None:
        """Make an empty folder."""
        for part in (self.root, self.path(folder)):
            self._make_folder(part)
        for name in ("tmp", "new", "cur"):
            self._make_folder(self.path(folder) / name)

    def put(self, folder: str, raw: bytes, *, flags: str = "", arrived: float | None = None) -> str:
        """Store a message, as of ``arrived`` (seconds since 1970); returns its name."""
        name = f"{next(self._numbers)}.{os.getpid()}.chaos"
        target = self.path(folder) / ("cur" if flags else "new") / (f"{name}:2,{flags}" if flags else name)
        making = self.path(folder) / "tmp" / name
        making.write_bytes(raw)
        os.chown(making, *self._owner)
        if arrived is not None:
            os.utime(making, (arrived, arrived))
        making.rename(target)
        return name

    def stored(self, folder: str) -> dict[str, Stored]:
        """Every message of a folder by its name."""
        return {one.name: one for one in (self._read(path) for path in self._files(folder)) if one}

    def remove(self, folder: str, name: str) -> None:
        """Delete one message for good."""
        self._file(folder, name).unlink()

    def move(self, folder: str, name: str, target: str) -> None:
        """Move a message as mail programs on the same machine do: by renaming its file."""
        path = self._file(folder, name)
        path.rename(self.path(target) / "cur" / (path.name if ":2," in path.name else f"{path.name}:2,"))

    def set_flags(self, folder: str, name: str, flags: str) -> None:
        """Give a message these flags."""
        path = self._file(folder, name)
        path.rename(self.path(folder) / "cur" / f"{name}:2,{''.join(sorted(flags))}")

    def rebuild(self, folder: str, uidvalidity: int, order: Sequence[str] = ()) -> None:
        """Forget all UIDs: the messages get UIDs from 1 on in this order, under another UIDVALIDITY."""
        place = self.path(folder)
        for name in _INDEX:
            (place / name).unlink(missing_ok=True)
        lines = [f"3 V{uidvalidity} N{len(order) + 1} G{uidvalidity:032x}"]
        lines += [f"{uid} :{name}" for uid, name in enumerate(order, 1)]
        self._write(place / "dovecot-uidlist", "\n".join(lines) + "\n")

    def forbid_writing(self, folder: str, *, is_forbidden: bool) -> None:
        """Whether the folder may only be read; holds for connections opened from now on."""
        if is_forbidden:
            self._write(self.path(folder) / _ACL, "owner lrs\n")
        else:
            (self.path(folder) / _ACL).unlink(missing_ok=True)

    def _files(self, folder: str) -> Iterator[Path]:
        for part in ("cur", "new"):
            yield from (self.path(folder) / part).iterdir()

    def _file(self, folder: str, name: str) -> Path:
        return next(path for path in self._files(folder) if path.name.partition(":2,")[0] == name)

    @staticmethod
    def _read(path: Path) -> Stored | None:
        name, _, flags = path.name.partition(":2,")
        try:
            return Stored(name, "".join(sorted(flags)), path.read_bytes())
        except FileNotFoundError:  # renamed by the server just now
            return None

    def _make_folder(self, path: Path) -> None:
        if not path.is_dir():
            path.mkdir(mode=0o700)
            os.chown(path, *self._owner)

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        os.chown(path, *self._owner)
