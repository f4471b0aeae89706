"""What the ledger keeps of a client's story: each draft's life, the mail sent, reviews of incidents."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from triage.ledger import reading
from triage.ledger.contract import DraftKind, DraftRow, DraftState, MessageRow
from triage.ledger.reading import MESSAGE, WIDTH, moment, plain, stamp
from triage.ledger.store import Store

_OF_CLIENT = (
    "(lower({0}) IN (SELECT value FROM json_each(?))"
    " OR lower(substr({0}, instr({0}, '@') + 1)) IN (SELECT value FROM json_each(?)))"
)


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A client's message with its obligation, open or closed; ``due`` None: it awaited no answer.

    ``traits`` counts what it was about.
    """

    row: MessageRow
    due: datetime | None
    closed_at: datetime | None
    closed_how: str | None
    traits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftMoment:
    """A draft of a message came into a state."""

    row_id: int
    kind: DraftKind
    state: DraftState
    at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class SentRow:
    """A message that the freelancer really sent to one recipient; ``answers`` are the Message-IDs it names.

    ``folder``, ``uidvalidity`` and ``uid`` say where it lies. ``message_id`` is empty where it has none.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: int
    at: datetime
    to: str
    message_id: str
    answers: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class LivingDraft:
    """A draft that was present when last seen, the message it answers, and whether that was answered.

    Or one that was begun by a pass that died, for a message that is settled: it may stand there or not.
    ``is_owed``: the message has an obligation, open or closed, so that what answers it closes that. ``since``
    is when its state was noted.
    """

    draft: DraftRow
    row: MessageRow
    is_answered: bool
    is_owed: bool
    since: datetime

    @property
    def is_begun(self) -> bool:
        """Whether nobody has seen it yet."""
        return self.draft.state != "present"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What was learnt from one incident: ``cause`` by its short name, ``change`` in plain words."""

    row_id: int
    at: datetime
    cause: str
    reason: str
    change: str


class Chronicle(Store):
    """The part of the ledger that tells a client's story; addresses and domains are given in lower case."""

    clock: Callable[[], datetime] = staticmethod(lambda: datetime.now(UTC))
    """Dates what the ledger notes by itself; a pass with a time of its own sets its own."""

    def note_sent(self, sent: Iterable[SentRow]) -> None:
        """Remember sent mail; what is known already stays as it is."""
        with self.together():
            for one in sent:
                self._change(
                    "INSERT OR IGNORE INTO sent_mail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    one.account, plain(one.folder), one.uidvalidity, one.uid, stamp(one.at),
                    plain(one.to).lower(), plain(one.message_id), json.dumps(one.answers), plain(one.subject),
                )  # fmt: skip

    def sent_to(self, addresses: Collection[str], domains: Collection[str] = ()) -> list[SentRow]:
        """The mail sent to a client, oldest first."""
        return self._found(
            _sent_row,
            "SELECT account, folder, uidvalidity, uid, at, recipient, message_id, answers, subject"  # noqa: S608
            f" FROM sent_mail WHERE {_OF_CLIENT.format('recipient')} ORDER BY at, uid",
            *_names(addresses, domains),
        )  # fmt: skip

    def letters(self, addresses: Collection[str], domains: Collection[str] = ()) -> list[LetterRow]:
        """A client's messages in all accounts, the earliest received first."""
        sql = MESSAGE.format(more=", o.due, o.closed_at, o.closed_how, m.traits")
        return self._found(
            _letter_row,
            f"{sql} LEFT JOIN obligation o ON o.message = m.id"
            f" WHERE {_OF_CLIENT.format('m.client')} ORDER BY m.received, m.id",
            *_names(addresses, domains),
        )  # fmt: skip

    def draft_lives(self, row_ids: Iterable[int]) -> list[DraftMoment]:
        """Every state that the drafts of these messages have been in, in order."""
        return self._found(
            lambda row: DraftMoment(row[0], row[1], row[2], moment(row[3]), row[4]),
            "SELECT d.message, d.kind, l.state, l.at, d.message_id FROM draft_life l JOIN draft d"
            " ON d.id = l.draft WHERE d.message IN (SELECT value FROM json_each(?)) ORDER BY l.id",
            json.dumps(list(row_ids)),
        )  # fmt: skip

    def living_drafts(self, account: str) -> list[LivingDraft]:
        """The drafts of an account that were present when last seen, or begun and given up, oldest first."""
        more = (
            ", p.message_id, p.message, p.kind, p.state, p.uidvalidity, p.uid, p.content_hash,"
            # a message that was never awaiting an answer may have one all the same
            " o.closed_how IS NOT NULL OR EXISTS (SELECT 1 FROM sent_mail s, json_each(s.answers) named"
            " WHERE s.recipient = lower(m.client) AND named.value = m.key), o.message IS NOT NULL,"
            " coalesce((SELECT max(at) FROM draft_life l WHERE l.draft = p.id), m.received)"
        )
        return self._found(
            _living_draft,
            f"{MESSAGE.format(more=more)} JOIN draft p ON p.message = m.id"
            " LEFT JOIN obligation o ON o.message = m.id"
            " WHERE m.account = ? AND (p.state = 'present'"
            " OR (p.state IN ('planned', 'appending') AND m.state IN ('settled', 'given_up'))) ORDER BY p.id",
            account,
        )

    def senders(self) -> Iterator[str]:
        """Every address that wrote, once."""
        yield from (name for (name,) in self._read("SELECT DISTINCT client FROM message WHERE client <> ''"))

    def review(self, review: ReviewRow) -> None:
        """Keep what was learnt from an incident; a second review of it replaces the first."""
        if not self._read("SELECT 1 FROM message WHERE id = ?", review.row_id):
            raise KeyError(review.row_id)
        self._change(
            "INSERT OR REPLACE INTO review VALUES (?, ?, ?, ?, ?)",
            review.row_id, stamp(review.at), review.cause, plain(review.reason), plain(review.change),
        )  # fmt: skip

    def reviews(self) -> list[ReviewRow]:
        """All reviews, oldest first."""
        return self._found(
            lambda row: ReviewRow(row[0], moment(row[1]), *map(str, row[2:])),
            "SELECT message, at, cause, reason, change FROM review ORDER BY at, message",
        )

    def _note_life(self, where: str, *values: object) -> None:
        """Date the state that drafts are in now, unless it is the one noted last."""
        self._change(
            "INSERT INTO draft_life (draft, state, at) SELECT id, state, ? FROM draft WHERE "  # noqa: S608
            f"{where} AND state IS NOT (SELECT state FROM draft_life l WHERE l.draft = draft.id"
            " ORDER BY l.id DESC LIMIT 1)",
            stamp(self.clock()),
            *values,
        )


def _names(addresses: Collection[str], domains: Collection[str]) -> tuple[str, str]:
    return json.dumps(sorted(addresses)), json.dumps(sorted(domains))


def _letter_row(row: Sequence[Any]) -> LetterRow:
    due, closed_at, closed_how, traits = row[WIDTH:]
    return LetterRow(
        reading.message_row(row),
        None if due is None else moment(due),
        None if closed_at is None else moment(closed_at),
        closed_how,
        {str(name): int(count) for name, count in json.loads(traits).items()},
    )


def _living_draft(row: Sequence[Any]) -> LivingDraft:
    *draft, is_answered, is_owed, since = row[WIDTH:]
    return LivingDraft(
        reading.draft_row(draft),
        reading.message_row(row),
        is_answered=bool(is_answered),
        is_owed=bool(is_owed),
        since=moment(since),
    )


def _sent_row(row: Sequence[Any]) -> SentRow:
    account, folder, uidvalidity, uid, at, to, message_id, answers, subject = row
    return SentRow(
        account, folder, uidvalidity, uid, moment(at), to, message_id, tuple(json.loads(answers)), subject
    )
