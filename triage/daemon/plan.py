"""When an account's next pass is due, and why it waits: no clock, no network, no thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.errors import ExitCode
from triage.heartbeat import AccountBeat
from triage.order import Summary
from triage.power import Power

#: A network that is gone may be back in seconds: the first try comes soon, the next after twice as long.
SOON = timedelta(seconds=5)
#: A server that can't be reached, or what else may pass, is tried at least this often, or at each poll.
MOST_OFFLINE = timedelta(minutes=15)
#: What trying again doesn't mend, such as a refused login, is tried less and less: accounts get locked by it.
MOST_REFUSED = timedelta(hours=1)
_REFUSED = (ExitCode.LOGIN_REFUSED, ExitCode.USAGE)
#: On battery a poll waits this many times as long, but not over an hour.
CAREFUL, MOST_CAREFUL = 4, timedelta(hours=1)
#: A wait that took this much longer than asked for, by the clock on the wall, was a sleep.
SLEPT_S = 10.0


def interval(poll: timedelta, power: Power) -> timedelta:
    """How long a poll waits; new mail that the server announces waits for none."""
    if power.is_low:
        return max(poll, MOST_CAREFUL)
    return max(poll, min(poll * CAREFUL, MOST_CAREFUL)) if power.is_scarce else poll


def has_jumped(waited_s: float, wall_s: float, awake_s: float) -> bool:
    """Whether the machine slept, or its clock was set, while ``waited_s`` seconds were to be waited.

    ``wall_s``: by the clock on the wall; ``awake_s``: by one that nobody sets, and that on Windows alone goes
    on in sleep.
    """
    return wall_s - waited_s > SLEPT_S or abs(wall_s - awake_s) > SLEPT_S


@dataclass
class Plan:
    """One account between its passes."""

    account: str
    next_at: datetime
    waiting: str = "the first pass"
    failures: int = 0
    broken: int = 0
    error: str | None = None
    last_pass: datetime | None = None
    last_ok: datetime | None = None
    running_since: float | None = None
    has_news: bool = False

    def is_due(self, now: datetime) -> bool:
        """Whether a pass shall begin."""
        return self.running_since is None and self.next_at <= now

    def begin(self, elapsed: float) -> bool:
        """A pass begins; whether it is because of news."""
        has_news, self.has_news = self.has_news, False
        self.running_since, self.waiting = elapsed, "the end of a pass"
        return has_news

    def ask(self, now: datetime, why: str) -> None:
        """A pass as soon as may be: now, or right after the one that is running."""
        self.has_news = True
        self.next_at = min(self.next_at, now)
        if self.running_since is None:
            self.waiting = why

    def resume(self, now: datetime, why: str) -> None:
        """The machine has slept, or is on another network: old failures say nothing any more."""
        self.failures = self.broken = 0
        self.next_at = now
        if self.running_since is None:
            self.waiting = why

    def lose_watch(self, now: datetime, poll: timedelta, jitter: float) -> None:
        """The wait for new mail broke: a pass tries the connection, soon at first, then less often."""
        wait = min(SOON * 2 ** min(self.broken, 16), poll) * jitter
        self.broken += 1
        if now + wait < self.next_at:
            self.next_at = now + wait
            self.waiting = "another try, since the connection broke"

    def end(self, summary: Summary, now: datetime, poll: timedelta, jitter: float) -> None:
        """A pass is over; ``jitter``: a factor around 1, so that not all programs come at once."""
        self.running_since, self.last_pass, self.error = None, now, summary.error
        if summary.error is None:
            self.failures, self.last_ok = 0, now
            wait, self.waiting = poll, "new mail, or the next look"
        else:
            wait = self._back_off(summary.exit_code, poll) * jitter
            self.failures += 1
            self.waiting = "another try, since the last pass failed"
        self.next_at = now if self.has_news and summary.error is None else now + wait

    def not_after(self, moment: datetime | None, why: str) -> None:
        """Something falls due before the next look."""
        if moment is not None and moment < self.next_at:
            self.next_at, self.waiting = moment, why

    def beat(self) -> AccountBeat:
        """How the account is, for the heartbeat."""
        next_pass = None if self.running_since is not None else self.next_at
        return AccountBeat(self.account, self.last_pass, self.last_ok, next_pass, self.waiting, self.error)

    def _back_off(self, code: ExitCode, poll: timedelta) -> timedelta:
        factor: int = 2 ** min(self.failures, 16)
        if code in _REFUSED:
            return min(poll * 2 * factor, max(MOST_REFUSED, poll))
        return min(SOON * factor, max(poll, MOST_OFFLINE))
