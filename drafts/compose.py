"""From a situation to a reply: read, plan, say, check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from drafts.calm_words import calm_lexicon
from drafts.dates_given import dated, on_dates
from drafts.defaults import NEEDED
from drafts.facts import Reading
from drafts.letter import is_familiar, letter
from drafts.lexicon import compiled, lexicon
from drafts.lint import inspect
from drafts.listing import rest_of, unanswered, untold, with_list, with_rest
from drafts.moves import Move
from drafts.naming import facts_of
from drafts.own_accord import is_own_accord, missing_facts, own_facts, own_plan, subject_line
from drafts.own_phrases import with_own
from drafts.phrasebook import Phrasebook, Wanted, fill, languages, number, phrasebook
from drafts.plan import plan
from drafts.points import points
from drafts.reading import read
from drafts.situation import Reply, Situation
from drafts.steps import Plan, Step

# Steps of one group stand in one paragraph.
PARAGRAPH: Mapping[Move, str] = {
    Move.ACKNOWLEDGE: "opening",
    Move.EMPATHISE: "close",
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
        "points",
        "point",
        "point_asked",
        "point_ask",
        "rest",
        "scope_told",
        "money_told",
        "work_quote",
        "scope_quote",
        "money_quote",
    )
)
LISTED = frozenset(("points", "point", "point_asked", "point_ask"))
WITHHELD = (*(frozenset[str](),) * 3, CLIENTS_WORDS, *(CLIENTS_WORDS | {"matter"},) * 3)
# A message of fewer words gets the shorter phrasings; so does every one of a freelancer of few words.
SHORT_MESSAGE = 60
SHORT_VOICE = 70
# Moves without which the rest of their plan would say little.
TURNING = frozenset((Move.APOLOGISE, Move.WALK_AWAY))
# The parts of a reply with several subjects, each said in few words.
SEVERAL = frozenset(("money", "scope"))
# A list of phrases whose name ends so says what is done, so that the general ones of its plan ask too much.
SETTLING = "-known"
ASKING = frozenset((Move.CLARIFY, Move.OFFER_OPTIONS))
# The parts that quote, each a paragraph by itself.
QUOTING = frozenset(("points", "beside"))
# What may be named in one sentence after the other.
KEPT = frozenset(("hear_by", "extra_round", "rate", "rush_percent", "rush_fee", "project", "open", "number"))


@dataclass(frozen=True)
class Brief:
    """All that the composing of one mail goes by; ``bare`` is the plan where nothing may be quoted."""

    situation: Situation
    reading: Reading
    book: Phrasebook
    plan: Plan
    facts: Mapping[str, str]
    bare: Plan = ()


def supported_languages() -> tuple[str, ...]:
    """Return the languages a reply can be written in, as two-letter codes."""
    return languages()


def write(situation: Situation, clear: Callable[[str], bool] | None = None) -> Reply:
    """Return the reply to ``situation`` with its lint; an empty text where the language has no words for it.

    ``clear`` judges a finished text, True where it would raise no flag itself. Never raises on any message.
    """
    if situation.language not in languages():
        return Reply(moves=(), text="", language=situation.language)
    problems = tuple(missing_facts(situation))
    if problems:
        return Reply(moves=(), text="", language=situation.language, lint=problems)
    brief = briefed(situation)
    if not brief.plan:
        return Reply(moves=(), text="", language=situation.language)
    for turn, withheld in enumerate(WITHHELD):
        named = {name: value for name, value in brief.facts.items() if name not in withheld}
        made = brief.bare if withheld and brief.bare else brief.plan
        reply = composed(replace(brief, plan=made, facts=named, book=brief.book.turned(turn)))
        found = inspect(reply.text, situation, brief.reading, reply.moves, clear, brief.facts)
        reply = replace(reply, lint=found)
        if reply.is_sendable:
            break
    return reply


def briefed(situation: Situation) -> Brief:
    """Return what the mail is composed from; its plan is empty where the language can't say this kind yet."""
    reading = dated(replace(read(situation), points=points(situation)), situation)
    familiar = is_familiar(situation, reading)
    book = fitting(phrasebook(situation.language, familiar), situation)
    book = with_own(book, situation.freelancer.phrases, familiar)
    if is_own_accord(situation.kind):
        facts = own_facts(situation, book)
        return Brief(situation, reading, book, sayable(own_plan(situation, facts, book), facts, book), facts)
    reading = replace(reading, may_be_plain=NEEDED in book.phrases)
    facts = facts_of(situation, reading, book, familiar)
    made = sayable(planned(situation, reading, facts, book), facts, book)
    return listed(Brief(situation, reading, book, made, facts))


def fitting(book: Phrasebook, situation: Situation) -> Phrasebook:
    """Return the book without what is only said of a job, for somebody with whom there is none on file.

    Who writes of an invoice is no prospect, whatever the client file knows.
    """
    unfit: list[str] = book.words.get("before_a_job", [])
    is_known = not situation.is_prospect or situation.agreement is not None or bool(situation.invoices)
    if not unfit or is_known or lexicon(situation.language).has("bill", situation.new_text):
        return book
    return book.without(compiled(unfit))


def listed(brief: Brief) -> Brief:
    """Return the brief whose reply quotes the points, where its own sentences would pass over one."""
    words = calm_lexicon(brief.situation.language)
    passed = unanswered(untold(brief.reading, composed(brief).text, words), brief.plan, words)
    if not passed:
        return brief
    spans = [span for _, span in brief.situation.evidence]
    made = with_list(brief.plan, brief.facts, brief.book, brief.situation.hostility())
    facts = {**brief.facts, **rest_of(passed, brief.book, words, spans)}
    return replace(brief, plan=with_rest(made, brief.book, facts), facts=facts, bare=brief.plan)


def planned(situation: Situation, reading: Reading, facts: Mapping[str, str], book: Phrasebook) -> Plan:
    """Return the plan of an answer; the usual one where words are lacking that a rare one turns on."""
    made = on_dates(plan(situation, reading), situation, reading)
    if all(book.key_of(step, facts) for step in made if step.move in TURNING):
        return made
    usual = replace(situation, is_prospect=False, policy=replace(situation.policy, walks_away=False))
    return on_dates(plan(usual, replace(reading, mistakes=())), usual, reading)


def sayable(made: Plan, facts: Mapping[str, str], book: Phrasebook) -> Plan:
    """Return the steps that the language has words for, none that a settling one makes needless."""
    keys = {step: book.key_of(step, facts) for step in made}
    settled = any(key and key.endswith(SETTLING) for key in keys.values())
    return tuple(step for step in made if keys[step] and not (settled and is_needless(step, keys[step])))


def is_needless(step: Step, key: str | None) -> bool:
    """Whether a step only asks, or offers ways to go on, beside one that says what is done."""
    return step.move in ASKING and not (key or "").endswith(SETTLING) and step.about.endswith(SETTLING)


def composed(brief: Brief) -> Reply:
    """Return the reply that says the plan with the facts, not yet inspected."""
    paragraphs, phrases = said(brief)
    situation, book = brief.situation, brief.book
    return Reply(
        moves=tuple(dict.fromkeys(str(step.move) for step in brief.plan)),
        text=letter(paragraphs, situation, brief.reading, book),
        language=situation.language,
        phrases=phrases,
        subject=subject_line(situation.kind, brief.facts, book),
    )


def said(brief: Brief) -> tuple[list[str], tuple[str, ...]]:
    """Return the paragraphs of the plan and the ids of the phrases; a fact once named is not named again."""
    wanted = wanted_of(brief)
    opener, opener_id = opener_of(brief, wanted)
    facts: Mapping[str, str] = {**brief.facts, "opener": opener}
    used: list[str] = []
    paragraphs: dict[str, list[str]] = {}
    for step in brief.plan:
        key = brief.book.key_of(step, facts)
        if key is None:
            continue
        phrase = brief.book.choose(key, facts, wanted)
        paragraphs.setdefault(paragraph_of(step), []).append(fill(phrase, facts))
        used += [phrase.identity, *([opener_id] if "opener" in phrase.needs else [])]
        gone = phrase.needs - KEPT | (CLIENTS_WORDS - {"rest"} if phrase.needs & LISTED else frozenset())
        facts = {name: value for name, value in facts.items() if name not in gone}
    return [" ".join(lines) for lines in paragraphs.values()], tuple(used)


def opener_of(brief: Brief, wanted: Wanted) -> tuple[str, str]:
    """Return the words that an answer begins with, unread by this client if any are left, and their id."""
    openers = {f"opener.{number(words):016x}"[:15]: words for words in brief.book.words.get("openers", ())}
    if not openers:
        return "", ""
    unsaid = [identity for identity in openers if identity not in wanted.said] or list(openers)
    chosen = unsaid[(number(wanted.seed) + brief.book.turn) % len(unsaid)]
    return openers[chosen], chosen


def wanted_of(brief: Brief) -> Wanted:
    """Return how phrases are chosen for this mail."""
    situation = brief.situation
    voice = situation.voice
    is_brief_writer = bool(voice and voice.words and voice.words < SHORT_VOICE)
    return Wanted(
        seed=f"{situation.client_name}\n{situation.subject}\n{situation.new_text}",
        said=situation.said,
        is_short=is_brief_writer
        or len(situation.new_text.split()) < SHORT_MESSAGE
        or any(step.part in SEVERAL for step in brief.plan),
    )


def paragraph_of(step: Step) -> str:
    """Return the paragraph a step belongs to; a list is one by itself."""
    if step.part in QUOTING:
        return step.part
    return PARAGRAPH.get(step.move, f"body-{step.part}")
