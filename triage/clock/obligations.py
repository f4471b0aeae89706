"""The 24-hour rule: when an answer is due, when a holding reply is, and how an obligation stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from triage.clock.deadline import due_in_working_time
from triage.clock.working_time import WorkingTime

State = Literal["open", "due_soon", "overdue"]


@dataclass(frozen=True, slots=True)
class Promise:
    """From arrival to answer, and how long before that a holding reply is drafted.

    The hours are real ones; with ``working`` those of days off don't count, and no deadline lies at night.
    """

    answer_within: timedelta = timedelta(hours=24)
    holding_before: timedelta = timedelta(hours=4)
    working: WorkingTime | None = None

    def due(self, received: datetime, now: datetime) -> datetime:
        """The deadline of a message, counted from INTERNALDATE; one in the future counts from now."""
        arrived = min(received, now)
        if self.working is not None:
            return due_in_working_time(arrived, self.answer_within, self.working)
        # NOTE: across a change of the clocks only UTC adds real hours
        return (arrived.astimezone(UTC) + self.answer_within).astimezone(arrived.tzinfo)

    def holding_at(self, due: datetime) -> datetime:
        """From when on an unanswered, unflagged message gets a holding reply."""
        return due - self.holding_before

    def state(self, due: datetime, now: datetime) -> State:
        """How urgent an open obligation is."""
        if now >= due:
            return "overdue"
        return "due_soon" if now >= self.holding_at(due) else "open"
