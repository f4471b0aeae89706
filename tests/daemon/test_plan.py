"""When an account is looked at next: after success, failure, news, sleep; on mains and on battery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.daemon.plan import MOST_OFFLINE, Plan, has_jumped, interval
from triage.errors import ExitCode
from triage.order import Summary
from triage.power import Power

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
POLL = timedelta(minutes=5)


def failed(code: ExitCode = ExitCode.UNREACHABLE) -> Summary:
    """A pass that the world ended."""
    return Summary("studio", error="mail.example can't be reached.", exit_code=code)


def waits(code: ExitCode, times: int) -> list[float]:
    """Seconds between tries that all fail in this way."""
    plan, found = Plan("studio", NOW), []
    for _ in range(times):
        plan.begin(0.0)
        plan.end(failed(code), NOW, POLL, 1.0)
        found.append((plan.next_at - NOW).total_seconds())
    return found


def test_a_server_out_of_reach_is_tried_soon_then_less_often_then_every_quarter_of_an_hour() -> None:
    assert waits(ExitCode.UNREACHABLE, 10) == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_a_refused_login_is_tried_seldom_since_servers_lock_accounts() -> None:
    assert waits(ExitCode.LOGIN_REFUSED, 5) == [600, 1200, 2400, 3600, 3600]


def test_one_success_ends_the_back_off() -> None:
    plan = Plan("studio", NOW)
    for summary in (failed(), failed(), Summary("studio")):
        plan.begin(0.0)
        plan.end(summary, NOW, POLL, 1.0)
    assert (plan.failures, plan.error, plan.next_at) == (0, None, NOW + POLL)
    assert plan.last_ok == NOW


@given(st.integers(0, 3000), st.floats(0.85, 1.15), st.sampled_from(list(ExitCode)))
def test_no_wait_is_longer_than_an_hour_and_a_bit(failures: int, jitter: float, code: ExitCode) -> None:
    plan = Plan("studio", NOW, failures=failures)
    plan.begin(0.0)
    plan.end(failed(code), NOW, POLL, jitter)
    assert timedelta(0) < plan.next_at - NOW <= timedelta(hours=1) * 1.15


def test_news_brings_the_pass_forward_and_is_told_to_it_once() -> None:
    plan = Plan("studio", NOW + POLL)
    assert not plan.is_due(NOW)
    plan.ask(NOW, "news")
    assert plan.is_due(NOW)
    assert plan.begin(0.0)
    assert not plan.is_due(NOW)
    plan.end(Summary("studio"), NOW, POLL, 1.0)
    assert not plan.begin(0.0)


def test_news_during_a_pass_has_another_follow_at_once_unless_that_pass_failed() -> None:
    plan = Plan("studio", NOW)
    plan.begin(0.0)
    plan.ask(NOW, "news")
    plan.end(Summary("studio"), NOW, POLL, 1.0)
    assert plan.is_due(NOW)
    plan.begin(0.0)
    plan.ask(NOW, "news")
    plan.end(failed(), NOW, POLL, 1.0)
    assert not plan.is_due(NOW)
    assert plan.has_news  # for the try that follows


def test_waking_up_forgets_old_failures() -> None:
    plan = Plan("studio", NOW + timedelta(hours=1), failures=9, broken=4)
    plan.resume(NOW, "the machine has woken")
    assert plan.is_due(NOW)
    plan.begin(0.0)
    plan.end(failed(), NOW, POLL, 1.0)
    assert plan.next_at == NOW + timedelta(seconds=5)


def test_a_watch_that_keeps_breaking_is_left_to_the_poll() -> None:
    plan, found = Plan("studio", NOW), []
    for _ in range(8):
        plan.begin(0.0)
        plan.end(Summary("studio"), NOW, POLL, 1.0)
        plan.lose_watch(NOW, POLL, 1.0)
        found.append((plan.next_at - NOW).total_seconds())
    assert found == [5, 10, 20, 40, 80, 160, 300, 300]


def test_a_holding_reply_that_falls_due_waits_for_no_poll() -> None:
    plan = Plan("studio", NOW + timedelta(hours=1))
    plan.not_after(NOW + timedelta(minutes=7), "a holding reply")
    assert plan.next_at == NOW + timedelta(minutes=7)
    plan.not_after(NOW + timedelta(hours=7), "a holding reply")
    plan.not_after(None, "nothing")
    assert plan.next_at == NOW + timedelta(minutes=7)


@pytest.mark.parametrize(
    ("power", "minutes"),
    [
        (Power(), 5),
        (Power(is_on_battery=False, percent=10), 5),
        (Power(is_on_battery=True, percent=80), 20),
        (Power(is_on_battery=True), 20),
        (Power(is_metered=True), 20),
        (Power(is_on_battery=True, percent=20), 60),
    ],
)
def test_battery_and_metered_networks_are_spared(power: Power, minutes: int) -> None:
    assert interval(POLL, power) == timedelta(minutes=minutes)


@given(st.floats(1, 24 * 60), st.booleans(), st.booleans(), st.none() | st.integers(0, 100))
def test_sparing_never_looks_more_often_nor_later_than_hourly_or_the_poll(
    minutes: float, battery: bool, metered: bool, percent: int | None
) -> None:
    poll = timedelta(minutes=minutes)
    wait = interval(poll, Power(battery, percent, metered))
    assert poll <= wait <= max(poll, timedelta(hours=1))


@pytest.mark.parametrize(
    ("waited", "wall", "awake", "jumped"),
    [
        (20, 20.1, 20.1, False),
        (20, 0.5, 0.5, False),  # woken by a bell
        (20, 27.0, 27.0, False),  # a busy machine
        (20, 8 * 3600, 20.0, True),  # asleep; Linux and macOS stop the other clock
        (20, 8 * 3600, 8 * 3600, True),  # asleep on Windows, where it goes on
        (20, -3580.0, 20.0, True),  # the clock was set back an hour
        (20, 15.0, 15.0, False),
    ],
)
def test_sleep_and_set_clocks_are_seen(waited: float, wall: float, awake: float, jumped: bool) -> None:
    assert has_jumped(waited, wall, awake) is jumped


def test_a_beat_tells_what_is_waited_for() -> None:
    plan = Plan("studio", NOW)
    assert plan.beat().next_pass == NOW
    plan.begin(0.0)
    assert plan.beat().next_pass is None
    plan.end(failed(), NOW, POLL, 1.0)
    beat = plan.beat()
    assert (beat.last_pass, beat.last_ok, beat.error) == (NOW, None, "mail.example can't be reached.")
    assert "failed" in beat.waiting
    assert timedelta(minutes=15) >= MOST_OFFLINE
