"""The process that judges: there when needed, gone when not, and no loss when it dies."""

from __future__ import annotations

import json
import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.test_config_example import uncommented
from tests.daemon.house import eventually, settings
from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import case
from tests.rig.settings import config_text
from triage.config import load_config
from triage.daemon.passes import KEEP_S, Passes
from triage.daemon.worker import Worker
from triage.daemon.worker_process import config_of, config_record
from triage.errors import ExitCode
from triage.order import Order, Summary

POLL = timedelta(minutes=5)


def test_the_worker_has_the_configuration_that_the_daemon_has(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    path = tmp_path / "config.toml"
    path.write_text(uncommented(), encoding="utf-8")
    config = load_config(path)
    path.write_text("[[[")  # what the file says by now is no matter
    there = config_of(json.loads(json.dumps(config_record(config))))
    assert there == config
    assert there.paths == config.paths


@pytest.mark.dovecot
def test_a_pass_without_mail_to_judge_starts_no_process(alice: Mailbox, tmp_path: Path) -> None:
    passes = Passes(settings(alice, tmp_path), Order(), lambda: False)
    summary = passes.run(settings(alice, tmp_path).accounts[0], False, POLL, lambda: 0.0)
    assert (summary.error, summary.seen, passes.worker_pid) == (None, 0, None)


@pytest.mark.dovecot
def test_mail_is_judged_in_a_process_that_ends_when_idle(
    alice: Mailbox, tmp_path: Path, model_cache: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, model_cache))
    config = load_config(path)
    passes = Passes(config, Order(), lambda: False)
    alice.deliver(case("more").raw)
    summary = passes.run(config.accounts[0], False, POLL, lambda: 100.0)
    try:
        assert (summary.error, summary.seen, summary.drafted) == (None, 1, 1)
        assert len(alice.stored("Drafts")) == 1
        pid = passes.worker_pid
        assert pid is not None
        held = []
        for moment in (KEEP_S - 1, KEEP_S):
            passes.release(100.0 + moment)
            held.append(passes.worker_pid)
        assert held == [pid, None]
        assert not Path(f"/proc/{pid}").exists()
    finally:
        passes.end()


@pytest.mark.dovecot
def test_a_process_that_is_killed_costs_one_try_and_no_message(alice: Mailbox, tmp_path: Path) -> None:
    """By the kernel, for want of memory: while a pass is running in it."""
    config = settings(alice, tmp_path)
    hidden = config.accounts[0].model_copy(update={"password_command": "sleep 30"})
    worker = Worker(config.model_copy(update={"accounts": (hidden,)}).read_from(config.paths.config))
    told: list[Summary] = []
    thread = threading.Thread(target=lambda: told.append(worker.run("studio", POLL)))
    thread.start()
    try:
        assert eventually(lambda: worker.pid is not None)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        thread.join(20)
        (summary,) = told
        assert summary.exit_code == ExitCode.SOME_FAILED
        assert "has ended in the middle of a pass" in str(summary.error)
        assert eventually(lambda: worker.pid is None)
        assert not worker.is_busy
    finally:
        worker.end()


def test_a_process_that_cannot_be_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    mailbox = Mailbox("none", "127.0.0.1", 1, "mara", "password")
    worker = Worker(settings(mailbox, tmp_path))
    assert worker.run("studio", POLL).error is not None
    assert "can't be started" in caplog.text
    worker.end()


def test_what_brings_its_own_judge_or_secret_stays_here(tmp_path: Path) -> None:
    mailbox = Mailbox("none", "127.0.0.1", 1, "mara", "password")
    config = settings(mailbox, tmp_path)
    passes = Passes(config, replace(Order(), secret=mailbox.secret), lambda: False)
    summary = passes.run(config.accounts[0], True, POLL, lambda: 0.0)
    assert summary.exit_code == ExitCode.UNREACHABLE
    assert passes.worker_pid is None
