"""The 24-hour rule: when an answer is due, when a holding reply is, and how an obligation stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from triage.clock.deadline import due_in_working_time
from triage.clock.working_time import WorkingTime

# No mail of ours is older; servers give 1970 where they know nothing.
FIRST_SANE = datetime(2000, 1, 1, tzinfo=UTC)

State = Literal["open", "due_soon", "overdue"]


@dataclass(frozen=True, slots=True)
class Promise:
    """From arrival to answer, and how long before that a holding reply is drafted.

    The hours are real ones; with ``working`` those of days off don't count, and no deadline lies at night.
    ``draft_within``: so long after arrival a flagged message has its draft at the latest.
    """

    answer_within: timedelta = timedelta(hours=24)
    holding_before: timedelta = timedelta(hours=4)
    working: WorkingTime | None = None
    draft_within: timedelta = timedelta(hours=12)

    def due(self, received: datetime, now: datetime, known: datetime | None = None) -> datetime:
        """The deadline of a message, counted from INTERNALDATE; one in the future counts from now.

        ``known`` is a moment that has passed, such as the last pass: a clock set back behind it makes no
        deadline earlier. An arrival dated before there was such mail counts from now too.
        """
        arrived = self.arrived(received, now, known)
        if self.working is not None:
            return due_in_working_time(arrived, self.answer_within, self.working)
        # NOTE: across a change of the clocks only UTC adds real hours
        return (arrived.astimezone(UTC) + self.answer_within).astimezone(arrived.tzinfo)

    def arrived(self, received: datetime, now: datetime, known: datetime | None = None) -> datetime:
        """When a message came, as far as that can be believed."""
        now = now if known is None else max(now, known)
        return received if FIRST_SANE <= received <= now else now

    def holding_at(self, due: datetime) -> datetime:
        """From when on an unanswered, unflagged message gets a holding reply."""
        return due - self.holding_before

    def draft_due(self, arrived: datetime, due: datetime) -> datetime:
        """Until when a flagged message that arrived then has its draft: always before the deadline."""
        within = arrived + self.draft_within
        if self.working is not None:
            within = due_in_working_time(arrived, self.draft_within, self.working)
        latest = max(due - self.holding_before, arrived + (due - arrived) / 2)
        return min(within, latest)

    def holding_due(self, due: datetime) -> datetime:
        """Until when a holding reply must be there, which is begun late on purpose: half of its time."""
        return due - self.holding_before / 2

    def state(self, due: datetime, now: datetime) -> State:
        """How urgent an open obligation is."""
        if now >= due:
            return "overdue"
        return "due_soon" if now >= self.holding_at(due) else "open"
