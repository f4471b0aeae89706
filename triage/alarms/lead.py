"""How early a deadline must be told of so that there is still time at work to keep it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from triage.alarms.quiet import QuietHours, Span
from triage.clock.working_time import WorkingTime

# Longer than any holiday; a calendar without work for so long is told of at once.
LONGEST = timedelta(days=60)


def tell_from(
    due: datetime, lead: timedelta, earliest: datetime, working: WorkingTime, quiet: QuietHours
) -> datetime:
    """The last moment that leaves ``lead`` of working time before ``due``, quiet hours not counted; in UTC.

    A deadline on Saturday is told of on Friday afternoon: on Saturday nobody may be there to hear it, and the
    machine may be off. Where there is not so much working time since ``earliest``, that moment itself.
    """
    due, earliest, left = due.astimezone(UTC), earliest.astimezone(UTC), lead
    for begins, ends in _at_work_before(due, earliest, working, quiet):
        if ends - begins >= left:
            return ends - left
        left -= ends - begins
    return earliest


def _at_work_before(
    due: datetime, earliest: datetime, working: WorkingTime, quiet: QuietHours
) -> Iterator[Span]:
    """Working time between two moments, the last first, in UTC, wherever the freelancer is."""
    since = max(earliest, due - LONGEST)
    found: list[Span] = []
    for stretch in working.stretches(since):
        if stretch.begins >= due:
            break
        if working.is_working_day(stretch.day):
            hours = (
                datetime.combine(stretch.day, at, stretch.zone) for at in (working.opens, working.closes)
            )
            opens, closes = (at.astimezone(UTC) for at in hours)
            begins, ends = max(opens, stretch.begins, since), min(closes, stretch.ends, due)
            found += _without((begins, ends), quiet.spans(begins, ends))
    return reversed(found)


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
