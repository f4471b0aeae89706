"""How the promise of an answer was kept in a period: in all, by client and by label; what became of drafts.

A message counts as a failure once its deadline has passed without a mail in answer. What is still open within
its time is neither kept nor broken; what the user ended without a mail before its deadline is neither, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from triage.ledger.contract import DraftState
from triage.ledger.report import DraftEnd, PromiseRow
from triage.views.shares import Share

Fate = Literal["in_time", "late", "missed", "pending", "done"]
FATES: tuple[Fate, ...] = ("in_time", "late", "missed", "pending", "done")
UNFLAGGED = "no label"

DueOf = Callable[[datetime], datetime]
"""When the answer to a message that was received then is due, as configured."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message with what became of its promise; ``took`` is None where no mail answered it."""

    client: str
    labels: tuple[str, ...]
    received: datetime
    fate: Fate
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class Answers:
    """The figures of some messages: how many had which fate, how long answers and drafts took."""

    fates: Mapping[Fate, int]
    took: Sequence[timedelta]
    to_draft: Sequence[timedelta]

    @property
    def total(self) -> int:
        """How many messages awaited an answer."""
        return sum(self.fates.values())

    @property
    def in_time(self) -> Share:
        """Answered in time, of those whose time is over or who are answered."""
        decided = sum(self.fates.get(fate, 0) for fate in ("in_time", "late", "missed"))
        return Share(self.fates.get("in_time", 0), decided)


@dataclass(frozen=True, slots=True)
class DraftFigures:
    """What became of drafts of one kind; ``untouched``: sent, and no change to them was ever seen."""

    untouched: int = 0
    edited: int = 0
    edited_and_answered: int = 0
    discarded: int = 0
    overtaken: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        """All that were placed."""
        return self.untouched + self.edited + self.discarded + self.overtaken + self.waiting

    @property
    def used(self) -> Share:
        """Sent untouched, of those that the user has dealt with."""
        return Share(self.untouched, self.untouched + self.edited + self.discarded)


def kept(row: PromiseRow, name: str, due_of: DueOf, now: datetime) -> Kept:
    """What became of one promise by now.

    Its deadline is the one that was noted or the one of today's configuration, whichever is earlier: a
    message that was snoozed is late all the same.
    """
    due = min(row.due, due_of(row.received))
    closed = row.closed_at if row.closed_at is not None and row.closed_at <= now else None
    answered = closed if row.closed_how == "answered" else None
    took = max(answered - row.received, timedelta(0)) if answered else None
    return Kept(name, row.labels, row.received, _fate(due, closed, answered, now), took)


def _fate(due: datetime, closed: datetime | None, answered: datetime | None, now: datetime) -> Fate:
    if answered is not None:
        return "in_time" if answered <= due else "late"
    if closed is not None and closed <= due:
        return "done"
    return "missed" if now > due else "pending"


def answers_of(promises: Iterable[Kept], drafts: Iterable[DraftEnd]) -> Answers:
    """The figures of these messages and of the replies drafted for them."""
    rows = list(promises)
    return Answers(
        Counter(row.fate for row in rows),
        [row.took for row in rows if row.took is not None],
        [
            max(one.present_at - one.received, timedelta(0))
            for one in drafts
            if one.kind == "reply" and one.present_at is not None
        ],
    )


def groups_of(labels: Sequence[str]) -> tuple[str, ...]:
    """The groups by label that a message belongs to: several where several are flagged."""
    return tuple(labels) or (UNFLAGGED,)


_OVERTAKEN: tuple[DraftState, ...] = ("superseded", "withdrawn")


def draft_figures(drafts: Iterable[DraftEnd]) -> DraftFigures:
    """Count what became of drafts; those that never stood in Drafts are left out."""
    placed = [one for one in drafts if one.present_at is not None]
    states = Counter(one.state for one in placed)
    return DraftFigures(
        untouched=states["sent"],
        edited=states["edited"],
        edited_and_answered=sum(one.state == "edited" and one.is_answered for one in placed),
        discarded=states["discarded"],
        overtaken=sum(states[state] for state in _OVERTAKEN),
        waiting=states["present"],
    )
