"""What is read from a message: facts from its words, and nothing where the words are unclear or rude."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.facts import Threat, Topic
from drafts.lexicon import lexicon
from drafts.reading import read
from drafts.sentences import sentences
from drafts.speech import told
from tests.rig.situations import situation

ENGLISH = lexicon("en")


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("Could you also add a page for the team?", "add a page for the team"),
        ("Please send over all the source files.", "send over all the source files"),
        ("can u just crop my photos while ur at it", "crop your photos"),
        ("We'd like you to attend our opening as well.", "attend your opening"),
        ("Sign the drawings for books, cups and bags.", "sign the drawings for books, cups and bags"),
        ("So draw the mezzanine in for me, it's nothing.", "draw the mezzanine in for you"),
    ],
)  # fmt: skip
def test_an_ask_is_told_from_the_freelancers_side(text: str, ask: str) -> None:
    reading = read(situation(text, {"scope_pressure": text}))
    assert [fact.value for fact in reading.asks] == [ask]
    assert reading.asks[0].words in text


@pytest.mark.parametrize(
    "text",
    [
        "You know what to do.",
        "Do it tonight or else.",
        "Any designer throws that in.",
        "Put that in for free.",
        "Change of heart, we go with blue.",
    ],
)
def test_an_ask_that_would_not_read_well_is_not_told(text: str) -> None:
    assert read(situation(text, {"scope_pressure": text})).asks == ()


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("We'll pay you once the shop opens.", "you'll pay me once the shop opens"),
        ("I've taken £250 off your invoice.", "you've taken £250 off my invoice"),
        ("My partner says we are waiting for our bank.", "your partner says you are waiting for your bank"),
        ("If you had asked us, I would have told you.", "if I had asked you, you would have told me"),
        ("It covers what we agreed, as far as I'm concerned.", "it covers what we agreed"),
    ],
)
def test_a_statement_is_turned_into_indirect_speech(text: str, clause: str) -> None:
    assert told(text, ENGLISH) == clause


@pytest.mark.parametrize(
    "text",
    ["Why do you never answer?", "lol we'll see", "You are an idiot", "Half.", "I'm a lawyer and we can sue"],
)
def test_a_sentence_that_must_not_come_back_is_not_told(text: str) -> None:
    assert told(text, ENGLISH) is None


@pytest.mark.parametrize(
    ("subject", "text", "matter"),
    [
        ("Re: size chart??", "I asked for the size chart on Monday.", "the size chart"),
        ("MENU", "The fish stands under the desserts of our menu.", "your menu"),
        ("AW: Draft 1", "The draft is not there yet.", "draft 1"),
        ("WHERE IS IT", "Where is it.", None),
        ("your so called translation", "The translation is wrong.", None),
        ("Fwd: [Ticket 4] homepage - urgent", "The homepage is blank.", "the homepage"),
        ("hello", "Something about the logo.", None),
        ("", "Something about the logo.", None),
    ],
)
def test_the_matter_is_the_subjects_noun_phrase_or_nothing(
    subject: str, text: str, matter: str | None
) -> None:
    found = read(situation(text, subject=subject)).matter
    assert (found.value if found else None) == matter


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("We're not paying this invoice.", Topic.REFUSAL),
        ("I want my money back by Friday.", Topic.REFUND),
        ("We'll pay once the launch brings in money.", Topic.CONDITIONAL),
        ("Could we have 10% off the bill?", Topic.DISCOUNT),
        ("All vendors are now paid at 90 days.", Topic.TERMS),
        ("I've taken 300 off for the delay.", Topic.AMOUNT),
        ("Sorry, it slipped my mind, it goes out on Friday.", Topic.LATE),
        ("We can offer exposure instead of money.", Topic.EXPOSURE),
        ("We have filed for insolvency.", Topic.INSOLVENCY),
        ("Half now and the rest in May, is that all right?", Topic.INSTALMENTS),
    ],
)
def test_a_payment_issue_has_its_topic(text: str, topic: Topic) -> None:
    assert read(situation(text, {"payment_issue": text})).money is topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Finish it over the weekend.", Topic.HOURS),
        ("We need it Tuesday and not Friday.", Topic.DEADLINE),
        ("Send the raw files too.", Topic.RIGHTS),
        ("Do a free draft so we see your level.", Topic.SAMPLE),
        ("Another round, until we're happy.", Topic.REVISIONS),
    ],
)
def test_scope_pressure_has_its_topic(text: str, topic: Topic) -> None:
    assert read(situation(text, {"scope_pressure": text})).scope is topic


@pytest.mark.parametrize(
    ("text", "threat"),
    [
        ("I'll leave a one-star review.", Threat.REVIEW),
        ("You will hear from my lawyer.", Threat.LAWYER),
        ("I know where you live.", Threat.VIOLENCE),
        ("I'm reporting you to trading standards.", Threat.REPORT),
    ],
)
def test_a_threat_is_known_by_its_kind(text: str, threat: Threat) -> None:
    assert threat in read(situation(text, {"hostility": text})).threats


def test_nothing_is_drawn_from_a_hostile_sentence() -> None:
    text = "The logo is a joke and you are a clown. The logo is missing on page 2."
    reading = read(situation(text, {"hostility": "The logo is a joke and you are a clown."}))
    assert [fact.value for fact in reading.defects] == ["the logo is missing on page 2"]
    safe = [part.is_safe for part in sentences(situation(text), ENGLISH)]
    assert safe == [False, True]


def test_half_a_number_counts_nothing() -> None:
    text = "Kindly do the 4.3 documents also."
    things = read(situation(text, {"scope_pressure": text})).things
    assert "3 documents" not in [fact.value for fact in things]


def test_every_fact_points_to_words_of_the_message() -> None:
    text = "Invoice 118 over € 450 is late. It goes out on Thursday, sorry."
    reading = read(situation(text, {"payment_issue": text}))
    named = (reading.invoice, reading.amount, reading.pay_date)
    assert [fact and fact.value for fact in named] == ["invoice 118", "€ 450", "on Thursday"]
    assert all(fact and fact.words in text for fact in named)


def test_two_amounts_are_no_amount_to_name() -> None:
    text = "You billed € 450 and I make it € 300."
    assert read(situation(text, {"payment_issue": text})).amount is None


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(["en", "de", "es", "fr", "pt"]))
def test_no_text_breaks_the_reading(text: str, subject: str, language: str) -> None:
    labels = {"hostility": text[:50], "scope_pressure": text[40:120], "payment_issue": text[100:]}
    read(situation(text, labels, subject=subject, language=language))
