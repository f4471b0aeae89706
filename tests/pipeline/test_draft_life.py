"""The life of a placed draft on real servers: edited, sent, thrown away, overtaken; never clobbered."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import get_args

import pytest

from tests.rig.dovecot import Dovecot, User
from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import case
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.config import Config, load_config
from triage.ledger.contract import DraftState
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

Settings = Callable[[Mailbox], Config]


@pytest.fixture
def settings(tmp_path: Path, model_cache: Path) -> Settings:
    """A configuration that leads to a mailbox, with state of its own."""

    def write(mailbox: Mailbox) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")
        return load_config(path)

    return write


def one_pass(config: Config, order: Order | None = None) -> Summary:
    summary = sweep(config, config.accounts[0], order)
    assert summary.error is None
    return summary


def drafted(mailbox: Mailbox, settings: Settings, key: str = "angry") -> Config:
    """A mailbox with one message and its draft."""
    mailbox.deliver(case(key).raw)
    config = settings(mailbox)
    assert one_pass(config).drafted == 1
    return config


def states(config: Config) -> list[str]:
    """The states of all drafts, oldest first."""
    with open_ledger(ledger_path(config)) as ledger:
        return [row.state for row in ledger.drafts(config.accounts[0].name, get_args(DraftState))]


def the_draft(mailbox: Mailbox) -> EmailMessage:
    (raw,) = mailbox.stored("Drafts").values()
    return message_from_bytes(raw, policy=policy.default)


def edit(mailbox: Mailbox, text: str, *, keeps_reference: bool = True) -> None:
    """Save the draft with another text as mail programs do: a new message, then the old one is deleted."""
    with mailbox.second_client() as client:
        client.select_folder("Drafts")
        (old,) = client.search("ALL")
        message = the_draft(mailbox)
        del message["Message-ID"]
        message["Message-ID"] = "<edited@program.example>"
        if not keeps_reference:
            del message["X-Draft-Reference"]
        message.set_content(text)
        client.append("Drafts", message.as_bytes(policy=policy.SMTP), [b"\\Draft", b"\\Seen"])
        client.delete_messages([old])
        client.expunge([old])


def remove(mailbox: Mailbox) -> bytes:
    """Delete the draft; returns what it was."""
    (raw,) = mailbox.stored("Drafts").values()
    with mailbox.second_client() as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    return raw


def answer(mailbox: Mailbox, key: str = "angry") -> None:
    """Put a reply of the freelancer's own into Sent."""
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = "mara@studio.example", "jo@client.example", "Re: Homepage"
    reply["Message-ID"], reply["In-Reply-To"] = "<own@studio.example>", case(key).message_id
    reply.set_content("I have it, Jo.")
    mailbox.deliver(reply.as_bytes(policy=policy.SMTP), folder="Sent")


def again(mailbox: Mailbox) -> None:
    """The client writes once more on the same matter."""
    message = message_from_bytes(case("angry").raw, policy=policy.default)
    del message["Message-ID"]
    message["Message-ID"], message["In-Reply-To"] = "<angry-2@mixed.example>", case("angry").message_id
    mailbox.deliver(message.as_bytes(policy=policy.SMTP))


def test_an_untouched_draft_stays_as_it_is(mailbox: Mailbox, settings: Settings) -> None:
    config = drafted(mailbox, settings)
    before = mailbox.stored("Drafts")
    for _ in range(3):
        assert one_pass(config).drafted == 0
    assert mailbox.stored("Drafts") == before
    assert states(config) == ["present"]


@pytest.mark.parametrize("keeps_reference", [True, False])
def test_an_edited_draft_is_the_users(mailbox: Mailbox, settings: Settings, keeps_reference: bool) -> None:
    config = drafted(mailbox, settings)
    edit(mailbox, "My own words, Jo.\n", keeps_reference=keeps_reference)
    before = mailbox.stored("Drafts")
    one_pass(config)
    assert states(config) == ["edited"]
    answer(mailbox)
    one_pass(config)
    assert mailbox.stored("Drafts") == before


def test_a_draft_thrown_away_is_not_written_again(mailbox: Mailbox, settings: Settings) -> None:
    config = drafted(mailbox, settings)
    remove(mailbox)
    for _ in range(2):
        assert one_pass(config).drafted == 0
    assert mailbox.stored("Drafts") == {}
    assert states(config) == ["discarded"]


def test_a_draft_that_was_sent_is_known_as_sent(mailbox: Mailbox, settings: Settings) -> None:
    config = drafted(mailbox, settings)
    mailbox.deliver(remove(mailbox), folder="Sent")
    one_pass(config)
    assert states(config) == ["sent"]
    with open_ledger(ledger_path(config)) as ledger:
        assert ledger.open_obligations() == []


@pytest.mark.dovecot
def test_an_answer_from_elsewhere_withdraws_the_untouched_draft(alice: Mailbox, settings: Settings) -> None:
    config = drafted(alice, settings)
    flags = alice.flags()
    answer(alice)
    one_pass(config)
    assert alice.stored("Drafts") == {}
    assert states(config) == ["withdrawn"]
    assert alice.flags() == flags


@pytest.mark.dovecot
def test_a_second_message_supersedes_the_untouched_draft(alice: Mailbox, settings: Settings) -> None:
    config = drafted(alice, settings)
    again(alice)
    assert one_pass(config).drafted == 1
    assert the_draft(alice)["In-Reply-To"] == "<angry-2@mixed.example>"
    assert states(config) == ["superseded", "present"]


@pytest.mark.dovecot
def test_a_second_message_leaves_the_edited_draft_alone(alice: Mailbox, settings: Settings) -> None:
    config = drafted(alice, settings)
    edit(alice, "My own words, Jo.\n")
    (mine,) = alice.stored("Drafts").values()
    again(alice)
    assert one_pass(config).drafted == 1
    assert mine in alice.stored("Drafts").values()
    assert len(alice.stored("Drafts")) == 2
    assert states(config) == ["edited", "present"]


@pytest.mark.dovecot
def test_a_holding_reply_gives_way_to_nothing_but_an_answer(alice: Mailbox, settings: Settings) -> None:
    alice.deliver(case("when").raw)
    config = settings(alice)
    one_pass(config)
    with open_ledger(ledger_path(config)) as ledger:
        (obligation,) = ledger.open_obligations()
    assert obligation.holding_at is not None
    late = obligation.holding_at
    assert one_pass(config, Order(clock=lambda: late)).drafted == 1
    answer(alice, "when")
    one_pass(config)
    assert alice.stored("Drafts") == {}
    assert states(config) == ["withdrawn"]


@pytest.mark.dovecot
def test_a_rebuilt_drafts_folder_loses_no_draft_from_sight(
    dovecot: Dovecot, alice: Mailbox, settings: Settings
) -> None:
    config = drafted(alice, settings)
    user = User(alice.username, alice.password, dovecot.folder / "mail" / alice.username)
    dovecot.set_uidvalidity(user, "Drafts", 999)
    one_pass(config)
    assert states(config) == ["present"]
    assert len(alice.stored("Drafts")) == 1


@pytest.mark.dovecot
def test_a_dry_run_takes_nothing_back(alice: Mailbox, settings: Settings) -> None:
    config = drafted(alice, settings)
    answer(alice)
    one_pass(config, Order(dry_run=True))
    assert len(alice.stored("Drafts")) == 1
    assert states(config) == ["present"]
