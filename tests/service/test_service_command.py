"""``triage service`` as its user runs it, with each system's tool: the real one, or a stand-in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.errors import ExitCode, ServiceRefused
from triage.service.job import Job, Tools
from triage.service.launchd import Launchd
from triage.service.schtasks import TaskScheduler
from triage.service.ways import ways

#: Writes down how it was called; its crontab is a file. FAIL in the environment has it refuse.
STAND_IN = """#!/bin/sh
echo "${0##*/} $*" >>"$TOOL_LOG"
if [ -n "$FAIL" ]; then echo "$FAIL" >&2; exit 1; fi
case "${0##*/} $1" in
"crontab -l") cat "$TOOL_LOG.crontab" 2>/dev/null || { echo "no crontab for mara" >&2; exit 1; } ;;
"crontab -r") rm "$TOOL_LOG.crontab" ;;
"crontab -") cat >"$TOOL_LOG.crontab" ;;
"systemctl --user") [ "$2" = show ] && echo "ActiveState=active
SubState=running
StatusText=studio: waiting for new mail" ;;
"loginctl show-user") echo no ;;
esac
exit 0
"""
OTHERS = "MAILTO=mara\n# mine\n0 3 * * *  backup --all 100\\%\n"


@dataclass
class Desk:
    """A home, a PATH with stand-ins, and the command."""

    home: Path

    def tool(self, *names: str) -> None:
        """Put programs on PATH."""
        for name in names:
            path = self.home / "bin" / name
            path.write_text(STAND_IN)
            path.chmod(0o755)

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """``triage service …``."""
        command = [sys.executable, "-m", "triage", "service", *arguments, "--config", str(self.config)]
        usual = {"HOME": str(self.home), "PATH": str(self.home / "bin"), "TOOL_LOG": str(self.home / "calls")}
        if sys.platform.startswith("linux"):
            for name in ("cat", "rm"):
                link = self.home / "bin" / name
                if not link.exists():
                    link.symlink_to(shutil.which(name) or name)
        return subprocess.run(
            command, env=usual | {"USER": "mara"} | environ, capture_output=True, text=True, check=False
        )

    @property
    def config(self) -> Path:
        """Its name needs care in every notation."""
        return self.home / "my $settings 100%.toml"

    @property
    def units(self) -> Path:
        """Where systemd looks."""
        return self.home / ".config" / "systemd" / "user"

    @property
    def calls(self) -> list[str]:
        """How the tools were called."""
        path = self.home / "calls"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def crontab(self) -> Path:
        """The stand-in's."""
        return self.home / "calls.crontab"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh one."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the stand-ins are for Linux's tools")
    (tmp_path / "bin").mkdir()
    found = Desk(tmp_path)
    mailbox = Mailbox("none", "127.0.0.1", 143, "mara", "password")
    found.config.write_text(config_text(mailbox, tmp_path, tmp_path / "cache"))
    return found


def test_the_daemon_is_installed_shown_and_removed(desk: Desk) -> None:
    desk.tool("systemctl", "loginctl")
    done = desk.run("install")
    assert (done.returncode, done.stderr) == (0, "")
    assert "inbox-triage.service" in done.stdout
    assert "enable-linger" in done.stdout
    text = (desk.units / "inbox-triage.service").read_text()
    assert 'my $$settings 100%%.toml"' in text
    assert desk.calls[:3] == [
        "systemctl --user daemon-reload",
        "systemctl --user enable inbox-triage.service",
        "systemctl --user restart inbox-triage.service",
    ]
    shown = desk.run("status", "--json").stdout.splitlines()
    first = json.loads(shown[0])
    assert (first["way"], first["installed"], first["active"]) == ("systemd", True, True)
    assert "waiting for new mail" in first["detail"]
    assert json.loads(desk.run("uninstall", "--json").stdout) == {"removed": ["systemd"]}
    assert list(desk.units.iterdir()) == []
    assert desk.run("uninstall").stdout == "Nothing was installed.\n"


def test_installing_again_changes_nothing_and_another_way_takes_its_place(desk: Desk) -> None:
    desk.tool("systemctl", "loginctl", "crontab")
    desk.run("install")
    unit = desk.units / "inbox-triage.service"
    before = unit.stat().st_mtime_ns
    assert desk.run("install").returncode == 0
    assert unit.stat().st_mtime_ns == before
    desk.run("install", "--timer")
    assert sorted(path.name for path in desk.units.iterdir()) == [
        "inbox-triage-sweep.service",
        "inbox-triage-sweep.timer",
    ]
    desk.crontab.write_text(OTHERS)
    told = desk.run("install", "--cron")
    assert "What systemd ran before is removed" in told.stdout
    assert list(desk.units.iterdir()) == []
    assert desk.crontab.read_text().startswith(OTHERS)
    assert desk.run("uninstall").returncode == 0
    assert desk.crontab.read_text() == OTHERS


def test_a_dry_run_writes_and_runs_nothing(desk: Desk) -> None:
    desk.tool("systemctl", "crontab")
    for arguments in (["--timer"], ["--cron"], []):
        told = json.loads(desk.run("install", "--dry-run", "--json", *arguments).stdout)
        assert told["files"]
        assert told["commands"]
    assert "[Service]" in desk.run("install", "--dry-run").stdout
    assert desk.calls == []
    assert not desk.units.exists()


@pytest.mark.parametrize(
    ("tools", "arguments", "environ", "words"),
    [
        ([], [], {}, "no systemd here.*--cron"),
        ([], ["--cron"], {}, "no `crontab` here.*install cron"),
        (
            ["systemctl"],
            [],
            {"FAIL": "Failed to connect to bus: No medium found"},
            "no systemd session.*linger",
        ),
        (["systemctl"], [], {"FAIL": "Unit is masked."}, "systemd refuses it .Unit is masked."),
        (["crontab"], ["--cron"], {"FAIL": "mara is not allowed"}, "crontab can't be read.*not allowed"),
        (["crontab"], ["--cron", "--timer"], {}, "take one of the two"),
    ],
)
def test_what_is_in_the_way_is_told_in_one_sentence(
    desk: Desk, tools: list[str], arguments: list[str], environ: dict[str, str], words: str
) -> None:
    desk.tool(*tools)
    done = desk.run("install", *arguments, **environ)
    assert done.returncode in (ExitCode.SOME_FAILED, ExitCode.USAGE)
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    import re

    assert re.search(words, done.stderr)


def test_it_can_be_removed_when_the_configuration_is_broken(desk: Desk) -> None:
    desk.tool("systemctl", "loginctl")
    desk.run("install")
    desk.config.write_text("[[[")
    assert desk.run("uninstall").stdout == "Stopped and removed from systemd.\n"


def test_a_crontab_that_held_nothing_else_is_removed(desk: Desk) -> None:
    desk.tool("crontab")
    assert desk.run("install", "--cron").returncode == 0
    assert desk.crontab.exists()
    desk.run("uninstall")
    assert not desk.crontab.exists()


@pytest.mark.skipif(shutil.which("crontab") is None, reason="no cron on this machine")
def test_the_real_crontab_takes_the_line_and_gives_the_rest_back(desk: Desk) -> None:
    """Debian's own program, with the user's own lines around ours."""
    kept = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    path = os.environ["PATH"]
    try:
        subprocess.run(["crontab", "-"], input=OTHERS, text=True, check=True)
        assert desk.run("install", "--cron", PATH=path).returncode == 0
        text = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=True).stdout
        assert text.startswith(OTHERS)
        assert text.count("triage sweep") == 1
        assert "100\\%.toml" in text
        assert desk.run("install", "--cron", PATH=path).returncode == 0
        assert subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=True).stdout == text
        assert desk.run("uninstall", PATH=path).returncode == 0
        left = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=True).stdout
        assert left == OTHERS
    finally:
        if kept.returncode == 0:
            subprocess.run(["crontab", "-"], input=kept.stdout, text=True, check=True)
        else:
            subprocess.run(["crontab", "-r"], check=False)


class TestOtherSystems:
    """Their ways, with stand-ins for their tools."""

    JOB = Job("daemon", Path("/opt/py thon"), Path("/home/m/c.toml"), Path("/home/m/t.log"), 5)

    def test_launchd(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.tool("launchctl")
        monkeypatch.setenv("PATH", str(desk.home / "bin"), prepend=":")
        monkeypatch.setenv("TOOL_LOG", str(desk.home / "calls"))
        way = Launchd(Tools(), desk.home / "LaunchAgents", 501)
        plist = desk.home / "LaunchAgents" / "inbox-triage.plist"
        assert "starts at every login" in way.install(self.JOB)
        assert desk.calls == [
            "launchctl bootout gui/501/inbox-triage",
            "launchctl enable gui/501/inbox-triage",
            f"launchctl bootstrap gui/501 {plist}",
        ]
        assert way.state().is_installed
        assert way.uninstall()
        assert not plist.exists()
        assert not way.uninstall()
        monkeypatch.setenv("FAIL", "Bootstrap failed: 5: Input/output error")
        with pytest.raises(ServiceRefused, match=r"launchd refuses it .Bootstrap failed"):
            way.install(self.JOB)

    def test_windows(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.tool("schtasks")
        monkeypatch.setenv("PATH", str(desk.home / "bin"), prepend=":")
        monkeypatch.setenv("TOOL_LOG", str(desk.home / "calls"))
        way = TaskScheduler(Tools(), desk.home / "state", "STUDIO\\mara")
        assert 'scheduled task "Inbox Triage"' in way.install(self.JOB)
        file = desk.home / "state" / "scheduled-task.xml"
        assert file.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
        assert desk.calls[1] == f"schtasks /Create /TN Inbox Triage /XML {file} /F"
        assert way.uninstall()
        assert not file.exists()

    def test_each_system_has_its_own_ways(self, tmp_path: Path) -> None:
        environ = {"HOME": str(tmp_path), "USERNAME": "mara"}
        found = {
            name: [way.name for way in ways(tmp_path, name, environ)] for name in ("linux", "darwin", "win32")
        }
        assert found == {
            "linux": ["systemd", "cron"],
            "darwin": ["launchd", "cron"],
            "win32": ["Task Scheduler"],
        }
