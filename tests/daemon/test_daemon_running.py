"""The daemon on a real server: drafts when mail arrives, ends cleanly, survives an account that fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import case, thirty
from tests.rig.settings import config_text
from triage.config import load_config
from triage.daemon.loop import Daemon
from triage.errors import ExitCode
from triage.order import Summary

LIMIT_S = 180.0


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so within the limit."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def daemon_process(config: Path) -> Iterator[subprocess.Popen[str]]:
    """``triage daemon`` as its user starts it."""
    command = [sys.executable, "-m", "triage", "daemon", "--config", str(config), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=20)


@pytest.mark.dovecot
def test_new_mail_gets_its_draft_without_waiting_for_the_poll(
    alice: Mailbox, tmp_path: Path, model_cache: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, model_cache, poll=60))
    with daemon_process(path) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["seen"] == 0
        alice.deliver(case("more").raw)
        assert eventually(lambda: len(alice.stored("Drafts")) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == ExitCode.DONE


@pytest.mark.dovecot
def test_sigterm_in_the_middle_of_a_pass_ends_it_cleanly(
    alice: Mailbox, tmp_path: Path, model_cache: Path
) -> None:
    alice.deliver(*(found.raw for found in thirty()))
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, model_cache, poll=60))
    with daemon_process(path) as process:
        assert eventually(lambda: bool(alice.stored("Drafts")))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == ExitCode.DONE
        _, errors = process.communicate()
    assert "Traceback" not in errors
    finished = subprocess.run(
        [sys.executable, "-m", "triage", "sweep", "--config", str(path), "--json"],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert json.loads(finished.stdout)["failed"] == 0
    answered = [raw for raw in alice.stored("Drafts").values() if b"In-Reply-To: <angry@" in raw]
    assert len(answered) == 1


@pytest.mark.dovecot
def test_a_failing_account_backs_off_and_the_other_is_served(
    dovecot: Dovecot, alice: Mailbox, tmp_path: Path, model_cache: Path
) -> None:
    alice.deliver(case("more").raw)
    path = tmp_path / "config.toml"
    good = config_text(alice, tmp_path, model_cache)
    bad = good[good.index("[[accounts]]") : good.index("[clock]")].replace('"studio"', '"gone"')
    path.write_text(good + bad.replace(f"port = {alice.port}", "port = 1"))
    config = load_config(path)
    told: list[tuple[float, Summary]] = []
    daemon = Daemon(config, config.accounts, on_pass=lambda done: told.append((time.monotonic(), done)))
    thread = threading.Thread(target=daemon.run)
    thread.start()

    def of(account: str) -> list[Summary]:
        return [summary for _, summary in told if summary.account == account]

    try:
        # a pass that the machine's own troubles break off is made up for: what counts is the draft
        assert eventually(lambda: sum(one.drafted for one in of("studio")) == 1), of("studio")
        assert eventually(lambda: len(of("gone")) >= 3), of("gone")
    finally:
        daemon.end()
        thread.join(60)
    assert not thread.is_alive()
    assert len(alice.stored("Drafts")) == 1
    assert {one.exit_code for one in of("gone")} == {ExitCode.UNREACHABLE}
    moments = [moment for moment, one in told if one.account == "gone"]
    first, second = (later - sooner for sooner, later in pairwise(moments[:3]))
    assert first >= 5 * 0.85
    assert second >= 10 * 0.85
