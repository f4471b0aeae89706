"""One step of a plan: a move about one thing, and the list of phrases that says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drafts.moves import Move

# What follows makes a thing special: "extra-excluded" is an "extra" that the agreement leaves out.
SPECIAL = "-"


@dataclass(frozen=True)
class Step:
    """One move about one thing; ``about`` names the list in the phrasebook, ``part`` its paragraph group.

    A language that has no list for a special case ("extra-excluded") says the general one ("extra"); one that
    has neither leaves the step out.
    """

    move: Move
    about: str
    part: str = "main"

    def lists(self) -> Iterator[str]:
        """Yield the lists that can say this step, the most special first."""
        about = self.about
        while about:
            yield f"{self.move}.{about}"
            about = about.rpartition(SPECIAL)[0]


Plan = tuple[Step, ...]


def steps(about: str, *moves: Move) -> Plan:
    """Make the plan that does ``moves`` about one topic."""
    return tuple(Step(move, about) for move in moves)
