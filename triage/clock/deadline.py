"""A deadline that lies in working time: hours of days off don't count, and it never falls into the night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from triage.clock.working_time import MAX_GAP_DAYS, WorkingTime


def due_in_working_time(received: datetime, within: timedelta, working: WorkingTime) -> datetime:
    """When ``within`` has passed on working days alone, moved back to a closing time if that is at night.

    Mail of a day off counts from the next opening. Never later than the hours say and never before the mail:
    where no closing lies between, the moment itself stands. A calendar without a working day counts real
    hours.
    """
    start = _start(received, working)
    if start is None:
        return (received.astimezone(UTC) + within).astimezone(working.zone)
    passed = _passed(start, within, working)
    return passed if working.is_working(passed) else _closing_before(passed, start, working)


def _start(received: datetime, working: WorkingTime) -> datetime | None:
    local = received.astimezone(working.zone)
    if working.is_working_day(local.date()):
        return local
    opening = working.next_opening(local)
    return opening if opening > local else None


def _passed(start: datetime, within: timedelta, working: WorkingTime) -> datetime:
    """Real hours, day by day; a day off adds none."""
    left, at = within, start.astimezone(UTC)
    for offset in range(MAX_GAP_DAYS):
        day = start.date() + timedelta(days=offset)
        if not working.is_working_day(day):
            continue
        begins = max(at, _midnight(day, working))
        ends = _midnight(day + timedelta(days=1), working)
        if left <= ends - begins:
            return (begins + left).astimezone(working.zone)
        left -= ends - begins
    return (start.astimezone(UTC) + within).astimezone(working.zone)


def _closing_before(moment: datetime, start: datetime, working: WorkingTime) -> datetime:
    """The last closing time of a working day up to a moment, if it lies after the start."""
    for offset in range(MAX_GAP_DAYS):
        day = moment.date() - timedelta(days=offset)
        closing = datetime.combine(day, working.closes, working.zone)
        if closing <= start:
            break
        if closing <= moment and working.is_working_day(day):
            return closing
    return moment


def _midnight(day: date, working: WorkingTime) -> datetime:
    return datetime.combine(day, time(0), working.zone).astimezone(UTC)
