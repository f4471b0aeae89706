"""History from the ledger: the same values as from messages just read, with steps, answers and reviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from drafts import supported_languages
from tests.rig.correspondence import ME, START, Correspondence
from tests.rig.word_judge import WordJudge
from triage.clients.advice import advice
from triage.clients.incident import Contact, answering, incidents_of
from triage.clients.invoice import Invoice
from triage.clients.money import Money
from triage.clients.profile import Client
from triage.conclude import Conclusion, Occasion, Reading, conclude, judge, read
from triage.desk import Desk, desk_without_config
from triage.history import contact_of, on_record
from triage.ledger import open_ledger
from triage.ledger.chronicle import ReviewRow
from triage.ledger.contract import StepPlan
from triage.ledger.sqlite import SqliteLedger
from triage.story import Whose, whose

TOM = "tom@keel.example"
TEXTS = (
    "Could you add page 4 for free? While you're at it.",
    "Thank you, lovely work.",
    "I can't pay the invoice this month, sorry for the delay!",
    "You are useless. My lawyer will call.",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with open_ledger(tmp_path / "state" / "ledger.sqlite3") as opened:
        yield opened


@pytest.fixture
def desk() -> Desk:
    made = desk_without_config(Path("unused"), frozenset(supported_languages()))
    return replace(made, identity=replace(made.identity, address=ME))


def conclusions(desk: Desk) -> list[tuple[Reading, Conclusion]]:
    mail = Correspondence()
    for number, text in enumerate(TEXTS):
        mail.got(number, TOM, text, f"Subject {number}")
    readings = [read(one.as_bytes(), desk) for one in mail.mails]
    judged = judge(readings, WordJudge)
    return [
        (reading, conclude(reading, judgement, Occasion(desk, START)))
        for reading, judgement in zip(readings, judged, strict=True)
    ]


def remember(ledger: SqliteLedger, number: int, reading: Reading, contact: Contact) -> int:
    """Write a message to the ledger as the pipeline does."""
    message = reading.message
    row = ledger.claim(
        "studio", "INBOX", 7, number + 1, key=contact.message_id, content_hash=message.content_hash,
        received=contact.when, client=TOM, subject=message.subject,
    ).row  # fmt: skip
    labels = dict.fromkeys(contact.flagged, ("flagged", 0.9)) or {"hostility": ("clear", 0.01)}
    ledger.judged(
        row.id, gate=None, language="en", labels=labels, severity=contact.severity, traits=contact.traits
    )
    if contact.awaits:
        ledger.open_obligation(row.id, due=contact.when + timedelta(hours=24), holding_at=None)
    if contact.answered:
        ledger.close_obligation(row.id, how="answered", at=contact.answered)
    return row.id


def told(desk: Desk) -> list[tuple[Reading, Contact]]:
    found = []
    for number, (reading, conclusion) in enumerate(conclusions(desk)):
        when = START + timedelta(days=number)
        contact = contact_of(conclusion, when, f"<{number}@post.example>", when + timedelta(hours=3))
        assert contact is not None
        found.append((reading, contact if contact.awaits else replace(contact, answered=None)))
    return found


def test_the_ledger_gives_back_what_was_read(ledger: SqliteLedger, desk: Desk) -> None:
    known = told(desk)
    for number, (reading, contact) in enumerate(known):
        remember(ledger, number, reading, contact)
    contacts = on_record(ledger, Whose(TOM, frozenset({TOM}))).contacts
    assert contacts == tuple(contact for _, contact in known)
    now = START + timedelta(days=9)
    assert advice(contacts, (), now) == advice([contact for _, contact in known], (), now)
    assert answering(contacts).within_24h == answering(contact for _, contact in known).within_24h > 0


def test_the_ledger_holds_counts_and_no_word(ledger: SqliteLedger, desk: Desk) -> None:
    for number, (reading, contact) in enumerate(told(desk)):
        remember(ledger, number, reading, contact)
    (first, *_) = ledger.letters([TOM])
    assert first.traits["scope"] >= 1
    assert all(isinstance(count, int) for letter in ledger.letters([TOM]) for count in letter.traits.values())


def test_a_row_from_before_has_no_traits(ledger: SqliteLedger) -> None:
    row = ledger.claim(
        "studio", "INBOX", 7, 1, key="<1@x.example>", content_hash="1", received=START, client=TOM,
        subject="",
    ).row  # fmt: skip
    ledger.judged(row.id, gate=None, language="en", labels={"hostility": ("clear", 0.1)}, severity=0)
    (contact,) = on_record(ledger, Whose(TOM, frozenset({TOM}))).contacts
    assert contact.traits == {}


def test_what_the_gate_kept_back_is_no_contact(ledger: SqliteLedger) -> None:
    row = ledger.claim(
        "studio", "INBOX", 7, 1, key="<1@x.example>", content_hash="1", received=START, client=TOM,
        subject="",
    ).row  # fmt: skip
    ledger.judged(row.id, gate="automatic reply", language=None, labels={}, severity=0)
    assert on_record(ledger, Whose(TOM, frozenset({TOM}))).contacts == ()


def test_a_review_names_the_cause(ledger: SqliteLedger, desk: Desk) -> None:
    reading, contact = told(desk)[0]
    number = remember(ledger, 0, reading, contact)
    who = Whose(TOM, frozenset({TOM}))
    assert incidents_of(on_record(ledger, who).contacts)[0].causes == ("policy_not_understood",)
    ledger.review(ReviewRow(number, START, "poor_communication", "", ""))
    record = on_record(ledger, who)
    assert incidents_of(record.contacts, record.causes)[0].causes == ("poor_communication",)


def test_steps_really_sent_are_contacts(ledger: SqliteLedger) -> None:
    bill = Invoice("12", Money(Decimal(900), "EUR"), START.date(), START.date() + timedelta(days=14))
    who = whose(Client("Keel", addresses=(TOM,), invoices=(bill,)))
    drafted = START + timedelta(days=20)
    plan = StepPlan("Keel", "12", "reminder", bill.due, "900 EUR")
    ledger.plan_steps(
        [plan],
        account="studio",
        message_id="<r@me.example>",
        subject="Invoice 12",
        content_hash="x",
        at=drafted,
    )
    assert on_record(ledger, who).contacts == ()
    ledger.step_sent("<r@me.example>", at=drafted, sent_message_id="<s@me.example>")
    (contact,) = on_record(ledger, who).contacts
    assert (contact.is_own, contact.traits) == (True, {"reminder": 1})
    later = datetime(2025, 4, 30, tzinfo=UTC)
    assert advice([contact], [bill], later).name == "second_reminder"
