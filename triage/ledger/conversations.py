"""What the ledger keeps of conversations: which messages name each other, in whatever folder and account."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.ledger.chronicle import SentRow
from triage.ledger.reading import moment, plain, stamp
from triage.ledger.store import Store

_OPEN = "(SELECT message FROM obligation WHERE closed_at IS NULL)"
_ASKED = (
    "SELECT m.id, m.account, m.key, m.client, m.subject, m.received, m.reply_to, m.conversation"
    " FROM message m"
)
_SENT = (
    "SELECT s.account, s.folder, s.uidvalidity, s.uid, s.at, s.recipient, s.message_id, s.answers, s.subject"
    " FROM sent_mail s WHERE NOT EXISTS (SELECT 1 FROM undelivered u WHERE u.message_id = s.message_id"
    " AND u.recipient IN ('', s.recipient))"
)
_DOMAIN = "substr(s.recipient, instr(s.recipient, '@') + 1)"


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A client's message as replies look for it; ``conversation`` 0: none is known."""

    id: int
    account: str
    key: str
    client: str
    subject: str
    received: datetime
    reply_to: tuple[str, ...]
    conversation: int


class ConversationStore(Store):
    """The part of the ledger that knows what belongs together; conversations are told by a number."""

    def join(self, row_id: int, names: Collection[str], *, reply_to: Collection[str] = ()) -> int:
        """A client's message belongs to the conversation of whatever it names, or begins one.

        Conversations that it ties together become one. Returns the number; a second call changes nothing.
        """
        with self.together():
            key = self._read("SELECT key FROM message WHERE id = ?", row_id)[0][0]
            number = self._tied([plain(one) for one in (key, *names)], row_id)
            self._change(
                "UPDATE message SET conversation = ?, reply_to = ? WHERE id = ?",
                number, json.dumps(sorted(map(plain, reply_to))), row_id,
            )  # fmt: skip
        return number

    def join_sent(self, message_id: str, names: Collection[str]) -> None:
        """A mail that was sent belongs to the conversation that it names, so that what names it does too."""
        wanted = [plain(one) for one in (message_id, *names) if one]
        if message_id and self._numbers(wanted):
            with self.together():
                self._tied(wanted, 0)

    def join_by_matter(self, row_id: int, number: int) -> None:
        """A message whose thread is broken belongs to this conversation after all."""
        with self.together():
            key = self._read("SELECT key FROM message WHERE id = ?", row_id)[0][0]
            self._merge({number, *self._numbers([key])})

    def _tied(self, names: Sequence[str], fresh: int) -> int:
        number = self._merge(self._numbers(names)) or fresh
        self._change(
            "INSERT OR IGNORE INTO thread (name, conversation) SELECT value, ? FROM json_each(?)",
            number, json.dumps(names),
        )  # fmt: skip
        return number

    def _numbers(self, names: Sequence[str]) -> set[int]:
        rows = self._read(
            "SELECT DISTINCT conversation FROM thread WHERE name IN (SELECT value FROM json_each(?))",
            json.dumps(list(names)),
        )
        return {number for (number,) in rows}

    def _merge(self, numbers: Collection[int]) -> int:
        """The least of the numbers, which all others become; 0 where there are none."""
        least = min(numbers, default=0)
        others = json.dumps(sorted({*numbers} - {least}))
        if others != "[]":
            for table in ("thread", "message"):
                self._change(
                    f"UPDATE {table} SET conversation = ?"  # noqa: S608
                    " WHERE conversation IN (SELECT value FROM json_each(?))",
                    least, others,
                )  # fmt: skip
        return least

    def asked(self, names: Collection[str]) -> list[AskedRow]:
        """The clients' messages with these Message-IDs, in all accounts; what the gate stopped isn't one."""
        return self._found(
            _asked_row,
            f"{_ASKED} WHERE m.gate IS NULL AND m.client <> ''"  # noqa: S608
            " AND m.key IN (SELECT value FROM json_each(?)) ORDER BY m.received, m.id",
            json.dumps(sorted(map(plain, names))),
        )

    def awaiting_answer(self) -> list[AskedRow]:
        """The messages with an open obligation, in all accounts, the earliest received first."""
        return self._found(
            _asked_row,
            f"{_ASKED} JOIN obligation o ON o.message = m.id"
            " WHERE o.closed_at IS NULL ORDER BY m.received, m.id",
        )

    def perhaps_kin(self, row_id: int, client: str) -> list[AskedRow]:
        """A client's other messages that await an answer, or are just being taken in, in conversations."""
        mine = " AND m.client = ? AND m.id <> ? AND +m.conversation > 0"
        return self._found(
            _asked_row,
            f"{_ASKED} WHERE m.id IN {_OPEN} {mine} UNION"
            f" {_ASKED} WHERE m.state IN ('new', 'planned') AND m.gate IS NULL {mine} ORDER BY 6, 1",
            *[plain(client), row_id] * 2,
        )

    def twin_of(self, row_id: int) -> str | None:
        """The account that took up an exact copy of a message earlier, unless it has given it up."""
        rows = self._read(
            "SELECT other.account FROM message m JOIN message other ON other.key = m.key"
            " AND other.content_hash = m.content_hash AND other.account <> m.account AND other.id < m.id"
            " WHERE m.id = ? AND other.state <> 'given_up' LIMIT 1",
            row_id,
        )
        return str(rows[0][0]) if rows else None

    def delivered_to(self, addresses: Collection[str], domains: Collection[str] = ()) -> list[SentRow]:
        """The mail sent to these, in lower case, oldest first; what came back undelivered isn't among it."""
        by_address, by_domain = json.dumps(sorted(addresses)), json.dumps(sorted(domains))
        return self._found(
            _sent_row,
            f"{_SENT} AND s.recipient IN (SELECT value FROM json_each(?)) UNION"  # noqa: S608
            f" {_SENT} AND {_DOMAIN} IN (SELECT value FROM json_each(?)) ORDER BY 5, 4",
            by_address, by_domain,
        )  # fmt: skip

    def came_back(self, message_id: str, recipients: Collection[str], at: datetime) -> list[int]:
        """A mail of ours was not delivered, to these or to anybody: what it had answered awaits again.

        Returns the messages that do. ``recipients`` are in lower case; none stands for all.
        """
        with self.together():
            for recipient in recipients or [""]:
                self._change(
                    "INSERT OR IGNORE INTO undelivered VALUES (?, ?, ?)",
                    plain(message_id), plain(recipient), stamp(at),
                )  # fmt: skip
            found = self._read(
                "SELECT o.message FROM obligation o JOIN message m ON m.id = o.message"
                " WHERE o.closed_by = ? AND o.closed_how = 'answered'"
                " AND (? = '[]' OR lower(m.client) IN (SELECT value FROM json_each(?))"
                " OR EXISTS (SELECT 1 FROM json_each(m.reply_to) r"
                " WHERE r.value IN (SELECT value FROM json_each(?))))",
                plain(message_id), *[json.dumps(sorted(recipients))] * 3,
            )  # fmt: skip
            for (row_id,) in found:
                self._change(
                    "UPDATE obligation SET closed_at = NULL, closed_how = NULL, closed_by = NULL"
                    " WHERE message = ?",
                    row_id,
                )
        return [row_id for (row_id,) in found]

    def is_undelivered(self, message_id: str, recipient: str) -> bool:
        """Whether a mail of ours is known to have come back from this recipient."""
        return bool(
            self._read(
                "SELECT 1 FROM undelivered WHERE message_id = ? AND recipient IN ('', ?)",
                plain(message_id),
                plain(recipient).lower(),
            )
        )

    def drafted_conversations(self) -> set[int]:
        """The conversations in which a draft, or what the user made of it, waits to be sent."""
        rows = self._read(
            "SELECT DISTINCT m.conversation FROM obligation o JOIN message m ON m.id = o.message"
            " JOIN draft d ON d.message = m.id WHERE o.closed_at IS NULL AND m.conversation > 0"
            " AND d.state IN ('present', 'edited')"
        )
        return {number for (number,) in rows}


def _asked_row(row: Sequence[Any]) -> AskedRow:
    row_id, account, key, client, subject, received, reply_to, conversation = row
    return AskedRow(
        row_id,
        account,
        key,
        client,
        subject,
        moment(received),
        tuple(map(str, json.loads(reply_to))),
        conversation,
    )


def _sent_row(row: Sequence[Any]) -> SentRow:
    account, folder, uidvalidity, uid, at, to, message_id, answers, subject = row
    return SentRow(
        account, folder, uidvalidity, uid, moment(at), to, message_id, tuple(json.loads(answers)), subject
    )
