"""From a situation to a calm reply in the freelancer's voice: facts in, draft and lint out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drafts.situation import Freelancer, History, Policy, Problem, Reply, Situation

if TYPE_CHECKING:
    from drafts.compose import supported_languages, write

__all__ = [
    "Freelancer",
    "History",
    "Policy",
    "Problem",
    "Reply",
    "Situation",
    "supported_languages",
    "write",
]


def __getattr__(name: str) -> Any:
    """Templates and phrase books take a tenth of a second to load: only who writes a reply pays for it."""
    if name not in ("supported_languages", "write"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from drafts import compose

    return getattr(compose, name)
