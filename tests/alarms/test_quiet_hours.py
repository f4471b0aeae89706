"""Quiet hours against the clock on the wall: in every zone, over midnight and over changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from triage.alarms.quiet import QuietHours
from triage.clock.travel import Journey

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Athens", "America/New_York",
    "America/Los_Angeles", "America/Sao_Paulo", "America/St_Johns", "America/Havana", "Asia/Tokyo",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Asia/Beirut", "Australia/Sydney",
    "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "Pacific/Auckland", "Pacific/Apia",
    "Pacific/Kiritimati", "Pacific/Chatham",
)  # fmt: skip
# A machine with other work takes its time.
UNHURRIED = settings(deadline=None)
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
# The longest a clock is changed by (a day is left out in Apia, long ago; an hour elsewhere).
CHANGE = timedelta(hours=1)


def on_the_wall(moment: datetime, quiet: QuietHours) -> bool:
    """Whether a clock on the wall shows a time of quiet: another way to say it, without any spans."""
    at = moment.astimezone(quiet.zone).time()
    if quiet.begins < quiet.ends:
        return quiet.begins <= at < quiet.ends
    return quiet.begins != quiet.ends and (at >= quiet.begins or at < quiet.ends)


@UNHURRIED
@given(moments, zones, times, times)
@example(datetime(2026, 3, 29, 0, 45, tzinfo=UTC), ZoneInfo("Europe/Berlin"), time(2, 30), time(2, 45))
@example(datetime(2026, 10, 25, 1, 15, tzinfo=UTC), ZoneInfo("Europe/Berlin"), time(22), time(2, 30))
@example(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"), time(2, 30), time(7))
def test_whenever_the_wall_says_quiet_it_is_quiet(
    moment: datetime, zone: ZoneInfo, begins: time, ends: time
) -> None:
    quiet = QuietHours(zone, begins, ends)
    assert quiet.is_quiet(moment) or not on_the_wall(moment, quiet)


@UNHURRIED
@given(moments, zones, times, times)
def test_it_is_quiet_without_the_wall_saying_so_only_where_the_clocks_change(
    moment: datetime, zone: ZoneInfo, begins: time, ends: time
) -> None:
    quiet = QuietHours(zone, begins, ends)
    if quiet.is_quiet(moment) and not on_the_wall(moment, quiet):
        around = [moment + offset for offset in (-2 * CHANGE, timedelta(0), 2 * CHANGE)]
        assert len({at.astimezone(zone).utcoffset() for at in around}) > 1


@UNHURRIED
@given(moments, zones, times, times)
def test_the_end_of_quiet_is_the_first_free_moment(
    moment: datetime, zone: ZoneInfo, begins: time, ends: time
) -> None:
    quiet = QuietHours(zone, begins, ends)
    free = quiet.free_from(moment)
    assert free >= moment
    assert not quiet.is_quiet(free)
    assert (free == moment) == (not quiet.is_quiet(moment))
    if free > moment:
        assert quiet.is_quiet(free - timedelta(microseconds=1))
        assert free - moment <= timedelta(hours=26)


@UNHURRIED
@given(moments, st.integers(1, 40), zones, times, times)
def test_spans_hold_just_the_quiet_moments(
    first: datetime, hours: int, zone: ZoneInfo, begins: time, ends: time
) -> None:
    quiet = QuietHours(zone, begins, ends)
    last = first + timedelta(hours=hours)
    spans = list(quiet.spans(first, last))
    assert all(first <= one < other <= last for one, other in spans)
    for step in range(0, hours * 60, 7):
        moment = first + timedelta(minutes=step)
        assert quiet.is_quiet(moment) == any(one <= moment < other for one, other in spans)


@UNHURRIED
@given(moments, zones, times)
def test_no_quiet_hours_are_never_quiet(moment: datetime, zone: ZoneInfo, at: time) -> None:
    assert not QuietHours(zone, at, at).is_quiet(moment)


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        ("2026-03-10T21:59", False), ("2026-03-10T22:00", True), ("2026-03-11T03:00", True),
        ("2026-03-11T06:59", True), ("2026-03-11T07:00", False), ("2026-03-11T12:00", False),
    ],
)  # fmt: skip
def test_a_night_in_berlin(moment: str, is_quiet: bool) -> None:
    zone = ZoneInfo("Europe/Berlin")
    quiet = QuietHours(zone, time(22), time(7))
    assert quiet.is_quiet(datetime.fromisoformat(moment).replace(tzinfo=zone)) == is_quiet


def test_on_a_journey_the_night_there_counts() -> None:
    tokyo = Journey(date(2026, 3, 10), date(2026, 3, 20), ZoneInfo("Asia/Tokyo"))
    quiet = QuietHours(ZoneInfo("Europe/Berlin"), time(22), time(7), (tokyo,))
    evening_in_tokyo = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)  # 23:00 there, 15:00 at home
    night_at_home = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)  # 00:30 at home, 08:30 there
    assert quiet.is_quiet(evening_in_tokyo)
    assert not quiet.is_quiet(night_at_home)
    assert quiet.free_from(evening_in_tokyo) == datetime(2026, 3, 12, 22, 0, tzinfo=UTC)


def test_quiet_that_a_journey_cuts_short_goes_on_by_the_new_clock() -> None:
    """At 22:30 at home the day in Tokyo begins on which the journey does: 06:30 there, quiet until 07:00."""
    tokyo = Journey(date(2026, 3, 11), date(2026, 3, 20), ZoneInfo("Asia/Tokyo"))
    quiet = QuietHours(ZoneInfo("Europe/Berlin"), time(15), time(7), (tokyo,))
    at = datetime(
        2026, 3, 10, 14, 30, tzinfo=UTC
    )  # 15:30 at home; half an hour later it is midnight in Tokyo
    assert quiet.free_from(at) == datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
