"""What a pass is told beforehand, and what it tells when it is done."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from triage.config import Config
from triage.errors import ExitCode, PassStopped
from triage.imap.session import Secret

if TYPE_CHECKING:
    from triage.conclude import Judge
    from triage.notify.delivery import Notifier
    from triage.observer import Observer

LOCK_WAIT_S = 5.0
BROKE_OFF = "the pass broke off by a fault of the program"
STOPPED = "stopped before the end; the next pass goes on from there."


@dataclass
class Summary:
    """What a pass did; ``error``: the sentence that ended it early; ``seen_to``: each folder's next UID.

    ``late`` counts the drafts that came later than promised, ``ladder`` the steps of the payment ladder that
    were drafted, ``contact`` the updates and questions for feedback, ``alarms`` what was told.
    """

    account: str
    seen: int = 0
    flagged: int = 0
    drafted: int = 0
    late: int = 0
    left_alone: int = 0
    ladder: int = 0
    contact: int = 0
    failed: int = 0
    alarms: int = 0
    duration_s: float = 0.0
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE
    seen_to: dict[str, int] = field(default_factory=dict)

    def break_off(self, reason: str) -> None:
        """The pass has met a fault of the program's own."""
        self.error = f"{BROKE_OFF} ({reason}); the log says where, please report it."
        self.exit_code = ExitCode.SOME_FAILED

    def as_record(self) -> dict[str, object]:
        """The JSON line of the ``sweep`` contract."""
        names = (
            "account", "seen", "flagged", "drafted", "late", "left_alone", "ladder", "contact", "failed",
            "alarms",
        )  # fmt: skip
        record: dict[str, object] = {name: getattr(self, name) for name in names}
        record["duration_s"] = round(self.duration_s, 3)
        if self.error:
            record["error"] = self.error
        return record


@dataclass(frozen=True)
class Order:
    """How one pass shall go. ``secret`` and ``judge_of`` are found by themselves where they are not given.

    ``tells_alarms``: it ends by telling what is due, by ``notifier`` in place of desktop and push;
    ``next_pass_in`` says when the next one comes, where that is known.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    since: datetime | None = None
    dry_run: bool = False
    stop: Callable[[], bool] = lambda: False
    observer: Observer | None = None
    secret: Secret | None = None
    judge_of: Callable[[], Judge] | None = None
    lock_wait_s: float = LOCK_WAIT_S
    tells_alarms: bool = True
    notifier: Notifier | None = None
    next_pass_in: timedelta | None = None


def our_addresses(config: Config) -> frozenset[str]:
    """Every address of ours and of our colleagues, in all accounts, in lower case."""
    ours = (address for account in config.accounts for address in (account.address, *account.aliases))
    return frozenset(address.lower() for address in (*ours, *config.clock.colleagues))


def shared_judge(
    config: Config, observer: Observer | None = None, stop: Callable[[], bool] = lambda: False
) -> Callable[[], Judge]:
    """The classifier, loaded at the first message that needs it and then kept; once for all threads.

    Its training, the first time, takes minutes: ``stop`` ends that too.
    """

    def training(step: str, fraction: float) -> None:
        if stop():
            raise PassStopped(STOPPED)
        if observer is not None:
            observer.training(step, fraction)

    lock = threading.Lock()

    @functools.cache
    def load() -> Judge:
        from triage.conclude import load_classifier

        return load_classifier(config.paths.cache, training)

    def judge_of() -> Judge:
        with lock:
            return load()

    return judge_of
