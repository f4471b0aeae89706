"""When the freelancer works, and the promises computed from it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

# A reply drafted tonight may be sent tomorrow morning: a shorter promise would be broken on arrival.
PROMISE_LEAD = timedelta(hours=20)
# An earlier promise is made only where this much time is left to keep it.
SHORTEST_LEAD = timedelta(hours=2)
HOUR = timedelta(hours=1)
# Where the promise falls outside working time it moves to this long after the next opening.
AFTER_OPENING = timedelta(hours=2)
# No calendar has a gap of this many days unless it is closed for good.
MAX_GAP_DAYS = 400


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Zone, working days (0 is Monday), daily opening and closing, and days off.

    ``time_off`` holds first and last days, both off; ``holidays`` are single days.
    """

    zone: tzinfo
    days: frozenset[int] = frozenset(range(5))
    opens: time = time(9)
    closes: time = time(17)
    time_off: tuple[tuple[date, date], ...] = field(default=())
    holidays: Container[date] = frozenset()

    @property
    def hours(self) -> str:
        """Opening and closing as people write them: ``09:00–17:00``."""
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"

    def is_working_day(self, day: date) -> bool:
        """Whether any work is done that day."""
        is_off = day in self.holidays or any(first <= day <= last for first, last in self.time_off)
        return day.weekday() in self.days and not is_off

    def is_working(self, moment: datetime) -> bool:
        """Whether the moment lies in working time, closing time included."""
        local = moment.astimezone(self.zone)
        return self.is_working_day(local.date()) and self.opens <= local.time() <= self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening after the moment; the moment itself where the calendar is always closed."""
        local = moment.astimezone(self.zone)
        for offset in range(MAX_GAP_DAYS):
            day = local.date() + timedelta(days=offset)
            opening = datetime.combine(day, self.opens, self.zone)
            if opening > local and self.is_working_day(day):
                return opening
        return local


def hear_by(now: datetime, working: WorkingTime, before: datetime | None = None) -> datetime:
    """When the client will hear: a full hour in working time, ``PROMISE_LEAD`` or more from now.

    Earlier where that is needed to come before ``before``, the client's own deadline, and possible in working
    time with ``SHORTEST_LEAD`` left; else as if there were none.
    """
    usual = _usual(now, working)
    if before is None or usual < before:
        return usual
    return _last_hour(now, before, working) or usual


def _last_hour(now: datetime, before: datetime, working: WorkingTime) -> datetime | None:
    """The last full hour of working time before a moment that still leaves time to keep it."""
    moment = before.astimezone(working.zone).replace(minute=0, second=0, microsecond=0)
    if moment >= before:
        moment -= HOUR
    # No promise lies further ahead than the usual one, so this is a few days of hours at most.
    while moment >= now + SHORTEST_LEAD:
        if working.is_working(moment):
            return moment
        moment -= HOUR
    return None


def _usual(now: datetime, working: WorkingTime) -> datetime:
    target = (now + PROMISE_LEAD).astimezone(working.zone)
    if not working.is_working(target):
        target = working.next_opening(target) + AFTER_OPENING
    return _whole_hour(target, working)


def _whole_hour(moment: datetime, working: WorkingTime) -> datetime:
    rounded = moment.replace(minute=0, second=0, microsecond=0)
    if rounded < moment:
        rounded += timedelta(hours=1)
    # Rounding up may pass closing time: the closing time itself is then the honest promise.
    return rounded if working.is_working(rounded) else moment.replace(second=0, microsecond=0)
