"""Whether a daemon runs and how it is: a lock that dies with it, and a small file that it writes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from triage.errors import LedgerUnusable, PassRunning
from triage.files import PRIVATE_FILE, locked, take_lock, write_private

_LOCK, _FILE = "daemon.lock", "daemon.json"
#: A look at the lock takes it for a moment; a daemon that starts just then waits for that.
_START_S = 2.0


@dataclass(frozen=True, slots=True)
class AccountBeat:
    """One account: its last pass, the last that went well, the next; ``waiting`` says what for."""

    account: str
    last_pass: datetime | None = None
    last_ok: datetime | None = None
    next_pass: datetime | None = None
    waiting: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What a daemon last wrote of itself."""

    pid: int
    since: datetime
    accounts: tuple[AccountBeat, ...] = ()


@contextmanager
def daemon_lock(folder: Path) -> Iterator[None]:
    """Be the one daemon of this state folder; raises PassRunning where another one is.

    The lock goes with the process, so that neither a crash nor a reused process number leaves one behind.
    """
    with ExitStack() as held:
        _take(held, folder)
        yield


def _take(held: ExitStack, folder: Path) -> None:
    try:
        held.enter_context(locked(folder / _LOCK, _START_S))
    except TimeoutError:
        beat = read_beat(folder)
        who = f"process {beat.pid}" if beat else "process number unknown"
        raise PassRunning(
            f"A daemon is running already ({who}): end it first; `triage status --daemon` shows how it is."
        ) from None
    except OSError as error:
        raise LedgerUnusable(
            f"{folder / _LOCK} can't be written or locked ({error.strerror}): point "
            "storage.state_folder to a local disk where your user may write."
        ) from error


def is_running(folder: Path) -> bool:
    """Whether a daemon holds the lock right now."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR, PRIVATE_FILE)
    except OSError:
        return False
    try:
        return not take_lock(handle)
    except OSError:
        return False
    finally:
        os.close(handle)


def write_beat(folder: Path, beat: Beat) -> None:
    """Say how it goes; a full disk keeps nobody from the work."""
    record = {"pid": beat.pid, "since": beat.since.isoformat()}
    accounts = [_record(one) for one in beat.accounts]
    with suppress(OSError):
        write_private(folder / _FILE, json.dumps(record | {"accounts": accounts}) + "\n")


def read_beat(folder: Path) -> Beat | None:
    """What was last written; None where that is nothing, or not to be read."""
    try:
        data = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        accounts = tuple(_account(one) for one in data["accounts"])
        return Beat(int(data["pid"]), datetime.fromisoformat(data["since"]), accounts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _record(one: AccountBeat) -> dict[str, Any]:
    times = {name: getattr(one, name) for name in ("last_pass", "last_ok", "next_pass")}
    told = {name: moment.isoformat() if moment else None for name, moment in times.items()}
    return {"account": one.account, **told, "waiting": one.waiting, "error": one.error}


def _account(data: Mapping[str, Any]) -> AccountBeat:
    def moment(name: str) -> datetime | None:
        text = data.get(name)
        return datetime.fromisoformat(text) if text else None

    error = data.get("error")
    return AccountBeat(
        str(data["account"]),
        moment("last_pass"),
        moment("last_ok"),
        moment("next_pass"),
        str(data.get("waiting", "")),
        str(error) if error else None,
    )
