"""Whatever a message holds: nothing raises, no date is absurd, and time grows with the text alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.resolved import named_in
from drafts.when import deadline_of, moments_in
from drafts.when_words import time_words

LANGUAGES = ("en", "de", "es", "fr", "pt")
# No plan reaches further, and a year that is named is one that people write of.
FURTHEST = timedelta(days=3 * 366)
SNIPPETS = [
    *("by", "bis", "hasta", "avant", "até", "in", "next", "kommenden", "vor", "the", "el", "le", "dia", "am"),
    *("Friday", "Freitag", "viernes", "vendredi", "sexta", "31", "12.", "29th", "30", "1", "5", "99", "2028"),
    *(
        "February",
        "März",
        "mayo",
        "août",
        "dez",
        "week",
        "Wochen",
        "meses",
        "ans",
        "end of",
        "Ende",
        "fin de",
    ),
    *("tomorrow", "gestern", "31/12", "29.2.", "2026-02-30", "25:61", "5pm", "14 Uhr", "noon", "KW 53", "Q4"),
    *(",", ".", "-", "\n", "€", "%", "invoice 12", "1.200,50 €", "£3k", "ago", "there are", "you promised"),
]
moments_of_writing = st.datetimes(
    datetime(1991, 1, 2),
    datetime(2098, 12, 30),
    timezones=st.sampled_from([UTC, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
)
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SNIPPETS), max_size=25).map(" ".join))


@given(texts, st.sampled_from([*LANGUAGES, "it", "xx"]), st.none() | moments_of_writing)
def test_nothing_raises_and_every_fact_stands_in_the_text(
    text: str, language: str, written: datetime | None
) -> None:
    named = named_in(text, language, written)
    last = 0
    for fact in named.in_order():
        assert text[fact.start : fact.end] == fact.words != ""
        last = max(last, fact.end)
    assert last <= len(text)


@given(texts, st.sampled_from(LANGUAGES), moments_of_writing)
def test_a_resolved_date_is_never_absurd(text: str, language: str, written: datetime) -> None:
    for one in moments_in(text, language, written):
        assert (one.first is None) == (one.last is None)
        if one.first is None or one.last is None:
            continue
        assert one.first <= one.last <= one.first + timedelta(days=366)
        assert 1990 <= one.first.year <= 2100
        has_figures = any(letter.isdigit() for letter in one.words)
        assert has_figures or abs(one.first - written.date()) <= FURTHEST


@given(texts, st.sampled_from(LANGUAGES), moments_of_writing)
def test_a_deadline_lies_in_the_zone_of_the_writing(text: str, language: str, written: datetime) -> None:
    for one in moments_in(text, language, written):
        end = deadline_of(one, written)
        assert end is None or (end.tzinfo is written.tzinfo and one.is_deadline)


@given(moments_of_writing, st.integers(0, 6))
def test_the_coming_weekday_is_the_next_of_its_name(written: datetime, number: int) -> None:
    name = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[number]
    (found,) = moments_in(f"by {name}", "en", written)
    if written.weekday() == number:
        assert found.first is None
    else:
        assert found.first is not None
        assert found.first.weekday() == number
        assert 0 < (found.first - written.date()).days < 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_the_same_kinds_of_words(language: str) -> None:
    words = time_words(language)
    english = time_words("en")
    assert words is not None
    assert english is not None

    def letters(entries: object) -> set[str]:
        assert isinstance(entries, dict)
        return {code for found in entries.values() for _, meant in found for code, _ in meant}

    assert set("WMmQTPUEILBSJGRDhvdl") & letters(english.entries) <= letters(words.entries)
    # "before" is "ago" as well in German.
    assert letters(words.entries) & set("FV")


@pytest.mark.parametrize(
    "junk",
    ["by the ", "Friday ", "12 ", "the end of ", "1.1.1.", "in a week ", "€ 1,111 ", "- ", "inv ", "1"],
)
def test_a_long_text_takes_its_length_in_time(junk: str) -> None:
    def took(length: int) -> float:
        text = (junk * length)[:length]
        start = process_time()
        named_in(text, "en", datetime(2026, 3, 10, tzinfo=UTC))
        return process_time() - start

    took(1000)
    assert took(160_000) < 12 * max(took(40_000), 0.02)


def test_a_megabyte_is_read() -> None:
    text = "Hello, please send the file by Thursday, invoice 12 over €1,200 is paid. " * 13_800
    assert len(text) > 1_000_000
    assert len(named_in(text, "en", datetime(2026, 3, 10, tzinfo=UTC)).moments) == 13_800
