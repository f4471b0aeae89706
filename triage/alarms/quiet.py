"""Quiet hours: no alarm is told in them, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

Span = tuple[datetime, datetime]

_DAY = timedelta(days=1)
# Spans of several days can meet, as 22:00-21:59 do; more than this is a clock gone wrong.
_MAX_SPANS = 8


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight where the second comes first, in the user's zone.

    ``begins`` equal to ``ends`` means none. Where a change of the clocks skips one of the two or lets it
    come twice, the earlier beginning and the later end count: too quiet by an hour rather than too loud.
    """

    zone: tzinfo
    begins: time = time(0)
    ends: time = time(0)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing may be told at that moment."""
        return self._around(moment) is not None

    def free_from(self, moment: datetime) -> datetime:
        """The first moment from this one on at which something may be told."""
        at = moment
        for _ in range(_MAX_SPANS):
            span = self._around(at)
            if span is None:
                break
            at = span[1]
        return at

    def spans(self, first: date, last: date) -> Iterator[Span]:
        """The quiet spans that begin on these days, in UTC, in order."""
        for offset in range((last - first).days + 1 if self.begins != self.ends else 0):
            day = first + offset * _DAY
            until = day if self.begins < self.ends else day + _DAY
            yield min(self._readings(day, self.begins)), max(self._readings(until, self.ends))

    def _around(self, moment: datetime) -> Span | None:
        today = moment.astimezone(self.zone).date()
        spans = self.spans(today - _DAY, today)
        return next((span for span in spans if span[0] <= moment < span[1]), None)

    def _readings(self, day: date, at: time) -> tuple[datetime, datetime]:
        """What a time of day can mean; two moments only where the clocks change."""
        local = datetime.combine(day, at, self.zone)
        return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
