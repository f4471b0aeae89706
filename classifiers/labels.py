"""The three labels, in the order that every table and array of this package uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

LABELS: Final[tuple[str, ...]] = ("hostility", "scope_pressure", "payment_issue")

# The letter that marks evidence for a label in the corpus: [[H|...]].
MARKS: Final[Mapping[str, str]] = {"H": "hostility", "S": "scope_pressure", "P": "payment_issue"}

LANGUAGES: Final[tuple[str, ...]] = ("en", "de", "es", "fr", "pt", "it", "nl")
DEFAULT_LANGUAGE: Final = "en"

Verdict = Literal["flagged", "unsure", "clear"]
