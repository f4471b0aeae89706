"""Whole days of a zone, and the columns that they are cut into."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.views.period import Period

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Apia",
)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/Santiago", date(2026, 9, 6), 23),  # midnight itself is left out
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("UTC", date(2024, 2, 29), 24),
    ],
)
def test_a_day_has_as_many_hours_as_it_has(zone: str, day: date, hours: float) -> None:
    period = Period(day, day, ZoneInfo(zone))
    assert period.end - period.begin == timedelta(hours=hours)


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(2000, 1, 1), date(2035, 1, 1)),
    days=st.integers(1, 3000),
    at=st.floats(0, 0.999),
)
def test_columns_cover_the_period_without_gap_or_overlap(
    zone: str, first: date, days: int, at: float
) -> None:
    period = Period(first, first + timedelta(days=days - 1), ZoneInfo(zone))
    columns = list(period.columns())
    assert (columns[0].begin, columns[-1].end) == (period.begin, period.end)
    assert all(one.end == following.begin for one, following in pairwise(columns))
    assert len(columns) <= 65
    moment = period.begin + (period.end - period.begin) * at
    assert [moment in column for column in columns].count(True) == 1
    assert moment in period


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    weeks = list(Period(date(2026, 1, 1), date(2026, 3, 31), ZoneInfo("UTC")).columns())
    assert {week.first.weekday() for week in weeks[1:]} == {0}
    months = list(Period(date(2025, 1, 15), date(2026, 3, 31), ZoneInfo("UTC")).columns())
    assert {month.first.day for month in months[1:]} == {1}
    assert months[0] == Period(date(2025, 1, 15), date(2025, 1, 31), ZoneInfo("UTC"))


def test_the_end_is_not_in_it() -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 1), UTC)
    assert datetime(2026, 3, 1, tzinfo=UTC) in period
    assert datetime(2026, 3, 2, tzinfo=UTC) not in period
    assert str(period) == "2026-03-01"
