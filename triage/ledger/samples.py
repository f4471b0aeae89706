"""What the ledger keeps of samples that the user labels: which messages were drawn, from how many, as what.

No word of a message is kept. What the program had judged is noted at the draw, so that later corrections
don't make it look better.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from triage.ledger.reading import moment, stamp
from triage.ledger.report import flagged_in
from triage.ledger.store import Store

Stratum = Literal["flagged", "unsure", "clear"]
SampleState = Literal["drawn", "labelled", "skipped", "gone"]

# What the program said by itself: a correction puts the user's word into ``labels``.
_JUDGED = "coalesce(m.judged_labels, m.labels)"


@dataclass(frozen=True, slots=True)
class Drawable:
    """A judged message that may be drawn: its flagged labels, and its gravest verdict."""

    id: int
    stratum: Stratum
    judged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleWindow:
    """A span of arrivals that was drawn from, and how many messages each stratum of it held."""

    id: int
    begun: datetime
    ended: datetime
    sizes: Mapping[Stratum, int]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A message that was drawn: what the program judged, and what the user says (once ``labelled``)."""

    id: int
    stratum: Stratum
    judged: tuple[str, ...]
    said: tuple[str, ...]
    state: SampleState


class SampleStore(Store):
    """The ledger's promises about samples, in plain SQL."""

    def drawable(
        self, accounts: Collection[str], begun: datetime, ended: datetime, own: Collection[str] = ()
    ) -> list[Drawable]:
        """The judged messages received after ``begun`` and not after ``ended``; ``own`` writers left out."""
        return self._found(
            _drawable,
            f"SELECT m.id, {_JUDGED} FROM message m WHERE m.received > ? AND m.received <= ?"  # noqa: S608
            " AND m.account IN (SELECT value FROM json_each(?)) AND m.gate IS NULL AND m.client <> ''"
            f" AND {_JUDGED} <> '{{}}' AND m.state = 'settled'"
            " AND lower(m.client) NOT IN (SELECT value FROM json_each(?)) ORDER BY m.id",
            stamp(begun),
            stamp(ended),
            json.dumps(sorted(accounts)),
            json.dumps(sorted(address.lower() for address in own)),
        )

    def sample_windows(self) -> list[SampleWindow]:
        """All spans that were drawn from, the oldest first."""
        return self._found(
            _window, "SELECT id, begun, ended, flagged, unsure, clear FROM sample_window ORDER BY id"
        )

    def open_window(self, begun: datetime, ended: datetime, sizes: Mapping[Stratum, int]) -> int:
        """Note a new span; returns its number."""
        with self.together():
            self._change(
                "INSERT INTO sample_window (begun, ended, flagged, unsure, clear) VALUES (?, ?, ?, ?, ?)",
                stamp(begun), stamp(ended), sizes["flagged"], sizes["unsure"], sizes["clear"],
            )  # fmt: skip
            return int(self._read("SELECT max(id) FROM sample_window")[0][0])

    def draw(self, window: int, drawn: Sequence[Drawable], at: datetime) -> None:
        """Add messages to the sample of a span, in this order; one that was ever drawn stays as it is."""
        with self.together():
            for place, one in enumerate(drawn):
                self._change(
                    "INSERT OR IGNORE INTO sample (message, week, place, stratum, judged, at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    one.id, window, place, one.stratum, json.dumps(one.judged), stamp(at),
                )  # fmt: skip

    def samples(self, *, state: SampleState | None = None) -> list[SampleRow]:
        """All messages that were ever drawn, or those in this state, in the order of showing."""
        return self._found(
            _sample,
            "SELECT message, stratum, judged, said, state FROM sample WHERE ? IS NULL OR state = ?"
            " ORDER BY week, at, place",
            state, state,
        )  # fmt: skip

    def say(self, row_id: int, state: SampleState, said: Collection[str] = ()) -> None:
        """The user has labelled a drawn message, skipped it, taken that back, or it is gone."""
        if not self._change(
            "UPDATE sample SET state = ?, said = ? WHERE message = ?", state, json.dumps(sorted(said)), row_id
        ):
            raise KeyError(row_id)

    def reminded_of_sample(self) -> datetime | None:
        """When the user was last reminded."""
        rows = self._read("SELECT at FROM sample_reminder")
        return moment(rows[0][0]) if rows else None

    def note_reminder(self, at: datetime) -> None:
        """The user is reminded now."""
        self._change("INSERT OR REPLACE INTO sample_reminder VALUES (1, ?)", stamp(at))


def _drawable(row: Sequence[Any]) -> Drawable:
    id_, labels = row
    verdicts = {verdict for verdict, _ in json.loads(labels).values()}
    stratum: Stratum = "flagged" if "flagged" in verdicts else "unsure" if "unsure" in verdicts else "clear"
    return Drawable(id_, stratum, flagged_in(labels))


def _window(row: Sequence[Any]) -> SampleWindow:
    id_, begun, ended, flagged, unsure, clear = row
    return SampleWindow(
        id_, moment(begun), moment(ended), {"flagged": flagged, "unsure": unsure, "clear": clear}
    )


def _sample(row: Sequence[Any]) -> SampleRow:
    id_, stratum, judged, said, state = row
    return SampleRow(id_, stratum, tuple(json.loads(judged)), tuple(json.loads(said)), state)
