"""What the daemon costs while nothing happens: wake-ups, memory, and what many passes leave behind."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.daemon.house import eventually, running, settings
from tests.daemon.many_passes import memory_over
from tests.daemon.test_daemon_running import daemon_process
from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.daemon import loop
from triage.errors import ExitCode
from triage.supervisor import Supervisor

pytestmark = pytest.mark.dovecot

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts what Linux tells")


def switches(pid: int) -> int:
    """How often the threads of a process have gone to sleep by themselves: so often they were awake."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        line = next(one for one in (task / "status").read_text().splitlines() if one.startswith("voluntary"))
        total += int(line.split()[1])
    return total


@ON_LINUX
def test_an_idle_daemon_wakes_for_its_timer_alone_and_is_small(alice: Mailbox, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, tmp_path / "cache", poll=60))
    with daemon_process(path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(2)  # the watches begin to listen
        before = switches(process.pid)
        time.sleep(6)
        assert switches(process.pid) - before <= 2  # one tick in twenty seconds, and a little grace
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        assert pages * 4096 / 1_000_000 <= 120


@ON_LINUX
def test_memory_stays_the_same_over_many_passes(alice: Mailbox, tmp_path: Path) -> None:
    """A sample; ``python -m tests.daemon.many_passes 10000`` runs them all."""
    (_, early), *_, (_, late) = memory_over(120, alice, tmp_path, steps=3)
    assert late - early < 1.0  # over 10,000 passes that would be 125 MB; what is measured is 0


def test_a_broken_configuration_is_told_and_the_old_one_kept_and_a_good_one_taken(
    alice: Mailbox, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    good = config_text(alice, tmp_path, tmp_path / "cache", poll=60)
    path.write_text(good)
    with daemon_process(path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        path.write_text(good.replace("poll_minutes = 60", "poll_minutes = 0"))
        process.send_signal(signal.SIGHUP)
        told = process.stderr.readline()
        assert "the old one stays: daemon.poll_minutes" in told
        path.write_text(good.replace('name = "studio"', 'name = "second"'))
        process.send_signal(signal.SIGHUP)
        assert json.loads(process.stdout.readline())["account"] == "second"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == ExitCode.DONE


def test_status_tells_of_a_running_daemon_and_of_one_that_has_ended(alice: Mailbox, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, tmp_path / "cache", poll=60))
    command = [sys.executable, "-m", "triage", "status", "--daemon", "--json", "--config", str(path)]

    def told() -> dict[str, object]:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found: dict[str, object] = json.loads(done.stdout)
        return found

    with daemon_process(path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert eventually(lambda: told()["next_pass"] is not None)
        assert (told()["running"], told()["pid"]) == (True, process.pid)
        second = subprocess.run(
            [sys.executable, "-m", "triage", "daemon", "--config", str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert second.returncode == ExitCode.LEDGER_UNUSABLE
        assert f"process {process.pid}" in second.stderr
        process.kill()
        process.wait(10)
        assert (told()["running"], told()["next_pass"]) == (False, None)
        assert told()["last_pass"] is not None


def test_systemd_hears_the_whole_life_and_nothing_while_a_pass_hangs(
    alice: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(loop, "HUNG_S", 1.0)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(0.2)
        is_over = threading.Event()

        def listen() -> None:
            while not is_over.is_set():
                try:
                    heard.append(listener.recv(4096).decode())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "180000000"}
        try:
            with running(settings(alice, tmp_path), alice, supervisor=Supervisor(environ)) as house:
                assert house.has_passed()
                assert eventually(lambda: heard.count("WATCHDOG=1") >= 2)
                assert heard[0] == "READY=1\nSTATUS=started"
                (one,) = house.daemon._served
                one.plan.begin(house.time.elapsed() - 60)  # a pass that doesn't end
                time.sleep(0.6)
                count = heard.count("WATCHDOG=1")
                time.sleep(1)
                assert heard.count("WATCHDOG=1") == count
            assert eventually(lambda: heard[-1].startswith("STOPPING=1"), 5)
        finally:
            is_over.set()
            thread.join()
