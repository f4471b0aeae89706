"""Rows of SQLite as the values of the contract, and values as SQLite keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from triage.ledger.contract import DraftRow, MessageRow, Obligation, PassRow

MESSAGE = """SELECT m.id, m.account, m.folder, m.uidvalidity, m.uid, m.key, m.content_hash, m.received,
 m.client, m.subject, m.state, m.decision, m.outcome, m.reason, m.attempts, m.gate, m.language, m.severity,
 m.labels, d.message_id, coalesce(d.state, 'none'), d.uidvalidity, d.uid, d.content_hash,
 m.conversation{more}
 FROM message m LEFT JOIN draft d ON d.message = m.id AND d.kind = 'reply' """
ONE_MESSAGE = MESSAGE.format(more="")
# Of an open one: the oldest unanswered message of a conversation sets the deadline of all.
_MORE = """, CASE m.conversation WHEN 0 THEN o.due ELSE (SELECT min(x.due) FROM message n
 JOIN obligation x ON x.message = n.id WHERE n.conversation = m.conversation AND x.closed_at IS NULL)
 END AS due_by, o.holding_at, coalesce(h.state, 'none'), o.due, o.draft_due,
 (SELECT min(l.at) FROM draft_life l WHERE l.draft IN (d.id, h.id) AND l.state = 'present')"""
OBLIGATION = MESSAGE.format(more=_MORE) + (
    "JOIN obligation o ON o.message = m.id LEFT JOIN draft h ON h.message = m.id AND h.kind = 'holding' "
)
DRAFT = """SELECT d.message_id, d.message, d.kind, d.state, d.uidvalidity, d.uid, d.content_hash
 FROM draft d, message m WHERE m.id = d.message"""
# Other messages of one client: by address (one index away), or by the domain too.
OTHERS = "FROM message m {join} WHERE m.account = ? AND {client} AND m.client <> '' AND m.id <> ?"
OF_ADDRESS = "m.client IN (SELECT value FROM json_each(?))"
OF_ADDRESS_OR_DOMAIN = (
    "(m.client IN (SELECT value FROM json_each(?))"
    " OR substr(m.client, instr(m.client, '@') + 1) IN (SELECT value FROM json_each(?)))"
)
WIDTH = 25
"""How many columns of MESSAGE stand before those of ``more``."""
_RECEIVED, _LABELS = 7, 18


def message_row(row: Sequence[Any]) -> MessageRow:
    """One row of MESSAGE."""
    values = list(row[:WIDTH])
    values[_RECEIVED] = moment(row[_RECEIVED])
    values[_LABELS] = {label: (verdict, p) for label, (verdict, p) in json.loads(row[_LABELS]).items()}
    return MessageRow(*values)


def obligation(row: Sequence[Any]) -> Obligation:
    """One row of OBLIGATION."""
    due, holding_at, holding_state, own_due, draft_due, drafted = row[WIDTH:]
    return Obligation(
        message_row(row), moment(due), maybe(holding_at), holding_state, moment(own_due),
        maybe(draft_due), maybe(drafted),
    )  # fmt: skip


def incident(row: Sequence[Any]) -> tuple[list[str], int]:
    """The flagged ones of a ``labels`` column, and the severity beside it."""
    labels = [label for label, (verdict, _) in json.loads(row[0]).items() if verdict == "flagged"]
    return labels, int(row[1])


def phrases(row: Sequence[Any]) -> list[str]:
    """The ids of a ``phrases`` column."""
    return [str(phrase) for phrase in json.loads(row[0])]


def draft_row(row: Sequence[Any]) -> DraftRow:
    """One row of DRAFT."""
    return DraftRow(*row)


def pass_row(row: Sequence[Any]) -> PassRow:
    """Time and summary of a pass."""
    return PassRow(moment(row[0]), json.loads(row[1]))


def stamp(at: datetime) -> str:
    """A time as text in UTC, of one width, so that texts sort as times do."""
    if at.tzinfo is None:
        raise ValueError("a time in the ledger needs its zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The time behind a stamp, aware, in UTC."""
    return datetime.fromisoformat(text)


def maybe(text: str | None) -> datetime | None:
    """The time behind a stamp, where there is one."""
    return None if text is None else moment(text)


def plain(text: str) -> str:
    """The text without lone surrogates, which mail can bring and UTF-8 can't hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
