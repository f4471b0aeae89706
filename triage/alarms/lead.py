"""How early a deadline must be told of so that there is still time at work to keep it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from triage.alarms.quiet import QuietHours, Span
from triage.clock.working_time import WorkingTime

# Longer than any holiday; a calendar without work for so long is told of at once.
MAX_DAYS = 60


def tell_from(
    due: datetime, lead: timedelta, earliest: datetime, working: WorkingTime, quiet: QuietHours
) -> datetime:
    """The last moment that leaves ``lead`` of working time before ``due``, quiet hours not counted.

    A deadline on Saturday is told of on Friday afternoon: on Saturday nobody may be there to hear it, and the
    machine may be off. Where there is not so much working time since ``earliest``, that moment itself.
    """
    left = lead
    for begins, ends in _at_work_before(due, earliest, working, quiet):
        if ends - begins >= left:
            return ends - left
        left -= ends - begins
    return earliest


def _at_work_before(
    due: datetime, earliest: datetime, working: WorkingTime, quiet: QuietHours
) -> Iterator[Span]:
    """Working time between two moments, the last first, in UTC."""
    last = due.astimezone(working.zone).date()
    for offset in range(MAX_DAYS):
        day = last - timedelta(days=offset)
        if datetime.combine(day, time.max, working.zone) < earliest:
            return
        if not working.is_working_day(day):
            continue
        opens = datetime.combine(day, working.opens, working.zone).astimezone(UTC)
        closes = datetime.combine(day, working.closes, working.zone).astimezone(UTC)
        at_work = (max(opens, earliest), min(closes, due))
        silent = quiet.spans(day - timedelta(days=2), day + timedelta(days=1))
        yield from reversed(list(_without(at_work, silent)))


def _without(span: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span; the holes come in order."""
    begins, ends = span
    for hole_begins, hole_ends in holes:
        if begins < hole_begins < ends:
            yield begins, hole_begins
        if hole_ends > begins and hole_begins < ends:
            begins = hole_ends
    if begins < ends:
        yield begins, ends
