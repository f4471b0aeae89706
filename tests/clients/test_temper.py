"""Temper and patterns: inferred over many messages, with reasons, and overridden by the user's word."""

from __future__ import annotations

import pytest

from tests.rig.lives import Life
from triage.clients.profile import Pattern, Temper
from triage.clients.temper import Nature, nature
from triage.clients.traits import client_traits


def of(life: Life) -> Nature:
    return nature(life.contacts)


@pytest.mark.parametrize("temper", ["controller", "performer", "approver", "evaluator"])
def test_a_temper_shows_in_many_messages(temper: str) -> None:
    told = of(Life().good(*range(5), **{temper: 1}).good(*range(5, 10))).temper
    assert told is not None
    assert told.name == temper
    assert told.why.endswith("in 5 of 10 messages")


def test_few_messages_show_no_temper() -> None:
    assert of(Life().good(*range(5), controller=3)).temper is None


def test_a_word_now_and_then_is_no_temper() -> None:
    assert of(Life().good(*range(3), controller=1).good(*range(3, 20))).temper is None


def test_two_tempers_at_once_are_none() -> None:
    assert of(Life().good(*range(5), controller=1).good(*range(5, 10), evaluator=1)).temper is None


def test_own_mail_says_nothing_of_the_client() -> None:
    assert of(Life().own(*range(10), controller=1)).temper is None


def test_the_users_word_wins() -> None:
    life = Life().good(*range(8), controller=1, know_it_all=1)
    word: Temper = "approver"
    patterns: tuple[Pattern, ...] = ("relationship_buyer",)
    told = nature(life.contacts, word, patterns)
    assert told.temper is not None
    assert (told.temper.name, told.temper.why) == ("approver", "set in the client file")
    assert [(one.name, one.why) for one in told.patterns] == [
        ("relationship_buyer", "set in the client file")
    ]
    assert nature(life.contacts, None, ()).patterns == ()


@pytest.mark.parametrize(
    ("life", "pattern"),
    [
        (Life().good(0, 1, 2).good(3, 4, quality=1).scope(5, 6), "chronic_complainer"),
        (Life().good(0, 1, 2).good(3, 4, 5, 6, know_it_all=1), "know_it_all"),
        (Life().good(0, 1, 2).good(3, 4, 5, emotional=1), "emotional_buyer"),
        (Life().good(0, 1, 2).good(3, 4, 5, loud=4), "emotional_buyer"),
        (Life().good(0, 1, 2).good(3, 4, praise=1).hostile(5, 6), "emotional_buyer"),
        (Life().good(0, 1, 2).good(3, 4, 5, relationship=1), "relationship_buyer"),
    ],
)
def test_a_pattern_shows_with_its_reason(life: Life, pattern: str) -> None:
    found = {one.name: one.why for one in of(life).patterns}
    assert pattern in found
    assert f"of {len(life.contacts)} messages" in found[pattern]


def test_an_ordinary_client_has_no_pattern() -> None:
    assert of(Life().good(*range(20), praise=1)).patterns == ()


LETTERS = [
    ("controller", [
        "Make sure nothing goes live before I want to see it.",
        "I insist on approving every page. Do exactly as I said.",
        "This is not negotiable, I decide on the colours.",
        "Please run it by me first, I expect to be asked.",
    ]),
    ("approver", [
        "Sorry to bother you, is that okay like this?",
        "I'm not sure about the blue, what do you think?",
        "Whatever you think is best, I trust you.",
        "I hope this is fine, just checking.",
    ]),
    ("evaluator", [
        "Could you break down the figures by page?",
        "What do the numbers show, and how exactly was it measured?",
        "I'd like a detailed comparison with the criteria.",
        "According to the data we lost twelve percent, why exactly?",
    ]),
    ("performer", [
        "It has to stand out and impress everyone.",
        "My brand needs a wow on the first page.",
        "Everyone will see this, I want it to look amazing on instagram.",
        "My followers and the press will love my idea.",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("temper", "texts"), LETTERS)
def test_a_temper_is_told_from_real_words(temper: str, texts: list[str]) -> None:
    life = Life()
    for number, text in enumerate([*texts, "The files are attached.", "See you Tuesday."]):
        life.good(number, **dict(client_traits("", text)))
    told = of(life).temper
    assert told is not None
    assert told.name == temper
