"""A daemon in a thread of the test's, with a clock that can be moved and a judge that knows a few words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from tests.rig.word_judge import WordJudge
from triage.config import Account, Config, load_config
from triage.daemon.bell import Time
from triage.daemon.loop import Daemon
from triage.order import Order, Summary
from triage.power import Power

LIMIT_S = 60.0
#: The loop's tick, for tests.
TICK_S = 0.2


class MovedTime(Time):
    """The real clock, moved; asleep, the machine's own seconds stand still."""

    def __init__(self, moved: timedelta) -> None:
        self.moved = moved

    def now(self) -> datetime:
        """The time of day, as it was set."""
        return datetime.now(UTC) + self.moved

    def sleep(self, time: timedelta) -> None:
        """The machine sleeps, or its clock is set."""
        self.moved += time


@dataclass
class House:
    """A running daemon and what it has told."""

    daemon: Daemon
    time: MovedTime
    judge: WordJudge
    passes: list[tuple[datetime, Summary]] = field(default_factory=list)

    def has_passed(self, times: int = 1) -> bool:
        """Whether so many passes come to be over."""
        return eventually(lambda: len(self.passes) >= times)

    def is_listening(self) -> bool:
        """Whether every watch comes to listen, so that news is announced."""
        watches = [watch for served in self.daemon._served for watch in served.watches]
        return eventually(lambda: all(watch.is_listening and watch.peer is not None for watch in watches))


def eventually(is_so: Callable[[], bool], limit: float = LIMIT_S) -> bool:
    """Whether it becomes so within the limit."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def settings(mailbox: Mailbox, folder: Path, *, poll: float = 60, **changes: object) -> Config:
    """The configuration of one account; ``changes`` are of the account."""
    path = folder / "config.toml"
    path.write_text(config_text(mailbox, folder, folder / "cache", poll=poll))
    config = load_config(path)
    account: Account = config.accounts[0].model_copy(update=changes)
    return config.model_copy(update={"accounts": (account,)}).read_from(path)


def through(config: Config, port: int) -> Config:
    """The same, by way of a proxy."""
    account = config.accounts[0].model_copy(update={"port": port})
    return config.model_copy(update={"accounts": (account,)}).read_from(config.paths.config)


@contextmanager
def running(
    config: Config, mailbox: Mailbox, ahead: timedelta = timedelta(0), **changes: object
) -> Iterator[House]:
    """A daemon whose clock is so far ahead; it is ended, and must end, when the test is over."""
    moved, judge = MovedTime(ahead), WordJudge()
    order = Order(clock=moved.now, secret=mailbox.secret, judge_of=lambda: judge)
    daemon = Daemon(config, config.accounts, order, time=moved, power=Power, tick_s=TICK_S)
    daemon = replace(daemon, **changes)  # type: ignore[arg-type]
    house = House(daemon, moved, judge)
    daemon.on_pass = lambda summary: house.passes.append((moved.now(), summary))
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield house
    finally:
        daemon.end()
        thread.join(40)
        assert not thread.is_alive()
