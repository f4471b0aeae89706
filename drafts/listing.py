"""A reply that opens with the client's points as a list, where there are several and a sentence names one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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


def list_of(points: Collection[Fact], book: Phrasebook) -> dict[str, str]:
    """Return the points as lines, ready to follow a colon; nothing where there are too few for a list."""
    if len(points) < LEAST_POINTS or "quoted" not in book.words:
        return {}
    pattern = str(book.words["quoted"])
    return {"points": "\n".join(f"- {pattern.replace('{text}', point.value)}" for point in points)}


def untold(reading: Reading, text: str, words: Lexicon) -> tuple[Fact, ...]:
    """Return the points of a message that a reply's text passes over."""
    return tuple(point for point in reading.points if not is_told_in(point.value, text, words))


def with_list(made: Plan, facts: Mapping[str, str], book: Phrasebook, hostility: int) -> Plan:
    """Return the plan whose opening lists the points, where it is one that would name a part of them."""
    first = made[0] if made else None
    if first is None or first.move is not Move.ACKNOWLEDGE or "points" not in facts:
        return made
    if first.about in SPEAKING or any(step.move is Move.APOLOGISE for step in made):
        return made
    listed = FIRM_LIST if hostility >= FIRM else LIST
    return (listed, *made[1:]) if book.key_of(listed, facts) else made
