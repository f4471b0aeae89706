"""Shares with how sure they are, and middles of lengths of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

# Two-sided 95% of the normal distribution.
Z = 1.959963984540054
# Below that a share alone says more than it knows.
FEW = 100

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; there is no value of none."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1, None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """Where the true share lies in 95 of 100 cases, by Wilson's score (1927); None of nothing."""
        return wilson(self.hits, self.of) if self.of else None

    def as_text(self) -> str:
        """Per cent with its counts; the interval too where they are few."""
        if self.value is None or self.interval is None:
            return "none"
        few = f", 95% interval {100 * self.interval[0]:.0f} to {100 * self.interval[1]:.0f}"
        return f"{self.per_cent} ({self.hits:,} of {self.of:,}{few if self.of < FEW else ''})"

    @property
    def per_cent(self) -> str:
        """Whole per cent; 100 and 0 only where all or none are meant."""
        if self.value is None:
            return "–"
        rounded = round(100 * self.value)
        if 0 < self.hits < self.of:
            rounded = min(99, max(1, rounded))
        return f"{rounded}%"


def wilson(hits: int, of: int) -> Interval:
    """Wilson's score interval of a share at 95%; ``of`` is at least 1."""
    share, squared = hits / of, Z * Z / of
    middle = (share + squared / 2) / (1 + squared)
    half = Z / (1 + squared) * math.sqrt(share * (1 - share) / of + squared / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(values: Sequence[timedelta], share: float) -> timedelta | None:
    """The length of time that this share of them don't exceed, between neighbours in proportion."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
