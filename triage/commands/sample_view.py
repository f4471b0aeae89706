"""What labels given by hand say of the flags: lines for a person, records for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from triage.corrections import LABELS
from triage.views.sample import METHOD, STRATA, Estimate, estimate
from triage.views.shares import Interval, Share

if TYPE_CHECKING:
    from triage.ledger.samples import SampleRow, SampleWindow
    from triage.ledger.sqlite import SqliteLedger


def sample_records(ledger: SqliteLedger) -> Iterator[dict[str, object]]:
    """The JSON lines of ``review --sample --json``: one a label, then what they stand on."""
    rows, windows = ledger.samples(), ledger.sample_windows()
    for label in LABELS:
        yield _record(estimate(label, rows, windows))
    yield _total(rows, windows)


def _record(one: Estimate) -> dict[str, object]:
    return {
        "section": "label",
        "label": one.label,
        "flagged": one.flagged,
        "right": one.right,
        "overlooked": one.overlooked,
        "precision": _rounded(one.precision),
        "precision_interval": _edges(one.precision_interval),
        "recall": _rounded(one.recall),
        "recall_interval": _edges(one.recall_interval),
    }


def _total(rows: Sequence[SampleRow], windows: Sequence[SampleWindow]) -> dict[str, object]:
    states = [row.state for row in rows]
    return {
        "section": "total",
        "labelled": states.count("labelled"),
        "skipped": states.count("skipped"),
        "gone": states.count("gone"),
        "waiting": states.count("drawn"),
        "strata": {
            stratum: {
                "messages": sum(window.sizes[stratum] for window in windows),
                "labelled": sum(row.stratum == stratum and row.state == "labelled" for row in rows),
            }
            for stratum in STRATA
        },
        "windows": len(windows),
        "from": windows[0].begun.isoformat() if windows else None,
        "to": windows[-1].ended.isoformat() if windows else None,
        "method": METHOD,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _edges(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(edge, 4) for edge in interval]


def sample_lines(ledger: SqliteLedger) -> Iterator[str]:
    """The same for a person."""
    rows, windows = ledger.samples(), ledger.sample_windows()
    total = sum(row.state == "labelled" for row in rows)
    if not total:
        yield "Nothing is labelled yet."
        return
    yield f"By your own labels of {total:,} message{'' if total == 1 else 's'}:"
    for label in LABELS:
        one = estimate(label, rows, windows)
        yield f"  {label.replace('_', ' ')}: {_precision(one)}; {_recall(one)}"
    yield f"  ({METHOD})"


def _precision(one: Estimate) -> str:
    share = Share(one.right, one.flagged)
    return f"right when flagged: {share.as_text()}" if one.flagged else "none of them was flagged"


def _recall(one: Estimate) -> str:
    overlooked = f"{one.overlooked:,} overlooked among those labelled"
    if one.recall is None or one.recall_interval is None:
        return f"how many are found can't be said yet ({overlooked})"
    low, high = (100 * edge for edge in one.recall_interval)
    about = f"about {100 * one.recall:.0f}% (95% interval {low:.0f} to {high:.0f}; {overlooked})"
    return f"found of all there are: {about}"
