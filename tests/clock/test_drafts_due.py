"""A draft is due before its deadline, always; clocks and arrivals that can't be right are read safely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clock.doubt import doubt, set_back_by
from triage.clock.obligations import Promise
from triage.clock.working_time import WorkingTime

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
OFFICE = WorkingTime(ZoneInfo("Europe/Berlin"))


def test_a_flagged_message_has_its_draft_within_half_a_day() -> None:
    promise = Promise()
    assert promise.draft_due(NOW, promise.due(NOW, NOW)) == NOW + 12 * HOUR


def test_it_is_due_before_a_holding_reply_would_be() -> None:
    promise = Promise(draft_within=23 * HOUR)
    assert promise.draft_due(NOW, promise.due(NOW, NOW)) == NOW + 20 * HOUR


def test_days_off_count_for_drafts_as_they_do_for_answers() -> None:
    promise = Promise(working=OFFICE)
    friday = datetime(2026, 3, 13, 15, tzinfo=UTC)
    assert promise.draft_due(friday, promise.due(friday, friday)) >= friday
    monday = datetime(2026, 3, 16, tzinfo=UTC)
    assert promise.due(friday, friday) > monday


@given(
    received=st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),
    answer=st.floats(1, 24 * 14),
    share=st.floats(0.01, 0.99),
    holding=st.floats(0.01, 0.99),
    works=st.booleans(),
)
def test_always_after_the_mail_and_before_the_deadline(
    received: datetime, answer: float, share: float, holding: float, works: bool
) -> None:
    working = OFFICE if works else None
    promise = Promise(answer * HOUR, answer * holding * HOUR, working, answer * share * HOUR)
    due = promise.due(received, received)
    assert received < promise.draft_due(received, due) < due
    assert promise.holding_at(due) < promise.holding_due(due) < due


@pytest.mark.parametrize(
    ("received", "arrived"),
    [
        (NOW - HOUR, NOW - HOUR),
        (NOW + HOUR, NOW),
        (datetime(2099, 1, 1, tzinfo=UTC), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
        (datetime(1999, 12, 31, tzinfo=UTC), NOW),
        (datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_arrival_that_can_not_be_counts_from_now(received: datetime, arrived: datetime) -> None:
    assert Promise().arrived(received, NOW) == arrived
    assert Promise().due(received, NOW) == arrived + 24 * HOUR


def test_a_clock_set_back_makes_no_deadline_earlier() -> None:
    then = NOW - timedelta(days=300)
    assert Promise().due(NOW, then) == then + 24 * HOUR
    assert Promise().due(NOW, then, known=NOW + HOUR) == NOW + 24 * HOUR


def test_a_clock_set_back_is_told_and_a_small_correction_is_not() -> None:
    assert doubt(NOW, None) is None
    assert doubt(NOW, NOW + timedelta(minutes=9)) is None
    assert doubt(NOW, NOW - timedelta(days=9)) is None
    assert set_back_by(NOW, NOW + 3 * HOUR) == 3 * HOUR
    assert "3.0 hours before the last pass: set it right" in (doubt(NOW, NOW + 3 * HOUR) or "")
