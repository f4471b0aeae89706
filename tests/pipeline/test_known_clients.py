"""What the client file changes for a message: terms at hand, look-alikes seen, civil mail answered whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from classifiers.judge import Evidence, Finding, Judgement
from drafts.situation import History
from triage.briefing import brief, known_addresses, policy_for
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.profile import Client, ClientBook, Project
from triage.conclude import Conclusion, Occasion, conclude, read, situation_of
from triage.desk import Desk, desk_without_config

LABELS = ("hostility", "scope_pressure", "payment_issue")
NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
EUR = Money(Decimal(1200), "EUR")

WEBSITE = Project(
    "Website",
    keywords=("homepage",),
    agreement=Agreement(scope=("five page templates",), rounds_included=2, rounds_used=3),
)
INVOICE = Invoice("2026-014", EUR, date(2026, 3, 20), date(2026, 4, 3), project="Website")
BAKERY = Client(
    "Harbour Bakery",
    people=("Nora Lind",),
    addresses=("nora@harbourbakery.example",),
    domains=("harbourbakery.example",),
    greeting_name="Nora",
    projects=(WEBSITE,),
    invoices=(INVOICE,),
    policy={"offer_call": True},
    gifts_left=1,
)
BOOK = ClientBook((BAKERY,))


def desk(tmp_path: Path) -> Desk:
    """A stranger's desk with one client on file."""
    return desk_without_config(tmp_path, frozenset({"en", "de"}), BOOK)


def mail(
    text: str, sender: str = "Nora Lind <nora@harbourbakery.example>", subject: str = "Website"
) -> bytes:
    """A message to the freelancer."""
    head = f"From: {sender}\r\nTo: Alex Reed <alex@studio.example>\r\nSubject: {subject}\r\n"
    return f"{head}Message-ID: <1@harbourbakery.example>\r\n\r\n{text}\r\n".encode()


def judged(verdicts: dict[str, str], words: str = "") -> Judgement:
    """A judgement with these verdicts, the rest clear."""
    findings = {
        label: Finding(
            label,
            0.9 if verdicts.get(label) == "flagged" else 0.1,
            verdicts.get(label, "clear"),  # type: ignore[arg-type]
            (Evidence(label, words, 0.9),) if verdicts.get(label) == "flagged" else (),
        )
        for label in LABELS
    }
    return Judgement("en", findings, 2 if "flagged" in verdicts.values() else 0, "")


def concluded(tmp_path: Path, raw: bytes, judgement: Judgement) -> Conclusion:
    """What is thought of a message at NOW."""
    at = desk(tmp_path)
    return conclude(read(raw, at), judgement, Occasion(at, NOW))


def test_a_situation_holds_what_is_on_file(tmp_path: Path) -> None:
    reading = read(mail("Could you also add a booking form to the homepage?"), desk(tmp_path))
    made = situation_of(reading, judged({}), Occasion(desk(tmp_path), NOW))
    assert made.agreement is not None
    assert (made.agreement.project, made.agreement.rounds_used) == ("Website", 3)
    assert [(one.number, one.open.amount, one.open.currency) for one in made.invoices] == [
        ("2026-014", Decimal(1200), "EUR")
    ]
    assert (made.greeting_name, made.gifts_left, made.policy.offers_call) == ("Nora", 1, True)
    assert not made.is_prospect


def test_paid_and_future_invoices_are_not_in_a_situation(tmp_path: Path) -> None:
    paid = replace(INVOICE, payments=(Payment(date(2026, 4, 2), EUR),))
    future = replace(INVOICE, number="2026-020", issued=date(2026, 5, 1), due=date(2026, 5, 15))
    book = ClientBook((replace(BAKERY, invoices=(paid, future)),))
    at = desk_without_config(tmp_path, frozenset({"en"}), book)
    made = situation_of(read(mail("Hello?"), at), judged({}), Occasion(at, NOW))
    assert made.invoices == ()


def test_whoever_is_not_on_file_is_a_prospect_and_an_empty_file_makes_none() -> None:
    assert brief(BOOK, "new@elsewhere.example", "", "").is_prospect
    assert not brief(ClientBook(), "new@elsewhere.example", "", "").is_prospect
    assert brief(BOOK, "Ian@HARBOURBAKERY.example", "", "").client is BAKERY


def test_a_client_of_two_open_projects_gets_the_one_that_is_named() -> None:
    client = replace(BAKERY, projects=(WEBSITE, Project("Flyer"), Project("Old", is_closed=True)))
    assert client.project_of("Re: flyer", "") == Project("Flyer")
    assert client.project_of("the homepage", "and its menu") is WEBSITE
    assert client.project_of("hello", "both the homepage and the flyer") is None
    assert client.project_of("hello", "no name at all") is None


def test_a_favour_that_the_agreement_leaves_out_by_name_is_never_given_away(tmp_path: Path) -> None:
    """One free favour is left, but the agreement names the very thing as not included."""
    project = replace(WEBSITE, agreement=replace(WEBSITE.agreement, exclusions=("a booking form",)))
    at = desk_without_config(tmp_path, frozenset({"en"}), ClientBook((replace(BAKERY, projects=(project,)),)))
    text = "Could you just add a booking form to the homepage? It won't take long."
    judgement = replace(judged({"scope_pressure": "flagged"}, text), severity=1)
    occasion = Occasion(at, NOW, history=History())
    found = conclude(read(mail(text), at), judgement, occasion)
    assert found.reply is not None
    assert "booking form" in found.reply.text
    assert not any(words in found.reply.text for words in ("without putting it on the bill", "no charge"))


def test_a_policy_of_one_client_wins_over_the_general_one(tmp_path: Path) -> None:
    general = desk(tmp_path).policy
    assert not general.offers_call
    assert policy_for(general, BAKERY).offers_call
    assert policy_for(general, None) is general


@pytest.mark.parametrize(
    "sender",
    [
        "Nora Lind <nora@harbourbakrey.example>",
        "Nora Lind <billing@harbourbakery-invoices.example>",
        "Nora Lind <nora.lind@quickmail.example>",
    ],
)
def test_whoever_imitates_a_client_on_file_gets_no_draft(tmp_path: Path, sender: str) -> None:
    text = "This is a disgrace and you are useless."
    found = concluded(tmp_path, mail(text, sender), judged({"hostility": "flagged"}, text))
    assert found.decision.action == "flag_only"
    assert "forged" in found.decision.reason


def test_the_clients_own_addresses_imitate_nobody(tmp_path: Path) -> None:
    assert {one.email for one in known_addresses(BOOK)} >= {"nora@harbourbakery.example"}
    text = "This is a disgrace and you are useless."
    sender = "Ian Holt <ian@harbourbakery.example>"
    found = concluded(tmp_path, mail(text, sender), judged({"hostility": "flagged"}, text))
    assert found.decision.action == "draft"


def test_new_payment_details_stop_the_draft(tmp_path: Path) -> None:
    text = "You still haven't refunded us. Our bank details have changed, please use the new account number."
    found = concluded(tmp_path, mail(text), judged({"payment_issue": "flagged"}, text[:30]))
    assert found.decision.action == "flag_only"
    assert "new payment details" in found.decision.reason
    assert found.reply is None


COMPLAINT = (
    "Hi Alex, the menu overlaps the logo on a phone and the prices page is missing the bread rolls. "
    "I'm not happy with it like this. Could you fix the menu and add the rolls?\n\nNora"
)


def test_a_civil_complaint_of_a_client_is_answered_whole(tmp_path: Path) -> None:
    found = concluded(tmp_path, mail(COMPLAINT), judged({"hostility": "unsure"}))
    assert found.decision.action == "draft"
    assert found.decision.reason.startswith("complaint of a client on file")
    assert found.reply is not None
    assert found.reply.moves[0] == "acknowledge"
    assert "set_boundary" not in found.reply.moves


def test_a_strangers_civil_complaint_waits_for_the_holding_reply(tmp_path: Path) -> None:
    found = concluded(tmp_path, mail(COMPLAINT, "Iris <iris@elsewhere.example>"), judged({}))
    assert found.decision.action == "hold_later"


def test_a_question_about_an_invoice_on_file_is_answered_whole(tmp_path: Path) -> None:
    text = "Hi Alex, could you tell me when invoice 2026-014 is due? Our accountant is asking.\n\nNora"
    found = concluded(tmp_path, mail(text, subject="invoice"), judged({}))
    assert found.decision.action == "draft"
    assert found.decision.reason.startswith("invoice query")
    assert found.reply is not None
    assert "acknowledge" in found.reply.moves


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, the new menu looks lovely.",
        "Can we meet on Thursday at ten to go through the photos?",
        "Invoice 2026-099 went to accounts yesterday, right?",
    ],
)
def test_ordinary_mail_of_a_client_gets_no_whole_answer(tmp_path: Path, text: str) -> None:
    assert concluded(tmp_path, mail(text), judged({})).decision.action in ("hold_later", "leave_alone")
