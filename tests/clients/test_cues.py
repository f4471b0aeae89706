"""Cues: how a phrase of the tables is found in a text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clients.cues import MAX_CHARS, cues_from, words_of


def counts(phrase: str, text: str) -> int:
    return cues_from([("it", phrase)]).counts(text)["it"]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("not paid", "It is NOT paid."),
        ("haven't paid", "I haven’t paid."),
        ("haven't paid", "I havent paid."),
        ("todavía no", "todavia no"),
        ("c'est inclus", "C’est inclus, non ?"),
        ("remind*", "He reminded me."),
        ("late|slow payment", "A slow payment."),
        ("pay ... friday", "I'll pay it on Friday."),
        ("pay ... friday", "pay friday"),
        ("pay _ now", "pay me now"),
        ("payer ... pas", "nous ne voulons payer cela pas"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert counts(phrase, text) == 1


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("not paid", "It is not. Paid already."),
        ("not paid", "not\npaid"),
        ("pay ... friday", "pay one two three four friday"),
        ("pay ... friday", "Pay. Friday is fine."),
        ("pay _ now", "pay now"),
        ("late", "later"),
        ("remind*", "remin"),
        ("pay me", "pay"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert counts(phrase, text) == 0


def test_each_place_counts_once_for_a_name() -> None:
    found = cues_from([("late", "pay late"), ("late", "pay ..."), ("late", "late")])
    assert found.counts("I pay late and late again")["late"] == 3


@pytest.mark.parametrize("phrase", ["... late", "_ late", "pa* late"])
def test_a_cue_that_cannot_be_looked_up_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="begins with a word"):
        cues_from([("it", phrase)])


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert set(cues_from([("it", "a ... b|c*")]).counts(text)) <= {"it"}
    assert all(word == "." or word.isalnum() for word in words_of(text))


def test_a_long_text_costs_little() -> None:
    cues = cues_from([("it", "a ... a ... a ... b"), ("it", "a|b ... c")])
    started = time.process_time()
    cues.counts("a " * 1_000_000)
    assert time.process_time() - started < 2
    assert len(words_of("a " * 1_000_000)) == MAX_CHARS // 2
