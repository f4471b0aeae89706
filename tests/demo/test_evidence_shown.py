"""The words behind a flag stand out, with colours and without."""

from __future__ import annotations

from triage.evidence import COLOURS, highlighted

WORDS = "You clown. Pay for nothing? Pay later."


def test_each_label_has_its_colour() -> None:
    text = highlighted(WORDS, [("hostility", "You clown."), ("payment_issue", "Pay later.")])
    assert text.plain == WORDS
    assert [(WORDS[span.start : span.end], span.style) for span in text.spans] == [
        ("You clown.", f"bold {COLOURS['hostility']}"),
        ("Pay later.", f"bold {COLOURS['payment_issue']}"),
    ]


def test_without_colours_brackets_say_it() -> None:
    text = highlighted(WORDS, [("hostility", "You clown."), ("payment_issue", "Pay later.")], plain=True)
    assert text.plain == "»You clown.« Pay for nothing? »Pay later.«"


def test_words_of_two_labels_get_one_pair_of_brackets() -> None:
    twice = [
        ("hostility", "You clown. Pay"),
        ("payment_issue", "clown. Pay for nothing?"),
        ("hostility", "You"),
    ]
    assert highlighted(WORDS, twice, plain=True).plain == "»You clown. Pay for nothing?« Pay later."


def test_evidence_that_is_not_there_marks_nothing() -> None:
    assert highlighted(WORDS, [("hostility", "absent"), ("hostility", "")], plain=True).plain == WORDS


def test_brackets_of_markup_stay_text() -> None:
    assert highlighted("[red]no[/red]", [("hostility", "no")], plain=True).plain == "[red]»no«[/red]"
