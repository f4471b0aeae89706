"""What the ledger keeps of alarms: each claimed once, by one process, tried again a few times."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rig.ledger_acts import NOW, claimed
from triage.ledger.alarms import MAX_TRIES, RETRY_AFTER
from triage.ledger.sqlite import SqliteLedger, open_ledger

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BOTH = ("desktop", "push")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with open_ledger(tmp_path / "ledger.sqlite3") as opened:
        yield opened


def test_a_new_alarm_is_claimed_once_for_every_way(ledger: SqliteLedger) -> None:
    assert ledger.claim_alarms(["a", "b"], BOTH, NOW) == {"desktop": ["a", "b"], "push": ["a", "b"]}
    assert ledger.claim_alarms(["a", "b"], BOTH, NOW + 9 * HOUR) == {"desktop": [], "push": []}


def test_what_was_told_is_never_given_out_again(ledger: SqliteLedger) -> None:
    ledger.claim_alarms(["a"], BOTH, NOW)
    for channel in BOTH:
        ledger.alarms_done(["a"], channel, is_told=True)
    assert ledger.claim_alarms(["a"], BOTH, NOW + 900 * HOUR) == {"desktop": [], "push": []}


def test_a_way_that_failed_is_tried_again_alone(ledger: SqliteLedger) -> None:
    ledger.claim_alarms(["a"], BOTH, NOW)
    ledger.alarms_done(["a"], "desktop", is_told=True)
    ledger.alarms_done(["a"], "push", is_told=False)
    assert ledger.claim_alarms(["a"], BOTH, NOW + RETRY_AFTER[0] - MINUTE) == {"desktop": [], "push": []}
    assert ledger.claim_alarms(["a"], BOTH, NOW + RETRY_AFTER[0]) == {"desktop": [], "push": ["a"]}


def test_it_is_tried_six_times_at_growing_distances(ledger: SqliteLedger) -> None:
    now, tries = NOW, []
    while now < NOW + 24 * HOUR:
        if ledger.claim_alarms(["a"], ["push"], now)["push"]:
            tries.append(now)
            ledger.alarms_done(["a"], "push", is_told=False)
        now += MINUTE
    assert len(tries) == MAX_TRIES == 6
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits == list(RETRY_AFTER)


def test_a_way_that_is_added_later_tells_nothing_old(ledger: SqliteLedger) -> None:
    ledger.claim_alarms(["a"], ["desktop"], NOW)
    ledger.alarms_done(["a"], "desktop", is_told=True)
    assert ledger.claim_alarms(["a", "b"], BOTH, NOW) == {"desktop": ["b"], "push": ["b"]}


def test_a_way_that_is_taken_away_is_not_tried(ledger: SqliteLedger) -> None:
    ledger.claim_alarms(["a"], BOTH, NOW)
    ledger.alarms_done(["a"], "push", is_told=False)
    assert ledger.claim_alarms(["a"], ["desktop"], NOW + HOUR) == {"desktop": []}


_CLAIM_AND_HANG = """
import sys, time
from datetime import datetime
from pathlib import Path
from triage.ledger.sqlite import open_ledger
ledger = open_ledger(Path(sys.argv[1]))
print(ledger.claim_alarms(["a", "b"], ["push"], datetime.fromisoformat(sys.argv[2])), flush=True)
time.sleep(60)
"""


def test_killed_between_claim_and_telling_nothing_is_told_twice(tmp_path: Path) -> None:
    """Killed as hard as a process can be: the claim stands, so at worst an alarm is lost, never doubled."""
    path = tmp_path / "ledger.sqlite3"
    command = [sys.executable, "-c", _CLAIM_AND_HANG, str(path), NOW.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "['a', 'b']" in process.stdout.readline()
        os.kill(process.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    with open_ledger(path) as ledger:
        for hours in (0, 1, 24, 1000):
            assert ledger.claim_alarms(["a", "b"], ["push"], NOW + hours * HOUR) == {"push": []}
        assert [row.state for row in ledger.alarm_rows()] == ["trying", "trying"]


def test_many_at_once_claim_each_alarm_once(tmp_path: Path) -> None:
    """As daemon, cron and command line may: each gets some, none gets what another has."""
    path = tmp_path / "ledger.sqlite3"
    open_ledger(path).close()
    keys = [f"k{number}" for number in range(40)]
    taken: list[str] = []
    lock = threading.Lock()

    def claim() -> None:
        with open_ledger(path) as ledger:
            for start in range(0, 40, 5):
                got = ledger.claim_alarms(keys[start : start + 5], ["push"], NOW)["push"]
                with lock:
                    taken.extend(got)

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(keys)


acts = st.lists(
    st.tuples(st.sampled_from(["claim", "told", "failed", "die"]), st.integers(0, 3), st.integers(0, 600)),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(acts)
def test_whatever_happens_no_way_tells_an_alarm_twice(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, int]]
) -> None:
    """Claims, successes, failures and deaths in any order, at any times."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite3"
    told: list[tuple[str, str]] = []
    held: list[tuple[str, str]] = []
    now = NOW
    ledger = open_ledger(path)
    for act, number, minutes in acts:
        now += minutes * MINUTE
        if act == "claim":
            got = ledger.claim_alarms([f"k{number}", "common"], BOTH, now)
            held += [(key, channel) for channel, keys in got.items() for key in keys]
        elif act == "die":
            ledger.close()
            ledger, held = open_ledger(path), []
        elif held:
            key, channel = held.pop()
            ledger.alarms_done([key], channel, is_told=act == "told")
            told += [(key, channel)] * (act == "told")
    ledger.close()
    assert len(told) == len(set(told))


# ---------------------------------------------------------------------------------------------- looks


def test_looks_are_remembered_from_the_first_on(ledger: SqliteLedger) -> None:
    assert ledger.alarms_begun() is None
    assert ledger.look_for_alarms(NOW) == (NOW, [])
    assert ledger.look_for_alarms(NOW + HOUR) == (NOW, [NOW])
    assert ledger.alarms_begun() == NOW
    for hours in range(2, 30):
        ledger.look_for_alarms(NOW + hours * HOUR)
    assert ledger.look_for_alarms(NOW)[1] == [NOW + hours * HOUR for hours in range(21, 30)]


def test_tries_are_counted_once_for_an_alarm(ledger: SqliteLedger) -> None:
    ledger.claim_alarms(["a", "b"], BOTH, NOW)
    assert ledger.alarms_tried_since(NOW) == [NOW, NOW]
    assert ledger.alarms_tried_since(NOW + MINUTE) == []


# ---------------------------------------------------------------------------------------------- trouble


def test_trouble_lasts_from_the_first_failure_to_the_next_whole_pass(ledger: SqliteLedger) -> None:
    for hours in range(3):
        ledger.note_trouble("studio", "login", NOW + hours * HOUR)
    (found,) = ledger.troubles(["studio", "other"])
    assert (found.kind, found.since, found.last, found.times) == ("login", NOW, NOW + 2 * HOUR, 3)
    assert ledger.troubles(["other"]) == []
    ledger.pass_finished("studio", NOW + 3 * HOUR, {})
    assert ledger.troubles(["studio"]) == []
    ledger.note_trouble("studio", "login", NOW + 4 * HOUR)
    (found,) = ledger.troubles(["studio"])
    assert (found.since, found.times) == (NOW + 4 * HOUR, 1)


def test_trouble_of_another_kind_begins_anew(ledger: SqliteLedger) -> None:
    ledger.note_trouble("studio", "other", NOW)
    ledger.note_trouble("studio", "login", NOW + HOUR)
    (found,) = ledger.troubles(["studio"])
    assert (found.kind, found.since, found.times) == ("login", NOW + HOUR, 1)


# ---------------------------------------------------------------------------------------------- messages


def judged(ledger: SqliteLedger, uid: int, severity: int) -> int:
    row = claimed(ledger, uid).row
    ledger.judged(row.id, gate=None, language="en", labels={"hostility": ("flagged", 0.9)}, severity=severity)
    return row.id


def test_messages_worth_an_alarm_are_found_and_no_others(ledger: SqliteLedger) -> None:
    severe, mild, forged, lost = (
        judged(ledger, uid, severity) for uid, severity in enumerate((3, 2, 1, 0), 1)
    )
    ledger.settle(forged, outcome="flag_only", reason="no draft, the sender may be forged: x")
    ledger.settle(mild, outcome="draft", reason="hostility")
    ledger.give_up(lost, reason="gave up")
    assert {row.id for row in ledger.alarming(NOW)} == {severe, forged, lost}
    assert ledger.alarming(NOW + MINUTE) == []


def test_a_draft_and_an_answer_show(ledger: SqliteLedger) -> None:
    row_id = judged(ledger, 1, 3)
    assert [(row.has_draft, row.is_done) for row in ledger.alarming(NOW)] == [(False, False)]
    ledger.plan(row_id, draft_message_id="<d@x>", decision="draft", reason="hostility")
    assert not ledger.alarming(NOW)[0].has_draft
    ledger.placed(row_id, uid=1, uidvalidity=1, content_hash="h")
    ledger.open_obligation(row_id, due=NOW + HOUR, holding_at=None)
    assert [(row.has_draft, row.is_done) for row in ledger.alarming(NOW)] == [(True, False)]
    ledger.close_obligation(row_id, how="answered", at=NOW)
    assert ledger.alarming(NOW)[0].is_done


def test_the_search_for_them_uses_its_index(ledger: SqliteLedger) -> None:
    """A pass over a ledger of years pays for the few that matter."""
    plan = ledger._read(
        "EXPLAIN QUERY PLAN SELECT m.id FROM message m WHERE (severity = 3 OR outcome = 'flag_only'"
        " OR state = 'given_up') AND m.received >= ?",
        datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    )
    assert "message_alarming" in str(plan)
