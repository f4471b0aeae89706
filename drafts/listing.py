"""A reply that opens with the client's points as a list, where there are several and a sentence names one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from drafts.facts import Fact, Reading, Topic
from drafts.moves import Move
from drafts.phrasebook import Phrasebook
from drafts.situation import Situation
from drafts.steps import Plan, Step

LEAST_POINTS = 2
FIRM = 2
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


def is_told(reading: Reading) -> bool:
    """Whether what is understood clause by clause is all that the message says."""
    clauses = (*reading.asks, *reading.wishes, *reading.defects, *((reading.want,) if reading.want else ()))
    return len(clauses) >= len(reading.points)


def with_list(
    made: Plan, facts: Mapping[str, str], book: Phrasebook, situation: Situation, reading: Reading
) -> Plan:
    """Return the plan whose opening lists the points, where it is one that would name a part of them."""
    first = made[0] if made else None
    if first is None or first.move is not Move.ACKNOWLEDGE or "points" not in facts or is_told(reading):
        return made
    if first.about in SPEAKING or any(step.move is Move.APOLOGISE for step in made):
        return made
    about = "points-firm" if situation.hostility() >= FIRM else "points"
    listed = Step(first.move, about, part="points")
    return (listed, *made[1:]) if book.key_of(listed, facts) else made
