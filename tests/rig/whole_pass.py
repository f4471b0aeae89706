"""Whole passes over a pretended server, with a judge that knows a few words: milliseconds each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox
from tests.rig.pretend import PretendServer, pretended
from tests.rig.pretend_mail import Habits
from tests.rig.settings import config_text
from tests.rig.word_judge import WordJudge
from triage.access import ledger_path, server_of
from triage.config import load_config
from triage.imap.session import Secret
from triage.ledger.contract import DraftState
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

RUDE = "You are useless."


@dataclass
class Studio:
    """One freelancer's account on a pretended server."""

    server: PretendServer
    config: Path

    def write(self, number: int = 1, subject: str = "") -> None:
        """A client writes what needs an answer."""
        self.server.mail.put("INBOX", letter(number, body=RUDE, subject=subject or f"Matter {number}"))

    def run(self, **order: Any) -> Summary:
        """One pass, whatever comes of it."""
        config = load_config(self.config)
        given = Order(judge_of=WordJudge, secret=Secret("password", "password"), tells_alarms=False, **order)
        return sweep(config, config.accounts[0], given)

    def well(self) -> Summary:
        """One pass that goes well."""
        summary = self.run()
        assert (summary.error, summary.failed) == (None, 0)
        return summary

    def states(self) -> list[str]:
        """What the ledger says of all drafts, oldest first."""
        config = load_config(self.config)
        with open_ledger(ledger_path(config)) as ledger:
            return [row.state for row in ledger.drafts(config.accounts[0].name, get_args(DraftState))]


@contextmanager
def studio(habits: Habits, folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Iterator[Studio]:
    """A running server and a configuration that leads there; nobody is waited for longer than a second."""
    monkeypatch.setattr("triage.access.server_of", lambda one: replace(server_of(one), timeout=1, lag=0.6))
    with pretended(habits) as server:
        mailbox = Mailbox("pretended", "127.0.0.1", server.port, "mara", "password")
        path = folder / "config.toml"
        path.write_text(config_text(mailbox, folder, folder / "cache") + more, encoding="utf-8")
        yield Studio(server, path)
