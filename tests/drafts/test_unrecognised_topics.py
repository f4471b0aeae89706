"""A topic that no word list recognises is told from one that is, and a known one keeps its own answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from drafts.compose import write
from drafts.cues import Cue
from drafts.defaults import is_money_guessed, is_scope_guessed, is_told_apart
from drafts.facts import Fact, Reading, Topic
from drafts.phrasebook import fill, phrasebook
from drafts.reading import read
from drafts.situation import Agreement, Invoice, Money
from tests.rig.situations import situation

FACT = Fact("x", "x")
PLAIN = Reading(may_be_plain=True)
NOBODY = situation("x")
PROSPECT = situation("x", is_prospect=True)
TERMS = Agreement(agreed_on=date(2025, 1, 20), scope=("a map",), rounds_included=2, rounds_used=1)
BILL = Invoice(
    "2025-9", Money(Decimal(480), "EUR"), Money(Decimal(480), "EUR"), date(2025, 2, 24), date(2025, 3, 24)
)


def with_(**more: object) -> Reading:
    """A reading in a language that can answer plainly."""
    return Reading(**{"may_be_plain": True, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "by_sum"),
    [
        ("It says 480 and he had it lower in mind.", True),
        ("That's £300 and my wife has views.", True),
        ("You overcharged us by £300.", False),
        ("We dispute the £300.", False),
        ("I won't pay the £300.", False),
        ("He has views on it.", False),
    ],
)
def test_a_bare_sum_is_told_from_words_about_the_amount(text: str, by_sum: bool) -> None:
    assert read(situation(text, {"payment_issue": text})).is_by_sum is by_sum


@pytest.mark.parametrize(
    ("topic", "reading", "guessed"),
    [
        (Topic.PAYMENT, PLAIN, True),
        (Topic.AMOUNT, with_(is_by_sum=True), True),
        (Topic.AMOUNT, PLAIN, False),
        (Topic.AMOUNT, with_(is_by_sum=True, own_figure=FACT), False),
        (Topic.AMOUNT, with_(is_by_sum=True, is_deducted=True), False),
        (Topic.AMOUNT, with_(is_by_sum=True, cues=frozenset((Cue.BREAKDOWN,))), False),
        (Topic.PAYMENT, with_(cues=frozenset((Cue.THIRD_PARTY,))), False),
        (Topic.REFUSAL, PLAIN, False),
        (None, PLAIN, False),
        (Topic.PAYMENT, Reading(), False),
    ],
)
def test_a_payment_issue_is_guessed_only_where_nothing_tells_it(
    topic: Topic | None, reading: Reading, guessed: bool
) -> None:
    assert is_money_guessed(topic, reading) is guessed


@pytest.mark.parametrize(
    ("topic", "reading", "guessed"),
    [
        (Topic.EXTRA, PLAIN, True),
        (Topic.EXTRA, with_(cues=frozenset((Cue.TWEAKS, Cue.MORE_WORK))), True),
        (Topic.EXTRA, with_(cues=frozenset((Cue.MORE_WORK,))), False),
        (Topic.EXTRA, with_(asks=(FACT,)), False),
        (Topic.EXTRA, with_(excluded=(FACT,)), False),
        (Topic.EXTRA, with_(included=(FACT,)), False),
        (Topic.EXTRA, with_(scope=Topic.EXTRA), False),
        (Topic.EXTRA, with_(admits_outside=True), False),
        (Topic.DEADLINE, PLAIN, False),
        (Topic.EXTRA, Reading(), False),
    ],
)
def test_an_addition_is_guessed_only_where_nothing_tells_of_one(
    topic: Topic, reading: Reading, guessed: bool
) -> None:
    assert is_scope_guessed(topic, NOBODY, reading) is guessed


def test_nothing_is_an_addition_for_somebody_with_whom_nothing_was_agreed() -> None:
    assert is_scope_guessed(Topic.EXTRA, PROSPECT, with_(asks=(FACT,)))
    assert not is_scope_guessed(Topic.EXTRA, NOBODY, with_(asks=(FACT,)))


@pytest.mark.parametrize(
    ("topic", "reading", "told"),
    [
        (Topic.CONDITIONAL, with_(points=(FACT,), work=Topic.MISSING), True),
        (Topic.CONDITIONAL, with_(points=(FACT,)), False),
        (Topic.REFUND, with_(work=Topic.AVAILABILITY), True),
        (Topic.REFUND, with_(work=Topic.QUALITY), False),
        (Topic.LATE, with_(points=(FACT,), work=Topic.MISSING), False),
    ],
)
def test_what_a_payment_waits_for_is_not_asked_of_who_has_told_it(
    topic: Topic, reading: Reading, told: bool
) -> None:
    assert is_told_apart(topic, NOBODY, reading) is told


def test_an_angry_condition_keeps_its_own_answer() -> None:
    angry = situation("x", labels={"hostility": "flagged"}, severity=2)
    assert not is_told_apart(Topic.CONDITIONAL, angry, with_(points=(FACT,), work=Topic.MISSING))


@pytest.mark.parametrize("text", ["He has views on it.", "My uncle looked at it and went quiet over it."])
def test_an_unknown_payment_issue_is_answered_without_a_question(text: str) -> None:
    reply = write(situation(text, {"payment_issue": text}, invoices=(BILL,)))
    assert reply.is_sendable, reply.lint
    assert "?" not in reply.text
    assert [one for one in ("€480.00", "24 March", "by Tuesday at 10 am") if one not in reply.text] == []


def test_a_known_payment_issue_keeps_its_answer() -> None:
    text = "I refuse to pay this."
    assert "item by item" in write(situation(text, {"payment_issue": text}, invoices=(BILL,))).text


def test_an_unknown_request_hears_what_was_agreed_and_that_it_gets_a_price_first() -> None:
    text = "The gulls deserve their moment as well."
    reply = write(situation(text, {"scope_pressure": text}, agreement=TERMS))
    assert reply.is_sendable, reply.lint
    assert [one for one in ("20 January is a map", "round 2") if one not in reply.text] == []
    assert "goes beyond" in reply.text
    assert "price" in reply.text
    assert "addition" not in reply.text


def test_money_and_work_that_nobody_recognises_are_both_answered() -> None:
    text = "He has views on it. The gulls deserve their moment as well."
    spans = {
        "payment_issue": "He has views on it.",
        "scope_pressure": "The gulls deserve their moment as well.",
    }
    reply = write(situation(text, dict(spans), agreement=TERMS, invoices=(BILL,)))
    assert reply.is_sendable, reply.lint
    assert [one for one in ("On the payment", "On the work itself") if one not in reply.text] == []
    assert "addition" not in reply.text


def test_a_prospect_hears_no_word_that_stands_for_a_running_job() -> None:
    book = phrasebook("en")
    text = "Could you also add a little map for the hikers?"
    for subject in ("map", "a map", "the map", "hikers", "walks"):
        given = situation(text, {"scope_pressure": text}, is_prospect=True, subject=subject)
        said = write(given).text.lower()
        assert not [word for word in ("current work", "invoice", "we agreed", "addition") if word in said]
    assert any(
        "current work" in fill(one, {}) for one in book.phrases["offer_options.extra"] if not one.needs
    )


def test_openings_of_many_messages_differ() -> None:
    texts = [
        f"He has views on it, {name} told me so." for name in ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn")
    ]
    replies = [write(situation(text, {"payment_issue": text}, invoices=(BILL,))).text for text in texts]
    assert len({text.split("\n\n")[1].split("“")[0] for text in replies}) >= 3
