"""Whether a daemon runs: told by a lock that dies with it, so that no leftover can lie."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.commands.daemon_view import line_of, record_of
from triage.errors import PassRunning
from triage.heartbeat import AccountBeat, Beat, daemon_lock, is_running, read_beat, write_beat

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEAT = Beat(4711, NOW, (AccountBeat("studio", NOW, NOW, NOW, "new mail", None), AccountBeat("second")))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_beat(tmp_path, BEAT)
    assert read_beat(tmp_path) == BEAT
    assert stat.S_IMODE((tmp_path / "daemon.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"pid": "x"}', '{"pid": 1, "since": "gestern"}', "\0"]
)
def test_a_spoilt_file_is_no_beat(tmp_path: Path, text: str) -> None:
    (tmp_path / "daemon.json").write_text(text)
    assert read_beat(tmp_path) is None
    assert "No daemon is running" in line_of(is_running(tmp_path), read_beat(tmp_path), NOW)


def test_running_is_who_holds_the_lock(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    with daemon_lock(tmp_path):
        assert is_running(tmp_path)
    assert not is_running(tmp_path)


def test_a_daemon_that_was_killed_does_not_run_whatever_its_file_says(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from triage.heartbeat import daemon_lock\n"
        f"with daemon_lock(Path({str(tmp_path)!r})): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert is_running(tmp_path)
        process.kill()
    # its number may be anybody's by now: here it is our own
    write_beat(tmp_path, Beat(os.getpid(), NOW, BEAT.accounts))
    assert not is_running(tmp_path)
    record = record_of(is_running(tmp_path), read_beat(tmp_path))
    assert (record["running"], record["pid"], record["next_pass"], record["waiting"]) == (
        False,
        None,
        None,
        "",
    )
    assert record["last_pass"] == NOW.isoformat()


def test_a_second_daemon_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    write_beat(tmp_path, BEAT)
    with daemon_lock(tmp_path), pytest.raises(PassRunning, match="process 4711"), daemon_lock(tmp_path):
        pass


def test_an_error_inside_is_not_taken_for_one_of_the_lock(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError), daemon_lock(tmp_path):
        raise TimeoutError


def test_a_folder_that_cannot_be_written_costs_no_pass(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    write_beat(tmp_path / "file", BEAT)
    assert read_beat(tmp_path / "file") is None


def test_the_line_for_people() -> None:
    line = line_of(True, BEAT, NOW)
    assert line.startswith("The daemon runs (process 4711); last pass just now; studio: next ")
    failing = Beat(1, NOW, (AccountBeat("studio", NOW, None, NOW, "another try", "It is refused."),))
    assert line_of(True, failing, NOW).endswith("waiting for another try (It is refused).")
    assert line_of(True, None, NOW) == "The daemon is starting."
