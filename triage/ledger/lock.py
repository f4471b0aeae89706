"""One pass over an account at a time, whoever runs it: a lock that dies with its process."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from triage.errors import LedgerUnusable, PassRunning
from triage.files import PRIVATE_FILE, make_private_folder, take_lock

_PAUSE = 0.05


@contextmanager
def account_lock(folder: Path, account: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the account's lock; after ``wait`` seconds in vain PassRunning names the process that has it.

    The file stays behind, since removing it would let two passes lock two files of one name.
    """
    path = lock_path(folder, account)
    try:
        make_private_folder(folder)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        raise LedgerUnusable(
            f"The lock file {path} can't be written: give your user the right to write in its folder."
        ) from error
    try:
        _lock(handle, path, wait)
        _sign(handle)
        yield
    finally:
        os.close(handle)  # the lock goes with it


def lock_path(folder: Path, account: str) -> Path:
    """The account's lock file: its name made safe, with a hash that keeps two names apart."""
    readable = re.sub(r"[^A-Za-z0-9-]+", "_", account)[:40]
    return folder / f"{readable}-{hashlib.sha256(account.encode()).hexdigest()[:8]}.lock"


def _lock(handle: int, path: Path, wait: float) -> None:
    """Take the lock or raise PassRunning."""
    end = time.monotonic() + wait
    try:
        while not take_lock(handle):
            if time.monotonic() >= end:
                raise PassRunning(
                    f"Another pass is running on this account ({_holder(handle)}): "
                    "wait until it is done, or end it."
                )
            time.sleep(_PAUSE)
    except OSError as error:
        raise LedgerUnusable(
            f"The file system of {path} knows no locks: point storage.state_folder to a local disk."
        ) from error


def _sign(handle: int) -> None:
    """Write our process number into the file; where a full disk forbids it the lock holds all the same."""
    with suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())


def _holder(handle: int) -> str:
    """Who wrote into the file last."""
    os.lseek(handle, 0, os.SEEK_SET)
    number = os.read(handle, 32).strip()
    return f"process {number.decode()}" if number.isdigit() else "process number unknown"
