"""Deadlines in working time, held against a slow reference that walks from minute to minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from triage.clock.deadline import due_in_working_time
from triage.clock.obligations import Promise
from triage.clock.working_time import WorkingTime

ZONES = (
    "Europe/Berlin", "Europe/Lisbon", "Europe/London", "Europe/Moscow", "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns", "America/Los_Angeles", "America/Santiago", "America/Mexico_City", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Tehran", "Australia/Lord_Howe",
    "Australia/Adelaide", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Honolulu", "UTC",
)  # fmt: skip
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingTime(BERLIN)
DAY = timedelta(hours=24)
STEP = timedelta(minutes=15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-10T15:20", "2026-03-11T15:20"),  # Tuesday to Wednesday, the same hour
        ("2026-03-13T15:20", "2026-03-16T15:20"),  # Friday afternoon: Monday afternoon
        ("2026-03-14T11:00", "2026-03-17T09:00"),  # Saturday counts from Monday nine o'clock
        ("2026-03-10T22:00", "2026-03-11T17:00"),  # at night: the closing time before
        ("2026-03-11T05:00", "2026-03-11T17:00"),
        ("2026-03-28T11:00", "2026-03-31T09:00"),  # the weekend in which the clocks go forward
        ("2026-10-23T15:20", "2026-10-26T15:20"),  # and back
    ],
)
def test_deadlines_of_an_office_week(received: str, due: str) -> None:
    assert due_in_working_time(at(received), DAY, OFFICE) == at(due)


def test_holidays_and_time_off_do_not_count() -> None:
    easter = WorkingTime(BERLIN, holidays={date(2026, 4, 3), date(2026, 4, 6)})
    assert due_in_working_time(at("2026-04-02T12:00"), DAY, easter) == at("2026-04-07T12:00")
    away = WorkingTime(
        BERLIN, time_off=((date(2026, 4, 7), date(2026, 4, 17)), (date(2026, 4, 10), date(2026, 4, 21)))
    )
    assert due_in_working_time(at("2026-04-06T12:00"), DAY, away) == at("2026-04-22T12:00")


def test_a_calendar_without_any_day_counts_real_hours() -> None:
    closed = WorkingTime(BERLIN, days=frozenset())
    assert due_in_working_time(at("2026-04-06T12:00"), DAY, closed) == at("2026-04-07T12:00")


def reference(received: datetime, within: timedelta, working: WorkingTime) -> datetime:
    """Minutes of working days counted one quarter of an hour at a time, then back to where somebody works."""
    now = received.astimezone(UTC)
    local = now.astimezone(working.zone)
    if not working.is_working_day(local.date()):
        while not (working.is_working_day(local.date()) and local.time() >= working.opens):
            now += STEP
            local = now.astimezone(working.zone)
    start, left = now, within
    while left > timedelta(0):
        if working.is_working_day(now.astimezone(working.zone).date()):
            left -= STEP
        now += STEP
    end = now
    while now > start and not working.is_working(now):
        now -= STEP
    return end if now <= start or not working.is_working(now) else now


NEW_YEAR = date(2026, 1, 1)
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
CALENDARS = st.builds(
    lambda zone, days, opens, hours, off: WorkingTime(
        ZoneInfo(zone), frozenset(days), time(opens), time(opens + hours),
        tuple((NEW_YEAR + timedelta(days=a), NEW_YEAR + timedelta(days=a + b)) for a, b in off),
    ),
    st.sampled_from(ZONES), st.sets(st.integers(0, 6), min_size=1), st.integers(5, 12), st.integers(3, 10),
    st.lists(st.tuples(st.integers(0, 420), st.integers(0, 6)), max_size=3),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    calendar=CALENDARS,
    day=st.integers(0, 400),
    quarter=QUARTERS,
    hours=st.sampled_from([4, 12, 24, 48]),
)
def test_the_slow_reference_agrees(calendar: WorkingTime, day: int, quarter: time, hours: int) -> None:
    received = datetime.combine(date(2026, 1, 1) + timedelta(days=day), quarter, UTC)
    found = due_in_working_time(received, timedelta(hours=hours), calendar)
    slow = reference(received, timedelta(hours=hours), calendar)
    # a midnight belongs to two days: at the end of one and the start of the next
    assume(
        found.astimezone(calendar.zone).time() != time(0) and slow.astimezone(calendar.zone).time() != time(0)
    )
    assert found == slow


@given(
    calendar=CALENDARS,
    received=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_never_before_the_mail_and_never_later_than_the_working_hours_say(
    calendar: WorkingTime, received: datetime
) -> None:
    promise = Promise(working=calendar)
    due = promise.due(received, received)
    assert due > received
    assert promise.holding_at(due) < due
    assert calendar.is_working_day(due.astimezone(calendar.zone).date()) or due.astimezone(
        calendar.zone
    ).time() == time(0)


@given(
    zone=st.sampled_from(ZONES),
    received=st.datetimes(datetime(2024, 2, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
)
def test_real_hours_stay_real_over_every_change_of_the_clocks(zone: str, received: datetime) -> None:
    local = received.astimezone(ZoneInfo(zone))
    assert Promise().due(local, local).astimezone(UTC) - received == DAY


def test_a_message_from_the_future_counts_from_now() -> None:
    now = at("2026-03-10T12:00")
    assert Promise().due(at("2031-01-01T00:00"), now) == at("2026-03-11T12:00")
    assert Promise(working=OFFICE).due(at("2031-01-01T00:00"), now) == at("2026-03-11T12:00")
