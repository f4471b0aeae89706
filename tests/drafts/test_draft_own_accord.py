"""Mails that answer no message: each with its facts, its subject, and nothing that is not on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest

from drafts import Policy, Situation, supported_languages, write
from drafts.figures import money_words, price_words
from drafts.own_accord import is_own_accord
from drafts.phrasebook import phrasebook
from drafts.situation import Agreement, Invoice, Kind, Money, Price
from tests.rig.situations import situation

OWN_KINDS = [kind for kind in get_args(Kind) if is_own_accord(kind)]
ABOUT_MONEY = ("reminder", "second_reminder", "formal_demand", "final_notice", "pause")
LEGAL = "Should it not arrive by then, I will hand the matter to a collection agency."


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money(Decimal(amount), "EUR")


BILL = Invoice("2025-014", euros("1200"), euros("1200"), date(2025, 1, 20), date(2025, 2, 3))
TERMS = Agreement(
    project="Website",
    agreed_on=date(2025, 1, 2),
    scope=("five page templates",),
    exclusions=("a booking form",),
    rounds_included=2,
    extra_round=euros("240"),
    rate=Price(euros("85"), "hour"),
    deadline=date(2025, 5, 15),
    payment_days=14,
    channels=("mail", "phone"),
)


def own(kind: str, **changes: object) -> Situation:
    """The situation of one such mail, everything on file."""
    facts: dict[str, Any] = {"invoice": BILL, "agreement": TERMS, "legal_text": LEGAL, **changes}
    return situation("", kind=kind, **facts)


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_every_kind_has_a_subject_and_a_text_that_may_be_sent(kind: Kind) -> None:
    reply = write(own(kind))
    assert reply.is_sendable, reply.lint
    assert reply.subject
    assert reply.text.endswith("Best regards,\nAlex Reed\n")
    assert "Thank you for your message" not in reply.text


@pytest.mark.parametrize("kind", ABOUT_MONEY)
def test_a_mail_about_money_names_invoice_amount_and_due_date(kind: str) -> None:
    reply = write(own(kind))
    for words in ("2025-014", "€1,200.00", "3 February"):
        assert words in reply.text
    assert "2025-014" in reply.subject
    assert "payment details on the invoice" in reply.text


@pytest.mark.parametrize("kind", ABOUT_MONEY)
def test_payment_details_are_the_freelancers_own(kind: str) -> None:
    reply = write(own(kind, policy=Policy(payment_details="IE29 AIBK 9311 5212 3456 78")))
    assert reply.is_sendable, reply.lint
    assert "IE29 AIBK 9311 5212 3456 78" in reply.text


@pytest.mark.parametrize("kind", ABOUT_MONEY)
def test_without_an_invoice_nothing_is_written_about_money(kind: str) -> None:
    reply = write(own(kind, invoice=None))
    assert "invoice" in {problem.rule for problem in reply.lint}
    assert not reply.text


def test_days_late_are_counted_from_the_due_date() -> None:
    assert "35 days later" in write(own("second_reminder")).text
    yesterday = replace(BILL, due=date(2025, 3, 9))
    assert "one day later" in write(own("second_reminder", invoice=yesterday)).text


def test_what_was_paid_in_part_is_thanked_for() -> None:
    text = write(own("reminder", invoice=replace(BILL, open=euros("800.50")))).text
    assert "€399.50 you've already paid" in text
    assert "The remaining €800.50" in text


def test_a_formal_demand_names_the_day_seven_days_on_and_contracts_nothing() -> None:
    text = write(own("formal_demand")).text
    assert "by Monday, 17 March" in text
    assert "'" not in text.replace("You'll find", "")


def test_a_late_fee_is_named_only_as_it_was_agreed() -> None:
    assert "interest" not in write(own("formal_demand")).text
    agreed = replace(TERMS, late_fee="interest of 9 percentage points above the base rate.")
    reply = write(own("formal_demand", agreement=agreed))
    assert reply.is_sendable, reply.lint
    assert "we agreed this: interest of 9 percentage points above the base rate." in reply.text


def test_a_final_notice_holds_the_users_legal_text_word_for_word_or_is_refused() -> None:
    assert LEGAL in write(own("final_notice")).text
    refused = write(own("final_notice", legal_text="  "))
    assert [problem.rule for problem in refused.lint] == ["legal text"]
    assert not refused.is_sendable


@pytest.mark.parametrize("kind", ["reminder", "second_reminder", "formal_demand", "pause"])
def test_no_earlier_step_threatens_with_the_legal_text(kind: str) -> None:
    assert "collection agency" not in write(own(kind)).text


def test_a_pause_says_until_when() -> None:
    text = write(own("pause")).text
    assert "paused my work on the Website project" in text
    assert "As soon as the payment is in" in text


def test_the_agreement_is_set_down_term_by_term_with_what_is_missing() -> None:
    text = write(own("confirm_agreement")).text
    for line in (
        "- Included: five page templates",
        "- Not included: a booking form",
        "- Rounds of changes: 2 included, each further one €240",
        "- Rate for additional work: €85 an hour",
        "- Delivery: 15 May",
        "- Payment: within 14 days of the invoice date",
        "- How we keep in touch: email and phone",
    ):
        assert line in text
    assert "haven't written down" not in text
    partly = write(own("confirm_agreement", agreement=replace(TERMS, deadline=None)))
    assert "- the date of delivery" in partly.text
    assert partly.is_sendable, partly.lint


def test_without_an_agreement_on_file_one_is_asked_for() -> None:
    reply = write(own("confirm_agreement", agreement=None))
    assert reply.is_sendable, reply.lint
    assert "on file" not in reply.text
    assert "- when invoices are due" in reply.text


def test_a_progress_update_leaves_two_gaps_to_fill_in() -> None:
    reply = write(own("progress_update"))
    assert reply.text.count("[") == 2
    assert "15 May" in reply.text


@pytest.mark.parametrize("language", supported_languages())
@pytest.mark.parametrize("kind", OWN_KINDS)
def test_a_language_without_words_for_a_kind_writes_none_and_one_with_them_may_be_sent(
    language: str, kind: Kind
) -> None:
    reply = write(own(kind, language=language))
    has_words = kind in phrasebook(language).words.get("subject", {})
    assert bool(reply.text) is has_words
    assert not reply.lint


def test_money_is_written_the_languages_way() -> None:
    ways = {"en": "€1,200.00", "de": "1.200,00 €", "fr": "1 200,00 €", "es": "1.200,00 €"}
    assert {one: money_words(euros("1200"), one, {}) for one in ways} == ways
    assert price_words(euros("240"), "de", {}) == "240 €"
    assert price_words(euros("240.50"), "en", {}) == "€240.50"
    assert money_words(Money(Decimal("1200"), "USD"), "en", {}) == "$1,200.00"
