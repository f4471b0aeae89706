"""The log's file: for its owner alone, never larger than said, shared by processes."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.log_file import PrivateLog, open_log


def say(log: PrivateLog, text: str) -> None:
    """One line."""
    log.emit(logging.LogRecord("triage", logging.WARNING, "", 0, text, None, None))


def test_it_is_its_owners_alone_also_when_begun_anew(tmp_path: Path) -> None:
    log = open_log(tmp_path / "logs" / "triage.log", 0.01, 2)
    for number in range(2000):
        say(log, f"line {number} " + "x" * 60)
    log.close()
    files = sorted(path for path in (tmp_path / "logs").iterdir() if path.suffix != ".lock")
    assert [path.name for path in files] == ["triage.log", "triage.log.1", "triage.log.2"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert all(path.stat().st_size <= 10_100 for path in files)
    assert "line 1999" in (tmp_path / "logs" / "triage.log").read_text()


def test_one_that_others_could_read_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "triage.log"
    path.write_text("old\n")
    path.chmod(0o644)
    open_log(path, 1, 1).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_share_it_and_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "triage.log"
    script = (
        "import sys, logging; from pathlib import Path; from triage.log_file import open_log\n"
        f"log = open_log(Path({str(path)!r}), 0.02, 50)\n"
        "for n in range(300):\n"
        "    log.emit(logging.LogRecord('t', 30, '', 0, f'{sys.argv[1]}-{n} ' + 'x' * 50, None, None))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(number)]) for number in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    texts = [file.read_text() for file in tmp_path.glob("triage.log*")]
    lines = [line.split()[0] for text in texts for line in text.splitlines()]
    assert sorted(lines) == sorted(f"{who}-{n}" for who in range(3) for n in range(300))


def test_a_file_taken_away_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "triage.log"
    log = open_log(path, 1, 1)
    path.unlink()
    say(log, "again")
    log.close()
    assert path.read_text() == "again\n"


def test_a_place_that_cannot_be_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"log\.file: .*can't be written"):
        open_log(tmp_path / "file" / "triage.log", 1, 1)


def test_a_full_disk_costs_lines_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    log = PrivateLog.__new__(PrivateLog)
    logging.handlers.RotatingFileHandler.__init__(log, "/dev/full", maxBytes=0, delay=True)
    log.stream = Path("/dev/full").open("w", encoding="utf-8", buffering=1)  # noqa: SIM115
    say(log, "lost")
    with pytest.raises(OSError, match="No space"):
        log.stream.close()
    log.stream = None
    assert capfd.readouterr().err == ""
