"""A slow, independent reading of the working-time rule: it walks through time by quarters of an hour.

It knows nothing of the program's calendar: days, hours, holidays, time off and journeys are read here anew,
from plain values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=15)


@dataclass(frozen=True)
class Facts:
    """A calendar as plain values; journeys are (first day, last day, zone), weekdays 0 for Monday."""

    zone: str
    weekdays: frozenset[int]
    opens: time
    closes: time
    off: tuple[tuple[date, date], ...] = ()
    holidays: frozenset[date] = frozenset()
    journeys: tuple[tuple[date, date, str], ...] = ()


@dataclass
class Walk:
    """Quarters of an hour, each asked once."""

    facts: Facts
    _local: dict[datetime, datetime] = field(default_factory=dict)

    def local(self, at: datetime) -> datetime:
        """What the clock on the wall shows."""
        if at not in self._local:
            self._local[at] = self._read(at)
        return self._local[at]

    def _read(self, at: datetime) -> datetime:
        for first, last, name in self.facts.journeys:
            there = at.astimezone(ZoneInfo(name))
            if first <= there.date() <= last:
                return there
        return at.astimezone(ZoneInfo(self.facts.zone))

    def is_day(self, at: datetime) -> bool:
        """Whether anything is done on that day."""
        day = self.local(at).date()
        if day.weekday() not in self.facts.weekdays or day in self.facts.holidays:
            return False
        return not any(first <= day <= last for first, last in self.facts.off)

    def is_open(self, at: datetime) -> bool:
        """Whether it is done at that time, the closing time included."""
        return self.is_day(at) and self.facts.opens <= self.local(at).time() <= self.facts.closes

    def due(self, received: datetime, within: timedelta) -> datetime:
        """The deadline of mail that came on a quarter of an hour."""
        now = received.astimezone(UTC)
        if not self.is_day(now):
            while not (self.is_day(now) and self.local(now).time() == self.facts.opens):
                now += STEP
        start, left = now, within
        while left > timedelta(0):
            left -= STEP * self.is_day(now)
            now += STEP
        end = now
        while now > start and not self.is_open(now):
            now -= STEP
        return end if now <= start else now
