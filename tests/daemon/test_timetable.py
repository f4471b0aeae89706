"""The schedule that APScheduler keeps: each job once, however late, in the loop's own thread."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.daemon.house import MovedTime, eventually, running, settings
from tests.rig.mailbox import Mailbox
from triage.daemon.bell import Time
from triage.daemon.timetable import Timetable

HOUR = timedelta(hours=1)


def done(timetable: Timetable) -> float | None:
    """Do what is due; the seconds until the next."""
    acts, wait_s = timetable.due()
    for act in acts:
        act()
    return wait_s


def test_what_is_due_comes_once_and_the_earliest_first() -> None:
    timetable, came, now = Timetable(Time()), list[str](), datetime.now(UTC)
    timetable.at("late", now - timedelta(seconds=1), lambda: came.append("late"))
    timetable.at("later", now + HOUR, lambda: came.append("later"))
    timetable.at("latest", now - 3 * HOUR, lambda: came.append("latest"))
    wait_s = done(timetable)
    assert came == ["latest", "late"]
    assert wait_s is not None
    assert 3590 < wait_s <= 3600
    done(timetable)
    assert came == ["latest", "late"]


def test_what_has_the_same_name_takes_its_place() -> None:
    timetable, came, now = Timetable(Time()), list[str](), datetime.now(UTC)
    timetable.at("studio", now + HOUR, lambda: came.append("the poll"))
    timetable.at("studio", now, lambda: came.append("news"))
    assert done(timetable) is None
    assert came == ["news"]


def test_what_has_come_can_be_put_in_again_for_the_same_moment() -> None:
    """As the loop does where an account was not ready for its pass."""
    timetable, came, now = Timetable(Time()), list[int](), datetime.now(UTC)
    for number in (1, 2):
        timetable.at("studio", now, lambda number=number: came.append(number))  # type: ignore[misc]
        done(timetable)
    assert came == [1, 2]


def test_ticks_that_were_missed_are_one(caplog: pytest.LogCaptureFixture) -> None:
    timetable, came = Timetable(Time()), list[str]()
    timetable.every("tick", 0.05, lambda: came.append("tick"))
    wait_s = done(timetable)
    assert (came, wait_s is not None and 0 < wait_s <= 0.05) == ([], True)
    time.sleep(0.4)
    wait_s = done(timetable)
    assert (came, wait_s is not None and 0 < wait_s <= 0.05) == (["tick"], True)
    assert caplog.text == ""  # that a job is late is no warning


@pytest.mark.parametrize("moved", [-14 * 24 * HOUR, 14 * 24 * HOUR])
def test_moments_are_by_the_clock_that_it_was_given(moved: timedelta) -> None:
    clock = MovedTime(moved)
    timetable, came = Timetable(clock), list[str]()
    timetable.at("now", clock.now(), lambda: came.append("now"))
    timetable.at("soon", clock.now() + HOUR, lambda: came.append("soon"))
    wait_s = done(timetable)
    assert came == ["now"]
    assert wait_s is not None
    assert 3590 < wait_s <= 3600


def test_a_job_never_comes_before_its_moment() -> None:
    clock = Time()
    timetable, early = Timetable(clock), list[datetime]()
    for _ in range(200):
        moment = clock.now() + timedelta(microseconds=300)
        timetable.at("studio", moment, lambda: None)
        while not timetable.due()[0]:
            pass
        early += [moment] if clock.now() < moment else []
    assert early == []


def test_what_fails_is_heard_by_who_does_it() -> None:
    def fail() -> None:
        raise RuntimeError("no more threads")

    timetable = Timetable(Time())
    timetable.at("studio", datetime.now(UTC), fail)
    with pytest.raises(RuntimeError, match="no more threads"):
        done(timetable)


def test_it_has_no_thread_that_would_wake_beside_the_loop() -> None:
    before = threading.active_count()
    timetable = Timetable(Time())
    timetable.at("studio", datetime.now(UTC), lambda: None)
    done(timetable)
    assert threading.active_count() == before
    timetable.close()


@pytest.mark.dovecot
def test_each_account_has_its_job_and_without_it_there_is_no_pass(alice: Mailbox, tmp_path: Path) -> None:
    with running(settings(alice, tmp_path), alice) as house:
        assert house.has_passed()
        scheduler = house.daemon._timetable._scheduler
        (one,) = house.daemon._served
        assert eventually(lambda: {job.id for job in scheduler.get_jobs()} == {"tick", "pass studio"}, 5)
        off = scheduler.get_job("pass studio").next_run_time - one.plan.next_at
        assert abs(off) < timedelta(seconds=1)
        scheduler.modify_job("pass studio", next_run_time=datetime.now(UTC) - HOUR)
        assert eventually(lambda: scheduler.get_job("pass studio").next_run_time > datetime.now(UTC), 5)
        assert len(house.passes) == 1  # its plan was not due: the job was put in again
        one.plan.next_at = house.time.now()
        assert house.has_passed(2)
