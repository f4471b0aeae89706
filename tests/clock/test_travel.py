"""Days in another zone: hours are worked by its clock, clients are told home's, and nothing given changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clock.deadline import due_in_working_time
from triage.clock.travel import Journey, next_change, zone_at
from triage.clock.working_time import WorkingTime, hear_by

HOME, WEST, EAST = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Tokyo")
# Monday to Friday
GOING_WEST = Journey(date(2026, 10, 12), date(2026, 10, 16), WEST)
GOING_EAST = Journey(date(2026, 10, 12), date(2026, 10, 16), EAST)
DAY = timedelta(hours=24)


def at(text: str, zone: ZoneInfo = HOME) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        (at("2026-10-12T08:59"), HOME),  # the day begins there nine hours later
        (at("2026-10-12T09:00"), WEST),
        (at("2026-10-16T23:59", WEST), WEST),
        (at("2026-10-17T09:00"), HOME),
    ],
)
def test_a_journey_holds_from_its_own_midnight_to_its_own_midnight(moment: datetime, zone: ZoneInfo) -> None:
    assert zone_at(moment, HOME, [GOING_WEST]) is zone


def test_the_next_change_is_a_beginning_or_an_end() -> None:
    assert next_change(at("2026-10-01T00:00"), [GOING_WEST]) == at("2026-10-12T00:00", WEST)
    assert next_change(at("2026-10-13T00:00"), [GOING_WEST]) == at("2026-10-17T00:00", WEST)
    assert next_change(at("2026-10-18T00:00"), [GOING_WEST]) is None


@pytest.mark.parametrize(
    ("journey", "moment", "is_working"),
    [
        (GOING_WEST, at("2026-10-13T10:00", WEST), True),
        (GOING_WEST, at("2026-10-13T10:00"), False),  # one o'clock at night there
        (GOING_EAST, at("2026-10-13T10:00", EAST), True),
        (GOING_EAST, at("2026-10-13T10:30"), False),
        (GOING_EAST, at("2026-10-19T10:00"), True),  # home again
    ],
)
def test_hours_are_worked_where_one_is(journey: Journey, moment: datetime, is_working: bool) -> None:
    assert WorkingTime(HOME, journeys=(journey,)).is_working(moment) is is_working


@pytest.mark.parametrize(
    ("journey", "received", "due"),
    [
        (GOING_WEST, at("2026-10-13T12:00", WEST), at("2026-10-14T12:00", WEST)),
        (GOING_WEST, at("2026-10-13T22:00", WEST), at("2026-10-14T17:00", WEST)),  # at night: closing time
        (GOING_EAST, at("2026-10-13T12:00", EAST), at("2026-10-14T12:00", EAST)),
        # half of Friday there and half of Monday at home
        (GOING_WEST, at("2026-10-16T12:00", WEST), at("2026-10-19T12:00")),
        # home before the day is over: its evening, and then a night
        (GOING_EAST, at("2026-10-16T12:00", EAST), at("2026-10-16T17:00")),
        # Saturday at home counts from Monday, which begins there
        (GOING_WEST, at("2026-10-10T12:00"), at("2026-10-13T09:00", WEST)),
    ],
)
def test_deadlines_lie_in_the_hours_of_the_place(journey: Journey, received: datetime, due: datetime) -> None:
    found = due_in_working_time(received, DAY, WorkingTime(HOME, journeys=(journey,)))
    assert found == due
    assert found.utcoffset() == due.utcoffset()


@pytest.mark.parametrize(
    ("journey", "now", "told"),
    [
        # eleven there is eight in the evening at home: the next morning, when the day there is over
        (GOING_WEST, at("2026-10-13T10:00", WEST), at("2026-10-15T09:00")),
        (GOING_WEST, at("2026-10-13T18:00", WEST), at("2026-10-15T09:00")),
        # eleven there is four at night at home
        (GOING_EAST, at("2026-10-13T10:00", EAST), at("2026-10-14T09:00")),
        (GOING_EAST, at("2026-10-13T17:30", EAST), at("2026-10-14T09:00")),
        # home again by then
        (GOING_WEST, at("2026-10-16T15:00", WEST), at("2026-10-19T11:00")),
    ],
)
def test_clients_are_told_an_hour_of_home_that_is_no_night_there(
    journey: Journey, now: datetime, told: datetime
) -> None:
    found = hear_by(now, WorkingTime(HOME, journeys=(journey,)))
    assert found == told
    assert found.tzinfo is HOME


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (
            at("2026-10-13T09:00", WEST),
            at("2026-10-14T12:00"),
            at("2026-10-14T11:00"),
        ),  # a day of work till then
        (at("2026-10-13T17:30", WEST), at("2026-10-14T16:00"), at("2026-10-15T09:00")),  # a night: as if none
    ],
)
def test_a_deadline_is_met_on_a_journey_where_there_is_a_working_hour_before_it(
    now: datetime, before: datetime, told: datetime
) -> None:
    assert hear_by(now, WorkingTime(HOME, journeys=(GOING_WEST,)), before) == told


@given(
    now=st.datetimes(datetime(2026, 9, 20), datetime(2026, 11, 10), timezones=st.just(UTC)),
    zone=st.sampled_from(["America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Apia", "UTC"]),
    first=st.integers(0, 40),
    length=st.integers(0, 12),
    ahead=st.none() | st.integers(-5, 60),
)
def test_whatever_is_told_can_be_kept_and_lies_in_the_working_hours_of_home(
    now: datetime, zone: str, first: int, length: int, ahead: int | None
) -> None:
    day = date(2026, 9, 20) + timedelta(days=first)
    working = WorkingTime(HOME, journeys=(Journey(day, day + timedelta(days=length), ZoneInfo(zone)),))
    told = hear_by(now, working, None if ahead is None else now + timedelta(hours=ahead))
    assert WorkingTime(HOME).is_working(told)
    assert (told.minute, told.second) == (0, 0)
    hours = (told - timedelta(minutes=30) * half for half in range(400))
    assert any(now < hour and working.is_working(hour) for hour in hours)


def test_a_calendar_without_journeys_is_what_it_was() -> None:
    received = at("2026-03-13T15:20")
    assert due_in_working_time(received, DAY, WorkingTime(HOME)) == at("2026-03-16T15:20")


@given(
    received=st.datetimes(datetime(2026, 9, 20), datetime(2026, 11, 10), timezones=st.just(UTC)),
    zone=st.sampled_from(["America/Los_Angeles", "Asia/Tokyo", "Pacific/Apia", "Pacific/Honolulu", "UTC"]),
    first=st.integers(0, 40),
    length=st.integers(0, 12),
)
def test_wherever_one_flies_a_deadline_comes_after_the_mail_and_at_a_working_hour(
    received: datetime, zone: str, first: int, length: int
) -> None:
    day = date(2026, 9, 20) + timedelta(days=first)
    working = WorkingTime(HOME, journeys=(Journey(day, day + timedelta(days=length), ZoneInfo(zone)),))
    due = due_in_working_time(received, DAY, working)
    assert received < due <= received + timedelta(days=9)
    assert working.is_working(due)
