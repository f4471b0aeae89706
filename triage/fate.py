"""What becomes of a draft that was placed: a pure table over what is seen in Drafts and in Sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Fate = Literal["stays", "edited", "sent", "discarded", "withdraw", "supersede"]
"""``withdraw`` and ``supersede`` ask for the draft to be taken back, if nobody has touched it."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is seen of one draft that was present.

    ``is_there``: a message with its Message-ID and its place lies in Drafts. ``has_heir``: another message in
    Drafts answers the same message or carries its reference, as a mail program leaves behind after an edit.
    ``is_answered``: the message it answers was answered. ``has_newer``: a later draft of the program answers
    the same conversation.
    """

    is_there: bool
    has_heir: bool = False
    is_answered: bool = False
    has_newer: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the first whose ``when`` holds decides."""

    when: Callable[[Sighting], bool]
    fate: Fate


TABLE: tuple[Row, ...] = (
    Row(lambda seen: seen.is_there and seen.is_answered, "withdraw"),
    Row(lambda seen: seen.is_there and seen.has_newer, "supersede"),
    Row(lambda seen: seen.is_there, "stays"),
    # A copy left beside an answer that was sent is the user's own affair.
    Row(lambda seen: seen.is_answered, "sent"),
    Row(lambda seen: seen.has_heir, "edited"),
    Row(lambda _: True, "discarded"),
)


def fate_of(seen: Sighting) -> Fate:
    """The first row of ``TABLE`` that fits."""
    return next(row.fate for row in TABLE if row.when(seen))
