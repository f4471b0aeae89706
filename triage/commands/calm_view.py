"""A calm reading as a person sees it, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from drafts.facts import Threat, Topic

if TYPE_CHECKING:
    from rich.console import Console

    from drafts.calm import CalmReading, HeldOut, Point

# What is held out, named so that nobody's pulse rises.
THREATS: Mapping[Threat, str] = {
    Threat.REVIEW: "a bad review, or word to others, is held out",
    Threat.LAWYER: "legal steps are held out",
    Threat.REPORT: "a report to an authority is held out",
    Threat.CHARGEBACK: "taking the payment back is held out",
    Threat.LEAVING: "the end of the work together is held out",
    Threat.VIOLENCE: "harm is held out: keep this message, and tell somebody before you answer it",
}
TOPICS: Mapping[Topic, str] = {
    Topic.QUALITY: "the quality of the work",
    Topic.BUG: "something that doesn't work",
    Topic.DELAY: "lateness",
    Topic.MISSING: "something missing",
    Topic.BRIEF: "a departure from what was asked for",
    Topic.AVAILABILITY: "slow or missing answers",
    Topic.UNPAID: "work without pay",
    Topic.SAMPLE: "a free sample",
    Topic.RIGHTS: "files or rights beyond the agreement",
    Topic.DEADLINE: "an earlier date",
    Topic.HOURS: "work outside your hours",
    Topic.REVISIONS: "more rounds",
    Topic.INSOLVENCY: "the client's insolvency",
    Topic.EXPOSURE: "something other than money as payment",
    Topic.REFUND: "money back",
    Topic.REFUSAL: "that they won't pay",
    Topic.INSTALMENTS: "payment in parts",
    Topic.DISCOUNT: "a lower price",
    Topic.AMOUNT: "the amount",
    Topic.TERMS: "the terms of payment",
    Topic.LATE: "late payment",
    Topic.CONDITIONAL: "payment on a condition",
}
_LABELS = {"scope_pressure": "scope", "payment_issue": "payment"}


def calm_record(reading: CalmReading, *, unfold: bool) -> dict[str, object]:
    """The ``calm`` object of ``show --json``; the folded sentences only where they were asked for."""
    record: dict[str, object] = {
        "asks": _points(reading.asks),
        "complaints": _points(reading.complaints),
        "complaint_topics": [topic.value for topic in reading.topics],
        "money": _points(reading.money),
        "threats": [
            {"kind": held.threat.value, "text": THREATS[held.threat], "condition": held.condition}
            for held in reading.threats
        ],
        "dates": list(reading.figures.moments),
        "amounts": list(reading.figures.amounts),
        "invoices": list(reading.figures.invoices),
        "also_said": _points(reading.rest),
        "folded": len(reading.folded),
    }
    if unfold:
        record["folded_text"] = list(reading.folded)
    return record


def print_calm(
    console: Console,
    reading: CalmReading,
    how_to_unfold: str,
    *,
    unfold: bool,
    figures: tuple[str, ...] = (),
) -> None:
    """The sections that have something in them, and how much is folded.

    ``figures`` are the days, sums and invoices with what they mean, in place of the bare words.
    """
    from rich.text import Text

    sections = list(_sections(reading, figures))
    for title, lines in sections:
        console.print(Text(title, style="bold"))
        for line in lines:
            console.print(Text(f"  • {line}"))
        console.print()
    if not sections:
        console.print(Text("It asks for nothing and names nothing that is wrong."))
    if reading.folded:
        console.print(Text(_folded(len(reading.folded), None if unfold else how_to_unfold), style="dim"))
    for sentence in reading.folded if unfold else ():
        console.print(Text(f"  | {sentence}", style="dim"))


def _points(points: Iterable[Point]) -> list[dict[str, object]]:
    return [{"text": point.text, "label": point.label} for point in points]


def _sections(reading: CalmReading, resolved: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each section that isn't empty, what is to be done first."""
    named = [f"{TOPICS[topic]} (named in folded words)" for topic in reading.topics if topic in TOPICS]
    figures = reading.figures
    found = (figures.moments, figures.amounts, figures.invoices)
    bare = [", ".join(some) for some in found if some]
    sections = (
        ("What is asked for", [_line(point) for point in reading.asks]),
        ("What is complained of", [*(_line(point) for point in reading.complaints), *named]),
        ("About money", [_line(point) for point in reading.money]),
        ("What is held out", [_threat(held) for held in reading.threats]),
        ("Days, sums and invoices named", list(resolved) or bare),
        ("Also said", [_line(point) for point in reading.rest]),
    )
    yield from ((title, lines) for title, lines in sections if lines)


def _line(point: Point) -> str:
    return f"{point.text} [{_LABELS[point.label]}]" if point.label in _LABELS else point.text


def _threat(held: HeldOut) -> str:
    return f"{THREATS[held.threat]} – “{held.condition}”" if held.condition else THREATS[held.threat]


def _folded(count: int, how_to_unfold: str | None) -> str:
    sentences = "1 sentence is" if count == 1 else f"{count} sentences are"
    return f"{sentences} folded" + (f"; {how_to_unfold} shows them." if how_to_unfold else ":")
