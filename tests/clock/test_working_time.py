"""Promises are computed from the freelancer's own calendar, in any zone, at any moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clock.working_time import PROMISE_LEAD, WorkingTime, hear_by

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingTime(BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-03-10T21:00", "2026-03-11T17:00"),  # Tuesday night: by the end of Wednesday
        ("2026-03-10T14:20", "2026-03-11T11:00"),  # 20 hours on lies before opening: two hours after it
        ("2026-03-13T21:00", "2026-03-16T11:00"),  # Friday night: Monday
        ("2026-03-12T16:45", "2026-03-13T13:00"),  # rounded up to a whole hour
        ("2026-03-27T21:00", "2026-03-30T11:00"),  # over the night in which the clocks go forward
    ],
)
def test_the_client_hears_at_a_time_the_freelancer_works(now: str, promised: str) -> None:
    assert hear_by(at(now), OFFICE) == at(promised)


def test_time_off_moves_the_promise_behind_it() -> None:
    away = WorkingTime(BERLIN, time_off=((date(2026, 3, 11), date(2026, 3, 18)),))
    assert hear_by(at("2026-03-10T21:00"), away) == at("2026-03-19T11:00")


def test_a_calendar_that_is_always_closed_still_gives_a_time() -> None:
    closed = WorkingTime(BERLIN, days=frozenset())
    assert hear_by(at("2026-03-10T21:00"), closed) > at("2026-03-10T21:00")


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]
    ),
    opens=st.integers(0, 14),
    length=st.integers(3, 9),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_a_promise_lies_in_working_time_and_not_too_soon(
    now: datetime, zone: str, opens: int, length: int, days: set[int]
) -> None:
    working = WorkingTime(ZoneInfo(zone), frozenset(days), time(opens), time(opens + length))
    promised = hear_by(now, working)
    assert promised - now >= PROMISE_LEAD - timedelta(minutes=1)
    assert promised - now <= timedelta(days=9)
    assert working.is_working(promised)
    assert promised.tzinfo is not None
