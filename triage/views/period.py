"""A span of whole days of the user's zone, and how it is cut into a chart's columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

# A column each day up to here, then each week, then each month, then each year.
MOST_DAYS, MOST_WEEK_DAYS, MOST_MONTH_DAYS = 31, 190, 1900


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both whole, by the clock of ``zone``."""

    first: date
    last: date
    zone: tzinfo

    @property
    def begin(self) -> datetime:
        """The first moment, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC: days of 23 and 25 hours are whole ones too."""
        return midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def columns(self) -> Iterator[Period]:
        """Its days, weeks from Monday on, or months, in order; those at the edges may be short."""
        day = self.first
        while day <= self.last:
            last = min(self._column_end(day), self.last)
            yield Period(day, last, self.zone)
            day = last + timedelta(days=1)

    def _column_end(self, day: date) -> date:
        if self.days <= MOST_DAYS:
            return day
        if self.days <= MOST_WEEK_DAYS:
            return day + timedelta(days=6 - day.weekday())
        if self.days > MOST_MONTH_DAYS:
            return day.replace(month=12, day=31)
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def day_of(self, moment: datetime) -> date:
        """The day of a moment by the zone's clock."""
        return moment.astimezone(self.zone).date()

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins in a zone, in UTC; where midnight is left out, it is the moment of the change."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
