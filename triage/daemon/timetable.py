"""What is done at which moment: APScheduler keeps the jobs, and the daemon's one loop lends it the thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from triage.daemon.bell import Time

Act = Callable[[], None]

#: However late a job is, it fires, and once only: after a night asleep one pass is due and not a hundred.
_RULES = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}


class _Scheduler(BaseScheduler):  # type: ignore[misc]  # it has no types
    """Without a thread of its own, which would wake up beside the loop: the loop's wait is its timer."""

    def wakeup(self) -> None:
        """Nothing: the thread that changes a job asks for what is due before it sleeps."""

    def shutdown(self, wait: bool = True) -> None:
        """Forget the jobs."""
        super().shutdown(wait)

    def fire(self) -> float | None:
        """Fire what is due; seconds until the next job, None without one."""
        wait_s: float | None = self._process_jobs()
        return wait_s


class Timetable:
    """For one thread. Moments are by the clock of ``time``; the scheduler hears how far off they are."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._moments: dict[str, datetime] = {}
        self._fired: list[tuple[str, Act]] = []
        self._scheduler = _Scheduler(
            timezone=UTC, job_defaults=_RULES, executors={"default": DebugExecutor()}
        )
        self._scheduler.start()

    def at(self, name: str, moment: datetime, act: Act) -> None:
        """Once, at this moment or as soon after as may be; it takes the place of what has the same name."""
        if self._moments.get(name) != moment:
            self._moments[name] = moment
            ahead = moment - self._time.now()
            self._put(name, act, DateTrigger(datetime.now(UTC) + ahead, UTC))

    def every(self, name: str, seconds: float, act: Act) -> None:
        """Again and again, first in so many seconds from now; put in anew where the clock was set."""
        first = datetime.now(UTC) + timedelta(seconds=seconds)
        self._put(name, act, IntervalTrigger(seconds=seconds, start_date=first, timezone=UTC))

    def due(self) -> tuple[list[Act], float | None]:
        """What has come due since the last look, the earliest first, and the seconds until the next."""
        wait_s = self._scheduler.fire()
        fired, self._fired = self._fired, []
        for name, _ in fired:
            self._moments.pop(name, None)
        return [act for _, act in fired], wait_s

    def close(self) -> None:
        """No job fires any more."""
        self._scheduler.shutdown()

    def _put(self, name: str, act: Act, trigger: BaseTrigger) -> None:
        self._scheduler.add_job(self._fire, trigger, (name, act), id=name, replace_existing=True)

    def _fire(self, name: str, act: Act) -> None:
        """Only say that it is time: what it is time for may fail, and that the loop shall hear."""
        self._fired.append((name, act))
