"""The 24-hour rule counts from arrival, and says how a deadline stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage.clock.obligations import Promise

RECEIVED = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
PROMISE = Promise()


def test_an_answer_is_due_a_day_after_arrival() -> None:
    assert PROMISE.due(RECEIVED, RECEIVED + timedelta(hours=3)) == RECEIVED + timedelta(hours=24)


def test_an_arrival_in_the_future_counts_from_now() -> None:
    now = RECEIVED - timedelta(days=3)
    assert PROMISE.due(RECEIVED, now) == now + timedelta(hours=24)


def test_the_state_tells_how_near_the_deadline_is() -> None:
    due = PROMISE.due(RECEIVED, RECEIVED)
    assert PROMISE.state(due, due - timedelta(hours=5)) == "open"
    assert PROMISE.state(due, due - timedelta(hours=4)) == "due_soon"
    assert PROMISE.state(due, due) == "overdue"


def test_a_holding_reply_comes_before_the_deadline() -> None:
    promise = Promise(timedelta(hours=24), timedelta(hours=6))
    assert promise.holding_at(promise.due(RECEIVED, RECEIVED)) == RECEIVED + timedelta(hours=18)
