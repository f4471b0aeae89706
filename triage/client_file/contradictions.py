"""What single keys can't show: parts of the client file that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triage.client_file.positions import Place


def contradictions(data: Mapping[str, Any], lines: Mapping[Place, int]) -> Iterator[tuple[Place, str]]:
    """Each contradiction's place and sentence; what has the wrong type is passed over here."""
    yield from ()
