"""Where a pass breaks off on a draft's way, of whatever kind, the next one goes on from just there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.chaos import own_accord
from tests.rig.pretend_mail import Habits
from tests.rig.whole_pass import Studio, studio
from triage.access import ledger_path
from triage.config import load_config
from triage.errors import ExitCode, LedgerUnusable
from triage.ledger.sqlite import SqliteLedger, open_ledger

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)


def on_the_way(at: Studio) -> list[str]:
    """The states of reminders, then of questions."""
    with open_ledger(ledger_path(load_config(at.config))) as ledger:
        return [*(one.state for one in ledger.steps()), *(one.state for one in ledger.own_mails())]


def test_a_draft_thrown_away_before_its_message_was_settled_stays_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LedgerUnusable("The disk is full.")

    with studio(Habits(), tmp_path, monkeypatch) as at:
        at.write()
        with monkeypatch.context() as patched:
            patched.setattr(SqliteLedger, "settle", full)
            assert at.run().exit_code == ExitCode.LEDGER_UNUSABLE
        assert at.states() == ["present"]
        at.server.mail.folders["Drafts"].letters.clear()
        assert [at.well().drafted, at.well().drafted] == [0, 0]
        assert at.server.mail.drafts() == []


@pytest.mark.parametrize("lost", [1, 2, 3, 4])
def test_reminders_and_questions_whose_ok_was_lost_are_one_each(
    lost: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_accord.write_clients(tmp_path)
    habits = Habits(loses_ok=lost, index_lag=9, view_lag=1)
    with studio(habits, tmp_path, monkeypatch, own_accord.SETTINGS) as at:
        for number in range(lost):
            assert at.run(clock=lambda: NOW).exit_code == ExitCode.UNREACHABLE
            assert on_the_way(at)[number:] == ["appending"]
        assert at.run(clock=lambda: NOW).error is None
        assert set(on_the_way(at)) == {"present"}
        once = at.server.mail.drafts()
        assert at.run(clock=lambda: NOW).error is None
        assert at.server.mail.drafts() == once
        assert len(once) == len(on_the_way(at))


def test_a_question_that_was_begun_goes_when_its_occasion_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_accord.write_clients(tmp_path)
    with studio(Habits(), tmp_path, monkeypatch, own_accord.SETTINGS) as at:
        at.run(clock=lambda: NOW)
        placed = len(at.server.mail.drafts())
        with open_ledger(ledger_path(load_config(at.config))) as ledger:
            (row,) = ledger.own_mails()
            ledger.mark_own_mail(row.message_id, "appending")
        word = (
            f"From: mara@studio.example\r\nTo: {own_accord.IS_DONE}\r\nSubject: Thanks\r\n"
            "Message-ID: <word@studio.example>\r\n\r\nIt was a pleasure.\r\n"
        )
        at.server.mail.put("Sent", word.encode(), arrived=NOW)
        assert at.run(clock=lambda: NOW).error is None
        assert on_the_way(at)[-1] == "withdrawn"
        assert len(at.server.mail.drafts()) == placed - 1
