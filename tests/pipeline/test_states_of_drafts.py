"""Where a pass breaks off on a draft's way, of whatever kind, the next one goes on from just there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.chaos import own_accord
from tests.rig.letters import plain
from tests.rig.pretend_mail import Habits
from tests.rig.whole_pass import RUDE, Studio, studio
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


def own_mail(number: int, to: str, subject: str) -> bytes:
    """What the freelancer sends to a client from elsewhere, pointing to no message."""
    return (
        f"From: mara@studio.example\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Message-ID: <own-{number}@program.example>\r\n\r\nI have it, Jo.\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("header", "value", "to"),
    [
        ("Message-ID", "", "jo@client.example"),
        ("Message-ID", "<named@client.example>", "jo@client.example"),
        ("Reply-To", "desk@office.example", "desk@office.example"),
    ],
)
def test_a_draft_found_again_goes_when_its_message_was_answered_by_no_name(
    header: str, value: str, to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is settled as answered: it never awaits an answer, and yet its draft does."""
    message = plain(1, subject="Matter 1", body=RUDE)
    del message[header]
    if value:
        message[header] = value
    with studio(Habits(loses_ok=1), tmp_path, monkeypatch) as at:
        at.server.mail.put("INBOX", message.as_bytes())
        assert at.run().exit_code == ExitCode.UNREACHABLE
        assert (at.states(), len(at.server.mail.drafts())) == (["appending"], 1)
        at.server.mail.put("Sent", own_mail(1, to, "Re: Matter 1"))
        assert at.well().left_alone == 1
        assert (at.states(), at.server.mail.drafts()) == (["withdrawn"], [])


def test_a_draft_found_again_waits_for_an_answer_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message has left the inbox meanwhile, so that nothing else awaits an answer to it."""
    with studio(Habits(loses_ok=1), tmp_path, monkeypatch) as at:
        at.write()
        assert at.run().exit_code == ExitCode.UNREACHABLE
        at.server.mail.folders["INBOX"].letters.clear()
        at.server.mail.put("Sent", own_mail(1, "jo@client.example", "Another matter"))
        for state in ("appending", "present", "present"):
            at.well()
            assert (at.states(), len(at.server.mail.drafts())) == ([state], 1)
        at.server.mail.put("Sent", own_mail(2, "jo@client.example", "Re: Matter 1"))
        at.well()
        assert (at.states(), at.server.mail.drafts()) == (["withdrawn"], [])


def test_a_draft_found_again_and_edited_stays_with_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(Habits(loses_ok=1), tmp_path, monkeypatch) as at:
        at.write()
        assert at.run().exit_code == ExitCode.UNREACHABLE
        at.server.mail.edit_draft()
        at.server.mail.put("Sent", own_mail(1, "jo@client.example", "Re: Matter 1"))
        mine = at.server.mail.drafts()
        for _ in range(2):
            at.well()
            assert at.server.mail.drafts() == mine
