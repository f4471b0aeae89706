"""What the ledger keeps of alarms: which were told by which way, when they were looked for, broken accounts.

An alarm is claimed, on the disk, before it is told. Killed in between, it counts as told: the deadline that
it spoke of is told again when it is missed, the rest stands in the digest, and none is ever told twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from triage.ledger.reading import moment, stamp
from triage.ledger.store import Store

AlarmState = Literal["trying", "told", "failed"]

MAX_TRIES = 6
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 120, 360))
"""How long each further try waits: over eight hours in all, as long as a laptop may be on a train."""
_LOOKS_KEPT = 9
_RECEIVED = 4
_ALARMING = "(severity = 3 OR outcome = 'flag_only' OR state = 'given_up')"


@dataclass(frozen=True, slots=True)
class AlarmingRow:
    """A message that may be worth an alarm; ``has_draft``: its reply lies in Drafts."""

    id: int
    account: str
    client: str
    subject: str
    received: datetime
    severity: int
    state: str
    outcome: str | None
    reason: str
    has_draft: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """An account whose passes fail since then, and how; ``times`` in a row."""

    account: str
    kind: str
    since: datetime
    last: datetime
    times: int


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm by one way: how often it was tried, when last, and how that went."""

    key: str
    channel: str
    state: AlarmState
    tries: int
    tried: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is to be tried again."""
        return self.state == "failed" and self.tries < MAX_TRIES

    @property
    def retry_at(self) -> datetime:
        """When it may be tried again."""
        return self.tried + RETRY_AFTER[min(self.tries, len(RETRY_AFTER)) - 1]


class AlarmStore(Store):
    """The ledger's promises about alarms, in plain SQL."""

    def look_for_alarms(self, at: datetime) -> tuple[datetime, list[datetime]]:
        """Note that alarms are looked for now; since when they are, and the looks before this one."""
        stamped = stamp(at)
        with self.together():
            rows = self._found(_looks, "SELECT begun, looks FROM alarm_watch")
            begun, looks = rows[0] if rows else (at, [])
            kept = [stamp(look) for look in looks][-_LOOKS_KEPT + 1 :]
            self._change(
                "INSERT INTO alarm_watch VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET looks = ?",
                stamped, json.dumps([stamped]), json.dumps([*kept, stamped]),
            )  # fmt: skip
        return begun, looks

    def alarms_begun(self) -> datetime | None:
        """Since when alarms are looked for."""
        rows = self._found(_looks, "SELECT begun, looks FROM alarm_watch")
        return rows[0][0] if rows else None

    def alarm_rows(self, keys: Iterable[str] | None = None) -> list[AlarmRow]:
        """What became of these alarms so far, or of all."""
        names = None if keys is None else json.dumps(list(keys))
        return self._found(
            _alarm_row,
            "SELECT key, channel, state, tries, tried FROM alarm"
            " WHERE ? IS NULL OR key IN (SELECT value FROM json_each(?)) ORDER BY tried, key, channel",
            names, names,
        )  # fmt: skip

    def alarms_tried_since(self, at: datetime) -> list[datetime]:
        """When alarms were tried last, one time for each, since that moment."""
        return self._found(
            lambda row: moment(row[0]),
            "SELECT max(tried) FROM alarm WHERE tried >= ? GROUP BY key ORDER BY 1",
            stamp(at),
        )

    def claim_alarms(
        self, keys: Sequence[str], channels: Sequence[str], at: datetime
    ) -> Mapping[str, list[str]]:
        """Take the alarms that are to be told now, by channel; on the disk before this returns.

        A new key is taken for all these channels, one that failed for the channel that failed, once its wait
        is over. What another process has taken isn't given out again.
        """
        taken: dict[str, list[str]] = {channel: [] for channel in channels}
        with self.together():
            known: dict[str, list[AlarmRow]] = {}
            for row in self.alarm_rows(keys):
                known.setdefault(row.key, []).append(row)
            for key in keys:
                for channel in _claimable(known.get(key), channels, at):
                    self._claim(key, channel, at)
                    taken[channel].append(key)
            self._is_intent_open |= any(taken.values())
        return taken

    def _claim(self, key: str, channel: str, at: datetime) -> None:
        self._change(
            "INSERT INTO alarm VALUES (?, ?, 'trying', 1, ?) ON CONFLICT (key, channel)"
            " DO UPDATE SET state = 'trying', tries = tries + 1, tried = excluded.tried",
            key, channel, stamp(at),
        )  # fmt: skip

    def alarms_done(self, keys: Iterable[str], channel: str, *, is_told: bool) -> None:
        """These were told by this channel, or failed."""
        self._change(
            "UPDATE alarm SET state = ? WHERE channel = ? AND key IN (SELECT value FROM json_each(?))",
            "told" if is_told else "failed", channel, json.dumps(list(keys)),
        )  # fmt: skip

    def alarming(self, since: datetime) -> list[AlarmingRow]:
        """Messages received since then that may be worth an alarm, the oldest first."""
        return self._found(
            _alarming_row,
            "SELECT m.id, m.account, m.client, m.subject, m.received, m.severity, m.state, m.outcome,"  # noqa: S608
            " m.reason, EXISTS (SELECT 1 FROM draft d WHERE d.message = m.id AND d.kind = 'reply'"
            " AND d.state IN ('present', 'edited')),"
            " EXISTS (SELECT 1 FROM obligation o WHERE o.message = m.id AND o.closed_at IS NOT NULL)"
            f" FROM message m WHERE {_ALARMING} AND m.received >= ? ORDER BY m.received, m.id",
            stamp(since),
        )  # fmt: skip

    def note_trouble(self, account: str, kind: str, at: datetime) -> None:
        """A pass over the account has failed; a finished one in between begins the count anew."""
        with self.together():
            self._change(
                "INSERT INTO trouble VALUES (?, ?, ?, ?, 1) ON CONFLICT (account) DO UPDATE SET"
                " since = CASE WHEN kind = excluded.kind AND last > coalesce((SELECT p.at FROM pass p"
                " WHERE p.account = trouble.account), '') THEN since ELSE excluded.since END,"
                " times = CASE WHEN kind = excluded.kind AND last > coalesce((SELECT p.at FROM pass p"
                " WHERE p.account = trouble.account), '') THEN times + 1 ELSE 1 END,"
                " kind = excluded.kind, last = excluded.last",
                account, kind, stamp(at), stamp(at),
            )  # fmt: skip

    def troubles(self, accounts: Collection[str]) -> list[TroubleRow]:
        """The accounts among these that have had no whole pass since one failed."""
        return self._found(
            lambda row: TroubleRow(row[0], row[1], moment(row[2]), moment(row[3]), int(row[4])),
            "SELECT t.account, t.kind, t.since, t.last, t.times FROM trouble t LEFT JOIN pass p"
            " ON p.account = t.account WHERE t.last > coalesce(p.at, '')"
            " AND t.account IN (SELECT value FROM json_each(?)) ORDER BY t.since",
            json.dumps(sorted(accounts)),
        )  # fmt: skip


def _claimable(rows: Sequence[AlarmRow] | None, channels: Sequence[str], at: datetime) -> list[str]:
    """The channels by which an alarm is to be told now: all for a new one, else those that failed."""
    if rows is None:
        return list(channels)
    return [row.channel for row in rows if row.channel in channels and row.is_open and row.retry_at <= at]


def _looks(row: Sequence[Any]) -> tuple[datetime, list[datetime]]:
    return moment(row[0]), [moment(look) for look in json.loads(row[1])]


def _alarm_row(row: Sequence[Any]) -> AlarmRow:
    return AlarmRow(row[0], row[1], row[2], int(row[3]), moment(row[4]))


def _alarming_row(row: Sequence[Any]) -> AlarmingRow:
    values = list(row)
    values[_RECEIVED] = moment(row[_RECEIVED])
    return AlarmingRow(*values[:-2], *map(bool, values[-2:]))
