"""Passes at the edges: old mail, servers that say little, moved mail, answered mail, rehearsals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from classifiers.judge import Evidence, Finding, Judgement
from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.conclude import load_classifier
from triage.config import Config, load_config
from triage.errors import AppendRefused, ExitCode, ModelUnusable
from triage.imap.drafts_box import Placed, put_once
from triage.imap.session import Examined, Session
from triage.ledger.lock import account_lock
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

Settings = Callable[..., Config]
NOW = datetime.now(UTC)


class ByWord:
    """Flags what holds the word "incompetent"; quick, and the same on every machine."""

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Judgement]:
        """One judgement each."""
        return [self._judge(text) for _, text in items]

    def _judge(self, text: str) -> Judgement:
        if "incompetent" not in text:
            return Judgement("en", {"hostility": Finding("hostility", 0.01, "clear", ())}, 0, "")
        evidence = (Evidence("hostility", "incompetent", 0.99),)
        return Judgement("en", {"hostility": Finding("hostility", 0.99, "flagged", evidence)}, 2, "")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A configuration that leads to a mailbox, with state of its own."""

    def write(mailbox: Mailbox, *changes: tuple[str, str]) -> Config:
        path = tmp_path / "config.toml"
        text = config_text(mailbox, tmp_path, tmp_path / "cache")
        for old, new in changes:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return write


def one_pass(config: Config, order: Order | None = None) -> Summary:
    return sweep(config, config.accounts[0], replace(order or Order(), judge_of=ByWord))


def letter(number: int, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    usual = {"From": "Jo <jo@client.example>", "To": "mara@studio.example", "Subject": "Homepage"}
    for name, value in (usual | headers | {"Message-ID": f"<{number}@client.example>"}).items():
        message[name] = value
    message["Date"] = NOW - timedelta(minutes=number)
    message.set_content(text)
    return message.as_bytes(policy=SMTP)


TO_JO = {"From": "mara@studio.example", "To": "Jo <jo@client.example>"}


@pytest.mark.dovecot
class TestWhereAPassBegins:
    """The first pass looks back a day, and no later one looks back further by accident."""

    def test_old_mail_that_was_filed_late_is_not_taken_for_new(
        self, alice: Mailbox, settings: Settings
    ) -> None:
        alice.deliver(letter(1, "When?"), arrived=NOW - timedelta(hours=2))
        alice.deliver(letter(2, "You are incompetent."), arrived=NOW - timedelta(days=30))
        config = settings(alice)
        assert [one_pass(config).seen for _ in range(2)] == [1, 0]

    @pytest.mark.parametrize("days", [0, 3])
    def test_a_server_that_keeps_uidnext_to_itself(
        self, alice: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch, days: int
    ) -> None:
        """As Courier does; a quiet day must not make the next pass read years of mail."""
        honest = Session.examine

        def silent(self: Session, folder: str, key: str = "folders") -> Examined:
            return replace(honest(self, folder, key), uidnext=None)

        monkeypatch.setattr(Session, "examine", silent)
        alice.deliver(letter(1, "You are incompetent."), arrived=NOW - timedelta(days=30))
        alice.deliver(letter(2, "When?"), arrived=NOW - timedelta(days=days))
        config = settings(alice)
        assert [one_pass(config).seen for _ in range(2)] == [int(days == 0), 0]
        alice.deliver(letter(3, "And now?"))
        assert one_pass(config).seen == 1

    def test_looking_back_sees_old_answers_too(self, alice: Mailbox, settings: Settings) -> None:
        alice.deliver(letter(1, "You are incompetent."), arrived=NOW - timedelta(days=3))
        reply = letter(9, "I have it, Jo.", **TO_JO, **{"In-Reply-To": "<1@client.example>"})
        alice.deliver(reply, folder="Sent", arrived=NOW - timedelta(days=2))
        config = settings(alice)
        assert one_pass(config).seen == 0
        again = one_pass(config, Order(since=NOW - timedelta(days=4)))
        assert (again.seen, again.drafted) == (1, 0)

    def test_a_pass_that_was_stopped_is_none(self, alice: Mailbox, settings: Settings) -> None:
        alice.deliver(letter(1, "When?"))
        config = settings(alice)
        one_pass(config, Order(stop=lambda: True))
        with open_ledger(ledger_path(config)) as ledger:
            assert ledger.last_pass("studio") is None


@pytest.mark.dovecot
class TestOneMessageOneDraft:
    """Neither lost nor doubled, wherever it lies."""

    def test_a_message_begun_and_moved_to_another_watched_folder(
        self, alice: Mailbox, settings: Settings
    ) -> None:
        alice.deliver(letter(1, "You are incompetent."))
        with alice.second_client() as client:
            client.create_folder("Projects")
        config = settings(alice, ('name = "studio"', 'name = "studio"\nfolders = ["INBOX", "Projects"]'))
        answers = iter([False])
        one_pass(config, Order(stop=lambda: next(answers, True)))
        with open_ledger(ledger_path(config)) as ledger:
            assert [row.is_settled for row in ledger.rows()] == [False]
        with alice.second_client() as client:
            client.select_folder("INBOX")
            client.move([1], "Projects")
        assert one_pass(config).drafted == 1
        assert len(alice.stored("Drafts")) == 1

    def test_a_copy_that_came_by_the_alias(self, alice: Mailbox, settings: Settings) -> None:
        raw = letter(1, "You are incompetent.", To="mara@studio.example, hello@studio.example")
        traces = [
            b"Delivered-To: %s@studio.example\r\nReceived: from mx%d.client.example\r\n" % (name, number)
            for number, name in enumerate((b"mara", b"hello"))
        ]
        alice.deliver(*(trace + raw for trace in traces))
        assert one_pass(settings(alice)).error is None
        assert len(alice.stored("Drafts")) == 1

    def test_a_holding_reply_that_can_not_be_written_is_tried_once(
        self, alice: Mailbox, settings: Settings
    ) -> None:
        alice.deliver(
            letter(1, "When do you start?", From='"jo smith"@client.example'),
            arrived=NOW - timedelta(hours=22),
        )
        config = settings(alice)
        assert [one_pass(config).drafted for _ in range(2)] == [0, 0]
        with open_ledger(ledger_path(config)) as ledger:
            (obligation,) = ledger.open_obligations()
        assert obligation.holding_at is None


@pytest.mark.dovecot
class TestRehearsals:
    """A dry run is a look and no more."""

    def test_leaves_no_file_behind(self, alice: Mailbox, settings: Settings) -> None:
        alice.deliver(letter(1, "You are incompetent."))
        config = settings(alice)
        assert one_pass(config, Order(dry_run=True)).drafted == 1
        assert not config.paths.state.exists()

    def test_does_not_wait_for_a_pass_under_way(self, alice: Mailbox, settings: Settings) -> None:
        config = settings(alice)
        with account_lock(config.paths.state, "studio"):
            assert one_pass(config, Order(dry_run=True, lock_wait_s=0)).error is None


def test_a_classifier_that_can_not_be_loaded_costs_no_message_an_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("classifiers.judge.load_or_train", broken)
    with pytest.raises(ModelUnusable, match="doctor"):
        load_classifier(tmp_path)


@pytest.mark.dovecot
class TestWhatGoesWrongInside:
    """One account's, one message's or one draft's trouble stays where it is."""

    def test_an_answer_outside_the_thread_closes_the_obligation(
        self, alice: Mailbox, settings: Settings
    ) -> None:
        alice.deliver(letter(1, "When will it be ready?"))
        config = settings(alice)
        one_pass(config)
        fresh = letter(
            9, "On Friday.", From="mara@studio.example", To="Jo <jo@client.example>", Subject="AW: homepage"
        )
        alice.deliver(fresh, folder="Sent")
        one_pass(config)
        with open_ledger(ledger_path(config)) as ledger:
            assert ledger.open_obligations() == []

    def test_a_draft_that_the_server_refuses_for_its_own_sake_holds_up_no_other(
        self, alice: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_drafts_to(monkeypatch, "<1@client.example>")
        alice.deliver(letter(1, "You are incompetent."), letter(2, "You are so incompetent."))
        config = settings(alice)
        first = one_pass(config)
        assert (first.error, first.drafted, first.failed) == (None, 1, 1)

    def test_a_server_that_stores_no_draft_costs_no_message_an_attempt(
        self, alice: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_drafts_to(monkeypatch, "@client.example>")
        alice.deliver(letter(1, "You are incompetent."), letter(2, "When?"))
        config = settings(alice)
        for _ in range(4):
            summary = one_pass(config)
            assert summary.exit_code == ExitCode.UNREACHABLE
        monkeypatch.undo()
        assert one_pass(config).drafted == 1

    def test_a_fault_of_the_program_ends_one_pass_and_lets_out_no_text(
        self,
        alice: Mailbox,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        private = "jo@client.example"

        def faulty(*_: object, **__: object) -> None:
            raise ValueError(private)

        monkeypatch.setattr("triage.sweep.find_folders", faulty)
        summary = one_pass(settings(alice))
        assert summary.exit_code == ExitCode.SOME_FAILED
        assert "ValueError" in (summary.error or "")
        assert private not in caplog.text + (summary.error or "")

    def test_a_message_that_failed_is_still_known_as_answered(
        self, alice: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice.deliver(letter(1, "You are incompetent."))
        reply = letter(9, "I have it.", **TO_JO, **{"In-Reply-To": "<1@client.example>"})
        alice.deliver(reply, folder="Sent")
        config = settings(alice)

        def choking(*_: object) -> None:
            raise RecursionError

        monkeypatch.setattr("triage.pipeline.read", choking)
        assert one_pass(config).failed == 1
        monkeypatch.undo()
        assert one_pass(config).drafted == 0
        assert alice.stored("Drafts") == {}


def refuse_drafts_to(monkeypatch: pytest.MonkeyPatch, answered: str) -> None:
    """The server stores every draft but those whose In-Reply-To holds this."""

    def refusing(session: Session, folder: str, *, message_id: str, raw: bytes, **more: object) -> Placed:
        if f"In-Reply-To: {answered}".encode() in raw or answered.startswith("@"):
            raise AppendRefused("the server does not store the draft.")
        return put_once(session, folder, message_id=message_id, raw=raw, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("triage.placing.put_once", refusing)
