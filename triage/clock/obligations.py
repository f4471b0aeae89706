"""The 24-hour rule: when an answer is due, when a holding reply is, and how an obligation stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["open", "due_soon", "overdue"]


@dataclass(frozen=True, slots=True)
class Promise:
    """From arrival to answer, and how long before that a holding reply is drafted."""

    answer_within: timedelta = timedelta(hours=24)
    holding_before: timedelta = timedelta(hours=4)

    def due(self, received: datetime, now: datetime) -> datetime:
        """The deadline of a message, counted from INTERNALDATE; one in the future counts from now."""
        return min(received, now) + self.answer_within

    def holding_at(self, due: datetime) -> datetime:
        """From when on an unanswered, unflagged message gets a holding reply."""
        return due - self.holding_before

    def state(self, due: datetime, now: datetime) -> State:
        """How urgent an open obligation is."""
        if now >= due:
            return "overdue"
        return "due_soon" if now >= self.holding_at(due) else "open"
