"""Every phrasebook can say every step of every plan, with and without facts, in each form of address."""

from __future__ import annotations

import re
from itertools import product

import pytest

from drafts.compose import supported_languages
from drafts.facts import MONEY_TOPICS, SCOPE_TOPICS, WORK_TOPICS, Fact, Reading, Threat, Topic
from drafts.lexicon import banned
from drafts.moves import Move
from drafts.own_accord import FIRST_AGREEMENT, PART_AGREEMENT, PLANS, WHOLE_AGREEMENT
from drafts.phrasebook import TELLING, Wanted, fill, number, phrasebook
from drafts.plan import plan
from drafts.situation import History, Policy
from tests.rig.situations import situation

EVERY_LANGUAGE = pytest.mark.parametrize("language", supported_languages())
SAID = dict.fromkeys((*TELLING, "hear_by", "call_link", "payment_details"), "X")


def every_step() -> set[str]:
    """The key of every step that any plan can hold."""
    works = (None, *WORK_TOPICS)
    moneys = (None, *MONEY_TOPICS, Topic.CANCELLATION, Topic.PAYMENT, Topic.PAID, Topic.OPEN, Topic.PRICED)
    scopes = (None, *SCOPE_TOPICS, Topic.PRICED)
    threats = ((), (Threat.REVIEW,), (Threat.VIOLENCE,))
    fact = Fact("x", "x")
    histories = (None, History({"scope_pressure": 2}))
    policies = (
        Policy(),
        Policy(offers_call=True, offers_rush=False, offers_instalments=True, payment_details="x"),
    )
    keys = set()
    for work, money, scope, threat, severity in product(works, moneys, scopes, threats, (0, 1, 2, 3)):
        flagged = {"hostility": severity, "payment_issue": money, "scope_pressure": scope}
        labels = {name: "flagged" if on else "clear" for name, on in flagged.items()}
        for named, history, policy in product(("", "defects", "wishes"), histories, policies):
            reading = Reading(
                work=work,
                money=money,
                scope=scope,
                threats=frozenset(threat),
                has_insult=True,
                is_dissatisfied=bool(work),
                defects=(fact, Fact("y", "y")) if named == "defects" else (),
                wishes=(fact,) if named == "wishes" else (),
                pay_date=fact if named else None,
                admits_outside=bool(named),
                off_time="X" if named else "",
            )
            given = situation("x", labels=labels, severity=severity or 1, history=history, policy=policy)
            keys |= {f"{step.move}.{step.about}" for step in plan(given, reading)}
    for reading in (Reading(is_thanks=True), Reading(is_apology=True), Reading()):
        keys |= {f"{step.move}.{step.about}" for step in plan(situation("x"), reading)}
    return keys | {"acknowledge.holding", "next_step.holding"}


STEPS = every_step()
OWN_PLANS = (*PLANS.values(), FIRST_AGREEMENT, PART_AGREEMENT, WHOLE_AGREEMENT)
OWN_STEPS = {f"{step.move}.{step.about}" for made in OWN_PLANS for step in made}


@EVERY_LANGUAGE
def test_every_step_can_be_said_without_any_fact(language: str) -> None:
    always = dict.fromkeys(("hear_by", "hours", "payment_details", "pay_date", "off_time"), "X")
    book = phrasebook(language)
    unsaid = [
        key
        for key in sorted(STEPS)
        if not any(phrase.needs <= always.keys() for phrase in book.phrases.get(key, ()))
    ]
    assert unsaid == []


@EVERY_LANGUAGE
def test_no_phrase_names_a_fact_that_nobody_gives_and_every_one_can_be_filled(language: str) -> None:
    for is_familiar in (False, True):
        for phrases in phrasebook(language, is_familiar).phrases.values():
            for phrase in phrases:
                text = fill(phrase, SAID)
                assert not re.search(r"[{}|]", text), text


@EVERY_LANGUAGE
def test_no_phrase_is_kept_that_no_plan_can_reach(language: str) -> None:
    assert sorted(set(phrasebook(language).phrases) - STEPS - OWN_STEPS) == []


@EVERY_LANGUAGE
def test_the_phrases_themselves_keep_the_calm_rules(language: str) -> None:
    rules = ("promise", "admission", "hedged_apology", "blame", "sarcasm", "insult", "legal", "you_boundary")
    for phrases in phrasebook(language).phrases.values():
        for phrase in phrases:
            text = fill(phrase, SAID)
            assert "!" not in text
            broken = [hit[0] for rule in rules if (hit := banned(rule, language).search(text))]
            assert broken == [], text


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
    phrase = book.choose("acknowledge.extra", {"ask": "add a shop", "hear_by": "by noon"}, Wanted("seed"))
    assert "ask" in phrase.needs


def test_both_forms_of_address_are_one_phrase_to_remember() -> None:
    polite, familiar = phrasebook("de"), phrasebook("de", is_familiar=True)
    for key, phrases in polite.phrases.items():
        assert [p.identity for p in phrases] == [p.identity for p in familiar.phrases[key]]
    assert number("x") == number("x")
