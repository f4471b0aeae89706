"""What opens an obligation, what closes it and what doesn't, through whole passes on a real server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.settings import config_text, printing
from tests.rig.word_judge import WordJudge
from triage.access import ledger_path
from triage.config import Config, load_config
from triage.ledger.contract import Obligation
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

START = datetime(2026, 3, 10, 8, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)
JO = "Jo Client <jo@client.example>"
MARA = "Mara Lindqvist <mara@studio.example>"
ASKS = "When will the header be ready?"

SECOND = """
[[accounts]]
name = "second"
address = "mara@second.example"
host = "{host}"
port = {port}
security = "plaintext"
username = "{user}"
password_command = '''{secret}'''
"""


def mail(
    name: str,
    text: str = ASKS,
    sender: str = JO,
    to: str = MARA,
    subject: str = "Homepage",
    refs: str = "",
    **more: str,
) -> bytes:
    """One mail; ``refs`` are the names of those it answers, the last one directly."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if name:
        message["Message-ID"] = f"<{name}>"
    message["Date"] = "Tue, 10 Mar 2026 08:00:00 +0000"
    if refs:
        ids = [f"<{one}>" for one in refs.split()]
        message["In-Reply-To"], message["References"] = ids[-1], " ".join(ids)
    for key, value in more.items():
        message[key.replace("_", "-")] = value
    message.set_content(text + "\n")
    return message.as_bytes()


@dataclass
class Desk:
    """A mailbox or two, a configuration and a clock that is set by hand."""

    config: Config
    boxes: list[Mailbox]
    now: datetime = START

    def got(self, raw: bytes, *, hours: float = 0, box: int = 0, folder: str = "INBOX") -> None:
        """Mail arrives so many hours after the beginning."""
        self.boxes[box].deliver(raw, folder=folder, arrived=START + hours * HOUR)

    def sent(self, raw: bytes, *, hours: float, box: int = 0) -> None:
        """Mail is sent."""
        self.got(raw, hours=hours, box=box, folder="Sent")

    def run(self, hours: float, box: int = 0) -> Summary:
        """One pass of one account at this hour."""
        self.now = START + hours * HOUR
        order = Order(clock=lambda: self.now, judge_of=WordJudge)
        summary = sweep(self.config, self.config.accounts[box], order)
        assert summary.error is None
        return summary

    def open(self) -> list[Obligation]:
        """What awaits an answer."""
        with open_ledger(ledger_path(self.config)) as ledger:
            return ledger.open_obligations()

    def awaiting(self) -> list[str]:
        """The names of the messages that do."""
        return sorted(one.row.key.strip("<>") for one in self.open())

    def drafts(self, box: int = 0) -> int:
        """How many drafts stand there."""
        return len(self.boxes[box].stored("Drafts"))


Make = Callable[..., Desk]


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot) -> Make:
    """A desk with one or two accounts, and more lines for [clock]."""

    def make(accounts: int = 1, clock: str = "") -> Desk:
        boxes = [on_dovecot(dovecot, dovecot.user("alice")) for _ in range(accounts)]
        text = config_text(boxes[0], tmp_path, tmp_path).replace("[clock]", f"[clock]\n{clock}")
        for box in boxes[1:]:
            text += SECOND.format(
                host=box.host, port=box.port, user=box.username, secret=printing(box.password)
            )
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return Desk(load_config(path), boxes)

    return make


pytestmark = pytest.mark.dovecot


def test_a_reply_to_one_of_three_closes_the_older_ones_alone(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.got(mail("b@client", refs="a@client", subject="Re: Homepage"), hours=1)
    here.got(mail("c@client", refs="a@client b@client", subject="Re: Homepage"), hours=2)
    here.run(3)
    assert here.awaiting() == ["a@client", "b@client", "c@client"]
    here.sent(mail("r@studio", "Soon.", MARA, JO, "Re: Homepage", "a@client b@client"), hours=3)
    here.run(4)
    assert here.awaiting() == ["c@client"]


def test_the_oldest_unanswered_message_sets_the_deadline_of_its_conversation(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.got(mail("b@client", refs="a@client", subject="Re: Homepage"), hours=5)
    here.got(mail("other@client", subject="Invoice 7"), hours=6)
    here.run(7)
    assert {one.row.key: one.due for one in here.open()} == {
        "<a@client>": START + 24 * HOUR,
        "<b@client>": START + 24 * HOUR,
        "<other@client>": START + 30 * HOUR,
    }
    here.sent(mail("r@studio", "Soon.", MARA, JO, "Re: Homepage", "a@client"), hours=7)
    here.run(8)
    assert {one.row.key: one.due for one in here.open()}["<b@client>"] == START + 29 * HOUR


def test_a_client_whose_thread_is_broken_is_in_the_same_conversation(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.got(mail("b@phone", subject="RE[2]: homepage"), hours=3)
    here.run(4)
    assert {one.due for one in here.open()} == {START + 24 * HOUR}


NOT_ANSWERED = {
    "a forward to somebody else": mail(
        "f@studio", "FYI", MARA, "print@paper.example", "Fwd: Homepage", "a@client"
    ),
    "a word to a colleague": mail(
        "f@studio", "What do you think?", MARA, "ben@studio.example", "Re: Homepage", "a@client"
    ),
    "an empty reply": mail("f@studio", "", MARA, JO, "Re: Homepage", "a@client"),
    "a signature alone": mail("f@studio", "-- \nMara Lindqvist", MARA, JO, "Re: Homepage", "a@client"),
    "a quote alone": mail(
        "f@studio", "On Tue, 10 Mar 2026 at 08:00, Jo <jo@client.example> wrote:\n> When?", MARA, JO,
        "Re: Homepage", "a@client",
    ),
    "a vacation notice": mail(
        "f@studio", "I am away.", MARA, JO, "Automatic reply: Homepage", "a@client",
        Auto_Submitted="auto-replied",
    ),
    "another matter": mail("f@studio", "Here is invoice 8.", MARA, JO, "Invoice 8"),
    "another client": mail("f@studio", "Soon.", MARA, "max@elsewhere.example", "Re: Homepage"),
}  # fmt: skip
ANSWERED = {
    "in the thread": mail("r@studio", "Soon.", MARA, JO, "Something new", "a@client"),
    "from a phone": mail("r@phone.local", "Soon.", MARA, JO, "Re: Homepage"),
    "a new mail": mail("r@studio", "Soon.", MARA, JO, "Homepage"),
    "from an alias": mail("r@x", "Soon.", "hello@studio.example", JO, "AW: Homepage"),
    "to all": mail("r@x", "Soon.", MARA, f"boss@client.example, {JO}", "Re: Homepage", "a@client"),
    "to their office": mail("r@x", "Soon.", MARA, "office@client.example", "Re: Homepage", "a@client"),
    "without a name": mail("", "Soon.", MARA, JO, "Antw.: Homepage"),
    "a thumb": mail("r@x", "👍", MARA, JO, "Re: Homepage", "a@client"),
}


@pytest.mark.parametrize("what", NOT_ANSWERED)
def test_what_is_no_answer_leaves_the_obligation_open(desk: Make, what: str) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.run(1)
    here.sent(NOT_ANSWERED[what], hours=2)
    here.run(3)
    assert here.awaiting() == ["a@client"]


@pytest.mark.parametrize("what", ANSWERED)
def test_what_is_an_answer_closes_it(desk: Make, what: str) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.run(1)
    assert here.awaiting() == ["a@client"]
    here.sent(ANSWERED[what], hours=2)
    here.run(3)
    assert here.awaiting() == []


def test_answers_seen_before_their_message_count(desk: Make) -> None:
    here = desk()
    here.run(0)
    here.sent(mail("r@studio", "Soon.", MARA, JO, "Re: Homepage", "a@client"), hours=2)
    here.run(3)
    here.got(mail("a@client"), hours=1)  # the server was slow to hand it out
    here.run(4)
    assert here.awaiting() == []


BOUNCE = """\
From: MAILER-DAEMON@mx.client.example
To: mara@studio.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: <r@studio>
Subject: Re: Homepage

--b--
"""


@pytest.mark.parametrize(
    ("recipient", "action", "is_open"),
    [
        ("jo@client.example", "failed", True),
        ("jo@client.example", "delayed", False),
        ("boss@elsewhere.example", "failed", False),
    ],
)
def test_an_answer_that_came_back_is_none(desk: Make, recipient: str, action: str, is_open: bool) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.run(1)
    here.sent(mail("r@studio", "Soon.", MARA, JO, "Re: Homepage", "a@client"), hours=2)
    here.run(3)
    assert here.awaiting() == []
    here.got(BOUNCE.format(recipient=recipient, action=action).encode(), hours=4)
    here.run(5)
    assert here.awaiting() == (["a@client"] if is_open else [])
    here.sent(mail("again@studio", "Soon.", MARA, JO, "Re: Homepage", "a@client"), hours=6)
    here.run(7)
    assert here.awaiting() == []


def test_a_bounce_that_is_read_before_the_sent_copy_counts_too(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.got(BOUNCE.format(recipient="jo@client.example", action="failed").encode(), hours=1)
    here.run(2)
    here.sent(mail("r@studio", "Soon.", MARA, JO, "Re: Homepage", "a@client"), hours=1)
    here.run(3)
    assert here.awaiting() == ["a@client"]


# ------------------------------------------------------------------------------------------ several accounts


def test_one_mail_to_two_of_my_addresses_is_one_obligation_and_one_draft(desk: Make) -> None:
    here = desk(accounts=2)
    both = mail("a@client", "This is useless.", to=f"{MARA}, mara@second.example")
    here.got(both)
    here.got(both, box=1)
    here.run(1)
    here.run(1, box=1)
    assert len(here.open()) == 1
    assert (here.drafts(0), here.drafts(1)) == (1, 0)


def test_a_reply_from_the_other_account_closes_it_and_takes_the_draft_back(desk: Make) -> None:
    here = desk(accounts=2)
    here.got(mail("a@client", "This is useless."))
    here.run(1)
    here.run(1, box=1)
    assert (here.awaiting(), here.drafts()) == (["a@client"], 1)
    here.sent(
        mail("r@second", "Soon.", "mara@second.example", JO, "Re: Homepage", "a@client"), hours=2, box=1
    )
    here.run(3, box=1)
    assert here.awaiting() == []
    here.run(4)
    assert here.drafts() == 0


def test_my_mail_from_one_account_to_the_other_awaits_nothing(desk: Make) -> None:
    here = desk(accounts=2)
    here.got(mail("note@second", sender="mara@second.example"))
    here.run(1)
    assert here.awaiting() == []


# ------------------------------------------------------------------------------------------------ colleagues

BEN = "Ben <ben@studio.example>"
TEAM = 'colleagues = ["ben@studio.example"]'


@pytest.mark.parametrize(("clock", "is_open"), [(TEAM, False), ("", True)])
def test_what_a_colleague_in_copy_sent_is_an_answer_if_configured(
    desk: Make, clock: str, is_open: bool
) -> None:
    here = desk(clock=clock)
    here.got(mail("a@client", to=f"{MARA}, {BEN}"))
    here.run(1)
    here.got(mail("ben@studio", "On Friday.", BEN, JO, "Re: Homepage", "a@client", Cc=MARA), hours=2)
    here.run(3)
    assert ("a@client" in here.awaiting()) is is_open
    assert ("ben@studio" in here.awaiting()) is is_open


def test_what_a_colleague_asks_me_awaits_an_answer(desk: Make) -> None:
    here = desk(clock=TEAM)
    here.got(mail("ask@studio", "Could you call Jo?", BEN))
    here.run(1)
    assert here.awaiting() == ["ask@studio"]


def test_both_in_one_pass_in_either_order(desk: Make) -> None:
    here = desk(clock=TEAM)
    here.got(mail("a@client", "This is useless.", to=f"{MARA}, {BEN}"))
    here.got(mail("ben@studio", "On Friday.", BEN, JO, "Re: Homepage", "a@client", Cc=MARA), hours=1)
    here.run(2)
    assert (here.awaiting(), here.drafts()) == ([], 0)


# ------------------------------------------------------------------------------------------- holding replies


def test_a_holding_reply_comes_with_the_first_pass_after_a_long_sleep(desk: Make) -> None:
    here = desk()
    here.run(0)
    here.got(mail("a@client"), hours=1)
    woken = here.run(22)  # 21 hours later: four hours before the deadline have begun
    assert (woken.drafted, here.drafts()) == (1, 1)
    assert here.run(22.1).drafted == 0


def test_hourly_passes_write_it_within_the_hour_and_an_answer_takes_it_back(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"))
    assert [here.run(hour).drafted for hour in (1, 19, 19.9, 20.4, 21)] == [0, 0, 0, 1, 0]
    here.sent(mail("r@phone.local", "Soon.", MARA, JO, "Re: Homepage"), hours=22)
    here.run(23)
    assert (here.awaiting(), here.drafts()) == ([], 0)


def test_one_holding_reply_for_a_conversation(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.got(mail("b@client", refs="a@client", subject="Re: Homepage"), hours=1)
    here.got(mail("c@client", subject="Invoice 7"), hours=1)
    for hour in (2, 20.5, 21.5, 22):
        here.run(hour)
    assert here.drafts() == 2


def test_a_holding_reply_is_written_after_the_server_was_rebuilt(desk: Make, dovecot: Dovecot) -> None:
    here = desk()
    here.got(mail("a@client"))
    here.run(1)
    with open_ledger(ledger_path(here.config)) as ledger:
        (one,) = ledger.open_obligations()
        # snoozed for days: longer than a pass looks back after a reset
        ledger.open_obligation(one.row.id, due=START + 120 * HOUR, holding_at=START + 116 * HOUR)
    for day in range(1, 5):
        here.run(day * 24)
    with here.boxes[0].second_client() as client:
        client.create_folder("Kept")
        client.select_folder("INBOX")
        client.move(client.search("ALL"), "Kept")
    dovecot.doveadm(
        "mailbox", "update", "-u", here.boxes[0].username, "--uid-validity", "1999999999", "INBOX"
    )
    with here.boxes[0].second_client() as client:
        client.select_folder("Kept")
        client.move(client.search("ALL"), "INBOX")
    assert here.run(117).drafted == 1


# -------------------------------------------------------------------------------------------------- bad input


def test_drafts_that_come_late_are_told(desk: Make) -> None:
    here = desk()
    here.run(0)
    here.got(mail("soon@client", "This is useless.", subject="One"), hours=10)
    here.got(mail("late@client", "This is useless.", subject="Two"), hours=1)
    woken = here.run(14)
    assert (woken.drafted, woken.late) == (2, 1)
    assert woken.as_record()["late"] == 1
    late = {one.row.key: one.is_drafted_late(here.now) for one in here.open()}
    assert late == {"<soon@client>": False, "<late@client>": True}


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 00:00:00 -0000", "Fri, 01 Jan 2099 00:00:00 +0000", "nonsense"]
)
def test_the_date_header_moves_no_deadline(desk: Make, date: str) -> None:
    here = desk()
    raw = mail("a@client").replace(b"Tue, 10 Mar 2026 08:00:00 +0000", date.encode())
    here.got(raw, hours=1)
    here.run(2)
    assert [one.due for one in here.open()] == [START + 25 * HOUR]


def test_an_arrival_in_the_future_counts_from_now_and_is_answered_as_usual(desk: Make) -> None:
    here = desk()
    here.got(mail("a@client"), hours=24 * 400)
    here.run(2)
    assert [one.due for one in here.open()] == [START + 26 * HOUR]
    here.sent(mail("r@phone.local", "Soon.", MARA, JO, "Re: Homepage"), hours=3)
    here.run(4)
    assert here.awaiting() == []


def test_a_clock_set_back_is_told_and_makes_no_deadline_earlier(
    desk: Make, caplog: pytest.LogCaptureFixture
) -> None:
    here = desk()
    here.run(48)
    here.got(mail("a@client"), hours=47)
    here.run(-100)
    assert "clock stands 148.0 hours before the last pass" in caplog.text
    assert [one.due for one in here.open()] == [START + 71 * HOUR]
