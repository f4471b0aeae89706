"""The daemon by OAuth: a token that ends while it waits is renewed, a sign-in that is gone is told once."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rig.dovecot import Dovecot, User
from tests.rig.keyrings import FileDrawer, environment, used
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.mixed_mail import case
from tests.rig.oauth_accounts import config_for, oauth_lines, signed_in
from tests.rig.oauth_provider import Provider
from triage.errors import ExitCode

ROOT = Path(__file__).parents[2]
LIMIT_S = 180.0
pytestmark = [pytest.mark.dovecot, pytest.mark.slow]


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so within the limit."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.2)
    return False


class Running:
    """``triage daemon --json`` and what it says."""

    def __init__(self, config: Path, keyring: Path) -> None:
        command = [sys.executable, "-m", "triage", "daemon", "--json", "--config", str(config)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environment(keyring),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.records: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.said: list[str] = []
        self._threads = [
            threading.Thread(target=self._read_records, daemon=True),
            threading.Thread(target=self._read_words, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_records(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.records.put(json.loads(line))

    def _read_words(self) -> None:
        assert self.process.stderr is not None
        self.said.extend(self.process.stderr)

    def until(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next record like this."""
        while True:
            record = self.records.get(timeout=LIMIT_S)
            if is_it(record):
                return record

    def end(self) -> int:
        """Ask it to end, and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=40)
        finally:
            self.process.kill()
            for thread in self._threads:
                thread.join(10)
            for stream in (self.process.stdout, self.process.stderr):
                assert stream is not None
                stream.close()


@pytest.fixture
def user(tokens_dovecot: Dovecot) -> User:
    """Somebody whose connections can be dropped."""
    return tokens_dovecot.user("alice")


@pytest.fixture
def mailbox(tokens_dovecot: Dovecot, user: User, provider: Provider) -> Mailbox:
    """That user's mailbox."""
    provider.knobs.user = user.name
    return on_dovecot(tokens_dovecot, user)


@pytest.fixture
def running(
    mailbox: Mailbox, provider: Provider, tmp_path: Path, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """A daemon that has signed in, polls once an hour, and has made its first pass."""
    config = config_for(mailbox, tmp_path, model_cache, oauth_lines(provider), poll=60)
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    with used(FileDrawer()):
        signed_in(config.accounts[0], provider)
    daemon = Running(config.paths.config, tmp_path / "keyring.json")
    try:
        assert daemon.until(lambda record: True).get("error") is None
        yield daemon
    finally:
        daemon.end()


def test_days_of_tokens(
    running: Running, mailbox: Mailbox, user: User, provider: Provider, tokens_dovecot: Dovecot
) -> None:
    mailbox.deliver(case("more").raw)
    assert eventually(lambda: len(mailbox.stored("Drafts")) == 1)
    # the token ends while the daemon waits, and the server closes the connection
    provider.expire_all()
    tokens_dovecot.kick(user)
    assert eventually(lambda: provider.count("refresh_token") == 1)
    mailbox.deliver(case("angry").raw)
    assert eventually(lambda: len(mailbox.stored("Drafts")) == 2)
    assert provider.count("refresh_token") == 1, "watch and pass share the renewed one"

    # the user takes the consent back
    provider.revoke_all()
    tokens_dovecot.kick(user)
    # a pass under way may tell of its broken connection first
    record = running.until(lambda record: "authorize" in record.get("error", ""))
    assert "run `triage authorize studio`" in record["error"]
    assert running.end() == ExitCode.DONE
    said = "".join(running.said)
    assert "triage authorize studio" in said
    assert "Traceback" not in said
    assert not any(secret in said for secret in provider.secrets_issued())
