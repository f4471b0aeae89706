"""Every file that an installation writes, read back by what will read it: systemd, launchd, Windows, cron."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ServiceRefused
from triage.service.crontab import BEGIN, END, line_of, schedule, with_block, without_block
from triage.service.job import Job, Kind, Tools, job_of
from triage.service.launchd import Launchd, agent
from triage.service.schtasks import task_xml
from triage.service.systemd import DAEMON, SWEEP, TIMER, Systemd, calendar, quoted

# What a path may hold, and what some notation or other takes for a sign of its own.
WORDS = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]), min_size=1
)
ODD = '/home/mara o\'k "q" 100%$HOME\\x ü;&#/bin/python'


def job(kind: Kind = "daemon", odd: str = "/opt/triage", minutes: int = 5) -> Job:
    """A job in this folder."""
    return Job(kind, Path(odd), Path(odd + ".toml"), Path(odd + ".log"), minutes)


def unquoted(line: str) -> list[str]:
    """A strict reader of systemd.service(5): quotes, escapes, %% and $$, and nothing bare."""
    words, position = [], 0
    while position < len(line):
        assert line[position] == '"'
        word, position = "", position + 1
        while line[position] != '"':
            sign, following = line[position], line[position + 1]
            if sign in "\\%$":
                assert following == sign or (sign == "\\" and following == '"'), f"bare {sign}"
                sign, position = following, position + 1
            word, position = word + sign, position + 1
        words.append(word)
        position += 1
        assert line[position : position + 1] in ("", " ")
        position += 1
    return words


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_systemd_gets_exactly_these_words(words: list[str]) -> None:
    read = unquoted(quoted(words))
    assert (read[1:] if "$" in words[0] else read) == words


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("kind", ["daemon", "sweep"])
def test_systemd_itself_finds_nothing_to_complain_about(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "o'dd 100% $HOME ü"
    place.mkdir()
    python = place / "python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    files = Systemd(Tools(), tmp_path).files(job(kind, str(python), 7))
    for path, text in files.items():
        path.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *map(str, files)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("minutes", [1, 5, 7, 59, 60, 90, 300, 1440])
def test_systemd_reads_every_interval(minutes: int) -> None:
    subprocess.run(["systemd-analyze", "calendar", calendar(minutes)], check=True, capture_output=True)


def test_the_daemons_unit_has_notify_watchdog_restart_and_hardening() -> None:
    (text,) = Systemd(Tools(), Path("units")).files(job()).values()
    for line in ("Type=notify", "WatchdogSec=180", "Restart=on-failure", "NoNewPrivileges=yes"):
        assert line in text.splitlines()


def test_the_timer_makes_up_for_what_sleep_has_cost() -> None:
    files = {path.name: text for path, text in Systemd(Tools(), Path("units")).files(job("sweep")).items()}
    assert files.keys() == {SWEEP, TIMER}
    assert "Persistent=true" in files[TIMER].splitlines()
    assert "Type=oneshot" in files[SWEEP].splitlines()
    assert DAEMON not in files


@given(WORDS)
def test_launchd_gets_exactly_these_words(word: str) -> None:
    one = job("daemon", "/" + word)
    (text,) = Launchd(Tools(), Path("agents"), 501).files(one).values()
    read = plistlib.loads(text.encode("utf-8"))
    assert read == agent(one)
    assert read["ProgramArguments"][0] == str(Path("/" + word))


@pytest.mark.parametrize(("kind", "key"), [("daemon", "KeepAlive"), ("sweep", "StartInterval")])
def test_launchd_keeps_the_daemon_alive_and_runs_the_sweep_at_intervals(kind: Kind, key: str) -> None:
    read = agent(job(kind))
    assert {"KeepAlive", "StartInterval"} & read.keys() == {key}
    assert read.get("StartInterval", 300) == 300


NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
#: The parts of a task in the order of the schema, and the settings that it knows (Task Scheduler schema 1.2).
PARTS = ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
SETTINGS = {
    "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries",
    "StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName",
    "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings",
    "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["daemon", "sweep"])
def test_the_task_keeps_to_the_schema(kind: Kind) -> None:
    task = ElementTree.fromstring(task_xml(job(kind, ODD), "STUDIO\\mara").partition("\n")[2])
    assert task.tag == NAMESPACE + "Task"
    assert [part.tag.removeprefix(NAMESPACE) for part in task] == PARTS
    settings = {part.tag.removeprefix(NAMESPACE) for part in task[3]}
    assert settings <= SETTINGS
    assert len(settings) == len(task[3])
    (trigger,) = task[1]
    order = [part.tag.removeprefix(NAMESPACE) for part in trigger]
    assert order in (["Enabled", "UserId"], ["Enabled", "StartBoundary", "Repetition"])
    principal = task.find(f"{NAMESPACE}Principals/{NAMESPACE}Principal")
    assert principal is not None
    assert task[4].get("Context") == principal.get("id")


@given(WORDS)
def test_windows_gets_exactly_these_words(word: str) -> None:
    one = Job("daemon", Path("python.exe"), Path(word), Path("a b.log"), 5)
    task = ElementTree.fromstring(task_xml(one, "mara").partition("\n")[2])
    told = task.findtext(f"{NAMESPACE}Actions/{NAMESPACE}Exec/{NAMESPACE}Arguments")
    assert told is not None
    assert subprocess.list2cmdline(one.command(log=True)[1:]) == told


@given(WORDS)
def test_cron_and_its_shell_get_exactly_these_words(word: str) -> None:
    one = job("sweep", "/" + word)
    fields = line_of(one).split(" ", 5)
    command = fields[5].replace("\\%", "%")  # what cron does; a bare % would end the line
    assert not any(
        sign == "%" and before != "\\" for before, sign in zip(fields[5], fields[5][1:], strict=False)
    )
    assert shlex.split(command)[:-2] == one.command(log=True)


@pytest.mark.parametrize(
    ("minutes", "fields"),
    [(1, "*/1 * * * *"), (5, "*/5 * * * *"), (60, "0 */1 * * *"), (200, "0 */3 * * *"), (1440, "0 0 * * *")],
)
def test_cron_reads_every_interval(minutes: int, fields: str) -> None:
    assert schedule(minutes) == fields


LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))).map("\n".join)


@given(LINES, st.sampled_from(["", "\n"]), LINES)
def test_other_lines_of_the_crontab_stay_to_the_byte(before: str, end: str, after: str) -> None:
    text = before + end
    put = with_block(text, job("sweep"))
    assert with_block(put, job("sweep")) == put
    assert without_block(put) == (text if text.endswith("\n") or not text else text + "\n")
    moved = put + after
    newer = with_block(moved, job("sweep", "/elsewhere"))
    assert newer.count(BEGIN) == newer.count(END) == 1
    assert without_block(newer) == without_block(moved)


def test_a_block_whose_end_somebody_removed_takes_nothing_with_it() -> None:
    text = f"{BEGIN}\n*/5 * * * * old\n0 3 * * * backup\n"
    assert without_block(text) == text
    assert "backup" in with_block(text, job("sweep"))


@pytest.mark.parametrize("path", ["/home/a\nb/python", "/home/a\tb/python", "/home/\x7f/python"])
def test_a_path_that_no_file_can_hold_is_refused(path: str, tmp_path: Path) -> None:
    from tests.rig.mailbox import Mailbox
    from tests.rig.settings import config_text
    from triage.config import load_config

    mailbox = Mailbox("none", "127.0.0.1", 143, "mara", "password")
    file = tmp_path / "config.toml"
    file.write_text(config_text(mailbox, tmp_path, tmp_path))
    with pytest.raises(ServiceRefused, match="line break"):
        job_of(load_config(file), "daemon", path)
    assert job_of(load_config(file), "daemon", ODD).python == Path(ODD)
