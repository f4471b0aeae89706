"""What the program remembers between two passes, and what every memory must promise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from triage.clients.ladder import Step

MessageState = Literal["new", "planned", "settled", "given_up"]
DraftKind = Literal["reply", "holding"]
DraftState = Literal[
    "planned", "appending", "present", "edited", "sent", "discarded", "superseded", "withdrawn"
]
StepState = Literal["planned", "appending", "present", "edited", "sent", "discarded", "withdrawn"]
Labels = Mapping[str, tuple[str, float]]
"""Label → (verdict, probability)."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """All that is remembered of one message: no body, no evidence.

    ``key`` is its Message-ID, or a content hash where it has none. ``folder``, ``uidvalidity`` and ``uid``
    say where it was seen last; ``uid`` 0: another message has its place now. The ``draft_…`` fields
    speak of the reply. ``conversation`` is one number for all that belongs together, 0 where none is known.
    """

    id: int
    account: str
    folder: str
    uidvalidity: int
    uid: int
    key: str
    content_hash: str
    received: datetime
    client: str
    subject: str
    state: MessageState
    decision: str | None
    outcome: str | None
    reason: str
    attempts: int
    gate: str | None
    language: str | None
    severity: int
    labels: Labels
    draft_message_id: str | None
    draft_state: DraftState | Literal["none"]
    draft_uidvalidity: int | None
    draft_uid: int | None
    draft_hash: str | None
    conversation: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether no pass has anything left to do for it."""
        return self.state in ("settled", "given_up")


@dataclass(frozen=True, slots=True)
class Claim:
    """The row of a message that a pass has taken up, new or known."""

    row: MessageRow

    @property
    def is_settled(self) -> bool:
        """Whether an earlier pass has finished it, here or under another UIDVALIDITY."""
        return self.row.is_settled


@dataclass(frozen=True, slots=True)
class Obligation:
    """A message that awaits an answer: due when, and when a holding reply is to be written.

    ``due`` is that of the oldest unanswered message of its conversation, ``own_due`` its own.
    ``draft_due``: when a draft must stand there at the latest; ``drafted``: since when one does.
    """

    row: MessageRow
    due: datetime
    holding_at: datetime | None
    holding_state: DraftState | Literal["none"]
    own_due: datetime
    draft_due: datetime | None = None
    drafted: datetime | None = None

    @property
    def conversation(self) -> int:
        """The number of its message's conversation."""
        return self.row.conversation

    def is_drafted_late(self, now: datetime) -> bool:
        """Whether its draft came later than it was due, or is late still."""
        return self.draft_due is not None and (self.drafted or now) > self.draft_due


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft's life; ``content_hash`` is that of the bytes read back from the server."""

    message_id: str
    row_id: int
    kind: DraftKind
    state: DraftState
    uidvalidity: int | None
    uid: int | None
    content_hash: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered of one client: other messages by flagged label, the phrases of their drafts.

    ``severe`` counts the flagged messages of severity 3.
    """

    incidents: Mapping[str, int]
    phrases: frozenset[str]
    severe: int = 0


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step of the payment ladder to be drafted, for ``owed`` ("1200.00 EUR") late since that day."""

    client: str
    invoice: str
    step: Step
    since: date
    owed: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of one invoice; steps of several invoices may share one mail, told by its ``message_id``.

    ``content_hash`` is that of the draft as intended, then as read back from the server. ``sent`` is None
    until the mail was really sent, then perhaps under another Message-ID, ``sent_message_id``.
    """

    id: int
    account: str
    client: str
    invoice: str
    step: Step
    since: date
    owed: str
    message_id: str
    subject: str
    state: StepState
    drafted: datetime
    content_hash: str
    phrases: frozenset[str]
    sent: datetime | None
    sent_message_id: str | None


@dataclass(frozen=True, slots=True)
class PassRow:
    """The last finished pass over an account."""

    at: datetime
    summary: Mapping[str, object]


class Ledger(Protocol):
    """The memory of all accounts; belongs to the thread that opened it.

    Every effect is one transaction, kept when the process is killed right after. Effects that belong together
    go into one by ``together``. Times are aware; they come back in UTC. All methods raise LedgerUnusable when
    the memory can't be read or written, and KeyError for an id that was never given out.
    """

    def together(self) -> AbstractContextManager[None]:
        """One transaction over all effects inside: all are kept, or none when the block raises."""
        ...

    def cursor(self, account: str, folder: str, uidvalidity: int) -> int | None:
        """The highest UID up to which all messages were claimed; None before the first pass."""
        ...

    def advance(self, account: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Move the cursor up to this UID; it never goes back."""
        ...

    def claim(
        self,
        account: str,
        folder: str,
        uidvalidity: int,
        uid: int,
        *,
        key: str,
        content_hash: str,
        received: datetime,
        client: str,
        subject: str,
    ) -> Claim:
        """Take up a message: the row it has, wherever it was seen before, or a new one.

        The same message is the same key and the same content hash in one account. A repeated Message-ID with
        other content is another message; so is other content found at a known UID.
        """
        ...

    def unsettled(self, account: str, folder: str, uidvalidity: int) -> list[int]:
        """UIDs of messages that earlier passes began and didn't finish, ascending."""
        ...

    def stranded(self, account: str, folder: str, uidvalidity: int) -> list[MessageRow]:
        """Unfinished messages last seen in this folder at a place that is gone.

        Whatever of them is still in the folder comes back by ``claim``; the rest can only be settled.
        """
        ...

    def at(self, account: str, folder: str, uidvalidity: int, uid: int) -> MessageRow | None:
        """The message claimed at this place."""
        ...

    def judged(
        self,
        row_id: int,
        *,
        gate: str | None,
        language: str | None,
        labels: Labels,
        severity: int,
        traits: Mapping[str, int] | None = None,
    ) -> None:
        """Keep what the gate and the classifiers said; ``traits`` are counts of what it was about."""
        ...

    def plan(
        self,
        row_id: int,
        *,
        draft_message_id: str,
        decision: str,
        reason: str,
        kind: DraftKind = "reply",
        phrases: Collection[str] = (),
    ) -> str:
        """Write down the intent to place a draft and return the Message-ID to place it under.

        That is the first one planned for this message and kind: it may be on the server already. On the disk,
        proof against power loss, before the outermost transaction returns.
        """
        ...

    def placed(
        self, row_id: int, *, uid: int | None, uidvalidity: int, content_hash: str, kind: DraftKind = "reply"
    ) -> None:
        """The planned draft is in the Drafts folder; one that the user has touched keeps its state."""
        ...

    def append_begun(self, message_id: str) -> None:
        """A planned draft, of whatever kind, is about to be sent to the server."""
        ...

    def mark_draft(self, draft_message_id: str, state: DraftState) -> None:
        """A draft's life has gone on."""
        ...

    def past(self, row_id: int, addresses: Collection[str] = (), domains: Collection[str] = ()) -> Past:
        """What is remembered of this message's client besides this message, in its account.

        The client is the sender, and whoever writes from these ``addresses`` or ``domains``, in lower case.
        """
        ...

    def drafts(self, account: str, states: Collection[DraftState]) -> list[DraftRow]:
        """The account's drafts in these states, oldest first."""
        ...

    def settle(self, row_id: int, *, outcome: str, reason: str) -> None:
        """The message is done; no pass looks at it again."""
        ...

    def failed(self, row_id: int, *, reason: str) -> int:
        """Count a failed attempt and return how many there were."""
        ...

    def give_up(self, row_id: int, *, reason: str) -> None:
        """The message can't be worked on; it is shown and left alone."""
        ...

    def open_obligation(
        self, row_id: int, *, due: datetime, holding_at: datetime | None, draft_due: datetime | None = None
    ) -> None:
        """The message awaits an answer; a second call moves the times, a closed obligation stays closed."""
        ...

    def close_obligation(self, row_id: int, *, how: str, at: datetime, by: str = "") -> None:
        """The message awaits no answer any more; the first close counts. ``by``: the reply's Message-ID."""
        ...

    def open_obligations(
        self, account: str | None = None, *, holding_by: datetime | None = None
    ) -> list[Obligation]:
        """What awaits an answer, the earliest due first; ``holding_by``: a holding reply is due by then."""
        ...

    def plan_steps(
        self,
        steps: Sequence[StepPlan],
        *,
        account: str,
        message_id: str,
        subject: str,
        content_hash: str,
        at: datetime,
        phrases: Collection[str] = (),
    ) -> bool:
        """Write down the intent to draft one mail for these steps; False where one of them has a draft.

        Then nothing is written. An invoice has one unsent draft at most, whatever its step and account. On
        the disk, proof against power loss, before the outermost transaction returns.
        """
        ...

    def step_placed(self, message_id: str, *, content_hash: str) -> None:
        """The planned mail is in the Drafts folder; what was sent meanwhile stays sent."""
        ...

    def mark_step(self, message_id: str, state: StepState) -> None:
        """The life of a step's mail has gone on."""
        ...

    def step_sent(self, message_id: str, *, at: datetime, sent_message_id: str) -> None:
        """The mail was really sent, perhaps under another Message-ID; the first time counts."""
        ...

    def steps(self, invoice: str | None = None) -> list[StepRow]:
        """Every step that was ever drafted, withdrawn ones too, oldest first."""
        ...

    def sent_cursor(self, account: str, folder: str) -> tuple[int, int] | None:
        """UIDVALIDITY and the last UID read of a Sent folder."""
        ...

    def set_sent_cursor(self, account: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Remember how far a Sent folder was read."""
        ...

    def find(self, id_or_prefix: str) -> MessageRow | None:
        """The one message with this ledger id, this Message-ID or a Message-ID that begins so."""
        ...

    def rows(self, account: str | None = None, since: datetime | None = None) -> Iterator[MessageRow]:
        """Every message received at or after that time, oldest claim first."""
        ...

    def pass_finished(self, account: str, at: datetime, summary: Mapping[str, object]) -> None:
        """A pass over the account is complete; all before it is proof against power loss."""
        ...

    def last_pass(self, account: str) -> PassRow | None:
        """The last complete pass over the account."""
        ...
