"""Taking all that is known of one client out of the ledger, from the file's bytes too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from triage.errors import LedgerUnusable
from triage.ledger.faults import translated
from triage.ledger.store import Store

_OF_CLIENT = (
    "(lower({0}) IN (SELECT value FROM json_each(:names))"
    " OR lower(substr({0}, instr({0}, '@') + 1)) IN (SELECT value FROM json_each(:domains)))"
)
_WROTE = _OF_CLIENT.format("client")
_GOT = _OF_CLIENT.format("recipient")
_MINE = f"SELECT id FROM message WHERE {_WROTE}"  # noqa: S608
_KEYS = f"SELECT key FROM message WHERE {_WROTE}"  # noqa: S608
_SENT = f"SELECT message_id FROM sent_mail WHERE {_GOT}"  # noqa: S608
_OWED = f"({_WROTE} OR invoice IN (SELECT value FROM json_each(:invoices)))"  # noqa: S608
_OWN = (
    f"SELECT message_id FROM ladder_step WHERE {_OWED}"  # noqa: S608
    f" UNION SELECT message_id FROM own_mail WHERE {_WROTE}"
)
# What is deleted where, in this order; what hangs on a message goes before it.
WHOSE: Mapping[str, str] = {
    # a conversation that others take part in goes on without the client's messages
    "thread": f"name IN ({_KEYS}) OR name IN ({_SENT})"  # noqa: S608
    f" OR (conversation IN (SELECT conversation FROM message WHERE {_WROTE})"
    f" AND conversation NOT IN (SELECT conversation FROM message WHERE NOT {_WROTE}))",
    "undelivered": f"{_GOT} OR message_id IN ({_SENT})",
    # an alarm's key names the message by its number or its Message-ID, a mail of our own by its Message-ID
    "alarm": f"EXISTS (SELECT 1 FROM message m WHERE m.id IN ({_MINE})"  # noqa: S608
    " AND (instr(alarm.key, m.key) OR instr(':' || alarm.key || ':', ':' || m.id || ':')))"
    f" OR EXISTS (SELECT 1 FROM ({_OWN}) o WHERE instr(alarm.key, o.message_id))",
    "draft_life": f"draft IN (SELECT id FROM draft WHERE message IN ({_MINE}))",  # noqa: S608
    "draft": f"message IN ({_MINE})",
    "obligation": f"message IN ({_MINE})",
    "review": f"message IN ({_MINE})",
    "correction": f"message IN ({_MINE})",
    "sample": f"message IN ({_MINE})",
    "sent_mail": _GOT,
    "ladder_step": _OWED,
    "own_mail": _WROTE,
    "message": _WROTE,
}
# How far mail was read, and where: it names no client, and without it all would be read again.
OF_NOBODY = frozenset(
    {
        "migration", "sync_point", "cursor", "sent_cursor", "pass", "sorting_folder", "keyword_seen",
        "alarm_watch", "trouble", "sample_window", "sample_reminder",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whom:
    """A client as the ledger may know it; all in lower case but the invoices' numbers."""

    names: frozenset[str]
    domains: frozenset[str] = frozenset()
    invoices: frozenset[str] = frozenset()


class ForgettingStore(Store):
    """The ledger's promise to forget."""

    def forget(self, whom: Whom) -> dict[str, int]:
        """Delete every row about a client and return how many of which table; cursors stay where they are.

        Nothing of it stays in the file or its log: both are written anew. Raises LedgerUnusable where
        another program's reading prevents that; then a second call finishes it.
        """
        values = {
            "names": _json(whom.names),
            "domains": _json(whom.domains),
            "invoices": _json(whom.invoices),
        }
        with translated(self._name):
            self._connection.execute("PRAGMA secure_delete = ON")
        with self.together():
            self._forget_references(values)
            gone = {
                table: self._connection.execute(f"DELETE FROM {table} WHERE {whose}", values).rowcount  # noqa: S608
                for table, whose in WHOSE.items()
            }
        self._write_anew()
        return gone

    def standing_drafts(self, whom: Whom) -> int:
        """How many drafts to this client are in the Drafts folder, as far as is known."""
        values = {"names": _json(whom.names), "domains": _json(whom.domains)}
        with translated(self._name):
            found = self._connection.execute(
                f"SELECT count(*) FROM draft WHERE state IN ('present', 'edited') AND message IN ({_MINE})",  # noqa: S608
                values,
            ).fetchone()
        return int(found[0])

    def _forget_references(self, values: Mapping[str, str]) -> None:
        """Take the client's addresses and Message-IDs out of what is known of mail to and from others."""
        for table, column, named in (
            ("sent_mail", "answers", f"value IN ({_KEYS})"),
            ("message", "reply_to", _OF_CLIENT.format("value")),
        ):
            self._connection.execute(
                f"UPDATE {table} SET {column} = (SELECT json_group_array(value) FROM json_each({column})"  # noqa: S608
                f" WHERE NOT ({named})) WHERE EXISTS (SELECT 1 FROM json_each({column}) WHERE {named})",
                values,
            )
        self._connection.execute(
            f"UPDATE obligation SET closed_by = NULL WHERE closed_by IN ({_SENT})",  # noqa: S608
            values,
        )

    def _write_anew(self) -> None:
        """The file without free pages, and an empty log."""
        with translated(self._name):
            self._connection.execute("VACUUM")
            try:
                (is_busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                is_busy = True
        if is_busy:
            raise LedgerUnusable(
                "The rows are deleted, but another program reads the ledger, so that its log can't be "
                "emptied: run `triage forget` again in a moment."
            )


def _json(values: Collection[str]) -> str:
    return json.dumps(sorted(values), ensure_ascii=False)
