"""Updates and feedback on a real server, with a clock that moves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.config import load_config
from triage.errors import MailboxUnreachable
from triage.ledger import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

BERLIN = ZoneInfo("Europe/Berlin")
CLIENTS = """
[[clients]]
name = "Harbour Bakery"
people = ["Nora Becker"]
addresses = ["nora@harbourbakery.example"]
language = "en"
[[clients.projects]]
name = "Website"
closed = false
"""


class Calm:
    """A judge that finds every text calm: what is tested here is when drafts come, not their words."""

    def judge_many(self, items: list[tuple[str, str]]) -> list[object]:
        """One judgement each."""
        from classifiers.judge import Judgement

        return [Judgement("en", {}, 0, "") for _ in items]


class Studio:
    """One freelancer's mailbox, configuration and client file; ``at`` runs a pass at that time."""

    def __init__(self, mailbox: Mailbox, folder: Path) -> None:
        self.mailbox, self.folder = mailbox, folder
        self.config = folder / "config.toml"
        text = config_text(mailbox, folder, folder / "cache")
        self.config.write_text(
            f"{text}\n[drafting]\nupdate_after_days = 10\nask_feedback = true\n", encoding="utf-8"
        )
        self.clients(CLIENTS)

    def clients(self, text: str) -> None:
        """Write the client file."""
        path = self.folder / "clients.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def at(self, day: str, **order: object) -> Summary:
        """One pass at nine on this day of 2026."""
        config = load_config(self.config)
        return sweep(config, config.accounts[0], Order(clock=lambda: moment(day), judge_of=Calm, **order))  # type: ignore[arg-type]

    def write(self, day: str, subject: str = "Website", folder: str = "Sent", number: int = 1) -> None:
        """A mail to the client at nine on this day; in the inbox one from the client."""
        mail = EmailMessage(policy=SMTP)
        people = ["Mara Lindqvist <mara@studio.example>", "Nora Becker <nora@harbourbakery.example>"]
        mail["From"], mail["To"] = people if folder == "Sent" else reversed(people)
        mail["Subject"], mail["Message-ID"] = subject, f"<{folder}-{number}@studio.example>"
        mail.set_content("Could you tell me where it stands?\n")
        self.mailbox.deliver(mail.as_bytes(), folder=folder, arrived=moment(day))

    def drafts(self) -> list[EmailMessage]:
        """What lies in Drafts."""
        stored = self.mailbox.stored("Drafts").values()
        return [message_from_bytes(raw, policy=policy.default) for raw in stored]

    def states(self) -> list[tuple[str, str]]:
        """What the ledger remembers of the mails."""
        with open_ledger(ledger_path(load_config(self.config))) as ledger:
            return [(row.kind, row.state) for row in ledger.own_mails()]


def moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(f"2026-{day}"), datetime.min.time(), BERLIN) + timedelta(
        hours=9
    )


@pytest.fixture
def studio(alice: Mailbox, tmp_path: Path) -> Studio:
    """A word was sent on the first of April and seen."""
    studio = Studio(alice, tmp_path)
    studio.write("04-01")
    assert studio.at("04-01").error is None
    return studio


@pytest.mark.dovecot
def test_an_update_is_drafted_when_it_is_due_and_only_once(studio: Studio) -> None:
    assert studio.at("04-10").contact == 0
    done = studio.at("04-13")  # the eleventh was a Saturday
    assert (done.error, done.contact, done.failed) == (None, 1, 0)
    (draft,) = studio.drafts()
    assert draft["To"] == "Nora Becker <nora@harbourbakery.example>"
    assert "Website" in str(draft["Subject"])
    assert "[" in draft.get_content()  # what is to be filled in
    assert studio.states() == [("progress_update", "present")]
    assert studio.at("04-14").contact == 0
    assert len(studio.drafts()) == 1


@pytest.mark.dovecot
def test_a_word_of_the_freelancers_own_takes_an_untouched_draft_back(studio: Studio) -> None:
    studio.at("04-13")
    studio.write("04-14", number=2)
    assert studio.at("04-14").contact == 0
    assert studio.drafts() == []
    assert studio.states() == [("progress_update", "withdrawn")]
    assert studio.at("04-24").contact == 1


@pytest.mark.dovecot
def test_a_draft_that_was_filled_in_stays(studio: Studio) -> None:
    studio.at("04-13")
    (draft,) = studio.drafts()
    draft.set_content("The header is done.\n")
    with studio.mailbox.second_client() as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search())
        client.expunge()
    studio.mailbox.deliver(draft.as_bytes(policy=SMTP), folder="Drafts")
    studio.write("04-14", number=2)
    studio.at("04-14")
    assert [one.get_content().strip() for one in studio.drafts()] == ["The header is done."]
    assert studio.states() == [("progress_update", "edited")]


@pytest.mark.dovecot
def test_a_draft_that_was_sent_is_known_as_sent(studio: Studio) -> None:
    studio.at("04-13")
    with studio.mailbox.second_client() as client:
        client.select_folder("Drafts")
        (raw,) = (data[b"BODY[]"] for data in client.fetch(client.search(), ["BODY.PEEK[]"]).values())
        client.delete_messages(client.search())
        client.expunge()
    studio.mailbox.deliver(raw, folder="Sent", arrived=moment("04-14"))
    studio.at("04-14")
    assert studio.states() == [("progress_update", "sent")]


@pytest.mark.dovecot
def test_while_the_client_awaits_an_answer_no_update_comes(studio: Studio) -> None:
    studio.write("04-12", folder="INBOX")
    assert studio.at("04-13").contact == 0


@pytest.mark.dovecot
def test_a_pass_killed_before_the_draft_is_finished_by_the_next(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise MailboxUnreachable("the cable was pulled")

    with monkeypatch.context() as patched:
        patched.setattr("triage.placing.put_once", broken)
        assert studio.at("04-13").error
    assert studio.states() == [("progress_update", "planned")]
    assert studio.at("04-14").contact == 1
    assert len(studio.drafts()) == 1
    assert studio.states() == [("progress_update", "present")]


@pytest.mark.dovecot
def test_feedback_is_asked_after_a_good_end(studio: Studio) -> None:
    studio.clients(CLIENTS.replace("closed = false", "closed = true"))
    assert studio.at("04-02").contact == 0
    assert studio.at("04-07").contact == 1
    (draft,) = studio.drafts()
    assert "Website" in draft.get_content()
    assert studio.states() == [("feedback", "present")]
    assert studio.at("04-08").contact == 0


@pytest.mark.dovecot
def test_a_dry_run_writes_nothing_and_off_means_off(studio: Studio) -> None:
    assert studio.at("04-13", dry_run=True).contact == 1
    assert studio.drafts() == []
    text = studio.config.read_text(encoding="utf-8").replace(
        "update_after_days = 10", "update_after_days = 0"
    )
    studio.config.write_text(text, encoding="utf-8")
    assert studio.at("04-13").contact == 0
    assert studio.states() == []
