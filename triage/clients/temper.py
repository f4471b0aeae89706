"""What a client is like, told from many messages with reasons: it shapes wording, and no client reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.clients.incident import HOSTILITY, Contact
from triage.clients.profile import Pattern, Temper

# Fewer messages than this show a mood, no temper.
ENOUGH = 6
# A temper shows in this share of the messages, and by this factor more often than the next one.
SHARE, AHEAD = 0.3, 1.5
AT_LEAST = 3
COMPLAINTS = 0.4
BY_HAND = "set in the client file"
# Praise and anger, each in so many messages: feelings decide here.
SWINGS = 2

TEMPERS: Mapping[Temper, str] = {
    "controller": "asks to decide, approve or insist",
    "performer": "speaks of being seen, admired or standing out",
    "approver": "asks for reassurance or apologises for asking",
    "evaluator": "asks for figures, details or reasons",
}
_COMPLAINT = frozenset({"quality", "service", "expectation", "deadline", "silence"})


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that a client is like, with the reason in a sentence."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Nature:
    """A client's temper, if one shows, and the patterns of their history."""

    temper: Trait | None = None
    patterns: tuple[Trait, ...] = ()


def nature(
    contacts: Sequence[Contact],
    temper: Temper | None = None,
    patterns: Sequence[Pattern] | None = None,
) -> Nature:
    """What a client is like by what they wrote; ``temper`` and ``patterns`` are the user's word and win."""
    written = [contact for contact in contacts if not contact.is_own]
    told = Trait(temper, BY_HAND) if temper else _temper(written)
    if patterns is not None:
        return Nature(told, tuple(Trait(name, BY_HAND) for name in patterns))
    return Nature(told, tuple(pattern for one in _PATTERNS if (pattern := one(written))))


def _temper(written: Sequence[Contact]) -> Trait | None:
    """The temper that shows clearly more often than every other."""
    counts = {name: _showing(written, name) for name in TEMPERS}
    first, second = sorted(counts, key=lambda name: -counts[name])[:2]
    is_clear = _is_usual(counts[first], written) and counts[first] >= AHEAD * counts[second]
    return Trait(first, _told(TEMPERS[first], counts[first], written)) if is_clear else None


def _showing(written: Sequence[Contact], trait: str) -> int:
    return sum(trait in contact.traits for contact in written)


def _is_usual(count: int, written: Sequence[Contact], share: float = SHARE) -> bool:
    return len(written) >= ENOUGH and count >= max(AT_LEAST, share * len(written))


def _told(what: str, count: int, written: Sequence[Contact]) -> str:
    return f"{what} in {count} of {len(written)} messages"


def _complains(written: Sequence[Contact]) -> Trait | None:
    count = sum(bool(one.labels) or not _COMPLAINT.isdisjoint(one.traits) for one in written)
    if not _is_usual(count, written, COMPLAINTS):
        return None
    return Trait("chronic_complainer", _told("complains or presses", count, written))


def _knows_it_all(written: Sequence[Contact]) -> Trait | None:
    count = _showing(written, "know_it_all")
    return (
        Trait("know_it_all", _told("explains how the work is done", count, written))
        if _is_usual(count, written)
        else None
    )


def _is_emotional(written: Sequence[Contact]) -> Trait | None:
    """By feelings in the words, or by swinging between praise and anger."""
    count = sum("emotional" in one.traits or one.traits.get("loud", 0) >= 3 for one in written)
    if _is_usual(count, written):
        return Trait("emotional_buyer", _told("writes of feelings or in exclamations", count, written))
    angry = sum(HOSTILITY in one.labels for one in written)
    pleased = sum("praise" in one.traits and HOSTILITY not in one.labels for one in written)
    if len(written) < ENOUGH or angry < SWINGS or pleased < SWINGS or pleased + angry < SHARE * len(written):
        return None
    return Trait("emotional_buyer", f"swings: {angry} angry and {pleased} pleased of {len(written)} messages")


def _seeks_relationship(written: Sequence[Contact]) -> Trait | None:
    count = _showing(written, "relationship")
    return (
        Trait("relationship_buyer", _told("asks how you are or speaks of working together", count, written))
        if _is_usual(count, written)
        else None
    )


_PATTERNS = (_complains, _knows_it_all, _is_emotional, _seeks_relationship)
