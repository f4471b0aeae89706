"""The morning's digest: what awaits an answer by deadline, hostile mail folded, drafts, money, trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from triage.alarms.words import Push, Shown, clock_time, one_line
from triage.clients.money import Money
from triage.clock.obligations import State

DraftOf = Literal["reply", "holding", "payment", "contact"]
TroubleOf = Literal["forged", "given_up", "failing", "unreadable", "login_broken", "no_pass"]


@dataclass(frozen=True, slots=True)
class AwaitingLine:
    """A message that awaits an answer; ``is_folded``: it is hostile, and its words can wait."""

    id: int
    account: str
    client: str
    subject: str
    received: datetime
    due: datetime
    state: State
    labels: tuple[str, ...]
    severity: int
    draft_state: str
    is_folded: bool


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft that waits to be sent: the reply to message ``id``, or a mail of another kind."""

    account: str
    client: str
    kind: DraftOf
    id: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class OwedLine:
    """What a client owes, and what of it is late, by currency."""

    client: str
    owed: tuple[Money, ...]
    late: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """What the user should look at: a message, or a whole account since then."""

    kind: TroubleOf
    account: str
    what: str
    id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """All of it at one moment, each part in the order in which it is told."""

    at: datetime
    awaiting: Sequence[AwaitingLine] = ()
    drafts: Sequence[DraftLine] = ()
    owed: Sequence[OwedLine] = ()
    troubles: Sequence[TroubleLine] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell; money that isn't late yet is nothing to tell in the morning."""
        return not (self.awaiting or self.drafts or self.troubles or self.late)

    @property
    def overdue(self) -> int:
        """How many answers are late."""
        return sum(row.state == "overdue" for row in self.awaiting)

    @property
    def folded(self) -> int:
        """How many hostile messages await an answer."""
        return sum(row.is_folded for row in self.awaiting)

    @property
    def late(self) -> int:
        """How many clients owe money that is late."""
        return sum(bool(row.late) for row in self.owed)


def digest_push(digest: Digest, shown: Shown, keys: Sequence[str]) -> Push:
    """The digest as a notification: counts and times, names only where the user allows them."""
    lines = [_answers(digest, shown), _rest(digest)]
    if shown.client:
        lines += [_first(row, digest, shown) for row in digest.awaiting[:3]]
    return Push("Inbox Triage: the digest", "\n".join(line for line in lines if line), tuple(keys))


def _answers(digest: Digest, shown: Shown) -> str:
    if not digest.awaiting:
        return "Nothing awaits an answer."
    count = len(digest.awaiting)
    late = f", {digest.overdue:,} late" if digest.overdue else ""
    ahead = [row.due for row in digest.awaiting if row.due > digest.at]
    first = f"; the first deadline is {clock_time(min(ahead), digest.at, shown.zone)}" if ahead else ""
    hostile = f", {digest.folded:,} hostile" if digest.folded else ""
    return f"{count:,} await{'s' if count == 1 else ''} an answer{late}{hostile}{first}."


def _rest(digest: Digest) -> str:
    parts = [
        (len(digest.drafts), "draft waits", "drafts wait"),
        (digest.late, "client is late with a payment", "clients are late with payments"),
        (len(digest.troubles), "thing needs a look", "things need a look"),
    ]
    said = [f"{count:,} {one if count == 1 else many}" for count, one, many in parts if count]
    return f"{', '.join(said)}. All of it: triage digest" if said else "All of it: triage digest"


def _first(row: AwaitingLine, digest: Digest, shown: Shown) -> str:
    due = clock_time(row.due, digest.at, shown.zone)
    subject = f": {one_line(row.subject)}" if shown.subject and not row.is_folded else ""
    return f"{due} {one_line(row.client)}{subject}"
