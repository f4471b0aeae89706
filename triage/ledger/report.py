"""What the ledger tells of a period: each message with its promise, its drafts, and mail that came at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.ledger.contract import DraftKind, DraftState
from triage.ledger.reading import maybe, moment, stamp
from triage.ledger.store import Store

_IN_PERIOD = (
    "m.received >= ? AND m.received < ? AND m.account IN (SELECT value FROM json_each(?)) AND m.gate IS NULL"
)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A message that awaited an answer, with its flagged labels; ``due`` is its own deadline as noted.

    ``closed_how`` is ``answered`` or ``done``, None while it is open.
    """

    id: int
    account: str
    client: str
    received: datetime
    labels: tuple[str, ...]
    due: datetime
    closed_at: datetime | None
    closed_how: str | None


@dataclass(frozen=True, slots=True)
class DraftEnd:
    """A draft for a message: what became of it, when it first stood in Drafts, whose message it was.

    ``is_answered``: a mail was sent in answer to the message; ``answered_by`` is its Message-ID.
    """

    row_id: int
    message_id: str
    client: str
    received: datetime
    labels: tuple[str, ...]
    kind: DraftKind
    state: DraftState
    present_at: datetime | None
    is_answered: bool
    answered_by: str | None


class ReportStore(Store):
    """The ledger's numbers of a period; ``begin`` is in it, ``end`` isn't; gated mail is left out."""

    def promises(self, accounts: Collection[str], begin: datetime, end: datetime) -> list[PromiseRow]:
        """Every message received then that awaited an answer, the earliest first."""
        return self._found(
            _promise,
            "SELECT m.id, m.account, m.client, m.received, m.labels, o.due, o.closed_at, o.closed_how"  # noqa: S608
            f" FROM message m JOIN obligation o ON o.message = m.id WHERE {_IN_PERIOD}"
            " ORDER BY m.received, m.id",
            *_period(accounts, begin, end),
        )

    def draft_ends(self, accounts: Collection[str], begin: datetime, end: datetime) -> list[DraftEnd]:
        """Every draft for a message received then, in the order in which they were planned."""
        return self._found(
            _draft_end,
            "SELECT m.id, d.message_id, m.client, m.received, m.labels, d.kind, d.state,"  # noqa: S608
            " (SELECT min(l.at) FROM draft_life l WHERE l.draft = d.id AND l.state = 'present'),"
            " o.closed_how = 'answered', o.closed_by"
            " FROM message m JOIN draft d ON d.message = m.id LEFT JOIN obligation o ON o.message = m.id"
            f" WHERE {_IN_PERIOD} ORDER BY d.id",
            *_period(accounts, begin, end),
        )

    def came_in(self, accounts: Collection[str], begin: datetime, end: datetime) -> tuple[int, int]:
        """How many messages people wrote then, and how many of them are flagged."""
        rows = self._read(
            "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM json_each(m.labels) one"  # noqa: S608
            " WHERE json_extract(one.value, '$[0]') = 'flagged')), 0)"
            f" FROM message m WHERE {_IN_PERIOD}",
            *_period(accounts, begin, end),
        )
        return int(rows[0][0]), int(rows[0][1])


def _period(accounts: Collection[str], begin: datetime, end: datetime) -> tuple[str, str, str]:
    return stamp(begin), stamp(end), json.dumps(sorted(accounts))


def flagged_in(labels: str) -> tuple[str, ...]:
    """The flagged ones of a ``labels`` column."""
    return tuple(label for label, (verdict, _) in json.loads(labels).items() if verdict == "flagged")


def _promise(row: Sequence[Any]) -> PromiseRow:
    id_, account, client, received, labels, due, closed_at, closed_how = row
    return PromiseRow(
        id_, account, client, moment(received), flagged_in(labels), moment(due), maybe(closed_at), closed_how
    )


def _draft_end(row: Sequence[Any]) -> DraftEnd:
    id_, message_id, client, received, labels, kind, state, present_at, is_answered, answered_by = row
    return DraftEnd(
        id_, message_id, client, moment(received), flagged_in(labels), kind, state, maybe(present_at),
        bool(is_answered), answered_by,
    )  # fmt: skip
