"""The whole way on a real server: thirty messages in, drafts in their threads, nothing else touched."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot, User
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.mixed_mail import case, thirty
from tests.rig.settings import config_text
from triage import conclude
from triage.access import ledger_path
from triage.config import Config, load_config
from triage.errors import ExitCode
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

Settings = Callable[[Mailbox], Config]


@pytest.fixture
def settings(tmp_path: Path, model_cache: Path) -> Settings:
    """A configuration that leads to a mailbox, with state of its own."""

    def write(mailbox: Mailbox, extra: str = "") -> Config:
        path = tmp_path / "config.toml"
        path.write_text(config_text(mailbox, tmp_path, model_cache) + extra, encoding="utf-8")
        return load_config(path)

    return write


def one_pass(config: Config, order: Order | None = None) -> Summary:
    return sweep(config, config.accounts[0], order)


def drafts_of(mailbox: Mailbox, folder: str) -> list[EmailMessage]:
    stored = mailbox.stored(folder).values()
    return [message_from_bytes(raw, policy=policy.default) for raw in stored]


def test_there_are_thirty_of_them() -> None:
    assert len(thirty()) == 30
    assert len({found.message_id for found in thirty()}) == 30


@pytest.mark.dovecot
def test_thirty_messages_on_a_german_mailbox(dovecot: Dovecot, settings: Settings) -> None:
    mailbox = on_dovecot(dovecot, dovecot.user("bob"))
    mailbox.deliver(*(found.raw for found in thirty()))
    with mailbox.second_client() as client:
        client.select_folder("INBOX")
        client.add_flags([3], [b"\\Seen"])
        client.add_flags([4], [b"\\Flagged", b"$label1"])
    before = mailbox.flags()

    config = settings(mailbox)
    first = one_pass(config)
    assert (first.error, first.failed, first.seen) == (None, 0, 30)
    assert first.flagged >= 6
    assert first.left_alone >= 5

    drafts = drafts_of(mailbox, "Entwürfe")
    assert len(drafts) == first.drafted >= 6
    assert mailbox.flags() == before
    assert all(b"\\Draft" in flags for flags in mailbox.flags("Entwürfe").values())
    assert_threaded(drafts, mailbox)

    second = one_pass(config)
    assert (second.seen, second.drafted) == (0, 0)
    assert len(mailbox.stored("Entwürfe")) == len(drafts)
    assert mailbox.stored("Gesendet") == {}
    assert mailbox.flags() == before


def assert_threaded(drafts: list[EmailMessage], mailbox: Mailbox) -> None:
    """Each draft answers one message of ours, in its thread, to its sender alone."""
    originals = {found.message_id: found for found in thirty()}
    answered = [str(draft["In-Reply-To"]) for draft in drafts]
    assert len(set(answered)) == len(answered)
    assert {"<angry@mixed.example>", "<late@mixed.example>", "<more@mixed.example>"} <= set(answered)
    for draft in drafts:
        original = message_from_bytes(originals[str(draft["In-Reply-To"])].raw, policy=policy.default)
        assert not originals[str(draft["In-Reply-To"])].is_gated
        assert str(draft["References"]).split()[-1] == str(draft["In-Reply-To"])
        assert draft["Subject"] == f"Re: {str(original['Subject']).removeprefix('Re: ')}"
        assert draft["To"].addresses[0].addr_spec == original["From"].addresses[0].addr_spec
        assert (draft["Cc"], draft["Bcc"]) == (None, None)
        assert "Mara" in draft.get_content()


@pytest.mark.dovecot
def test_the_draft_comes_from_the_alias_that_was_written_to(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("alias").raw)
    one_pass(settings(alice))
    (draft,) = drafts_of(alice, "Drafts")
    assert draft["From"].addresses[0].addr_spec == "hello@studio.example"


def test_a_draft_is_placed_on_every_server(mailbox: Mailbox, settings: Settings) -> None:
    mailbox.deliver(case("more").raw, case("list").raw)
    config = settings(mailbox)
    summary = one_pass(config)
    assert (summary.seen, summary.drafted, summary.left_alone) == (2, 1, 1)
    (draft,) = drafts_of(mailbox, "Drafts")
    assert draft["In-Reply-To"] == "<more@mixed.example>"
    assert one_pass(config).seen == 0


@pytest.mark.dovecot
def test_a_dry_run_writes_nothing_anywhere(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("angry").raw)
    config = settings(alice)
    rehearsal = one_pass(config, Order(dry_run=True))
    assert (rehearsal.seen, rehearsal.drafted) == (1, 1)
    assert alice.stored("Drafts") == {}
    assert not ledger_path(config).exists()
    assert one_pass(config).drafted == 1


@pytest.mark.dovecot
def test_the_first_pass_looks_back_a_day_and_since_looks_further(alice: Mailbox, settings: Settings) -> None:
    now = datetime.now(UTC)
    alice.deliver(case("angry").raw, arrived=now - timedelta(days=3))
    alice.deliver(case("more").raw, arrived=now - timedelta(hours=2))
    config = settings(alice)
    assert one_pass(config).seen == 1
    assert one_pass(config, Order(since=now - timedelta(days=4))).seen == 1
    assert one_pass(config, Order(since=now - timedelta(days=4))).seen == 0
    assert len(alice.stored("Drafts")) == 2


@pytest.mark.dovecot
def test_what_was_answered_elsewhere_gets_no_draft(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("angry").raw)
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = "mara@studio.example", "jo@client.example", "Re: Homepage"
    reply["Message-ID"], reply["In-Reply-To"] = "<r1@studio.example>", case("angry").message_id
    reply.set_content("I have it, Jo.")
    alice.deliver(reply.as_bytes(policy=policy.SMTP), folder="Sent")
    config = settings(alice)
    assert (one_pass(config).drafted, alice.stored("Drafts")) == (0, {})
    with open_ledger(ledger_path(config)) as ledger:
        assert ledger.open_obligations() == []


@pytest.mark.dovecot
def test_a_reply_in_sent_closes_the_obligation(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("when").raw)
    config = settings(alice)
    one_pass(config)
    with open_ledger(ledger_path(config)) as ledger:
        assert len(ledger.open_obligations()) == 1
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = "mara@studio.example", "jo@client.example", "Re: Timing"
    reply["Message-ID"], reply["References"] = "<r2@studio.example>", case("when").message_id
    reply.set_content("On Friday.")
    alice.deliver(reply.as_bytes(policy=policy.SMTP), folder="Sent")
    one_pass(config)
    with open_ledger(ledger_path(config)) as ledger:
        assert ledger.open_obligations() == []


@pytest.mark.dovecot
def test_a_holding_reply_comes_before_the_deadline_and_once(alice: Mailbox, settings: Settings) -> None:
    now = datetime.now(UTC)
    alice.deliver(case("when").raw, arrived=now - timedelta(hours=2))
    config = settings(alice)
    assert one_pass(config).drafted == 0
    later = Order(clock=lambda: now + timedelta(hours=19))
    assert one_pass(config, later).drafted == 1
    (draft,) = drafts_of(alice, "Drafts")
    assert draft["In-Reply-To"] == case("when").message_id
    assert one_pass(config, later).drafted == 0
    assert len(alice.stored("Drafts")) == 1


@pytest.mark.dovecot
def test_a_new_uidvalidity_doubles_nothing_and_loses_nothing(
    dovecot: Dovecot, alice: Mailbox, settings: Settings
) -> None:
    alice.deliver(case("angry").raw)
    config = settings(alice)
    assert one_pass(config).drafted == 1
    dovecot.set_uidvalidity(dovecot_user(dovecot, alice), "INBOX", 77777)
    alice.deliver(case("more").raw)
    summary = one_pass(config)
    assert (summary.seen, summary.drafted) == (1, 1)
    assert len(alice.stored("Drafts")) == 2


@pytest.mark.dovecot
def test_one_account_that_fails_does_not_stop_another(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("angry").raw)
    config = settings(alice)
    good = config.accounts[0]
    bad = good.model_copy(update={"name": "gone", "port": 1})
    summaries = [sweep(config, account) for account in (bad, good)]
    assert summaries[0].exit_code == ExitCode.UNREACHABLE
    assert summaries[0].error
    assert summaries[1].drafted == 1


@pytest.mark.dovecot
def test_a_poison_message_costs_nobody_else_anything(
    alice: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message is known that raises, so the reader is made to choke on one."""

    honest = conclude.read

    def choking(raw: bytes, desk: object) -> object:
        if b"<files@mixed.example>" in raw:
            raise RecursionError("photos in the shared folder")
        return honest(raw, desk)  # type: ignore[arg-type]

    monkeypatch.setattr("triage.pipeline.read", choking)
    alice.deliver(case("files").raw, case("more").raw)
    config = settings(alice)
    summaries = [one_pass(config) for _ in range(4)]
    assert [summary.failed for summary in summaries] == [1, 1, 1, 0]
    assert summaries[0].drafted == 1
    assert summaries[0].exit_code == ExitCode.SOME_FAILED
    with open_ledger(ledger_path(config)) as ledger:
        (row,) = [row for row in ledger.rows() if row.state == "given_up"]
        assert "RecursionError" in row.reason


KILLER = """
import os, signal, sys
from pathlib import Path
from triage.config import load_config
import triage.placing as module
from triage.sweep import sweep
honest = module.put_once
def and_die(*args, **kwargs):
    placed = honest(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
module.put_once = and_die
config = load_config(Path(sys.argv[1]))
sweep(config, config.accounts[0])
"""


@pytest.mark.dovecot
def test_killed_between_append_and_commit_adds_nothing(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("angry").raw, case("more").raw)
    config = settings(alice)
    for _ in range(2):
        killed = subprocess.run([sys.executable, "-c", KILLER, str(config.paths.config)], timeout=120)
        assert killed.returncode == -signal.SIGKILL
    assert one_pass(config).error is None
    answered = sorted(str(draft["In-Reply-To"]) for draft in drafts_of(alice, "Drafts"))
    assert answered == ["<angry@mixed.example>", "<more@mixed.example>"]


@pytest.mark.dovecot
def test_stopped_in_the_middle_the_next_pass_goes_on(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(*(found.raw for found in thirty()))
    config = settings(alice)
    asked = iter([False] * 8)
    summary = one_pass(config, Order(stop=lambda: next(asked, True)))
    assert 0 < summary.seen < 30
    assert "stopped" in (summary.error or "")
    rest = one_pass(config)
    assert summary.seen + rest.seen == 30
    answered = [draft["In-Reply-To"] for draft in drafts_of(alice, "Drafts")]
    assert len(answered) == len(set(answered)) == summary.drafted + rest.drafted


@pytest.mark.dovecot
def test_two_messages_with_one_message_id_get_a_draft_each(alice: Mailbox, settings: Settings) -> None:
    twin = case("late").raw.replace(b"<late@mixed.example>", case("more").message_id.encode())
    alice.deliver(case("more").raw, twin)
    assert one_pass(settings(alice)).drafted == 2
    assert len(alice.stored("Drafts")) == 2


@pytest.mark.dovecot
def test_what_a_rebuilt_folder_left_unfinished_is_settled(
    dovecot: Dovecot, alice: Mailbox, settings: Settings
) -> None:
    alice.deliver(case("files").raw, case("more").raw)
    config = settings(alice)
    asked = iter([False, False])
    one_pass(config, Order(stop=lambda: next(asked, True)))
    with open_ledger(ledger_path(config)) as ledger:
        begun = [row for row in ledger.rows() if not row.is_settled]
        assert begun
    dovecot.expunge(dovecot_user(dovecot, alice), "INBOX", "all")
    dovecot.set_uidvalidity(dovecot_user(dovecot, alice), "INBOX", 88888)
    assert one_pass(config).error is None
    with open_ledger(ledger_path(config)) as ledger:
        assert [row for row in ledger.rows() if not row.is_settled] == []


def dovecot_user(server: Dovecot, mailbox: Mailbox) -> User:
    return User(mailbox.username, mailbox.password, server.folder / "mail" / mailbox.username)


@pytest.mark.dovecot
def test_the_same_client_is_not_told_the_same_twice(alice: Mailbox, settings: Settings) -> None:
    # of another matter: on the same one the second draft would supersede the first
    again = re.sub(rb"(?m)^Subject: .*$", b"Subject: Another thing", case("more").raw)
    alice.deliver(case("more").raw, again.replace(b"<more@", b"<again@"))
    one_pass(settings(alice))
    first, second = (draft.get_content().split("\n\n") for draft in drafts_of(alice, "Drafts"))
    assert not set(first[1:-1]) & set(second[1:-1])
