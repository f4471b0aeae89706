"""A reply that opens with the client's points as a list, where there are several and a sentence names one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from drafts.calm_pieces import is_order
from drafts.facts import Fact, Reading, Topic
from drafts.lexicon import Lexicon
from drafts.moves import Move
from drafts.phrasebook import Phrasebook
from drafts.points import is_told_in
from drafts.steps import Plan, Step

LEAST_POINTS = 2
FIRM = 2
LIST = Step(Move.ACKNOWLEDGE, "points", part="points")
FIRM_LIST = Step(Move.ACKNOWLEDGE, "points-firm", part="points")
ONE = Step(Move.ACKNOWLEDGE, "point", part="points")
FIRM_ONE = Step(Move.ACKNOWLEDGE, "point-firm", part="points")
# What is asked beside that which the opening is about.
BESIDE = Step(Move.ACKNOWLEDGE, "beside", part="beside")
# Openings that say of themselves what the message is about; a list before them would be a second opening.
SPEAKING = frozenset(
    (
        Topic.LATE,
        "late_dated",
        Topic.INSOLVENCY,
        Topic.SAMPLE,
        Topic.UNPAID,
        Topic.EXPOSURE,
        Topic.PAID,
        Topic.PRICED,
        Topic.OPEN,
        Topic.THANKS,
        Topic.APOLOGY,
        "plain-bill",
        Topic.CANCELLATION,
        "holding",
        "general-prospect",
    )
)


# The same of those that not every language has yet.
TELLING = frozenset(
    (
        "late-several",
        "late_dated-far",
        "conditional-third",
        "amount-breakdown",
        "exposure-bill",
        "plain-when",
        "plain-scope",
        "cancellation-stopped",
    )
)
# Steps of plans that answer all that is asked.
ANSWERING = frozenset((Step(Move.RESTATE_AGREEMENT, "bill-resend"), Step(Move.NEXT_STEP, "plain-bill")))
# The step that answers a question, and the list of words that it is asked with.
ANSWERS = {
    "points-date": "cue_asks_when",
    "plain-scope": "cue_asks_scope",
    "extra-question": "cue_asks_scope",
    "plain-rounds": "cue_asks_rounds",
}


def list_of(points: Collection[Fact], book: Phrasebook) -> dict[str, str]:
    """Return the points as lines, ready to follow a colon; a single one as it is quoted."""
    if "quoted" not in book.words or not points:
        return {}
    pattern = str(book.words["quoted"])
    quoted = [pattern.replace("{text}", one.value) for one in points]
    if len(quoted) < LEAST_POINTS:
        is_asked = next(iter(points)).value.rstrip().endswith("?")
        return {"point": quoted[0], **({"point_asked": quoted[0]} if is_asked else {})}
    return {"points": "\n".join(f"- {one}" for one in quoted)}


def untold(reading: Reading, text: str, words: Lexicon) -> tuple[Fact, ...]:
    """Return the points of a message that a reply's text passes over."""
    return tuple(point for point in reading.points if not is_told_in(point.value, text, words))


def unanswered(passed: Collection[Fact], made: Plan, words: Lexicon) -> tuple[Fact, ...]:
    """Return the points that no step of a plan is the answer to, whatever words it uses."""
    asked = [words[name] for step in made for about, name in ANSWERS.items() if step.about == about]
    return tuple(one for one in passed if not any(pattern.search(one.value) for pattern in asked))


def is_speaking(made: Plan, facts: Mapping[str, str], book: Phrasebook) -> bool:
    """Whether an answer's opening says of itself what the message is about."""
    if not made or made[0].about in SPEAKING or any(step.move is Move.APOLOGISE for step in made):
        return True
    # The freelancer's own words for an opening go before any of ours.
    if any(book.own.get(key) for key in made[0].lists()):
        return True
    if made[0].about == Topic.DEADLINE and "asked_day" in facts:
        return True
    return made[0].about in TELLING and book.key_of(made[0], facts) == f"{made[0].move}.{made[0].about}"


def with_list(made: Plan, facts: Mapping[str, str], book: Phrasebook, hostility: int) -> Plan:
    """Return the plan whose opening quotes the points, where it is one that would name a part of them."""
    if is_speaking(made, facts, book) or made[0].move is not Move.ACKNOWLEDGE:
        return made
    listed = (FIRM_LIST, FIRM_ONE) if hostility >= FIRM else (LIST, ONE)
    fitting = next((step for step in listed if book.key_of(step, facts)), None)
    return (fitting, *made[1:]) if fitting else made


def with_rest(made: Plan, book: Phrasebook, facts: Mapping[str, str]) -> Plan:
    """Return the plan that also quotes, before its last step, what is asked beside its subject."""
    is_open = is_speaking(made, facts, book) and not ANSWERING & set(made)
    if not is_open or not book.key_of(BESIDE, facts):
        return made
    return (*made[:-1], BESIDE, made[-1]) if made[-1].move is Move.NEXT_STEP else (*made, BESIDE)


def rest_of(
    passed: Collection[Fact], book: Phrasebook, words: Lexicon, subject: Collection[str]
) -> dict[str, str]:
    """Return the asks that a reply passes over, quoted; ``subject`` is the words that it is about anyway."""
    beside = (one for one in passed if not any(one.words in each or each in one.words for each in subject))
    priced = (one for one in beside if not words.has("offers_pay", one.value))
    asked = [one for one in priced if "?" in one.value or is_order(one.value, words)]
    if "quoted" not in book.words or not asked:
        return {}
    return {"rest": ", ".join(str(book.words["quoted"]).replace("{text}", one.value) for one in asked)}
