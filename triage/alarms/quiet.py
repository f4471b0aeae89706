"""Quiet hours: no alarm is told in them, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from triage.clock.travel import Journey, next_change, zone_at

Span = tuple[datetime, datetime]

_DAY = timedelta(days=1)
# Spans of several days can meet, as 22:00-21:59 do; more than this is a clock gone wrong.
_MAX_SPANS = 8


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight where the second comes first, where the user is.

    ``begins`` equal to ``ends`` means none. Where a change of the clocks skips one of the two or lets it
    come twice, the earlier beginning and the later end count: too quiet by an hour rather than too loud.
    """

    zone: tzinfo
    begins: time = time(0)
    ends: time = time(0)
    journeys: tuple[Journey, ...] = ()

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing may be told at that moment."""
        return self._around(moment) is not None

    def free_from(self, moment: datetime) -> datetime:
        """The first moment from this one on at which something may be told, in UTC."""
        at = moment.astimezone(UTC)
        for _ in range(_MAX_SPANS):
            span = self._around(at)
            if span is None:
                break
            at = span[1]
        return at

    def spans(self, first: datetime, last: datetime) -> Iterator[Span]:
        """The quiet spans between two moments, in UTC, in order."""
        at, last = first.astimezone(UTC), last.astimezone(UTC)
        while at < last and self.begins != self.ends:
            change = next_change(at, self.journeys)
            ends = last if change is None else min(change, last)
            yield from _cut(self._daily(at, ends), at, ends)
            at = ends

    def _around(self, moment: datetime) -> Span | None:
        spans = self.spans(moment, moment.astimezone(UTC) + 2 * _DAY)
        return next((span for span in spans if span[0] <= moment < span[1]), None)

    def _daily(self, first: datetime, last: datetime) -> Iterator[Span]:
        """The spans of every day from the eve of a moment to the day of another, by one zone's clock."""
        zone = zone_at(first, self.zone, self.journeys)
        day = first.astimezone(zone).date() - _DAY
        while day <= last.astimezone(zone).date():
            until = day if self.begins < self.ends else day + _DAY
            yield min(_readings(day, self.begins, zone)), max(_readings(until, self.ends, zone))
            day += _DAY


def _cut(spans: Iterator[Span], first: datetime, last: datetime) -> Iterator[Span]:
    """The spans as far as they lie between two moments."""
    for begins, ends in spans:
        if max(begins, first) < min(ends, last):
            yield max(begins, first), min(ends, last)


def _readings(day: date, at: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """What a time of day can mean; two moments only where the clocks change."""
    local = datetime.combine(day, at, zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
