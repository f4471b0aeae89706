"""Everything that a reply may name, as the words it is named by."""

from __future__ import annotations

import re

from drafts.asks import ask_in
from drafts.bills import bill_facts, bill_lines, bill_of, bills_meant
from drafts.calm import calm
from drafts.calm_words import calm_lexicon
from drafts.dates_given import moved_day
from drafts.facts import Fact, Reading
from drafts.figures import day_words
from drafts.lexicon import Lexicon, is_sayable, lexicon
from drafts.listing import list_of
from drafts.moments import hear_by_words
from drafts.phrasebook import Phrasebook, in_form
from drafts.points import is_told_in
from drafts.sentences import words_of
from drafts.situation import Situation
from drafts.terms import enumerated, term_facts

POINT_WORDS = range(3, 15)
# Words in quotation marks can't be quoted once more in the same ones.
NESTED = re.compile(r"[\"“”„«»]")


def facts_of(situation: Situation, reading: Reading, book: Phrasebook, is_familiar: bool) -> dict[str, str]:
    """Return what the phrases may name; a fact that is not there has no entry."""
    return (
        file_facts(situation, reading, book)
        | message_facts(situation, reading, book, is_familiar)
        | own_facts(situation, reading, book, is_familiar)
    )


def message_facts(
    situation: Situation, reading: Reading, book: Phrasebook, is_familiar: bool
) -> dict[str, str]:
    """Return what the message itself says."""
    named: dict[str, Fact | None] = {
        "matter": reading.matter,
        "want": reading.want,
        "deadline": reading.deadline,
        "remark": reading.remark,
        "pay_date": reading.pay_date,
        "amount": reading.amount,
        "own_figure": reading.own_figure,
        "invoice": reading.invoice,
        "scope_told": reading.scope_told,
        "money_told": reading.money_told,
        "work_quote": reading.work_quote or point_of(situation, reading) or only_point(reading),
        "scope_quote": reading.scope_quote or only_point(reading),
        "money_quote": reading.money_quote or only_point(reading),
    }
    facts = {name: in_form(fact.value, is_familiar) for name, fact in named.items() if fact}
    facts |= list_of(reading.points, book) | asked_by(reading, lexicon(situation.language), is_familiar)
    several = {"defects": reading.defects, "ask": reading.asks, "wish": reading.wishes}
    for name, group in several.items():
        if group:
            clauses = [in_form(fact.value, is_familiar) for fact in group]
            facts[name] = listed(clauses, book.words[name], book.words["and"])
    for name, on_file in (
        ("excluded", reading.excluded),
        ("included", reading.included),
        ("lacking", reading.lacking),
        ("mistakes", reading.mistakes),
    ):
        if on_file:
            facts[name] = enumerated([fact.value for fact in on_file], book.words)
    if reading.things:
        facts["things"] = enumerated((in_form(one.value, is_familiar) for one in reading.things), book.words)
    return facts


def asked_by(reading: Reading, words: Lexicon, is_familiar: bool) -> dict[str, str]:
    """Return what the one point of a message asks to be done, where that says all of it in a sentence."""
    point = only_point(reading)
    ask = ask_in(point.value, words) if point else None
    if point is None or ask is None or not is_told_in(point.value, ask.value, calm_lexicon(words.language)):
        return {}
    return {"point_ask": in_form(ask.value, is_familiar)}


def only_point(reading: Reading) -> Fact | None:
    """Return the one point of a message that makes no list."""
    return reading.points[0] if len(reading.points) == 1 else None


def point_of(situation: Situation, reading: Reading) -> Fact | None:
    """Return what a hostile message complains of without its temper, where nothing else is known."""
    if not situation.hostility() or reading.defects or reading.wishes or reading.remark:
        return None
    words, found = lexicon(situation.language), calm(situation)
    troubles = (point for point in found.rest if words.has("trouble", point.text))
    said = (words["greeting_start"].sub("", point.text) for point in (*found.complaints, *troubles))
    texts = (text[:1].upper() + text[1:] for text in said if is_plain(text, words))
    return next((Fact(text.rstrip("."), text) for text in texts), None)


def is_plain(text: str, words: Lexicon) -> bool:
    """Whether a calm sentence may be put before its writer: short, complete, and aimed at nobody."""
    unfit = any(words.has(name, text) for name in ("second_person", "insult", "belittling"))
    is_whole = text.endswith(".") and len(words_of(text)) in POINT_WORDS
    return is_whole and not unfit and not NESTED.search(text) and is_sayable(text)


def own_facts(situation: Situation, reading: Reading, book: Phrasebook, is_familiar: bool) -> dict[str, str]:
    """Return what the freelancer's own settings say."""
    own = {
        "hours": situation.working_hours,
        "off_time": in_form(reading.off_time, is_familiar),
        "call_link": situation.policy.call_link,
        "payment_details": situation.policy.payment_details,
    }
    facts = {name: value for name, value in own.items() if value}
    if book.words.get("openers"):
        facts["opener"] = ""
    patterns = book.words["hear_by"]
    facts["hear_by"] = hear_by_words(situation.hear_by, situation.now, situation.language, patterns)
    return facts


def file_facts(situation: Situation, reading: Reading, book: Phrasebook) -> dict[str, str]:
    """Return what the client file says of the agreement and of the invoice meant."""
    language, words, today = situation.language, book.words, situation.now.date()
    agreement, bill = situation.agreement, bill_of(situation, reading)
    facts = term_facts(agreement, today, language, words) if agreement else {}
    facts |= bill_facts(bill, today, language, words) if bill else {}
    meant = bills_meant(situation, reading)
    several = bill_lines(meant, today, language, words) if len(meant) > 1 else ""
    moved = moved_day(situation)
    asked = day_words(moved, today, language, words) if moved else ""
    return facts | {name: said for name, said in (("bill_list", several), ("asked_day", asked)) if said}


def listed(clauses: list[str], again: str, and_: str) -> str:
    """Join clauses that all follow one "that" or one "to", which ``again`` repeats before each, if any."""
    if len(clauses) == 1:
        return clauses[0]
    told = f", {again} ".join(clauses[:-1]) + f" {and_} {again} {clauses[-1]}"
    return " ".join(told.split())
