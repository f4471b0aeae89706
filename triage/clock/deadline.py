"""A deadline that lies in working time: hours of days off don't count, and it never falls into the night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage.clock.working_time import Stretch, WorkingTime

MOMENT = timedelta(minutes=1)


def due_in_working_time(received: datetime, within: timedelta, working: WorkingTime) -> datetime:
    """When ``within`` has passed on working days alone, moved back to a closing time if that is at night.

    Mail of a day off counts from the next opening. Never later than the hours say and never before the mail:
    where no closing lies between, the moment itself stands. A calendar without a working day counts real
    hours. On a journey the days are those of its zone.
    """
    start = _start(received.astimezone(UTC), working)
    if start is None:
        return working.local(received.astimezone(UTC) + within)
    passed, gone_by = _passed(start, within, working)
    if not working.is_working(passed):
        passed = _closing_before(passed, start, gone_by, working)
    return working.local(passed)


def _start(received: datetime, working: WorkingTime) -> datetime | None:
    """The moment from which on hours count, in UTC; None where no day is ever worked."""
    if working.is_working_day(working.local(received).date()):
        return received
    opening = working.next_opening(received).astimezone(UTC)
    return opening if opening > received else None


def _passed(start: datetime, within: timedelta, working: WorkingTime) -> tuple[datetime, list[Stretch]]:
    """Real hours, day by day, a day off adding none; and the days up to then."""
    left, gone_by = within, []
    for stretch in working.stretches(start):
        gone_by.append(stretch)
        if not working.is_working_day(stretch.day):
            continue
        begins = max(start, stretch.begins)
        if left <= stretch.ends - begins:
            return begins + left, gone_by
        left -= stretch.ends - begins
    return start + within, gone_by


def _closing_before(moment: datetime, start: datetime, days: list[Stretch], working: WorkingTime) -> datetime:
    """The last closing time of a working day up to a moment, if it lies after the start."""
    for stretch in reversed(days):
        closing = datetime.combine(stretch.day, working.closes, stretch.zone).astimezone(UTC)
        # a journey ends a day before its closing time: then the last moment at home is that
        last = min(closing, stretch.ends - MOMENT)
        if start < last <= moment and working.is_working(last):
            return last
    return moment
