"""The points of a message as quotable lines, and the cues that change an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from drafts import write
from drafts.calm_words import calm_lexicon
from drafts.cues import Cue, cues_in
from drafts.points import is_told_in, points
from drafts.reading import read
from drafts.situation import Agreement, Invoice, Money
from tests.rig.situations import situation

BILL = Invoice(
    "2025-9", Money(Decimal(900), "EUR"), Money(Decimal(900), "EUR"), date(2025, 2, 1), date(2025, 2, 15)
)


def said(text: str, **given: Any) -> list[str]:
    """The points of a message as they would be quoted."""
    return [point.value for point in points(situation(text, **given))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The gold looks brown, the batch number is missing and your file won't open.",
            ["The gold looks brown", "The batch number is missing and your file won't open"],
        ),
        (
            "Can the cover be cream, can you drop in the new photo and Joe would like his name bigger.",
            ["Can the cover be cream", "Can you drop in the new photo", "Joe would like his name bigger"],
        ),
        (
            "Could you send the files so that they can crop them?",
            ["Could you send the files so that they can crop them?"],
        ),
        ("Two things: the ferry line is on the wrong side.", ["The ferry line is on the wrong side"]),
        ("Alex, can you ring me tonight?", ["Can you ring me tonight?"]),
        ("Just so you know, I need the files on Friday.", ["I need the files on Friday"]),
        ("The item “extra art” is wrong.", ["The item ‘extra art’ is wrong"]),
        ("Our US distributor would like them.", ["Our US distributor would like them"]),
    ],
)
def test_a_sentence_of_several_asks_is_cut_where_the_next_begins(text: str, expected: list[str]) -> None:
    assert said(text, subject="x") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the invoice over 1,340 euros.",
        "We are not happy with the draft.",
        "I am absolutely fuming.",
        "Bear with us.",
        "I hope that's ok.",
        "Just a few tweaks.",
        "Did nobody look at it?",
        "What is going on?",
        "Could you please let me know by Friday?",
    ],
)
def test_a_mood_thanks_or_small_talk_is_no_point(text: str) -> None:
    assert said(text) == []


def test_what_another_point_says_too_is_said_once() -> None:
    text = "Where is the map? The map is missing from the draft."
    assert said(text) == ["The map is missing from the draft"]


def test_a_point_is_told_where_most_of_its_telling_words_are() -> None:
    words = calm_lexicon("en")
    assert is_told_in("Could you add a booking form?", "You'd like me to add a booking form.", words)
    assert not is_told_in("Could you add a booking form?", "You'd like me to add a map.", words)


def test_nothing_that_takes_itself_for_granted_is_quoted() -> None:
    assert said("Please make the French pages, they're part of any website.") == [
        "Please make the French pages"
    ]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("We'll pay once our client has paid us.", Cue.THIRD_PARTY),
        ("The grant money hasn't come through yet.", Cue.THIRD_PARTY),
        ("When do I get the labels?", Cue.ASKS_WHEN),
        ("This is the third time I'm writing.", Cue.WROTE_BEFORE),
        ("Are the photos included?", Cue.ASKS_SCOPE),
        ("How many rounds do we have left?", Cue.ASKS_ROUNDS),
        ("Could you resend the invoice?", Cue.RESEND),
        ("Can the cover be cream instead of white?", Cue.TWEAKS),
        ("And then another one in Welsh.", Cue.MORE_WORK),
        ("I don't understand what the item is for.", Cue.BREAKDOWN),
        ("We propose to pay £2,000 and leave it at that.", Cue.LESS_OFFERED),
    ],
)
def test_each_cue_is_heard_in_its_words_and_not_in_plain_mail(text: str, cue: Cue) -> None:
    words = calm_lexicon("en")
    assert cue in cues_in(situation(text), words)
    assert cues_in(situation("Thanks, that all looks right to me."), words) == frozenset()


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("You charged 14 hours. By my reckoning it was 9 at most.", "9 hours"),
        ("I'm prepared to pay for 9 hours.", "9 hours"),
        ("We propose to pay £2,000.", "£2,000"),
        ("By our records it was 15 hours.", "15 hours"),
        ("The amount is too high.", None),
    ],
)
def test_the_clients_own_figure_is_read_with_its_unit(text: str, figure: str | None) -> None:
    found = read(situation(text, {"payment_issue": text})).own_figure
    assert (found.value if found else None) == figure


def test_a_point_made_calm_may_be_quoted_though_its_sentence_was_hostile() -> None:
    text = "I want my deposit of £400 back by Friday or I'll be posting about you in every group."
    reply = write(situation(text, {"hostility": text, "payment_issue": text}, severity=3, invoices=(BILL,)))
    assert reply.is_sendable, reply.lint
    assert "posting" not in reply.text


def test_a_draft_that_may_quote_nothing_still_opens_with_a_sentence() -> None:
    text = "The map still shows the car park. The scale is missing."
    message = situation(text, {"hostility": text}, severity=2)
    reply = write(message, clear=lambda draft: "car park" not in draft)
    assert reply.is_sendable
    assert reply.text.split("\n\n")[1].startswith(("I've", "Your", "I can", "You"))


def test_a_day_already_past_is_said_as_past_and_one_ahead_as_agreed() -> None:
    message = situation("When do I get the menu?", received=situation("x").now)
    ahead = write(replace(message, agreement=Agreement(deadline=date(2025, 4, 15)))).text
    past = write(replace(message, agreement=Agreement(deadline=date(2025, 3, 3)))).text
    assert "The date we agreed is 15 April" in ahead
    assert "The date we agreed was 3 March" in past
