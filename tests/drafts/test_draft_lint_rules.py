"""Every rule of the lint: one draft that breaks it, and the same draft without the fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drafts.lint import RULES, inspect
from drafts.reading import read
from drafts.situation import Policy, Situation
from tests.rig.situations import situation

GOOD = (
    "Hi Priya,\n\nI've read your message about the menu, and I can see that it isn't what you hoped for.\n\n"
    "{}\n\nYou'll have my answer by Tuesday at 10 am.\n\nBest regards,\nAlex Reed\n"
)

# rule -> (a sentence that breaks it, one close to it that is fine)
CASES = {
    "invented amount": ("The price for that is € 300.", "You mention € 450, and I'll check that figure."),
    "invented percentage": ("Rush work is 40% on top.", "Rush work has a price of its own."),
    "invented number": ("That makes round 7.", "That makes one more round."),
    "invented invoice": ("This is about invoice 119.", "This is about invoice 118."),
    "invented date": ("I'll finish it on Saturday.", "You mention Thursday, and I've noted it."),
    "padding": ("Unfortunately I can't do that.", "I can't do that."),
    "promise": ("I'll do it free of charge.", "I'll name you a price first."),
    "admission": ("That was my mistake.", "I'll check what happened."),
    "hedged apology": ("I'm told you're sorry you feel that way.", "I can see that it matters to you."),
    "legal words": ("My lawyer has the file.", "I have the file here."),
    "blame": ("You should have told me earlier.", "I'd like to know that earlier next time."),
    "sarcasm": ("How kind of you to write.", "Thank you for writing."),
    "insult": ("That remark was stupid.", "That remark was personal."),
    "exclamation mark": ("I'd like that!", "I'd like that."),
    "boundary": ("You must leave personal remarks out.", "I'd like us to leave personal remarks out."),
    "placeholders": ("It costs […] for […] until […].", "It costs […] until […]."),
    "leftover template": ("I've noted {{ matter }}.", "I've noted the menu."),
    "length": ("I'd like to add one more thing here. " * 25, "I'd like to add one more thing here."),
    "repetition": (
        "I'd like to check that first.\n\nI'd like to check that first.",
        "I'd like to check that.",
    ),
    "echo": ("You say a child could draw it.", "You say that it is too simple."),
    "greeting": ("", ""),
    "language": ("", ""),
}


def message(**changes: object) -> Situation:
    """A message that names an invoice, an amount and a day, and insults."""
    text = "The menu is wrong. Any child could draw it better. Invoice 118 over € 450 waits until Thursday."
    return replace(
        situation(text, {"hostility": "Any child could draw it better."}, subject="menu"),
        **changes,  # type: ignore[arg-type]
    )


def broken(text: str, given: Situation | None = None) -> set[str]:
    """The names of the rules a text breaks."""
    given = given or message()
    return {problem.rule for problem in inspect(text, given, read(given))}


def test_every_rule_has_its_case() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("rule", [name for name, case in CASES.items() if case[0]])
def test_a_rule_stops_the_draft_that_breaks_it_and_no_other(rule: str) -> None:
    bad, good = CASES[rule]
    assert rule in broken(GOOD.format(bad))
    assert broken(GOOD.format(good)) == set()


def test_a_greeting_names_the_client_or_nobody() -> None:
    assert "greeting" in broken(GOOD.format("I'll check that.").replace("Priya", "Prina"))
    assert "greeting" in broken(GOOD.format("I'll check that.").replace("Hi Priya,\n\n", ""))
    assert broken(GOOD.format("I'll check that.").replace("Hi Priya,", "Hello,")) == set()


def test_a_draft_is_in_the_language_it_says() -> None:
    german = "Guten Tag Priya Nair,\n\nich habe die Nachricht gelesen und sehe, dass es nicht passt.\n"
    assert "language" in broken(german)
    assert "language" not in broken(german, message(language="de"))


def test_legal_words_come_only_from_the_freelancers_own_settings() -> None:
    text = GOOD.format("My lawyer has the file.")
    assert "legal words" not in broken(text, message(policy=Policy(legal_words=("lawyer",))))


def test_what_is_quoted_is_the_clients_and_not_the_freelancers_word() -> None:
    assert broken(GOOD.format("You write: “I want it free of charge”")) == set()


def test_a_draft_that_the_classifier_would_flag_is_stopped() -> None:
    given = message()
    text = GOOD.format("I'll check that.")
    assert inspect(text, given, read(given), clear=lambda draft: "menu" in draft) == ()
    (problem,) = inspect(text, given, read(given), clear=lambda draft: "menu" not in draft)
    assert problem.rule == "classifier"


def test_options_may_be_longer_than_twice_the_message() -> None:
    given = message()
    text = GOOD.format("I can do it in one of several ways that we agree on first. " * 9)
    lengths = {moves: inspect(text, given, read(given), moves) for moves in ((), ("offer_options",))}
    assert "length" in {problem.rule for problem in lengths[()]}
    assert "length" not in {problem.rule for problem in lengths[("offer_options",)]}
