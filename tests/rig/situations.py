"""Situations for tests of drafts: one message with everything a reply needs, each part open to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drafts import Freelancer, Situation

LABELS = ("hostility", "scope_pressure", "payment_issue")
# A Monday afternoon; the answer is promised for the next morning.
NOW = datetime(2025, 3, 10, 15, 20, tzinfo=ZoneInfo("Europe/Dublin"))
HEAR_BY = datetime(2025, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Dublin"))


def situation(text: str, evidence: Mapping[str, str | list[str]] | None = None, **changes: Any) -> Situation:
    """A message by Priya Nair; what has evidence is flagged, everything else clear."""
    spans = {label: [words] if isinstance(words, str) else words for label, words in (evidence or {}).items()}
    made = Situation(
        now=NOW,
        language="en",
        new_text=text,
        subject="",
        hear_by=HEAR_BY,
        freelancer=Freelancer("Alex Reed"),
        client_name="Priya Nair",
        labels={label: "flagged" if label in spans else "clear" for label in LABELS},
        severity=2 if spans else 0,
        evidence=tuple((label, words) for label, texts in spans.items() for words in texts),
    )
    return replace(made, **changes)
