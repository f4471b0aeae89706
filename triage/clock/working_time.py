"""When the freelancer works, and the promises computed from it."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from triage.clock.travel import Journey, next_change, zone_at

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
class Stretch:
    """One day, or the part of it that is spent in one zone; ``begins`` and ``ends`` in UTC."""

    day: date
    begins: datetime
    ends: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Zone, working days (0 is Monday), daily opening and closing, and days off.

    ``time_off`` holds first and last days, both off; ``holidays`` are single days. ``zone`` is home's, in
    which clients are told times; on ``journeys`` the hours are worked by another.
    """

    zone: tzinfo
    days: frozenset[int] = frozenset(range(5))
    opens: time = time(9)
    closes: time = time(17)
    time_off: tuple[tuple[date, date], ...] = field(default=())
    holidays: Container[date] = frozenset()
    journeys: tuple[Journey, ...] = ()

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
        local = self.local(moment)
        return self.is_working_day(local.date()) and self.opens <= local.time() <= self.closes

    def local(self, moment: datetime) -> datetime:
        """The moment by the clock on the wall where the freelancer is."""
        return moment.astimezone(zone_at(moment, self.zone, self.journeys) if self.journeys else self.zone)

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening after the moment; the moment itself where the calendar is always closed."""
        for stretch in self.stretches(moment):
            opening = datetime.combine(stretch.day, self.opens, stretch.zone)
            is_there = stretch.begins <= opening.astimezone(UTC) < stretch.ends
            if is_there and opening.astimezone(UTC) > moment and self.is_working_day(stretch.day):
                return opening
        return self.local(moment)

    def stretches(self, moment: datetime) -> Iterator[Stretch]:
        """The days from the moment's own on, whole or cut short by a journey, for MAX_GAP_DAYS."""
        zone = self.local(moment).tzinfo or self.zone
        at = _midnight(self.local(moment).date(), zone)
        at = max(at, self._arrival(moment) or at)
        for _ in range(MAX_GAP_DAYS):
            zone = zone_at(at, self.zone, self.journeys)
            day = at.astimezone(zone).date()
            change = next_change(at, self.journeys)
            ends = min(filter(None, (_midnight(day + timedelta(days=1), zone), change)))
            yield Stretch(day, at, ends, zone)
            at = ends

    def _arrival(self, moment: datetime) -> datetime | None:
        """The last moment up to this one at which a journey began or ended."""
        edges = (edge for one in self.journeys for edge in (one.begins, one.ends) if edge <= moment)
        return max(edges, default=None)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def hear_by(now: datetime, working: WorkingTime, before: datetime | None = None) -> datetime:
    """When the client will hear: a full hour in the working time of home, ``PROMISE_LEAD`` or more from now.

    Earlier where that is needed to come before ``before``, the client's own deadline, and possible in working
    time with ``SHORTEST_LEAD`` left; else as if there were none. On a journey work is done by the hours of
    its zone, and the client is told the next hour of home's after that, never one of home's night.
    """
    usual = _usual(now, working)
    if before is not None and usual >= before:
        usual = _last_hour(now, before, working) or usual
    return usual.astimezone(working.zone)


def _last_hour(now: datetime, before: datetime, working: WorkingTime) -> datetime | None:
    """The last full hour that can be told before a moment and leaves time to work, and so to keep it."""
    home = _at_home(working)
    told, moment = None, home.local(before).replace(minute=0, second=0, microsecond=0)
    if moment >= before:
        moment -= HOUR
    # No promise lies further ahead than the usual one, so this is a few days of hours at most.
    while moment >= now + SHORTEST_LEAD:
        if told is None and home.is_working(moment):
            told = moment
        if told is not None and working.is_working(moment):
            return told
        moment -= HOUR
    return None


def _usual(now: datetime, working: WorkingTime) -> datetime:
    target = working.local(now + PROMISE_LEAD)
    if not working.is_working(target):
        target = working.next_opening(target) + AFTER_OPENING
    home = _at_home(working)
    told = home.local(_whole_hour(target, working))
    return _whole_hour(told if home.is_working(told) else home.next_opening(told), home)


def _at_home(working: WorkingTime) -> WorkingTime:
    """The hours by which clients are told times, wherever the work is done."""
    return replace(working, journeys=()) if working.journeys else working


def _whole_hour(moment: datetime, working: WorkingTime) -> datetime:
    rounded = moment.replace(minute=0, second=0, microsecond=0)
    if rounded < moment:
        rounded += timedelta(hours=1)
    # Rounding up may pass closing time: the closing time itself is then the honest promise.
    return rounded if working.is_working(rounded) else moment.replace(second=0, microsecond=0)
