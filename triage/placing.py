"""A draft on its way into the Drafts folder, of whatever kind: planned → appending → present.

The ledger holds each state before the server holds the next: the intent before anything is looked for, the
word that an APPEND is under way before it is sent. What a dead pass leaves as ``planned`` was never sent and
is simply placed. What it leaves as ``appending`` may stand in the folder, although a server whose index lags
doesn't show it yet: it is looked for in other ways, and for some seconds, before it is placed again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from triage.imap.drafts_box import Attempt, Placed, TakenBack, put_once, take_back
from triage.imap.session import Session

logger = logging.getLogger(__name__)

Place = Callable[[str, bytes, Attempt], Placed]
"""Puts a draft of this Message-ID into the Drafts folder once."""
TakeBack = Callable[[str, Collection[str]], TakenBack]
"""Deletes an untouched draft, told by its Message-ID and the hashes it may have."""


@dataclass(frozen=True, slots=True)
class Record:
    """A planned draft's part of the ledger: how it is told that the next state has come."""

    message_id: str
    was_begun: bool
    appending: Callable[[], None]
    present: Callable[[Placed], None]


@dataclass(frozen=True, slots=True)
class Box:
    """The Drafts folder as a pass uses it."""

    place: Place
    take_back: TakeBack


def carry(record: Record, raw: bytes, place: Place) -> Placed:
    """Take a planned draft to its place and into the ledger as present.

    Killed anywhere, the same call finishes the work, and never with a second draft.
    """
    placed = place(record.message_id, raw, Attempt(record.was_begun, record.appending))
    for name in placed.altered:
        logger.warning("the server dropped the %s header of a draft", name)
    record.present(placed)
    return placed


def real_box(session: Callable[[], Session], folder: str, *, is_reply: bool = False) -> Box:
    """The folder on the server; ``session`` is asked for one when it is needed."""
    return Box(
        lambda name, raw, attempt: put_once(
            session(), folder, message_id=name, raw=raw, is_reply=is_reply, attempt=attempt
        ),
        lambda name, held: take_back(session(), folder, message_id=name, content_hashes=held),
    )


def rehearsed_box() -> Box:
    """A dry run's: as if every draft were placed, or taken back."""
    return Box(
        lambda _name, _raw, _attempt: Placed(
            uid=None, uidvalidity=0, was_there=False, content_hash="", altered=()
        ),
        lambda _name, _held: "withdrawn",
    )
