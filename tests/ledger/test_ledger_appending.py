"""The word that an APPEND is under way: of every kind of draft, taken by whatever comes after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

from triage.ledger.contract import DraftState, StepPlan
from triage.ledger.migrations import MIGRATIONS, migrate
from triage.ledger.own_mail import OwnMailRow
from triage.ledger.sqlite import SqliteLedger, open_ledger

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)
NAME = "<draft@studio.example>"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """A ledger with one draft of each kind, all of one name for the test's sake."""
    with open_ledger(tmp_path / "ledger.sqlite3") as opened:
        row = opened.claim(
            "studio",
            "INBOX",
            1,
            1,
            key="<k@c.example>",
            content_hash="h",
            received=NOW,
            client="c",
            subject="s",
        ).row
        opened.plan(row.id, draft_message_id=NAME, decision="draft", reason="r")
        opened.plan_steps([step()], account="studio", message_id=NAME, subject="s", content_hash="h", at=NOW)
        opened.plan_own_mail(own())
        yield opened


def step() -> StepPlan:
    return StepPlan("Tallow", "2026-007", "reminder", date(2026, 2, 16), "1200.00 EUR")


def own() -> OwnMailRow:
    since = date(2026, 3, 5)
    return OwnMailRow(
        "studio", "Fern", "feedback", "Site", since, NAME, "s", "planned", NOW, "h", frozenset()
    )


def states(ledger: SqliteLedger) -> list[str]:
    """Of reply, reminder and question."""
    replies = ledger.drafts("studio", get_args(DraftState))
    return [*(one.state for one in replies), *(one.state for one in ledger.steps()),
            *(one.state for one in ledger.own_mails())]  # fmt: skip


def test_what_is_planned_is_begun_then_placed(ledger: SqliteLedger) -> None:
    ledger.append_begun(NAME)
    assert states(ledger) == ["appending"] * 3
    ledger.placed(1, uid=7, uidvalidity=1, content_hash="x")
    ledger.step_placed(NAME, content_hash="x")
    ledger.mark_own_mail(NAME, "present", content_hash="x")
    assert states(ledger) == ["present"] * 3
    ledger.append_begun(NAME)
    assert states(ledger) == ["present"] * 3, "what is there is not begun again"


def test_a_second_intent_keeps_the_word(ledger: SqliteLedger) -> None:
    ledger.append_begun(NAME)
    assert ledger.plan(1, draft_message_id="<other@studio.example>", decision="draft", reason="r") == NAME
    ledger.plan_own_mail(own())
    assert not ledger.plan_steps(
        [step()], account="studio", message_id="<o@s.example>", subject="s", content_hash="h", at=NOW
    ), "an invoice has one unsent draft"
    assert states(ledger) == ["appending"] * 3


def test_the_invoice_of_a_begun_reminder_can_have_no_other(ledger: SqliteLedger) -> None:
    ledger.append_begun(NAME)
    with pytest.raises(sqlite3.IntegrityError):
        ledger._connection.execute(
            "INSERT INTO ladder_step SELECT id + 1, account, client, invoice, step, since, owed, message_id,"
            " subject, 'planned', drafted, content_hash, phrases, sent, sent_message_id FROM ladder_step"
        )


def test_a_ledger_of_an_earlier_version_keeps_what_it_holds(tmp_path: Path) -> None:
    names = [one.__name__ for one in MIGRATIONS]
    before = MIGRATIONS[: names.index("appending_for_every_draft")]
    path = tmp_path / "ledger.sqlite3"
    old = sqlite3.connect(path, isolation_level=None)
    migrate(old, before)
    old.execute(
        "INSERT INTO ladder_step VALUES (5, 'studio', 'Tallow', '2026-007', 'reminder', '2026-02-16',"
        " '1200.00 EUR', ?, 's', 'present', '2026-03-11T09:00:00.000000+00:00', 'h', '[]', NULL, NULL)",
        (NAME,),
    )
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
    had = old.execute(indexes).fetchall()
    old.close()
    with open_ledger(path) as opened:
        (kept,) = opened.steps()
        assert (kept.id, kept.invoice, kept.state) == (5, "2026-007", "present")
        assert set(had) <= set(opened._connection.execute(indexes).fetchall())
