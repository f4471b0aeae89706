"""Files that only their owner may read: created 0600 in folders 0700, replaced whole or not at all.

On Windows modes mean nothing; there the user profile's own access list keeps others out.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
HAS_MODES = os.name == "posix"
_PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    _BYTE = 1 << 30
    """Windows locks keep readers out, so a byte far behind what the file holds is locked."""

    def take_lock(handle: int) -> bool:
        """Lock the open file, if nobody else has; the lock goes when the file is closed."""
        os.lseek(handle, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def take_lock(handle: int) -> bool:
        """Lock the open file, if nobody else has; the lock goes when the file is closed."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock on this file, which is made where it is missing; TimeoutError after ``wait`` seconds.

    The file stays behind, since removing it would let two hold two files of one name.
    """
    make_private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        end = time.monotonic() + wait
        while not take_lock(handle):
            if time.monotonic() >= end:
                raise TimeoutError
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


def make_private_folder(folder: Path) -> Path:
    """Make the folder (0700) and its parents where they are missing; one that is there keeps its mode."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


def make_private_file(path: Path) -> Path:
    """Make an empty file (0600) where it is missing, and close one that others could read."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
    if is_exposed(path):
        path.chmod(PRIVATE_FILE)
    return path


def is_exposed(path: Path) -> bool:
    """Whether anybody but the owner may read, write or enter it; always False where modes mean nothing."""
    return HAS_MODES and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def write_private(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Put the text in the file (0600), whole or not at all, also when the power fails on the way."""
    make_private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no handle on folders and needs none."""
    if HAS_MODES:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
