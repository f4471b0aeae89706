"""Days spent in another time zone: which zone holds at a moment, and when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Journey:
    """From the first day to the last, both there: by that zone's own midnights."""

    first: date
    last: date
    zone: tzinfo

    @property
    def begins(self) -> datetime:
        """The moment from which on its zone holds, in UTC."""
        return datetime.combine(self.first, time(0), self.zone).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The moment from which on it doesn't, in UTC."""
        return datetime.combine(self.last + timedelta(days=1), time(0), self.zone).astimezone(UTC)


def zone_at(moment: datetime, home: tzinfo, journeys: Iterable[Journey]) -> tzinfo:
    """The zone that holds at an aware moment; where two journeys overlap, that which began later."""
    there = [one for one in journeys if one.begins <= moment < one.ends]
    return max(there, key=lambda one: one.begins).zone if there else home


def next_change(moment: datetime, journeys: Iterable[Journey]) -> datetime | None:
    """The first moment after this one at which a journey begins or ends."""
    changes = [edge for one in journeys for edge in (one.begins, one.ends) if edge > moment]
    return min(changes, default=None)
