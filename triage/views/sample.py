"""A random sample of mail to be labelled by hand: what is drawn, and what its labels say of the flags.

The mail of a span is parted by its gravest verdict (flagged, unsure, clear), and of each part so many are
drawn; the estimate weighs each part by how many messages it really held (a stratified sample, Cochran 1977).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from triage.ledger.samples import Drawable, SampleRow, SampleWindow, Stratum
from triage.views.shares import Interval, wilson

STRATA: tuple[Stratum, ...] = get_args(Stratum)
WEEK = timedelta(days=7)
# Most of what is drawn can tell something: flags tell of precision, the rest of what was overlooked.
_PARTS: Mapping[Stratum, float] = {"flagged": 0.4, "unsure": 0.2, "clear": 0.4}
_DRAWS = 4_000
_EDGES = (0.025, 0.975)
METHOD = (
    "stratified by verdict; precision: Wilson's 95% interval; recall: weighted by the size of each part, "
    "95% interval from 4,000 draws of Beta(hits + 1/2, misses + 1/2) for each part"
)


def window_after(last: datetime | None, now: datetime) -> tuple[datetime, datetime] | None:
    """The span of arrivals that is to be sampled now: a week at most; None within a week of the last one."""
    if last is None:
        return now - WEEK, now
    return (max(last, now - WEEK), now) if now - last >= WEEK else None


def sizes_of(found: Iterable[Drawable]) -> dict[Stratum, int]:
    """How many messages each part holds."""
    strata = [one.stratum for one in found]
    return {stratum: strata.count(stratum) for stratum in STRATA}


def shares_of(number: int, sizes: Mapping[Stratum, int]) -> dict[Stratum, int]:
    """How many to draw of each part: as planned, what a part lacks is taken from the others in turn."""
    wanted = {stratum: min(sizes[stratum], int(number * _PARTS[stratum])) for stratum in STRATA}
    while sum(wanted.values()) < min(number, sum(sizes.values())):
        open_ones = [stratum for stratum in STRATA if wanted[stratum] < sizes[stratum]]
        needy = min(open_ones, key=lambda stratum: wanted[stratum] / _PARTS[stratum])
        wanted[needy] += 1
    return wanted


def drawn(found: Sequence[Drawable], number: int, chance: random.Random) -> list[Drawable]:
    """So many of them, each part's at random, and mixed: their order doesn't betray what was judged."""
    picked: list[Drawable] = []
    for stratum, wanted in shares_of(number, sizes_of(found)).items():
        picked += chance.sample([one for one in found if one.stratum == stratum], wanted)
    chance.shuffle(picked)
    return picked


@dataclass(frozen=True, slots=True)
class Estimate:
    """How good the flags of one label are; None where nothing is known.

    ``flagged``: how many labelled messages bear the flag, ``right``: how many of those rightly,
    ``overlooked``: how many labelled messages should bear it and don't.
    """

    label: str
    flagged: int
    right: int
    overlooked: int
    precision: float | None
    precision_interval: Interval | None
    recall: float | None
    recall_interval: Interval | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the mail: ``size`` messages, ``of`` of them labelled, ``hits`` of these as meant."""

    size: int
    hits: int
    of: int

    @property
    def total(self) -> float:
        """How many hits it is likely to hold in all."""
        return self.size * self.hits / self.of if self.of else 0.0

    def guess(self, chance: random.Random) -> float:
        """A total that fits what was seen (Jeffreys' prior)."""
        return self.size * chance.betavariate(self.hits + 0.5, self.of - self.hits + 0.5)


def estimate(label: str, rows: Iterable[SampleRow], windows: Iterable[SampleWindow]) -> Estimate:
    """Precision and recall of one label's flags over all spans together."""
    labelled = [row for row in rows if row.state == "labelled"]
    sizes = _sizes(windows)
    flagged = [row for row in labelled if label in row.judged]
    right = sum(label in row.said for row in flagged)
    missed = [row for row in labelled if label not in row.judged]
    recall, interval = _recall(label, labelled, sizes)
    return Estimate(
        label,
        len(flagged),
        right,
        sum(label in row.said for row in missed),
        right / len(flagged) if flagged else None,
        wilson(right, len(flagged)) if flagged else None,
        recall,
        interval,
    )


def _sizes(windows: Iterable[SampleWindow]) -> dict[Stratum, int]:
    known = list(windows)
    return {stratum: sum(window.sizes[stratum] for window in known) for stratum in STRATA}


def _recall(
    label: str, rows: Sequence[SampleRow], sizes: Mapping[Stratum, int]
) -> tuple[float | None, Interval | None]:
    """Flagged rightly, of all that should be flagged; None where a part that holds mail has no label yet."""
    parts = {s: [row for row in rows if row.stratum == s] for s in STRATA}
    if any(sizes[s] and not parts[s] for s in STRATA):
        return None, None
    carrying = {s: [row for row in parts[s] if label in row.said] for s in STRATA}
    right = sum(label in row.judged for row in carrying["flagged"])
    found = _Part(sizes["flagged"], right, len(parts["flagged"]))
    overlooked = [
        _Part(sizes[s], sum(label not in row.judged for row in carrying[s]), len(parts[s]))
        for s in STRATA
        if sizes[s]
    ]
    carried = found.total + sum(part.total for part in overlooked)
    if not carried:
        return None, None
    value = found.total / carried
    return value, _spread(found, overlooked, value)


def _spread(found: _Part, overlooked: Sequence[_Part], value: float) -> Interval:
    """The middle 95 of 100 recalls that fit what was seen; the same figures give the same interval."""
    chance = random.Random(0)  # noqa: S311
    guesses = []
    for _ in range(_DRAWS):
        right = found.guess(chance)
        guesses.append(right / (right + sum(part.guess(chance) for part in overlooked)))
    guesses.sort()
    low, high = (guesses[int(edge * (_DRAWS - 1))] for edge in _EDGES)
    return min(low, value), max(high, value)
