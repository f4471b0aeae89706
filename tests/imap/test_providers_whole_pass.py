"""A draft's whole life on servers that can't be had here: placed, edited, answered elsewhere, its OK lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.rig.pretend_mail import Habits
from tests.rig.providers import BARE, GMAIL, MICROSOFT, OUTLOOK, PROTON, PROVIDERS
from tests.rig.whole_pass import Studio, studio
from triage.errors import ExitCode

EVERY = pytest.mark.parametrize("habits", PROVIDERS.values(), ids=PROVIDERS)
ASKED = "<letter-1@client.example>"


def drafted(at: Studio) -> bytes:
    """The bytes of the one draft after a first pass."""
    at.write()
    assert at.well().drafted == 1
    (raw,) = at.server.mail.drafts()
    return raw


@EVERY
def test_a_draft_is_placed_once(habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with studio(habits, tmp_path, monkeypatch) as at:
        raw = drafted(at)
        assert b"In-Reply-To: " + ASKED.encode() in raw
        assert at.well().drafted == 0
        assert at.server.mail.drafts() == [raw]
        assert at.states() == ["present"]
        (placed,) = at.server.mail.folders[habits.drafts].letters.values()
        assert placed.flags == {"\\Draft"}


@EVERY
def test_an_edited_draft_is_the_users(
    habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(habits, tmp_path, monkeypatch) as at:
        drafted(at)
        at.server.mail.edit_draft()
        (edited,) = at.server.mail.drafts()
        at.well()
        assert at.states() == ["edited"]
        at.server.mail.answer(ASKED, "jo@client.example")
        at.well()
        assert at.server.mail.drafts() == [edited]


@EVERY
def test_an_answer_from_elsewhere_takes_the_draft_back(
    habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(habits, tmp_path, monkeypatch) as at:
        raw = drafted(at)
        at.server.mail.answer(ASKED, "jo@client.example")
        at.well()
        if "UIDPLUS" in habits.capabilities:
            assert (at.server.mail.drafts(), at.states()) == ([], ["withdrawn"])
        else:  # EXPUNGE would take what others have marked
            assert at.server.mail.drafts() == [raw]
        if habits.expunged_to:
            assert at.server.mail.raws(habits.expunged_to) == [raw]
        assert at.well().drafted == 0


@EVERY
def test_a_lost_ok_is_no_second_draft(
    habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(replace(habits, loses_ok=1), tmp_path, monkeypatch) as at:
        at.write()
        assert at.run().exit_code == ExitCode.UNREACHABLE
        assert at.states() == ["appending"]
        assert at.well().drafted == 0
        assert len(at.server.mail.drafts()) == 1
        at.well()
        assert at.states()[0] in ("present", "edited")


@EVERY
def test_a_thrown_away_draft_stays_away(
    habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(habits, tmp_path, monkeypatch) as at:
        drafted(at)
        at.well()
        at.server.mail.folders[habits.drafts].letters.clear()
        assert at.well().drafted == 0
        assert at.well().drafted == 0
        assert at.server.mail.drafts() == []


@EVERY
def test_the_client_writes_again(habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with studio(habits, tmp_path, monkeypatch) as at:
        drafted(at)
        at.write(2, subject="Re: Matter 1")
        assert at.well().drafted == 1
        at.well()
        if "UIDPLUS" in habits.capabilities:
            (left,) = at.server.mail.drafts()
            assert b"In-Reply-To: <letter-2@client.example>" in left


class TestGmail:
    """Labels, one mail in many folders."""

    def test_all_mail_beside_the_inbox_makes_no_second_draft(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with studio(GMAIL, tmp_path, monkeypatch) as at:
            text = at.config.read_text(encoding="utf-8")
            folders = 'folders = ["INBOX", "[Gmail]/Alle Nachrichten"]\n'
            at.config.write_text(text.replace("[clock]", folders + "[clock]"), encoding="utf-8")
            at.write()
            assert [at.well().drafted for _ in range(3)] == [1, 0, 0]
            assert len(at.server.mail.drafts()) == 1

    def test_too_many_connections(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with studio(replace(GMAIL, most_connections=1), tmp_path, monkeypatch) as at:
            at.write()
            summary = at.run()  # the second connection is sent away
            assert summary.exit_code == ExitCode.UNREACHABLE
            assert "mara" not in (summary.error or "")
            assert at.server.mail.drafts() == []

    @pytest.mark.parametrize(
        ("answer", "code", "word"),
        [
            (b"TAG NO [ALERT] Application-specific password required (Failure)", 4, "app password"),
            (b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", 4, "app password"),
            (b"TAG NO [WEBALERT https://accounts.example/] Web login required.", 4, "web page"),
            (b"* BYE [ALERT] Account exceeded command or bandwidth limits.", 3, ""),
        ],
    )
    def test_words_at_the_door(
        self, answer: bytes, code: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        habits = replace(GMAIL, refusals=(("AUTHENTICATE", 9, answer),))
        with studio(habits, tmp_path, monkeypatch) as at:
            summary = at.run()
            assert summary.exit_code == code
            assert word in (summary.error or "")
            assert "accounts.example" not in (summary.error or "")

    def test_a_full_mailbox(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        refusals = (("APPEND", 1, b"TAG NO [OVERQUOTA] Not enough disk space (Failure)"),)
        with studio(replace(GMAIL, refusals=refusals), tmp_path, monkeypatch) as at:
            at.write()
            summary = at.run()
            assert (summary.exit_code, "is full" in (summary.error or "")) == (ExitCode.UNREACHABLE, True)
            assert at.well().drafted == 1
            assert len(at.server.mail.drafts()) == 1


class TestMicrosoft:
    """Exchange keeps no bytes, shows late, and asks to come back later."""

    @pytest.mark.parametrize(
        ("pattern", "answer"),
        [
            ("(EXAMINE|SELECT|LIST)", b"TAG BAD User is authenticated but not connected."),
            ("APPEND", b"TAG BAD Request is throttled. Suggested Backoff Time: 29496 milliseconds"),
            ("UID FETCH", b"TAG BAD Request is throttled. Suggested Backoff Time: 29496 milliseconds"),
            ("NOOP", b"* BYE Session invalidated - AccessTokenExpired"),
        ],
    )
    def test_a_no_for_the_moment_is_made_good_by_a_later_pass(
        self, pattern: str, answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        habits = replace(MICROSOFT, refusals=((pattern, 1, answer),))
        with studio(habits, tmp_path, monkeypatch) as at:
            at.write()
            at.run()
            at.run()
            at.well()
            assert len(at.server.mail.drafts()) == 1
            assert at.states() == ["present"]

    def test_a_draft_that_exchange_wrote_anew_is_still_known_as_ours(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with studio(replace(MICROSOFT, loses_ok=1), tmp_path, monkeypatch) as at:
            at.write()
            at.run()
            at.well()
            assert at.states() == ["present"]
            at.server.mail.answer(ASKED, "jo@client.example")
            at.well()
            assert at.server.mail.drafts() == []

    @pytest.mark.parametrize("lag", [1, 2, 3, 4])
    def test_a_lost_ok_and_a_draft_that_is_shown_later(
        self, lag: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with studio(replace(OUTLOOK, loses_ok=1, view_lag=lag), tmp_path, monkeypatch) as at:
            at.write()
            at.run()
            assert at.well().drafted == 0
            assert len(at.server.mail.drafts()) == 1

    def test_a_draft_never_sent_is_not_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        habits = replace(OUTLOOK, refusals=(("UID SEARCH .*HEADER", 1, b"TAG NO [UNAVAILABLE] later"),))
        with studio(habits, tmp_path, monkeypatch) as at:
            at.write()
            at.run()
            assert at.states() == ["planned"]
            monkeypatch.setattr("triage.imap.drafts_box.time.sleep", lambda _: pytest.fail("waited"))
            assert at.well().drafted == 1


class TestProton:
    """The Bridge gives a draft another name."""

    def test_what_it_drops_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        with studio(PROTON, tmp_path, monkeypatch) as at:
            drafted(at)
            assert "dropped the References header" in caplog.text
            assert "dropped the Message-ID header" in caplog.text

    def test_the_memory_lost_too_it_stays_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with studio(PROTON, tmp_path, monkeypatch) as at:
            drafted(at)
            for path in (tmp_path / "state").glob("ledger.sqlite3*"):
                path.unlink()
            assert at.well().drafted == 0
            assert len(at.server.mail.drafts()) == 1


@pytest.mark.parametrize("literal", ["LITERAL+", "LITERAL-", ""])
def test_literals_of_each_kind(literal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with studio(replace(BARE, capabilities=f"UIDPLUS {literal}".strip()), tmp_path, monkeypatch) as at:
        drafted(at)


@pytest.mark.parametrize(
    "name", ["Entw&APw-rfe", "&BCcENQRABD0EPgQyBDgEOgQ4-", "&Tgtm+DBN-", "Brouillons", "Borradores"]
)
def test_folders_in_their_own_language_and_encoding(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {"INBOX": "", name: "", "Sent": ""}
    with studio(replace(BARE, folders=folders, drafts=name), tmp_path, monkeypatch) as at:
        drafted(at)


@pytest.mark.parametrize(
    "line",
    [
        b"* 2 EXPUNGE",
        b"* 9 EXISTS\r\n* 9 RECENT",
        b"* 1 FETCH (FLAGS (\\Deleted))",
        b"* OK [ALERT] Maintenance tonight",
        b"* NO Disk is nearly full",
        b"* BAD Something odd",
        b"* CAPABILITY IMAP4rev1",
        b"* FLAGS ()\r\n* OK [PERMANENTFLAGS ()] none",
        b"* STATUS INBOX (MESSAGES 3)",
        b"* OK " + b"x" * 20_000,
    ],
)
def test_words_between_at_any_moment(line: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with studio(Habits(chatter=line), tmp_path, monkeypatch) as at:
        drafted(at)
        assert at.well().drafted == 0
        assert len(at.server.mail.drafts()) == 1
