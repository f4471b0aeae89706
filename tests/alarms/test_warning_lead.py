"""How early a deadline is told of: so much working time before it, whatever lies in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alarms.test_quiet_hours import ZONES
from triage.alarms.lead import tell_from
from triage.alarms.quiet import QuietHours
from triage.clock.travel import Journey
from triage.clock.working_time import WorkingTime

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingTime(BERLIN)
NIGHT = QuietHours(BERLIN, time(22), time(7))
LEAD = timedelta(hours=2)
STEP = timedelta(minutes=15)


def at(text: str) -> datetime:
    """A time in Berlin; 9 March 2026 is a Monday."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ("10T14:00", "10T12:00"),  # in the middle of a day
        ("10T10:00", "09T16:00"),  # an hour of the evening before, one of the morning
        ("10T09:05", "09T15:05"),  # five minutes after opening
        ("10T20:00", "10T15:00"),  # in the evening: two hours before closing
        ("10T03:00", "09T15:00"),  # in the night
        ("14T11:00", "13T15:00"),  # Saturday: on Friday afternoon
        ("16T08:00", "13T15:00"),  # Monday before work: on Friday
        ("16T09:30", "13T15:30"),  # Monday just after opening: most of it on Friday
    ],
)
def test_two_hours_at_work_are_left(due: str, told: str) -> None:
    assert tell_from(at(due), LEAD, at("02T09:00"), OFFICE, NIGHT) == at(told)


def test_what_comes_too_late_for_working_time_is_told_at_once() -> None:
    """Mail of Saturday morning that is due on Sunday."""
    assert tell_from(at("15T10:00"), LEAD, at("14T10:00"), OFFICE, NIGHT) == at("14T10:00")


def test_mail_of_the_last_hour_of_friday_is_told_at_once() -> None:
    assert tell_from(at("14T16:30"), LEAD, at("13T16:30"), OFFICE, NIGHT) == at("13T16:30")


def test_days_off_hold_no_working_time() -> None:
    away = WorkingTime(BERLIN, time_off=((date(2026, 3, 11), date(2026, 3, 18)),))
    assert tell_from(at("18T12:00"), LEAD, at("02T09:00"), away, NIGHT) == at("10T15:00")


def test_quiet_hours_inside_working_time_dont_count() -> None:
    siesta = QuietHours(BERLIN, time(13), time(15))
    assert tell_from(at("10T15:30"), LEAD, at("02T09:00"), OFFICE, siesta) == at("10T11:30")


def test_the_hours_are_worked_where_the_journey_leads() -> None:
    """On the 11th in Tokyo, 17:00 there is 09:00 at home."""
    there = Journey(date(2026, 3, 10), date(2026, 3, 20), ZoneInfo("Asia/Tokyo"))
    working = WorkingTime(BERLIN, journeys=(there,))
    quiet = QuietHours(BERLIN, time(22), time(7), (there,))
    assert tell_from(at("11T12:00"), LEAD, at("02T09:00"), working, quiet) == at("11T07:00")


def test_a_calendar_without_work_tells_at_once() -> None:
    never = WorkingTime(BERLIN, time_off=((date(2026, 1, 1), date(2027, 12, 31)),))
    assert tell_from(at("20T10:00"), LEAD, at("10T10:00"), never, NIGHT) == at("10T10:00")


def work_steps(
    since: datetime, until: datetime, working: WorkingTime, quiet: QuietHours
) -> Iterator[datetime]:
    """Every quarter of an hour of work between two moments, looked at one by one."""
    moment = since
    while moment < until:
        local = moment.astimezone(working.zone)
        is_open = working.opens <= local.time() < working.closes and working.is_working_day(local.date())
        if is_open and not quiet.is_quiet(moment):
            yield moment
        moment += STEP


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 21 * 24 * 4).map(lambda steps: datetime(2026, 3, 20, tzinfo=UTC) + steps * STEP),
    st.integers(0, 72 * 4),
    st.integers(1, 20),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda span: span[0] < span[1]),
    st.tuples(st.integers(0, 23), st.integers(0, 23)),
)
def test_so_much_work_lies_before_every_deadline(
    due: datetime, age: int, lead: int, zone: ZoneInfo, hours: tuple[int, int], night: tuple[int, int]
) -> None:
    """Counted step by step, in all zones, over both changes of the clocks."""
    working = WorkingTime(zone, opens=time(hours[0]), closes=time(hours[1]))
    quiet = QuietHours(zone, time(night[0]), time(night[1]))
    known = due - age * STEP
    told = tell_from(due, lead * STEP, known, working, quiet)
    assert known <= told <= due
    left = len(list(work_steps(told, due, working, quiet)))
    assert left == min(lead, len(list(work_steps(known, due, working, quiet))))
