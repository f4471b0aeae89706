"""The ledger in one SQLite file: every promise of the contract in plain SQL.

On the disk, proof against power loss, are the intent to place a draft, before the draft is placed, and the
end of a pass. Whatever else power loss may undo is simply done again: an undone claim is claimed again, and a
draft that stands in the Drafts folder is found there under the Message-ID of its intent.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from triage.ledger import reading
from triage.ledger.alarms import AlarmStore
from triage.ledger.chronicle import Chronicle
from triage.ledger.contract import (
    Claim,
    DraftKind,
    DraftRow,
    DraftState,
    Labels,
    MessageRow,
    Obligation,
    PassRow,
    Past,
)
from triage.ledger.conversations import ConversationStore
from triage.ledger.corrections import CorrectionStore
from triage.ledger.faults import translated
from triage.ledger.forgetting import ForgettingStore
from triage.ledger.own_mail import OwnMailStore
from triage.ledger.reading import DRAFT, ONE_MESSAGE, plain, stamp
from triage.ledger.report import ReportStore
from triage.ledger.samples import SampleStore
from triage.ledger.steps import StepStore
from triage.ledger.store import connect, copy_of

_PAGE = 500
_UNSETTLED = "m.state IN ('new', 'planned')"


def open_ledger(path: Path, *, busy_seconds: float = 10.0) -> SqliteLedger:
    """Open the ledger, begin it (0600, folder 0700) where there is none, bring its schema up to date."""
    return SqliteLedger(connect(path, busy_seconds), str(path))


def open_ledger_copy(path: Path) -> SqliteLedger:
    """A copy in memory of the ledger as it stands, for looking and for dry runs: the file is only read."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if path.exists():
        copy_of(path, connection)
    return SqliteLedger(connection, str(path))


class SqliteLedger(
    Chronicle, StepStore, OwnMailStore, CorrectionStore, ConversationStore, ForgettingStore, AlarmStore,
    ReportStore, SampleStore,
):  # fmt: skip
    """The Ledger contract in plain SQL."""

    def _change_message(self, row_id: int, assignments: str, *values: object) -> None:
        if not self._change(f"UPDATE message SET {assignments} WHERE id = ?", *values, row_id):  # noqa: S608
            raise KeyError(row_id)

    def _message(self, where: str, *values: object) -> MessageRow | None:
        rows = self._found(reading.message_row, f"{ONE_MESSAGE} WHERE {where} LIMIT 1", *values)
        return rows[0] if rows else None

    def _by_id(self, row_id: int) -> MessageRow:
        row = self._message("m.id = ?", row_id)
        if row is None:
            raise KeyError(row_id)
        return row

    def _check_known(self, row_id: int) -> None:
        if not self._read("SELECT 1 FROM message WHERE id = ?", row_id):
            raise KeyError(row_id)

    def cursor(self, account: str, folder: str, uidvalidity: int) -> int | None:
        """The highest UID up to which all messages were claimed; None before the first pass."""
        rows = self._read(
            "SELECT uid FROM cursor WHERE account = ? AND folder = ? AND uidvalidity = ?",
            account, plain(folder), uidvalidity,
        )  # fmt: skip
        return rows[0][0] if rows else None

    def advance(self, account: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Move the cursor up to this UID; it never goes back."""
        self._change(
            "INSERT INTO cursor VALUES (?, ?, ?, ?) ON CONFLICT (account, folder, uidvalidity)"
            " DO UPDATE SET uid = max(uid, excluded.uid)",
            account, plain(folder), uidvalidity, uid,
        )  # fmt: skip

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
        """Take up a message: the row it has, wherever it was seen before, or a new one."""
        place = (account, plain(folder), uidvalidity, uid)
        with self.together():
            there = self.at(*place)
            if there is not None and (there.key, there.content_hash) == (plain(key), content_hash):
                return Claim(there)
            if there is not None:  # the server has given this UID to another message
                self._change_message(there.id, "uid = 0")
            known = self._message(
                "m.account = ? AND m.key = ? AND m.content_hash = ?", account, plain(key), content_hash
            )
            if known is not None:
                self._change_message(known.id, "folder = ?, uidvalidity = ?, uid = ?", *place[1:])
                return Claim(self._by_id(known.id))
            self._change(
                "INSERT INTO message (account, folder, uidvalidity, uid, key, content_hash, received,"
                " client, subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *place, plain(key), content_hash, stamp(received), plain(client), plain(subject),
            )  # fmt: skip
            new = self.at(*place)
        assert new is not None
        return Claim(new)

    def unsettled(self, account: str, folder: str, uidvalidity: int) -> list[int]:
        """UIDs of messages that earlier passes began and didn't finish, ascending."""
        sql = f"SELECT m.uid FROM message m WHERE {_UNSETTLED} AND m.account = ? AND m.folder = ?"  # noqa: S608
        rows = self._read(
            f"{sql} AND m.uidvalidity = ? AND m.uid > 0 ORDER BY m.uid", account, plain(folder), uidvalidity
        )
        return [uid for (uid,) in rows]

    def stranded(self, account: str, folder: str, uidvalidity: int) -> list[MessageRow]:
        """Unfinished messages last seen in this folder at a place that is gone."""
        return self._found(
            reading.message_row,
            f"{ONE_MESSAGE} WHERE {_UNSETTLED} AND m.account = ? AND m.folder = ?"
            " AND (m.uidvalidity <> ? OR m.uid = 0) ORDER BY m.id",
            account, plain(folder), uidvalidity,
        )  # fmt: skip

    def at(self, account: str, folder: str, uidvalidity: int, uid: int) -> MessageRow | None:
        """The message claimed at this place."""
        return self._message(
            "m.account = ? AND m.folder = ? AND m.uidvalidity = ? AND m.uid = ? AND m.uid > 0",
            account, plain(folder), uidvalidity, uid,
        )  # fmt: skip

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
        """Keep what the gate and the classifiers said."""
        packed = json.dumps({label: [verdict, float(p)] for label, (verdict, p) in labels.items()})
        with self.together():
            self._change_message(
                row_id,
                "gate = ?, language = ?, labels = ?, severity = ?, traits = ?,"
                " judged_labels = NULL, judged_severity = NULL",
                gate, language, packed, severity, json.dumps(dict(traits or {})),
            )  # fmt: skip
            self._apply_corrections(row_id)

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
        """Write down the intent to place a draft and return the Message-ID to place it under."""
        with self.together():
            row = self._by_id(row_id)
            if not row.is_settled:
                self._change_message(
                    row_id, "state = 'planned', decision = ?, reason = ?", decision, plain(reason)
                )
            self._change(
                "INSERT INTO draft (message_id, message, kind, state, phrases) VALUES (?, ?, ?, 'planned', ?)"
                " ON CONFLICT (message, kind) DO NOTHING",
                draft_message_id, row_id, kind, json.dumps(sorted(phrases)),
            )  # fmt: skip
            self._note_life("message = ? AND kind = ?", row_id, kind)
            self._is_intent_open = True
            rows = self._read("SELECT message_id FROM draft WHERE message = ? AND kind = ?", row_id, kind)
        return str(rows[0][0])

    def placed(
        self, row_id: int, *, uid: int | None, uidvalidity: int, content_hash: str, kind: DraftKind = "reply"
    ) -> None:
        """The planned draft is in the Drafts folder; one that the user has touched keeps its state."""
        with self.together():
            touched = self._change(
                "UPDATE draft SET uid = ?, uidvalidity = ?, content_hash = ?,"
                " state = CASE WHEN state IN ('planned', 'appending') THEN 'present' ELSE state END"
                " WHERE message = ? AND kind = ?",
                uid, uidvalidity, content_hash, row_id, kind,
            )  # fmt: skip
            if not touched:
                raise KeyError(row_id)
            self._note_life("message = ? AND kind = ?", row_id, kind)

    def mark_draft(self, draft_message_id: str, state: DraftState) -> None:
        """A draft's life has gone on."""
        with self.together():
            if not self._change("UPDATE draft SET state = ? WHERE message_id = ?", state, draft_message_id):
                raise KeyError(draft_message_id)
            self._note_life("message_id = ?", draft_message_id)

    def past(self, row_id: int, addresses: Collection[str] = (), domains: Collection[str] = ()) -> Past:
        """What is remembered of this message's client besides this message, in its account."""
        row = self._by_id(row_id)
        of_client = reading.OF_ADDRESS_OR_DOMAIN if domains else reading.OF_ADDRESS
        others = reading.OTHERS.format(join="{join}", client=of_client)
        names = [json.dumps([row.client, *addresses]), *([json.dumps([*domains])] if domains else [])]
        key = (row.account, *names, row.id)
        judged = self._found(reading.incident, f"SELECT m.labels, m.severity {others.format(join='')}", *key)
        flagged = Counter(chain.from_iterable(labels for labels, _ in judged))
        severe = sum(bool(labels) and severity == 3 for labels, severity in judged)
        said = others.format(join="JOIN draft d ON d.message = m.id")
        phrases = self._found(reading.phrases, f"SELECT d.phrases {said}", *key)
        return Past(flagged, frozenset(chain.from_iterable(phrases)), severe)

    def drafts(self, account: str, states: Collection[DraftState]) -> list[DraftRow]:
        """The account's drafts in these states, oldest first."""
        return self._found(
            reading.draft_row,
            DRAFT + " AND m.account = ? AND d.state IN (SELECT value FROM json_each(?)) ORDER BY d.id",  # noqa: S608
            account, json.dumps(sorted(states)),
        )  # fmt: skip

    def settle(self, row_id: int, *, outcome: str, reason: str) -> None:
        """The message is done; no pass looks at it again."""
        self._change_message(row_id, "state = 'settled', outcome = ?, reason = ?", outcome, plain(reason))

    def failed(self, row_id: int, *, reason: str) -> int:
        """Count a failed attempt and return how many there were."""
        with self.together():
            self._change_message(row_id, "attempts = attempts + 1, reason = ?", plain(reason))
            return self._by_id(row_id).attempts

    def give_up(self, row_id: int, *, reason: str) -> None:
        """The message can't be worked on; it is shown and left alone."""
        self._change_message(row_id, "state = 'given_up', outcome = 'given up', reason = ?", plain(reason))

    def open_obligation(
        self, row_id: int, *, due: datetime, holding_at: datetime | None, draft_due: datetime | None = None
    ) -> None:
        """The message awaits an answer; a second call moves the times, a closed obligation stays closed."""
        with self.together():
            self._check_known(row_id)
            self._change(
                "INSERT INTO obligation (message, due, holding_at, draft_due) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (message) DO UPDATE SET due = excluded.due, holding_at = excluded.holding_at,"
                " draft_due = coalesce(excluded.draft_due, draft_due) WHERE closed_at IS NULL",
                row_id, stamp(due), *(at and stamp(at) for at in (holding_at, draft_due)),
            )  # fmt: skip

    def close_obligation(self, row_id: int, *, how: str, at: datetime, by: str = "") -> None:
        """The message awaits no answer any more; the first close counts."""
        with self.together():
            self._check_known(row_id)
            self._change(
                "UPDATE obligation SET closed_at = ?, closed_how = ?, closed_by = ?"
                " WHERE message = ? AND closed_at IS NULL",
                stamp(at), how, plain(by) or None, row_id,
            )  # fmt: skip

    def open_obligations(
        self, account: str | None = None, *, holding_by: datetime | None = None
    ) -> list[Obligation]:
        """What awaits an answer, the earliest due first; ``holding_by``: a holding reply is due by then."""
        by = None if holding_by is None else stamp(holding_by)
        return self._found(
            reading.obligation,
            f"{reading.OBLIGATION} WHERE o.closed_at IS NULL AND (? IS NULL OR m.account = ?)"
            " AND (? IS NULL OR o.holding_at <= ?) ORDER BY due_by, m.id",
            account, account, by, by,
        )  # fmt: skip

    def sent_cursor(self, account: str, folder: str) -> tuple[int, int] | None:
        """UIDVALIDITY and the last UID read of a Sent folder."""
        rows = self._read(
            "SELECT uidvalidity, uid FROM sent_cursor WHERE account = ? AND folder = ?",
            account,
            plain(folder),
        )
        return tuple(rows[0]) if rows else None

    def set_sent_cursor(self, account: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Remember how far a Sent folder was read."""
        self._change(
            "INSERT OR REPLACE INTO sent_cursor VALUES (?, ?, ?, ?)", account, plain(folder), uidvalidity, uid
        )

    def find(self, id_or_prefix: str) -> MessageRow | None:
        """The one message with this ledger id, this Message-ID or a Message-ID that begins so."""
        wanted = plain(id_or_prefix.strip())
        if not wanted.strip("<>"):
            return None
        if wanted.isdecimal() and len(wanted) < 18 and (row := self._message("m.id = ?", int(wanted))):
            return row
        return self._only("m.key IN (?, '<' || ? || '>')", wanted, wanted) or self._only(
            "substr(ltrim(m.key, '<'), 1, length(?)) = ?", *[wanted.lstrip("<")] * 2
        )

    def _only(self, where: str, *values: object) -> MessageRow | None:
        rows = self._found(reading.message_row, f"{ONE_MESSAGE} WHERE {where} LIMIT 2", *values)
        return rows[0] if len(rows) == 1 else None

    def rows(self, account: str | None = None, since: datetime | None = None) -> Iterator[MessageRow]:
        """Every message received at or after that time, oldest claim first; read a page at a time."""
        after = None if since is None else stamp(since)
        last = 0
        while page := self._page(account, after, last):
            yield from page
            last = page[-1].id

    def _page(self, account: str | None, after: str | None, last: int) -> Sequence[MessageRow]:
        return self._found(
            reading.message_row,
            f"{ONE_MESSAGE} WHERE m.id > ? AND (? IS NULL OR m.account = ?)"
            f" AND (? IS NULL OR m.received >= ?) ORDER BY m.id LIMIT {_PAGE}",
            last, account, account, after, after,
        )  # fmt: skip

    def pass_finished(self, account: str, at: datetime, summary: Mapping[str, object]) -> None:
        """A pass over the account is complete; if it changed anything, all is on the disk now."""
        has_changed = self._has_changed
        self._change(
            "INSERT OR REPLACE INTO pass VALUES (?, ?, ?)", account, stamp(at), json.dumps(dict(summary))
        )
        if has_changed and not self._connection.in_transaction:
            with translated(self._name):
                self._force_to_disk()
        self._has_changed = has_changed and self._connection.in_transaction

    def last_pass(self, account: str) -> PassRow | None:
        """The last complete pass over the account."""
        rows = self._found(reading.pass_row, "SELECT at, summary FROM pass WHERE account = ?", account)
        return rows[0] if rows else None
