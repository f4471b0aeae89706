"""Every rule of the lint: one draft that breaks it, and the same draft without the fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from drafts.lint import RULES, inspect
from drafts.reading import read
from drafts.situation import Agreement, Invoice, Money, Policy, Situation
from drafts.supported import value
from tests.rig.situations import situation

EUROS = Money(Decimal("1200"), "EUR")
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
    "form of address": ("", ""),
    "language": ("", ""),
    "asked date": ("", ""),
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


def test_a_letter_keeps_to_one_form_of_address() -> None:
    polite = "Guten Tag Priya Nair,\n\nich habe Ihre Nachricht gelesen und melde mich, sobald es geht.\n"
    mixed = polite.replace("melde mich", "melde mich bei dir")
    familiar = polite.replace("Guten Tag Priya Nair", "Hallo Priya").replace("Ihre", "deine")
    german = message(language="de", form="formal", severity=0, evidence=())
    assert "form of address" not in broken(polite, german)
    assert "form of address" in broken(mixed, german)
    assert "form of address" in broken(familiar, german)
    assert "form of address" not in broken(familiar, replace(german, form="familiar"))
    assert "form of address" in broken(mixed, replace(german, form="familiar"))


def test_a_day_that_the_client_has_named_is_not_asked_for() -> None:
    asks = GOOD.format("On which day can I expect the payment?")
    named = message(new_text="Sorry, the payment for invoice 118 goes out on Thursday.", severity=0)
    named = replace(named, evidence=(("payment_issue", "the payment for invoice 118 goes out on Thursday"),))
    assert "asked date" in broken(asks, named)
    assert "asked date" not in broken(asks)
    assert "asked date" not in broken(GOOD.format("By which day will you know more?"), named)


def test_a_draft_is_in_the_language_it_says() -> None:
    german = "Guten Tag Priya Nair,\n\nich habe die Nachricht gelesen und sehe, dass es nicht passt.\n"
    assert "language" in broken(german)
    assert "language" not in broken(german, message(language="de"))


def test_a_promise_is_allowed_only_where_the_file_or_the_policy_does() -> None:
    gift = GOOD.format("This once I'll do it without charging for it.")
    moves = ("compensate",)
    assert "promise" in broken(gift)
    given = message(gifts_left=1)
    assert inspect(gift, given, read(given), moves) == ()
    assert {one.rule for one in inspect(gift, given, read(given))} == {"promise"}
    for sentence, allowed in (
        ("I can take something off the invoice.", Policy(allows_discount=True)),
        ("I'll refund that part.", Policy(allows_refund=True)),
    ):
        text = GOOD.format(sentence)
        assert "promise" in broken(text)
        assert broken(text, message(policy=allowed)) == set()


def test_an_apology_needs_a_mistake_on_record_that_the_client_speaks_of() -> None:
    text = GOOD.format("I got the menu wrong, and I'm sorry about that.")
    known = message(agreement=Agreement(mistakes=("the menu was wrong",)))
    other = message(agreement=Agreement(mistakes=("the flyer came late from the printer",)))
    assert "admission" in broken(text)
    assert "admission" in broken(text, other)
    assert broken(text, known) == set()


def test_figures_of_the_client_file_may_be_named_and_no_others() -> None:
    given = message()
    facts = {"open": "€1,200.00", "was_due": "3 April", "number": "2025-014", "rush_percent": "50%"}
    text = GOOD.format("The €1,200.00 on invoice 2025-014 was due on 3 April. Rush work is 50% on top.")
    bill = Invoice("2025-014", EUROS, EUROS, date(2025, 3, 20), date(2025, 4, 3))
    known = replace(given, invoices=(bill,))
    assert inspect(text, known, read(known), facts=facts) == ()
    rules = {problem.rule for problem in inspect(text, given, read(given))}
    assert {"invented amount", "invented invoice", "invented date", "invented percentage"} <= rules
    for wrong in ("€1,201.00", "€200.00", "€12.00"):
        changed = text.replace("€1,200.00", wrong)
        assert "invented amount" in {one.rule for one in inspect(changed, known, read(known), facts=facts)}


def test_an_amount_is_the_same_however_it_is_written() -> None:
    for amount in ("€1,200.00", "1.200,00 €", "1 200,00 €", "EUR 1200"):
        assert value(amount) == 1200, amount
    assert value("£12.50") == Decimal("12.5")


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
