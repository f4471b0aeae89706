"""A pass that breaks off in the middle of a chunk loses nothing and does nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.judge import Judgement
from tests.bench.letters import letters
from triage.answered import Answered
from triage.desk import desk_without_config
from triage.errors import LedgerUnusable
from triage.imap.inbox import Fetched
from triage.ledger.sqlite import SqliteLedger, open_ledger
from triage.ledger.store import connect
from triage.pipeline import Pipeline, Tally

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MESSAGES = 12


class Calm:
    """Finds nothing."""

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Clear, for each."""
        return [Judgement(language="en", findings={}, severity=0, note="") for _ in items]


class Filling(SqliteLedger):
    """A ledger whose disk is full at the fifth message."""

    settled = 0

    def settle(self, row_id: int, *, outcome: str, reason: str) -> None:
        """Settle, as long as there is room."""
        self.settled += 1
        if self.settled == 5:
            raise LedgerUnusable("The disk is full.")
        super().settle(row_id, outcome=outcome, reason=reason)


def delivered() -> list[Fetched]:
    """Some mail, as it lies on the server."""
    return [
        Fetched(uid, arrival, len(raw), raw, partial=False)
        for uid, (arrival, raw) in enumerate(letters(MESSAGES, NOW), 1)
    ]


def carried(ledger: SqliteLedger, mail: list[Fetched], folder: Path) -> Tally:
    """One run over the mail."""
    pipeline = Pipeline(
        desk=desk_without_config(folder, frozenset({"en"})),
        ledger=ledger,
        place=lambda _id, _raw, _attempt: pytest.fail("nothing is flagged"),
        judge_of=Calm,
        folder="INBOX",
        uidvalidity=7,
        clock=lambda: NOW,
        answered=Answered(ledger, lambda: NOW),
    )
    return pipeline.run(mail)


def test_what_was_begun_is_done_again_and_counted_once(tmp_path: Path) -> None:
    mail = delivered()
    path = tmp_path / "ledger.sqlite3"
    with Filling(connect(path, 1.0), str(path)) as broken, pytest.raises(LedgerUnusable):
        carried(broken, mail, tmp_path)
    with open_ledger(path) as ledger:
        assert len(ledger.unsettled("", "INBOX", 7)) == MESSAGES
        assert ledger.open_obligations() == []
        assert carried(ledger, mail, tmp_path).seen == MESSAGES
        assert ledger.unsettled("", "INBOX", 7) == []
        awaiting = len(ledger.open_obligations())
        assert 0 < awaiting < MESSAGES
        assert carried(ledger, mail, tmp_path).seen == 0
        assert len(ledger.open_obligations()) == awaiting
