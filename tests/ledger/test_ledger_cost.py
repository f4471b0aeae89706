"""What a pass asks of the ledger costs the same however much it remembers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.chronicle import SentRow

FLAGGED = {"hostility": ("flagged", 0.9)}
ASKED: dict[str, Callable[[SqliteLedger], object]] = {
    "cursor": lambda ledger: ledger.cursor(ACCOUNT, "INBOX", 7),
    "unsettled": lambda ledger: ledger.unsettled(ACCOUNT, "INBOX", 7),
    "obligations": lambda ledger: ledger.open_obligations(ACCOUNT),
    "asked": lambda ledger: ledger.asked(["<1@client.example>"]),
    "awaiting": lambda ledger: ledger.awaiting_answer(),
    "join": lambda ledger: ledger.join(1, ["<2@client.example>", "<none@client.example>"]),
    "delivered": lambda ledger: ledger.delivered_to(["nobody@client.example"], ["elsewhere.example"]),
    "came back": lambda ledger: ledger.came_back("<none@studio.example>", [], NOW),
    "kin": lambda ledger: ledger.perhaps_kin(1, "a@client.example"),
    "twin": lambda ledger: ledger.twin_of(1),
    "claim": lambda ledger: claimed(ledger, 99_999),
    "sent": lambda ledger: ledger.sent_cursor(ACCOUNT, "Sent"),
    "last pass": lambda ledger: ledger.last_pass(ACCOUNT),
    "find": lambda ledger: ledger.find("1"),
}


def fill(ledger: SqliteLedger, first: int, messages: int) -> None:
    """Settled messages, as years leave them."""
    with ledger.together():
        for uid in range(first, first + messages):
            row = claimed(ledger, uid).row
            ledger.open_obligation(row.id, due=NOW, holding_at=None)
            ledger.close_obligation(row.id, how="answered", at=NOW)
            ledger.settle(row.id, outcome="draft", reason="")
            ledger.join(row.id, [])
            ledger.note_sent([SentRow(ACCOUNT, "Sent", 1, uid, NOW, f"{uid}@client.example", "", (), "")])


@pytest.mark.parametrize("question", sorted(ASKED))
def test_no_question_of_a_pass_reads_the_whole_ledger(tmp_path: Path, question: str) -> None:
    """Counted in SQLite's own steps, so that no clock is needed."""

    def steps(ledger: SqliteLedger) -> int:
        counted = [0]

        def count() -> int:
            counted[0] += 1
            return 0

        ledger._connection.set_progress_handler(count, 10)
        ASKED[question](ledger)
        ledger._connection.set_progress_handler(None, 10)
        return counted[0]

    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        fill(ledger, 1, 50)
        few = steps(ledger)
        fill(ledger, 1_000, 2_000)
        many = steps(ledger)
    assert many <= few * 2 + 20


def test_a_sweep_of_two_thousand_messages_spends_little_on_the_ledger(tmp_path: Path) -> None:
    """Three transactions a message, a fifth with a draft: measured 0.25 ms a message; a disk may be slow."""
    begun = time.perf_counter()
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        for uid in range(1, 2001):
            row = claimed(ledger, uid).row
            with ledger.together():
                ledger.judged(
                    row.id, gate=None, language="en", labels={"hostility": ("flagged", 0.9)}, severity=2
                )
                if uid % 5 == 0:
                    ledger.plan(
                        row.id, draft_message_id=f"<d{uid}@studio.example>", decision="draft", reason=""
                    )
            with ledger.together():
                if uid % 5 == 0:
                    ledger.placed(row.id, uid=uid, uidvalidity=1, content_hash="h")
                ledger.settle(row.id, outcome="draft", reason="")
        ledger.pass_finished(ACCOUNT, NOW, {"seen": 2000})
    assert time.perf_counter() - begun < 20
