"""A process killed between any two steps leaves a ledger that is sound and knows all that had returned."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed, planned, row_of
from triage.ledger import SqliteLedger, open_ledger, open_ledger_copy
from triage.ledger.migrations import MIGRATIONS, migrate

ROOT = Path(__file__).parents[2]
STEPS = (
    "claim", "judge", "plan", "place", "settle", "oblige", "advance", "answer", "finish",
)  # fmt: skip
CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from triage.ledger import open_ledger
path, last = Path(sys.argv[1]), sys.argv[2]
now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ledger = open_ledger(path)
row = []
def claim():
    row.append(ledger.claim("studio", "INBOX", 7, 4, key="<4@c.example>", content_hash="h", received=now,
                            client="lena@c.example", subject="s").row.id)
acts = {
    "claim": claim,
    "judge": lambda: ledger.judged(row[0], gate=None, language="en", labels={}, severity=1),
    "plan": lambda: ledger.plan(row[0], draft_message_id="<r@s.example>", decision="draft", reason=""),
    "place": lambda: ledger.placed(row[0], uid=9, uidvalidity=1, content_hash="x"),
    "settle": lambda: ledger.settle(row[0], outcome="draft", reason=""),
    "oblige": lambda: ledger.open_obligation(row[0], due=now, holding_at=None),
    "advance": lambda: ledger.advance("studio", "INBOX", 7, 4),
    "answer": lambda: ledger.close_obligation(row[0], how="answered", at=now, by="<r@s.example>"),
    "finish": lambda: ledger.pass_finished("studio", now, {"seen": 1}),
}
for name, act in acts.items():
    if sys.argv[3] == "inside" and name == last:
        with ledger.together():
            act()
            os.kill(os.getpid(), signal.SIGKILL)
    act()
    if name == last:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_after(path: Path, step: str, *, inside: bool = False) -> None:
    """Let a process work up to a step and die there by SIGKILL; ``inside``: before the step is committed."""
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), step, "inside" if inside else "after"], cwd=ROOT
    )
    assert ended.returncode == -signal.SIGKILL


def state_of(ledger: SqliteLedger) -> dict[str, object]:
    """What each step leaves behind, as far as it got."""
    row = ledger.at(ACCOUNT, "INBOX", 7, 4)
    return {
        "claim": row is not None,
        "judge": row is not None and row.severity == 1,
        "plan": row is not None and row.draft_state != "none",
        "place": row is not None and row.draft_state == "present",
        "settle": row is not None and row.state == "settled",
        "oblige": ledger._read("SELECT count(*) FROM obligation")[0][0] == 1,
        "advance": ledger.cursor(ACCOUNT, "INBOX", 7) == 4,
        "answer": ledger._read("SELECT count(closed_at) FROM obligation")[0][0] == 1,
        "finish": ledger.last_pass(ACCOUNT) is not None,
    }


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("inside", [False, True], ids=["after", "inside"])
def test_killed_at_a_step_everything_before_it_is_known(tmp_path: Path, step: str, inside: bool) -> None:
    path = tmp_path / "ledger.sqlite3"
    killed_after(path, step, inside=inside)
    done = STEPS.index(step) + (0 if inside else 1)
    with open_ledger(path) as ledger:
        assert ledger.damage() is None
        assert state_of(ledger) == {name: STEPS.index(name) < done for name in STEPS}


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_work_goes_on_after_a_kill_between_intent_and_placing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    killed_after(path, "plan")
    with open_ledger(path) as ledger:
        assert ledger.unsettled(ACCOUNT, "INBOX", 7) == [4]
        again = claimed(ledger, 4, key="<4@c.example>", content="h").row
        assert again.draft_message_id == "<r@s.example>"
        assert (
            ledger.plan(again.id, draft_message_id="<other@s.example>", decision="draft", reason="")
            == "<r@s.example>"
        )


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("migration", [step.__name__ for step in MIGRATIONS])
def test_killed_within_a_migration_the_next_start_does_it_again(tmp_path: Path, migration: str) -> None:
    path = tmp_path / "ledger.sqlite3"
    child = f"""
import os, signal
from pathlib import Path
import triage.ledger.migrations as m, triage.ledger.store as s
def dying(step):
    def run(connection):
        step(connection)
        os.kill(os.getpid(), signal.SIGKILL)
    run.__name__ = step.__name__
    return run
steps = tuple(dying(step) if step.__name__ == {migration!r} else step for step in m.MIGRATIONS)
connection = s.connect(Path({str(path)!r}), 1.0)
connection.execute("PRAGMA journal_mode = WAL")
m.migrate(connection, steps)
"""
    ended = subprocess.run([sys.executable, "-c", child], cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    with open_ledger(path) as ledger:
        assert ledger.damage() is None
        ledger.settle(planned(ledger, 1).id, outcome="draft", reason="")


def test_an_intent_is_forced_to_the_disk_and_little_else(tmp_path: Path) -> None:
    """What outlives a power cut is what a synchronous=FULL commit has put on the disk."""
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        forced: list[str] = []
        ledger._connection.set_trace_callback(
            lambda sql: forced.append(sql) if "synchronous = FULL" in sql else None
        )
        rows = [claimed(ledger, uid).row for uid in range(1, 6)]
        for row in rows[:4]:
            ledger.settle(row.id, outcome="leave_alone", reason="")
        assert forced == []
        with ledger.together():
            ledger.judged(rows[4].id, gate=None, language="en", labels={}, severity=2)
            ledger.plan(rows[4].id, draft_message_id="<r@s.example>", decision="draft", reason="")
            assert forced == []
        assert len(forced) == 1
        ledger.settle(rows[4].id, outcome="draft", reason="")
        ledger.pass_finished(ACCOUNT, NOW, {})
        assert len(forced) == 2
        ledger.pass_finished(ACCOUNT, NOW, {})
        assert len(forced) == 2, "a pass that changed nothing has nothing to force"
        assert ledger._read("PRAGMA synchronous") == [(1,)]


def test_the_log_of_a_dead_process_torn_anywhere_is_no_damage(tmp_path: Path) -> None:
    """Power loss can leave any beginning of the log; what was whole in it counts."""
    path = tmp_path / "ledger.sqlite3"
    with open_ledger(path) as ledger:
        first = planned(ledger, 1)
    living = open_ledger(path)
    for uid in range(2, 12):
        claimed(living, uid)
    log = path.with_name(path.name + "-wal").read_bytes()
    copies = []
    for number, length in enumerate(range(0, len(log), len(log) // 23)):
        copy = tmp_path / str(number) / "ledger.sqlite3"
        copy.parent.mkdir()
        shutil.copy(path, copy)
        copy.with_name(copy.name + "-wal").write_bytes(log[:length] + b"\xff" * 100)
        copies.append(copy)
    living.close()
    known = []
    for copy in copies:
        with open_ledger(copy) as ledger:
            assert ledger.damage() is None
            assert row_of(ledger, first.id) == first
            known.append(sum(1 for _ in ledger.rows()))
    assert known == sorted(known)
    assert known[0] == 1
    assert known[-1] > 5


def test_a_ledger_is_closed_to_others_with_all_its_files(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        path = tmp_path / "state" / "ledger.sqlite3"
        with open_ledger(path) as ledger:
            planned(ledger, 1)
            names = {found.name: oct(found.stat().st_mode & 0o777) for found in path.parent.iterdir()}
            if os.name == "posix":
                assert names == dict.fromkeys((path.name, f"{path.name}-wal", f"{path.name}-shm"), "0o600")
                assert oct(path.parent.stat().st_mode & 0o777) == "0o700"
    finally:
        os.umask(previous)


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_ledger_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with open_ledger(path) as ledger:
        planned(ledger, 1)
    path.chmod(0o644)
    with open_ledger(path):
        assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_a_copy_for_a_dry_run_leaves_the_ledger_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with open_ledger(path) as ledger:
        row = claimed(ledger, 1).row
    with open_ledger_copy(path) as copy:
        assert row_of(copy, row.id) == row
        copy.settle(row.id, outcome="leave_alone", reason="")
        claimed(copy, 2)
    with open_ledger(path) as ledger:
        assert list(ledger.rows()) == [row]
        claimed(ledger, 3)
        with open_ledger_copy(path) as copy:
            assert [found.uid for found in copy.rows()] == [1, 3], "what another process has just written"


def test_looking_brings_no_schema_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:1])
    before = path.read_bytes()
    with open_ledger_copy(path) as copy:
        copy.pass_finished(ACCOUNT, NOW, {})
    assert path.read_bytes() == before


def test_no_column_could_hold_a_body(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    open_ledger(path).close()
    with sqlite3.connect(path) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(message)")}
    connection.close()
    assert not columns & {"body", "text", "new_text", "evidence", "raw"}
