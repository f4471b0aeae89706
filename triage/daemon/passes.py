"""Where a pass runs: in the daemon itself, or, once there is mail to judge, in the process that judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.access import ledger_path
from triage.config import Account, Config
from triage.daemon.worker import Worker
from triage.errors import PassStopped, TriageError
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

if TYPE_CHECKING:
    from triage.conclude import Judge

#: The classifier is kept so long after its last use: several hundred MB for mail that comes in bursts.
KEEP_S = 5 * 60.0


class Passes:
    """Runs passes for all accounts, in whichever thread asks."""

    def __init__(self, config: Config, order: Order, stop: Callable[[], bool]) -> None:
        self._config = config
        self._order = replace(order, stop=stop, tells_alarms=False)  # that is the alarm clock's to do
        # who brings a judge or a secret has them here and not in another process
        self._worker = None if order.judge_of or order.secret else Worker(config)
        self._used_at = 0.0

    @property
    def worker_pid(self) -> int | None:
        """The process that judges, where there is one."""
        return self._worker.pid if self._worker else None

    def run(
        self, account: Account, has_news: bool, next_in: timedelta, elapsed: Callable[[], float]
    ) -> Summary:
        """One pass; with ``has_news`` there is probably something to judge."""
        order = replace(self._order, next_pass_in=next_in)
        if self._worker is None:
            return sweep(self._config, account, order)
        before = None
        if not has_news:
            before, is_done = self._light(account, order)
            if is_done:
                return before
        summary = self._worker.run(account.name, next_in)
        self._used_at = elapsed()
        return summary if before is None else _together(before, summary)

    def next_holding(self, account: Account) -> datetime | None:
        """When the earliest holding reply that isn't written yet is due."""
        try:
            with open_ledger(ledger_path(self._config)) as ledger:
                waiting = ledger.open_obligations(account.name)
        except TriageError:  # the pass has told it
            return None
        due = [o.holding_at for o in waiting if o.holding_at is not None and o.holding_state == "none"]
        return min(due, default=None)

    def release(self, elapsed: float) -> None:
        """Give the classifier's memory back once it has not been used for a while."""
        is_idle = self._worker is not None and self._worker.pid is not None and not self._worker.is_busy
        if is_idle and elapsed - self._used_at >= KEEP_S:
            self.end()

    def end(self) -> None:
        """End the process that judges."""
        if self._worker is not None:
            self._worker.end()

    def _light(self, account: Account, order: Order) -> tuple[Summary, bool]:
        """A pass here, which breaks off where something is to be judged; whether it went to its end."""
        needed: list[bool] = []

        def elsewhere() -> Judge:
            needed.append(True)
            raise PassStopped("there is mail to judge")

        summary = sweep(self._config, account, replace(order, judge_of=elsewhere))
        return summary, not needed


def _together(first: Summary, rest: Summary) -> Summary:
    """What both halves of one pass did; how it ended says the second."""
    names = [one.name for one in fields(Summary) if one.type == "int"]
    counts = {name: getattr(first, name) + getattr(rest, name) for name in names}
    return replace(rest, **counts, duration_s=first.duration_s + rest.duration_s)
