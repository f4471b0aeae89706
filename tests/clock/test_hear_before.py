"""A promise comes before the client's own deadline, where working time allows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clock.working_time import SHORTEST_LEAD, WorkingTime, hear_by

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingTime(BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "before", "promised"),
    [
        ("2026-03-10T14:20", "2026-03-12T23:59", "2026-03-11T11:00"),  # in time anyway
        ("2026-03-10T14:20", "2026-03-11T10:00", "2026-03-11T09:00"),  # Wednesday at ten: at nine
        ("2026-03-10T14:20", "2026-03-11T11:00", "2026-03-11T10:00"),  # before, and not at the same time
        ("2026-03-10T10:00", "2026-03-10T17:30", "2026-03-10T17:00"),  # today, in working time
        ("2026-03-10T10:00", "2026-03-10T23:59", "2026-03-10T17:00"),
        ("2026-03-10T10:00", "2026-03-11T00:00", "2026-03-10T17:00"),  # "before Wednesday"
        ("2026-03-13T21:00", "2026-03-16T10:00", "2026-03-16T09:00"),  # over the weekend
        ("2026-03-13T21:00", "2026-03-15T12:00", "2026-03-16T11:00"),  # Sunday noon: no working time before
        ("2026-03-10T15:30", "2026-03-10T17:00", "2026-03-11T12:00"),  # too short to keep
        ("2026-03-10T10:00", "2026-03-09T10:00", "2026-03-11T11:00"),  # over already
    ],
)
def test_a_deadline_of_the_client_brings_the_promise_forward(now: str, before: str, promised: str) -> None:
    assert hear_by(at(now), OFFICE, at(before)) == at(promised)


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    ahead=st.integers(-48, 400),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_the_promise_lies_in_working_time_and_before_the_deadline_or_is_the_usual_one(
    now: datetime, ahead: int, zone: str
) -> None:
    working = WorkingTime(ZoneInfo(zone))
    before = now + timedelta(hours=ahead)
    promised, usual = hear_by(now, working, before), hear_by(now, working)
    assert working.is_working(promised)
    assert promised <= usual
    if promised != usual:
        assert now + SHORTEST_LEAD - timedelta(hours=1) <= promised < before
