"""Mails of our own accord in the ledger: one intent each, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.chronicle import SentRow
from triage.ledger.own_mail import OwnMailRow

MAIL = OwnMailRow(
    ACCOUNT, "Harbour Bakery", "progress_update", "Website", date(2026, 3, 1), "<u1@studio.example>",
    "Where it stands", "planned", NOW, "hash", frozenset({"a", "b"}),
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return open_ledger(tmp_path / "ledger.sqlite3")


def test_an_intent_is_kept_once(ledger: SqliteLedger) -> None:
    assert ledger.plan_own_mail(MAIL)
    assert not ledger.plan_own_mail(replace(MAIL, subject="Another"))
    assert ledger.own_mails() == [MAIL]


def test_its_life_goes_on(ledger: SqliteLedger) -> None:
    ledger.plan_own_mail(MAIL)
    ledger.mark_own_mail(MAIL.message_id, "present", content_hash="as read back")
    ledger.mark_own_mail(MAIL.message_id, "sent")
    assert ledger.own_mails("Harbour Bakery") == [replace(MAIL, state="sent", content_hash="as read back")]
    assert ledger.own_mails("Somebody else") == []
    with pytest.raises(KeyError):
        ledger.mark_own_mail("<never@studio.example>", "sent")


def test_since_when_mail_is_known(ledger: SqliteLedger) -> None:
    assert ledger.watched_since([ACCOUNT]) is None
    claimed(ledger, 1)
    assert ledger.watched_since([ACCOUNT]) == NOW
    earlier = NOW - timedelta(days=3)
    ledger.note_sent([SentRow(ACCOUNT, "Sent", 1, 1, earlier, "a@b.example", "", (), "")])
    assert ledger.watched_since([ACCOUNT, "other"]) == earlier
    assert ledger.watched_since(["other"]) is None
