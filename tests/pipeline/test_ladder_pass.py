"""The payment ladder on a real server, with a clock that moves: from the due date to the pause."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.commands import app
from triage.config import Config, load_config
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

BERLIN = ZoneInfo("Europe/Berlin")
LEGAL = "After that date I hand the claim to the district court of Hamburg by a payment order."
CLIENTS = """
[[clients]]
name = "Harbour Bakery"
people = ["Nora Becker"]
addresses = ["nora@harbourbakery.example"]
language = "en"
[[clients.projects]]
name = "Website"
[[clients.invoices]]
number = "2026-014"
project = "Website"
total = "1200.00 EUR"
issued = 2026-03-20
due = 2026-04-03
"""


class Calm:
    """A judge that finds every draft calm: what is tested here is when drafts come, not their words."""

    def judge_many(self, items: list[tuple[str, str]]) -> list[object]:
        """One judgement each."""
        from classifiers.judge import Judgement

        return [Judgement("en", {}, 0, "") for _ in items]


class Desk:
    """One freelancer's mailbox, configuration and client file; ``at`` runs a pass at that time."""

    def __init__(self, mailbox: Mailbox, folder: Path, legal: str = LEGAL, cache: Path | None = None) -> None:
        self.mailbox, self.folder = mailbox, folder
        self._config = folder / "config.toml"
        text = config_text(mailbox, folder, cache or folder / "cache")
        self._config.write_text(f'{text}\n[ladder]\nlegal_text = "{legal}"\n', encoding="utf-8")
        self.clients(CLIENTS)

    @property
    def config(self) -> Config:
        return load_config(self._config)

    def clients(self, text: str) -> None:
        """Write the client file."""
        path = self.folder / "clients.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def change(self, old: str, new: str) -> None:
        """Change the client file by hand."""
        path = self.folder / "clients.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def invoice(self, more: str) -> None:
        """Add lines to the last invoice."""
        path = self.folder / "clients.toml"
        path.write_text(path.read_text(encoding="utf-8") + more + "\n", encoding="utf-8")

    def at(self, day: str, hour: int = 9, **order: object) -> Summary:
        """One pass on this day of 2026."""
        moment = datetime.combine(date.fromisoformat(f"2026-{day}"), datetime.min.time(), BERLIN)
        moment += timedelta(hours=hour)
        made = Order(clock=lambda: moment, judge_of=Calm, **order)  # type: ignore[arg-type]
        config = self.config
        summary = sweep(config, config.accounts[0], made)
        assert summary.error is None, summary.error
        return summary

    def drafts(self) -> list[EmailMessage]:
        """What lies in Drafts."""
        return [read(raw) for raw in self.mailbox.stored("Drafts").values()]

    def subjects(self) -> list[str]:
        return [str(draft["Subject"]) for draft in self.drafts()]

    def send(self) -> None:
        """Send every draft as a mail program without frills does: it moves them to Sent."""
        with self.mailbox.second_client() as client:
            client.select_folder("Drafts")
            uids = client.search("ALL")
            client.copy(uids, "Sent")
            client.delete_messages(uids)
            client.expunge()

    def states(self) -> list[tuple[str, str]]:
        with open_ledger(ledger_path(self.config)) as ledger:
            return [(row.step, row.state) for row in ledger.steps()]


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def own_mail(subject: str, message_id: str, sent: str, to: str = "nora@harbourbakery.example") -> bytes:
    """A mail of the freelancer's own to the client, its Date on this day of 2026."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "mara@studio.example", to, subject
    mail["Message-ID"] = message_id
    mail["Date"] = datetime.combine(date.fromisoformat(f"2026-{sent}"), datetime.min.time(), UTC)
    mail.set_content("As the subject says.\n")
    return mail.as_bytes()


@pytest.fixture
def desk(mailbox: Mailbox, tmp_path: Path) -> Desk:
    """On Dovecot and on the embedded server."""
    return Desk(mailbox, tmp_path)


@pytest.fixture
def dove(alice: Mailbox, tmp_path: Path) -> Desk:
    """On Dovecot alone."""
    return Desk(alice, tmp_path)


def days_of_2026(first: str, last: str) -> Iterator[str]:
    day = date.fromisoformat(f"2026-{first}")
    while day <= date.fromisoformat(f"2026-{last}"):
        yield day.strftime("%m-%d")
        day += timedelta(days=1)


def test_the_whole_ladder_each_step_sent_the_day_it_comes(desk: Desk) -> None:
    """A pass every day and every draft sent at once: five mails, each on its day, and then nothing."""
    came: list[tuple[str, str]] = []
    for day in days_of_2026("04-01", "05-16"):
        if desk.at(day).ladder:
            (draft,) = desk.drafts()
            came.append((day, str(draft["Subject"])))
            desk.send()
    assert [day for day, _ in came] == ["04-06", "04-13", "04-20", "04-28", "05-05"]
    assert all("2026-014" in subject for _, subject in came)
    assert len({subject for _, subject in came}) == 5
    sent = [read(raw) for raw in desk.mailbox.stored("Sent").values()]
    assert len(sent) == 5
    assert desk.drafts() == []


def test_what_each_mail_carries(desk: Desk) -> None:
    desk.at("04-06")
    (reminder,) = desk.drafts()
    assert reminder["To"].addresses[0].addr_spec == "nora@harbourbakery.example"
    assert reminder["From"].addresses[0].addr_spec == "mara@studio.example"
    assert reminder["In-Reply-To"] is None
    assert "2026-014" in reminder.get_content()
    assert "Nora" in reminder.get_content()
    assert all(b"\\Draft" in flags for flags in desk.mailbox.flags("Drafts").values())
    desk.send()
    desk.at("04-13")
    (second,) = desk.drafts()
    assert second["In-Reply-To"] == reminder["Message-ID"]
    assert second["Message-ID"] != reminder["Message-ID"]
    assert LEGAL not in second.get_content()


def test_the_legal_text_stands_in_the_final_notice_alone(dove: Desk) -> None:
    for day in ("04-06", "04-13", "04-20", "04-28"):
        assert dove.at(day).ladder == 1
        dove.send()
    texts = [read(raw).get_content().replace("\n", " ") for raw in dove.mailbox.stored("Sent").values()]
    assert [LEGAL in text for text in texts] == [False, False, False, True]


def test_without_a_legal_text_it_stops_before_the_final_notice(alice: Mailbox, tmp_path: Path) -> None:
    desk = Desk(alice, tmp_path, legal="")
    for day in ("04-06", "04-13", "04-20"):
        assert desk.at(day).ladder == 1
        desk.send()
    assert [desk.at(day).ladder for day in ("04-28", "05-20", "08-03")] == [0, 0, 0]


def test_passes_without_number_add_nothing(desk: Desk) -> None:
    assert [desk.at("04-06", hour=hour).ladder for hour in (8, 9, 9, 15)] == [1, 0, 0, 0]
    assert [desk.at(day).ladder for day in ("04-07", "04-20", "06-30")] == [0, 0, 0]
    assert len(desk.drafts()) == 1
    assert desk.states() == [("reminder", "present")]


def test_days_off_move_a_step_and_an_absence_too(dove: Desk) -> None:
    assert [dove.at(day).ladder for day in ("04-04", "04-05")] == [0, 0]
    assert dove.at("06-06").ladder == 0, "a Saturday, two months later"
    assert dove.at("06-08").ladder == 1
    assert dove.states() == [("reminder", "present")]


def test_after_two_months_away_it_goes_on_with_the_right_step(dove: Desk) -> None:
    dove.at("04-06")
    dove.send()  # from the phone, while the machine is off
    assert dove.at("06-08").ladder == 1
    assert dove.states() == [("reminder", "sent"), ("second_reminder", "present")]
    assert dove.at("06-30").ladder == 0


def test_a_draft_left_unsent_for_months_is_never_passed_over(dove: Desk) -> None:
    dove.at("04-06")
    for day in ("04-13", "05-13", "07-13", "12-14"):
        assert dove.at(day).ladder == 0
    dove.send()
    assert dove.at("12-15").ladder == 0, "it was sent only now"
    assert dove.at("12-21").ladder == 1
    assert dove.states()[-1] == ("second_reminder", "present")


def test_a_payment_in_the_middle_takes_the_untouched_draft_back(desk: Desk) -> None:
    desk.at("04-06")
    desk.send()
    desk.at("04-13")
    assert len(desk.drafts()) == 1
    desk.invoice('payments = [{ on = 2026-04-13, money = "1200.00 EUR" }]')
    assert desk.at("04-14").ladder == 0
    assert desk.drafts() == []
    assert desk.states() == [("reminder", "sent"), ("second_reminder", "withdrawn")]
    assert [desk.at(day).ladder for day in ("04-21", "06-30")] == [0, 0]


@pytest.mark.parametrize(
    "more",
    ["disputed = true", "cancelled = true", 'plan = [{ on = 2026-09-01, money = "1200.00 EUR" }]'],
)
def test_dispute_cancellation_and_plan_do_so_too(dove: Desk, more: str) -> None:
    dove.at("04-06")
    dove.invoice(more)
    assert dove.at("04-07").ladder == 0
    assert dove.drafts() == []
    assert dove.at("06-30").ladder == 0


def test_an_edited_draft_stays_whatever_happens(dove: Desk) -> None:
    dove.at("04-06")
    with dove.mailbox.second_client() as client:
        client.select_folder("Drafts")
        uids = client.search("ALL")
        edited = client.fetch(uids, ["BODY[]"])[uids[0]][b"BODY[]"] + b"\r\nSee you on Monday!\r\n"
        client.append("Drafts", edited, [b"\\Draft"])
        client.delete_messages(uids)
        client.expunge()
    dove.invoice("disputed = true")
    dove.at("04-07")
    assert ["See you on Monday!" in kept.get_content() for kept in dove.drafts()] == [True]
    assert dove.states() == [("reminder", "edited")]
    dove.change("disputed = true", "disputed = false")
    assert dove.at("04-08").ladder == 0, "the edited one is the reminder"
    assert len(dove.drafts()) == 1


def test_a_dispute_that_is_settled_brings_the_draft_again(dove: Desk) -> None:
    dove.at("04-06")
    dove.invoice("disputed = true")
    dove.at("04-07")
    dove.change("disputed = true", "disputed = false")
    assert dove.at("04-08").ladder == 1
    assert dove.states() == [("reminder", "withdrawn"), ("reminder", "present")]


def test_a_part_payment_changes_what_an_unsent_draft_asks_for(dove: Desk) -> None:
    dove.at("04-06")
    (before,) = dove.drafts()
    dove.invoice('payments = [{ on = 2026-04-07, money = "400.00 EUR" }]')
    assert dove.at("04-08").ladder == 1
    (after,) = dove.drafts()
    assert "800" in after.get_content()
    assert after["Message-ID"] != before["Message-ID"]
    assert dove.states() == [("reminder", "withdrawn"), ("reminder", "present")]


def test_a_missed_instalment_resumes_with_a_reminder_of_that_sum(dove: Desk) -> None:
    for day in ("04-06", "04-13"):
        dove.at(day)
        dove.send()
    dove.invoice(
        'plan = [{ on = 2026-05-04, money = "400.00 EUR" }, { on = 2026-06-04, money = "800.00 EUR" }]'
    )
    assert [dove.at(day).ladder for day in ("04-20", "05-04", "05-06")] == [0, 0, 0]
    assert dove.at("05-07").ladder == 1
    (reminder,) = dove.drafts()
    assert "400" in reminder.get_content()
    assert "1,200" not in reminder.get_content()
    assert [step for step, _ in dove.states()] == ["reminder", "second_reminder", "reminder"]


class TestSeenInSent:
    """What counts as really sent, and what doesn't."""

    def drafted(self, desk: Desk) -> EmailMessage:
        desk.at("04-06")
        (draft,) = desk.drafts()
        return draft

    def discard(self, desk: Desk) -> None:
        with desk.mailbox.second_client() as client:
            client.select_folder("Drafts")
            client.delete_messages(client.search("ALL"))
            client.expunge()

    def test_a_new_message_id_with_our_reference(self, dove: Desk) -> None:
        draft = self.drafted(dove)
        self.discard(dove)
        mail = read(own_mail("Quite another subject", "<new@phone.example>", "04-07", "jo@other.example"))
        mail["X-Draft-Reference"] = draft["X-Draft-Reference"]
        dove.mailbox.deliver(mail.as_bytes(policy=policy.SMTP), folder="Sent")
        dove.at("04-08")
        assert dove.states() == [("reminder", "sent")]

    @pytest.mark.parametrize("subject", ["Our invoice 2026-014, please", "Re: {}", "{}"])
    def test_another_mail_to_the_client_on_the_same_matter(self, dove: Desk, subject: str) -> None:
        draft = self.drafted(dove)
        mail = own_mail(subject.format(draft["Subject"]), "<new@phone.example>", "04-07")
        dove.mailbox.deliver(mail, folder="Sent")
        dove.at("04-08")
        assert dove.states() == [("reminder", "sent")]
        assert dove.drafts() == [], "the draft would be sent a second time"
        assert dove.at("04-14").ladder == 1
        assert dove.drafts()[0]["In-Reply-To"] == "<new@phone.example>"

    @pytest.mark.parametrize(
        ("subject", "to"),
        [
            ("Invoice 2026-014: a short reminder", "jo@other.example"),
            ("The colours of the website", "nora@harbourbakery.example"),
            ("Invoice 2026-0145", "nora@harbourbakery.example"),
        ],
    )
    def test_what_is_no_reminder(self, dove: Desk, subject: str, to: str) -> None:
        self.drafted(dove)
        dove.mailbox.deliver(own_mail(subject, "<new@phone.example>", "04-07", to), folder="Sent")
        dove.at("04-08")
        assert dove.states() == [("reminder", "present")]

    def test_a_demand_counts_only_as_it_was_drafted(self, dove: Desk) -> None:
        for day in ("04-06", "04-13"):
            dove.at(day)
            dove.send()
        dove.at("04-20")
        mail = own_mail("Re: invoice 2026-014 and the photos", "<chat@phone.example>", "04-21")
        dove.mailbox.deliver(mail, folder="Sent")
        dove.at("04-22")
        assert dove.states()[-1] == ("formal_demand", "present")

    def test_an_edited_draft_that_was_sent(self, dove: Desk) -> None:
        draft = self.drafted(dove)
        self.discard(dove)
        raw = own_mail(str(draft["Subject"]), "<edited@phone.example>", "04-09")
        dove.mailbox.deliver(raw, folder="Sent")
        dove.at("04-10")
        assert dove.states() == [("reminder", "sent")]
        assert dove.at("04-15").ladder == 0
        assert dove.at("04-16").ladder == 1, "a week after the 9th"

    def test_a_reminder_of_ones_own_is_not_repeated(self, dove: Desk) -> None:
        at = datetime(2026, 4, 8, 10, tzinfo=UTC)
        dove.at("04-01")
        mail = own_mail("Invoice 2026-014 is overdue", "<own@phone.example>", "04-08")
        dove.mailbox.deliver(mail, folder="Sent", arrived=at)
        assert dove.at("04-09").ladder == 0
        assert dove.states() == [("reminder", "sent")]
        assert dove.at("04-15").ladder == 1
        assert dove.drafts()[0]["In-Reply-To"] == "<own@phone.example>"

    def test_the_mail_that_brought_the_invoice_is_no_reminder_but_begins_the_thread(self, dove: Desk) -> None:
        dove.at("03-20", hour=8)
        arrived = datetime(2026, 3, 20, 10, tzinfo=UTC)
        mail = own_mail("Invoice 2026-014", "<bill@phone.example>", "03-20")
        dove.mailbox.deliver(mail, folder="Sent", arrived=arrived)
        assert dove.at("03-21").ladder == 0
        assert dove.at("04-06").ladder == 1
        assert dove.drafts()[0]["In-Reply-To"] == "<bill@phone.example>"


KILLER = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from tests.pipeline.test_ladder_pass import Calm
from triage.config import load_config
from triage.order import Order
import triage.placing as module
honest, when = module.put_once, sys.argv[2]
def deadly(*args, **kwargs):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    honest(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
module.put_once = deadly
from triage.sweep import sweep
config = load_config(Path(sys.argv[1]))
now = datetime.fromisoformat("2026-04-06T09:00+02:00")
sweep(config, config.accounts[0], Order(clock=lambda: now, judge_of=Calm))
"""


@pytest.mark.dovecot
@pytest.mark.parametrize("when", ["before", "after"])
class TestKilled:
    """Between intent and append, and between append and its record."""

    def kill(self, desk: Desk, when: str) -> None:
        root = Path(__file__).parents[2]
        command = [sys.executable, "-c", KILLER, str(desk.folder / "config.toml"), when]
        assert subprocess.run(command, cwd=root, timeout=120).returncode == -signal.SIGKILL
        assert desk.states() == [("reminder", "planned" if when == "before" else "appending")]

    def test_the_next_pass_finishes_it(self, dove: Desk, when: str) -> None:
        self.kill(dove, when)
        self.kill(dove, when)
        assert dove.at("04-06").ladder == (1 if when == "before" else 0)
        assert len(dove.drafts()) == 1
        assert dove.states() == [("reminder", "present")]
        assert dove.at("04-07").ladder == 0

    def test_not_on_a_day_off(self, dove: Desk, when: str) -> None:
        self.kill(dove, when)
        dove.at("04-11")
        assert dove.states() == [("reminder", "planned" if when == "before" else "appending")]
        dove.at("04-13")
        assert len(dove.drafts()) == 1
        assert dove.states() == [("reminder", "present")]

    def test_paid_meanwhile_nothing_is_left(self, dove: Desk, when: str) -> None:
        self.kill(dove, when)
        dove.invoice('payments = [{ on = 2026-04-06, money = "1200.00 EUR" }]')
        assert dove.at("04-07").ladder == 0
        assert dove.drafts() == []
        assert dove.states() == [("reminder", "withdrawn")]


@pytest.mark.dovecot
def test_a_lost_answer_to_the_append_is_no_second_draft(dovecot: Dovecot, tmp_path: Path) -> None:
    mailbox = on_dovecot(dovecot, dovecot.user("alice"))
    with FaultProxy(dovecot.port, Faults(cut_before=b"APPENDUID")) as proxy:
        desk = Desk(Mailbox("dovecot", proxy.host, proxy.port, mailbox.username, mailbox.password), tmp_path)
        config = desk.config
        moment = datetime(2026, 4, 6, 9, tzinfo=BERLIN)
        order = Order(clock=lambda: moment, judge_of=Calm)  # type: ignore[arg-type]
        assert sweep(config, config.accounts[0], order).error
        proxy.faults.cut_before = b""
        assert sweep(config, config.accounts[0], order).error is None
    assert len(mailbox.stored("Drafts")) == 1
    assert desk.states() == [("reminder", "present")]


def test_a_dry_run_lists_and_writes_nothing(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    dove = Desk(alice, tmp_path, cache=model_cache)
    command = ["sweep", "--config", str(dove.folder / "config.toml"), "--dry-run", "--json"]
    done = CliRunner().invoke(app, [*command, "--now", "2026-04-06T09:00+02:00"])
    (line,) = [json.loads(text) for text in done.stdout.splitlines()]
    assert line["ladder"] == 1
    (intended,) = line["intended"]
    assert (intended["step"], intended["invoices"]) == ("reminder", ["2026-014"])
    assert "2026-014" in intended["body"]
    assert dove.drafts() == []
    assert not ledger_path(dove.config).exists()


def test_switched_off_nothing_is_drafted_or_taken_back(dove: Desk) -> None:
    dove.at("04-06")
    path = dove.folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8") + "enabled = false\n", encoding="utf-8")
    dove.invoice("disputed = true")
    dove.at("04-07")
    assert len(dove.drafts()) == 1


def test_without_invoices_nothing_is_asked_of_the_server(dove: Desk) -> None:
    dove.clients('[[clients]]\nname = "Harbour Bakery"\naddresses = ["nora@harbourbakery.example"]\n')
    assert dove.at("04-06").ladder == 0
    assert dove.states() == []
