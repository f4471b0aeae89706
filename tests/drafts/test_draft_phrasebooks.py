"""Every phrasebook can say every step of every plan, with and without facts, in each form of address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from drafts.compose import supported_languages, write
from drafts.cues import Cue
from drafts.dates_given import ASKS_PAY_DAY, ASKS_WORK_DAY
from drafts.facts import MONEY_TOPICS, SCOPE_TOPICS, WORK_TOPICS, Fact, Reading, Threat, Topic
from drafts.lexicon import banned
from drafts.listing import BESIDE, FIRM_LIST, FIRM_ONE, LIST, ONE
from drafts.moves import Move
from drafts.own_accord import FIRST_AGREEMENT, PART_AGREEMENT, PLANS, WHOLE_AGREEMENT
from drafts.phrasebook import TELLING, Wanted, fill, number, phrasebook
from drafts.plan import plan
from drafts.situation import Agreement, History, Invoice, Money, Policy
from drafts.steps import Step
from tests.rig.situations import LABELS, situation

EVERY_LANGUAGE = pytest.mark.parametrize("language", supported_languages())
# What a list may say that no other may, because its plan stands on a fact that supports it.
SUPPORTED = {
    "apologise.mistake": ("admission",),
    "compensate.mistake": ("gift",),
    "offer_options.extra-gift": ("gift",),
    "offer_options.discount-allowed": ("discount",),
    "offer_options.refund-allowed": ("refund",),
}
# Steps that a language may lack altogether: the plan goes without them, or another one is taken.
RARE = {
    "apologise.mistake",
    "compensate.mistake",
    "take_ownership.mistake",
    "walk_away.prospect",
    "walk_away.parting",
    "next_step.parting",
    "clarify.prospect",
    "restate_agreement.prospect",
    "restate_agreement.bill",
    # A language without these answers what it didn't recognise as the usual case.
    *(f"acknowledge.{about}" for about in ("any", "any_money", "any_scope")),
    *(f"restate_agreement.{about}" for about in ("any_money", "any_scope", "any_money_brief")),
    "restate_agreement.any_scope_brief",
    "offer_options.any_scope",
    "next_step.any_money",
    "next_step.any_scope",
    "restate_agreement.faults",
}
SAID = dict.fromkeys((*TELLING, "hear_by", "call_link", "payment_details"), "X")


FACT = Fact("x", "x")
WORKS = (None, *WORK_TOPICS)
MONEYS = (None, *MONEY_TOPICS, Topic.CANCELLATION, Topic.PAYMENT, Topic.PAID, Topic.OPEN, Topic.PRICED)
SCOPES = (None, *SCOPE_TOPICS, Topic.PRICED)
THREATS = ((), (Threat.REVIEW,), (Threat.VIOLENCE,), (Threat.LEAVING,))
OFTEN = dict.fromkeys(("hostility", "scope_pressure", "payment_issue"), 2)
GENEROUS = Policy(
    offers_call=True,
    offers_rush=False,
    offers_instalments=True,
    allows_discount=True,
    allows_refund=True,
    payment_details="x",
    walks_away=True,
)
ROUNDS_LEFT = Agreement(rounds_included=2, rounds_used=0)
BILL = Invoice(
    "2025-9", Money(Decimal(9), "EUR"), Money(Decimal(9), "EUR"), date(2025, 3, 1), date(2025, 3, 31)
)
TWO = (FACT, Fact("y", "y"))
TWO_BILLS = (Fact("invoice 2025-8", "invoice 2025-8"), Fact("invoice 2025-9", "invoice 2025-9"))
OWED = (replace(BILL, number="2025-8"), BILL)
DATED_TERMS = Agreement(
    scope=("x",), exclusions=("y",), deadline=date(2025, 5, 1), rounds_included=2, rounds_used=2
)
CUED: tuple[dict[str, Any], ...] = (
    {"agreement": DATED_TERMS, "invoices": OWED},
    {"is_prospect": True},
    {"policy": Policy(offers_call=True)},
)
# What a reading may hold beside its topics, and a situation beside its message.
READINGS: tuple[dict[str, Any], ...] = (
    {},
    {"defects": (FACT, Fact("y", "y")), "pay_date": FACT, "off_time": "x"},
    {"wishes": (FACT,), "admits_outside": True, "names_deposit": True, "lacking": (FACT,)},
    {"excluded": (FACT,), "is_enquiry": True},
    {"included": (FACT,), "mistakes": (FACT,)},
    {"is_personal": False},
    {"is_deducted": True},
    {"names_fault": True},
    {"may_be_plain": True, "is_by_sum": True},
)
SITUATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"history": History(OFTEN, severe=2), "temper": "controller"},
    {"policy": GENEROUS, "temper": "performer"},
    {"policy": GENEROUS, "history": History(OFTEN, severe=2)},
    {"agreement": ROUNDS_LEFT, "gifts_left": 1, "history": History(), "temper": "approver"},
    {"is_prospect": True, "temper": "evaluator"},
)


def mixes() -> Iterator[tuple[Topic | None, Topic | None, Topic | None]]:
    """Every topic by itself, and every pair of payment issue and scope pressure."""
    yield from ((work, None, None) for work in WORKS)
    yield from ((None, money, scope) for money, scope in product(MONEYS, SCOPES))
    yield from ((Topic.BUG, money, None) for money in MONEYS)


def every_step() -> set[Step]:
    """Every step that any plan of an answer can hold."""
    found: set[Step] = set()
    for (work, money, scope), threat, severity in product(mixes(), THREATS, (0, 1, 2, 3)):
        flagged = {"hostility": severity, "payment_issue": money, "scope_pressure": scope}
        labels = {name: "flagged" if on else "clear" for name, on in flagged.items()}
        topics: dict[str, Any] = {"work": work, "money": money, "scope": scope, "is_dissatisfied": bool(work)}
        for more, given in product(READINGS, SITUATIONS):
            reading = Reading(**topics, threats=frozenset(threat), has_insult=True, **more)
            found |= set(plan(situation("x", labels=labels, severity=severity or 1, **given), reading))
    for reading in (Reading(is_thanks=True), Reading(is_apology=True), Reading()):
        found |= set(plan(situation("x"), reading))
    for more in ({"asks_bill": True}, {"invoices": (Fact("invoice 2025-9", "invoice 2025-9"),)}):
        found |= set(plan(situation("x?", invoices=(BILL,)), Reading(**more)))
    return found | cued_steps() | unrecognised_steps() | set(plan(situation("x", kind="holding"), Reading()))


def unrecognised_steps() -> set[Step]:
    """Every step that answers scope pressure, or both subjects, where no word list recognised them."""
    found: set[Step] = set()
    for flagged, points, given in product((LABELS[1:2], LABELS[1:]), ((), TWO), CUED):
        labels = dict.fromkeys(flagged, "flagged")
        reading = Reading(may_be_plain=True, points=points)
        found |= set(plan(situation("x", labels=labels, severity=2, **given), reading))
    return found


def cued_steps() -> set[Step]:
    """Every step that a cue brings into an answer, and what the calendar and a client's own figure do."""
    found: set[Step] = set()
    more: list[dict[str, Any]] = [{"cues": frozenset((cue,))} for cue in Cue]
    more += [{"cues": frozenset((Cue.ASKS_SCOPE, Cue.ASKS_ROUNDS))}]
    more += [
        {"own_figure": FACT},
        {"is_far": True, "pay_date": FACT},
        {"is_dated": True},
        {"points": TWO},
        {"points": (FACT,)},
        {"points": TWO, "may_be_plain": True},
    ]
    more += [{"invoices": TWO_BILLS}, {"points": TWO, "cues": frozenset((Cue.CALL_ASKED,))}]
    for (work, money, scope), severity, extra in product(mixes(), (0, 2), more):
        if work and money:
            continue
        flagged = {"hostility": severity and work, "payment_issue": money, "scope_pressure": scope}
        labels = {name: "flagged" if on else "clear" for name, on in flagged.items()}
        reading = Reading(work=work, money=money, scope=scope, **{"is_dissatisfied": bool(work), **extra})
        for given in CUED:
            found |= set(plan(situation("x?", labels=labels, severity=severity or 1, **given), reading))
    resent = Reading(cues=frozenset((Cue.RESEND,)), asks_bill=True)
    return found | set(plan(situation("x?", invoices=(BILL,)), resent))


STEPS = every_step()
# What takes the place of a question for a date that the client has given.
DATED = {Step(Move.CLARIFY, about) for about in (*ASKS_WORK_DAY.values(), *ASKS_PAY_DAY.values())}
# What takes the place of an opening that would name only a part.
LISTS = {LIST, FIRM_LIST, ONE, FIRM_ONE, BESIDE}
KEYS = {key for step in STEPS | DATED | LISTS for key in step.lists()}
OWN_PLANS = (*PLANS.values(), FIRST_AGREEMENT, PART_AGREEMENT, WHOLE_AGREEMENT)
OWN_KEYS = {key for made in OWN_PLANS for step in made for key in step.lists()}
ALWAYS = dict.fromkeys(("hear_by", "hours", "payment_details", "pay_date", "off_time", "opener"), "X")
GENERAL = {
    key for language in supported_languages() for key in phrasebook(language).phrases if "-" not in key
}


@EVERY_LANGUAGE
def test_every_step_can_be_said_without_any_fact_or_is_left_out_on_purpose(language: str) -> None:
    book = phrasebook(language)
    has_general = (step for step in STEPS if list(step.lists())[-1] in GENERAL & KEYS - RARE)
    assert sorted(str(step) for step in has_general if not book.key_of(step, ALWAYS)) == []


@EVERY_LANGUAGE
def test_a_special_case_is_said_in_general_words_where_the_language_has_no_others(language: str) -> None:
    book = phrasebook(language)
    plain = replace(book, phrases={key: value for key, value in book.phrases.items() if "-" not in key})
    for step in STEPS:
        special = book.key_of(step, ALWAYS)
        general = plain.key_of(step, ALWAYS)
        assert general is None or general == list(step.lists())[-1]
        assert special or not general


@EVERY_LANGUAGE
@pytest.mark.parametrize("given", SITUATIONS)
def test_no_situation_leaves_an_answer_without_its_first_and_last_sentence(
    language: str, given: dict[str, Any]
) -> None:
    for text in ("You are useless. The menu is late again.", "Please add a map too.", "I can't pay yet."):
        for label in LABELS:
            reply = write(situation(text, {label: text}, severity=2, language=language, **given))
            assert reply.is_sendable, reply.lint
            assert reply.moves[0] == "acknowledge"
            assert len(reply.text.split()) > 15


@EVERY_LANGUAGE
def test_no_phrase_names_a_fact_that_nobody_gives_and_every_one_can_be_filled(language: str) -> None:
    for is_familiar in (False, True):
        for phrases in phrasebook(language, is_familiar).phrases.values():
            for phrase in phrases:
                text = fill(phrase, SAID)
                assert not re.search(r"[{}|]", text), text


@EVERY_LANGUAGE
def test_no_phrase_is_kept_that_no_plan_can_reach(language: str) -> None:
    assert sorted(set(phrasebook(language).phrases) - KEYS - OWN_KEYS) == []


@EVERY_LANGUAGE
def test_the_phrases_themselves_keep_the_calm_rules(language: str) -> None:
    rules = (
        "promise",
        "gift",
        "discount",
        "refund",
        "padding",
        "admission",
        "hedged_apology",
        "blame",
        "sarcasm",
        "insult",
        "legal",
        "you_boundary",
    )
    for key, phrases in phrasebook(language).phrases.items():
        for phrase in phrases:
            text = fill(phrase, SAID)
            assert "!" not in text
            allowed = SUPPORTED.get(key, ())
            broken = [
                hit[0]
                for rule in rules
                if rule not in allowed and (hit := banned(rule, language).search(text))
            ]
            assert broken == [], text


@EVERY_LANGUAGE
@pytest.mark.parametrize(("familiar", "strange"), [(True, "polite"), (False, "familiar")])
def test_no_phrase_mixes_the_two_forms_of_address(language: str, familiar: bool, strange: str) -> None:
    for phrases in phrasebook(language, familiar).phrases.values():
        for phrase in phrases:
            text = re.sub(r"[“„«].*?[”“»]", "", fill(phrase, SAID))
            assert not banned(strange, language).search(text), text


@EVERY_LANGUAGE
def test_moves_bear_the_playbooks_names(language: str) -> None:
    moves = {key.split(".")[0] for key in phrasebook(language).phrases}
    assert moves <= {str(move) for move in Move}


def test_the_same_seed_chooses_the_same_phrase_and_other_seeds_others() -> None:
    book = phrasebook("en")
    facts = {"hear_by": "by noon"}
    chosen = {seed: book.choose("next_step.points", facts, Wanted(seed)) for seed in "abcdefgh"}
    assert chosen == {seed: book.choose("next_step.points", facts, Wanted(seed)) for seed in "abcdefgh"}
    assert len(set(chosen.values())) > 1


def test_a_phrase_already_sent_is_not_sent_again_while_others_are_left() -> None:
    book = phrasebook("en")
    facts = {"hear_by": "by noon"}
    said: frozenset[str] = frozenset()
    for _ in book.phrases["next_step.points"]:
        phrase = book.choose("next_step.points", facts, Wanted("seed", said))
        assert phrase.identity not in said
        said |= {phrase.identity}
    assert book.choose("next_step.points", facts, Wanted("seed", said)).identity in said


def test_a_phrase_that_names_a_fact_wins_over_one_that_names_none() -> None:
    book = phrasebook("en")
    phrase = book.choose("acknowledge.extra", {"ask": "add a shop", "opener": ""}, Wanted("seed"))
    assert "ask" in phrase.needs


def test_both_forms_of_address_are_one_phrase_to_remember() -> None:
    polite, familiar = phrasebook("de"), phrasebook("de", is_familiar=True)
    for key, phrases in polite.phrases.items():
        assert [p.identity for p in phrases] == [p.identity for p in familiar.phrases[key]]
    assert number("x") == number("x")
