"""From a situation to a reply: read, plan, say, check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from drafts.facts import Fact, Reading
from drafts.lexicon import lexicon
from drafts.lint import inspect
from drafts.moments import hear_by_words
from drafts.moves import Move
from drafts.names import addressed, is_titled
from drafts.phrasebook import Phrasebook, Wanted, fill, in_form, languages, phrasebook
from drafts.plan import Plan, Step, plan
from drafts.reading import read
from drafts.situation import Reply, Situation

# Steps of one group stand in one paragraph.
PARAGRAPH: Mapping[Move, str] = {
    Move.ACKNOWLEDGE: "opening",
    Move.EMPATHISE: "opening",
    Move.APOLOGISE: "opening",
    Move.SET_BOUNDARY: "boundary",
    Move.OFFER_OPTIONS: "options",
    Move.NEXT_STEP: "close",
}


# What the client said, told or quoted. A draft that fails with it (too long, an echo, a word the classifier
# minds) is tried in other phrasings, then without that, then without the subject's words.
CLIENTS_WORDS = frozenset(
    (
        "ask",
        "wish",
        "defects",
        "remark",
        "things",
        "scope_told",
        "money_told",
        "work_quote",
        "scope_quote",
        "money_quote",
    )
)
WITHHELD = (*(frozenset[str](),) * 3, CLIENTS_WORDS, *(CLIENTS_WORDS | {"matter"},) * 3)
# A message of fewer words gets the shorter phrasings.
SHORT_MESSAGE = 60


def supported_languages() -> tuple[str, ...]:
    """Return the languages a reply can be written in, as two-letter codes."""
    return languages()


def write(situation: Situation, clear: Callable[[str], bool] | None = None) -> Reply:
    """Return the reply to ``situation`` with its lint; an empty text where the language has no phrasebook.

    ``clear`` judges a finished text, True where it would raise no flag itself. Never raises on any message.
    """
    if situation.language not in languages():
        return Reply(moves=(), text="", language=situation.language)
    reading = read(situation)
    book = phrasebook(situation.language, reading.is_familiar)
    made = plan(situation, reading)
    facts = facts_of(situation, reading, book)
    for turn, withheld in enumerate(WITHHELD):
        named = {name: value for name, value in facts.items() if name not in withheld}
        reply = composed(made, named, situation, reading, book.turned(turn))
        reply = replace(reply, lint=inspect(reply.text, situation, reading, reply.moves, clear))
        if reply.is_sendable:
            break
    return reply


def composed(
    made: Plan, facts: Mapping[str, str], situation: Situation, reading: Reading, book: Phrasebook
) -> Reply:
    """Return the reply that says ``made`` with ``facts``, not yet inspected."""
    paragraphs, phrases = said(made, facts, situation, book)
    text = letter(paragraphs, situation, reading, book)
    moves = tuple(dict.fromkeys(str(step.move) for step in made))
    return Reply(moves, text, situation.language, phrases=phrases)


def facts_of(situation: Situation, reading: Reading, book: Phrasebook) -> dict[str, str]:
    """Return what the phrases may name; a fact that is not there has no entry."""
    named: dict[str, Fact | None] = {
        "matter": reading.matter,
        "want": reading.want,
        "deadline": reading.deadline,
        "remark": reading.remark,
        "pay_date": reading.pay_date,
        "amount": reading.amount,
        "invoice": reading.invoice,
        "scope_told": reading.scope_told,
        "money_told": reading.money_told,
        "work_quote": reading.work_quote,
        "scope_quote": reading.scope_quote,
        "money_quote": reading.money_quote,
    }
    facts = {name: fact.value for name, fact in named.items() if fact}
    several = {"defects": reading.defects, "ask": reading.asks, "wish": reading.wishes}
    for name, group in several.items():
        if group:
            facts[name] = listed([fact.value for fact in group], book.words[name], book.words["and"])
    if reading.things:
        named_things = [in_form(fact.value, reading.is_familiar) for fact in reading.things]
        facts["things"] = f" {book.words['and']} ".join(named_things)
    own = {
        "hours": situation.working_hours,
        "off_time": in_form(reading.off_time, reading.is_familiar),
        "call_link": situation.policy.call_link,
        "payment_details": situation.policy.payment_details,
    }
    facts |= {name: value for name, value in own.items() if value}
    facts["hear_by"] = hear_by_words(
        situation.hear_by, situation.now, situation.language, book.words["hear_by"]
    )
    return facts


def listed(clauses: list[str], again: str, and_: str) -> str:
    """Join clauses that all follow one "that" or one "to", which ``again`` repeats before each."""
    if len(clauses) == 1:
        return clauses[0]
    return f", {again} ".join(clauses[:-1]) + f" {and_} {again} {clauses[-1]}"


def said(
    made: Plan, facts: Mapping[str, str], situation: Situation, book: Phrasebook
) -> tuple[list[str], tuple[str, ...]]:
    """Return the paragraphs of the plan and the ids of the phrases; a fact once named is not named again."""
    wanted = Wanted(
        seed=f"{situation.client_name}\n{situation.subject}\n{situation.new_text}",
        said=situation.said,
        is_short=len(situation.new_text.split()) < SHORT_MESSAGE or any(step.part != "main" for step in made),
    )
    paragraphs: dict[str, list[str]] = {}
    used: list[str] = []
    for step in made:
        phrase = book.choose(f"{step.move}.{step.about}", facts, wanted)
        paragraphs.setdefault(paragraph_of(step), []).append(fill(phrase, facts))
        used.append(phrase.identity)
        facts = {
            name: value for name, value in facts.items() if name not in phrase.needs or name == "hear_by"
        }
    return [" ".join(lines) for lines in paragraphs.values()], tuple(used)


def paragraph_of(step: Step) -> str:
    """Return the paragraph a step belongs to."""
    return PARAGRAPH.get(step.move, f"body-{step.part}")


def letter(paragraphs: list[str], situation: Situation, reading: Reading, book: Phrasebook) -> str:
    """Put greeting and sign-off around the paragraphs."""
    body = "\n\n".join(paragraphs)
    text = f"{greeting(situation, reading, book)}\n\n{body}\n\n{closing(situation, book)}\n"
    return written_out(text, book) if reading.is_formal else text


def written_out(text: str, book: Phrasebook) -> str:
    """Write contractions in full."""
    for short, full in book.words.get("formal", {}).items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", full, text)
        text = re.sub(rf"(?<!\w){re.escape(short.capitalize())}(?!\w)", full.capitalize(), text)
    return text


def greeting(situation: Situation, reading: Reading, book: Phrasebook) -> str:
    """Return the greeting line in the freelancer's voice; a polite one without a name where none is known."""
    is_formal = reading.is_formal or (book.words["has_forms"] and not reading.is_familiar)
    words = lexicon(situation.language)
    name = addressed(situation.client_name, reading.sign_off_name, is_formal, words)
    if not name:
        return str(book.words["no_name"])
    own = own_greeting(situation)
    if own and not is_formal:
        return own.replace("{name}", name)
    is_reserved = situation.severity == 3 or is_titled(name)
    usual = (
        "greeting_formal"
        if is_formal or reading.opens_dear
        else "greeting_severe"
        if is_reserved
        else "greeting"
    )
    return str(book.words[usual]).replace("{name}", name)


def own_greeting(situation: Situation) -> str:
    """Return the freelancer's own greeting with ``{name}`` in it, if set for the language."""
    freelancer = situation.freelancer
    chosen = freelancer.greeting.strip().rstrip(",")
    if not chosen or freelancer.language != situation.language:
        return ""
    return f"{chosen}," if "{name}" in chosen else f"{chosen} {{name}},"


def closing(situation: Situation, book: Phrasebook) -> str:
    """Return the sign-off and the freelancer's name."""
    freelancer = situation.freelancer
    own = freelancer.sign_off.strip() if freelancer.language == situation.language else ""
    words = own or str(book.words["sign_off"])
    if not freelancer.name or freelancer.name.split()[0] in words:
        return words
    comma = "" if words.endswith((",", ".")) or not book.words["sign_off_comma"] else ","
    return f"{words}{comma}\n{freelancer.name}"
