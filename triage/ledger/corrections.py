"""What the ledger keeps of the user's corrections: whose message, which label, and that it was undone.

The labels of a message are what the user says of them, where the user has spoken; what the classifier said is
kept beside them, and comes back to the letter when the last correction is undone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from triage.ledger import reading
from triage.ledger.contract import Labels, MessageRow
from triage.ledger.reading import ONE_MESSAGE, moment, plain, stamp
from triage.ledger.store import Store

Source = Literal["command", "folder", "keyword"]

_CORRECTION = (
    "SELECT c.id, c.message, m.account, m.client, m.subject, c.label, c.verdict, c.thread, c.probability,"
    " c.meaning, c.client_only, c.source, c.folder, c.uidvalidity, c.uid, c.at"
    " FROM correction c JOIN message m ON m.id = c.message WHERE c.undone_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the user's word was read: a command, a folder, or a keyword in a folder."""

    source: Source = "command"
    folder: str = ""
    uidvalidity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """The user's word on one label of a message.

    ``probability`` is what the classifier alone says, ``meaning`` what the message is like, as numbers alone.
    """

    label: str
    is_so: bool
    thread: str
    probability: float
    meaning: bytes | None = None
    client_only: bool = False
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction that stands."""

    id: int
    row_id: int
    account: str
    client: str
    subject: str
    said: Said
    at: datetime


@dataclass(frozen=True, slots=True)
class FolderSeen:
    """A folder that the user sorts mail into, as it was when it was read last."""

    uidvalidity: int
    uidnext: int
    exists: int


class Tag(NamedTuple):
    """A keyword that a message carries."""

    uidvalidity: int
    uid: int
    keyword: str


class CorrectionStore(Store):
    """The ledger's promises about corrections, in plain SQL."""

    def correct(self, row_id: int, said: Said, at: datetime) -> bool:
        """Keep the user's word; the same word again is one, a command's outlasts a folder's.

        A later, opposite word replaces the earlier one. Returns whether anything has changed.
        """
        with self.together():
            if not self._read("SELECT 1 FROM message WHERE id = ?", row_id):
                raise KeyError(row_id)
            standing = [row for row in self.corrections(row_id) if row.said.label == said.label]
            if standing and not _replaces(said, standing[0].said):
                return False
            self._undo("id = ?", at, *(row.id for row in standing))
            self._change(
                "INSERT INTO correction (message, label, verdict, thread, probability, meaning, client_only,"
                " source, folder, uidvalidity, uid, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row_id, said.label, "is" if said.is_so else "not", plain(said.thread), said.probability,
                said.meaning, said.client_only, said.place.source, plain(said.place.folder),
                said.place.uidvalidity, said.place.uid, stamp(at),
            )  # fmt: skip
            self._apply_corrections(row_id)
        return True

    def undo_corrections(self, row_id: int, at: datetime) -> list[CorrectionRow]:
        """Take back all that stands of one message; returns what stood."""
        with self.together():
            standing = self.corrections(row_id)
            if standing:
                self._undo("message = ?", at, row_id)
                self._apply_corrections(row_id)
        return standing

    def undo_correction(self, correction: CorrectionRow, at: datetime) -> None:
        """Take back one."""
        with self.together():
            self._undo("id = ?", at, correction.id)
            self._apply_corrections(correction.row_id)

    def corrections(self, row_id: int | None = None) -> list[CorrectionRow]:
        """What stands, of one message or of all, oldest first."""
        return self._found(
            _correction, f"{_CORRECTION} AND (? IS NULL OR c.message = ?) ORDER BY c.id", row_id, row_id
        )

    def has_corrections(self) -> bool:
        """Whether any stands: what costs an empty pass nothing."""
        return bool(self._read("SELECT 1 FROM correction WHERE undone_at IS NULL LIMIT 1"))

    def move_correction(self, correction: CorrectionRow, uidvalidity: int, uid: int) -> None:
        """The message lies at another place of its folder."""
        self._change(
            "UPDATE correction SET uidvalidity = ?, uid = ? WHERE id = ?", uidvalidity, uid, correction.id
        )

    def was_said(self, row_id: int, source: Source, folder: str) -> bool:
        """Whether this folder has ever spoken of the message, also if it was undone or replaced."""
        return bool(
            self._read(
                "SELECT 1 FROM correction WHERE message = ? AND source = ? AND folder = ? LIMIT 1",
                row_id, source, plain(folder),
            )
        )  # fmt: skip

    def judged_as(self, row_id: int) -> Labels:
        """What the classifier said of a message, before any correction."""
        rows = self._read("SELECT coalesce(judged_labels, labels) FROM message WHERE id = ?", row_id)
        return {label: (verdict, p) for label, (verdict, p) in json.loads(rows[0][0]).items()} if rows else {}

    def with_keys(self, account: str, keys: Collection[str]) -> list[MessageRow]:
        """The messages of an account with these keys."""
        wanted = json.dumps(sorted({plain(key) for key in keys}))
        return self._found(
            reading.message_row,
            f"{ONE_MESSAGE} WHERE m.account = ? AND m.key IN (SELECT value FROM json_each(?)) ORDER BY m.id",  # noqa: S608
            account,
            wanted,
        )

    def folder_seen(self, account: str, folder: str) -> FolderSeen | None:
        """A sorting folder as it was last time."""
        rows = self._found(
            lambda row: FolderSeen(*row),
            "SELECT uidvalidity, uidnext, found FROM sorting_folder WHERE account = ? AND folder = ?",
            account, plain(folder),
        )  # fmt: skip
        return rows[0] if rows else None

    def set_folder_seen(self, account: str, folder: str, seen: FolderSeen) -> None:
        """Remember a sorting folder as it is now."""
        self._change(
            "INSERT OR REPLACE INTO sorting_folder VALUES (?, ?, ?, ?, ?)",
            account, plain(folder), seen.uidvalidity, seen.uidnext, seen.exists,
        )  # fmt: skip

    def keywords_seen(self, account: str, folder: str) -> set[Tag]:
        """Which messages of a folder carried which keywords in the last pass."""
        rows = self._read(
            "SELECT uidvalidity, uid, keyword FROM keyword_seen WHERE account = ? AND folder = ?",
            account, plain(folder),
        )  # fmt: skip
        return {Tag(*row) for row in rows}

    def set_keywords_seen(self, account: str, folder: str, tags: Iterable[Tag]) -> None:
        """Remember which messages carry keywords now."""
        with self.together():
            self._change("DELETE FROM keyword_seen WHERE account = ? AND folder = ?", account, plain(folder))
            for tag in sorted(tags):
                self._change("INSERT INTO keyword_seen VALUES (?, ?, ?, ?, ?)", account, plain(folder), *tag)

    def _undo(self, where: str, at: datetime, *values: object) -> None:
        for value in values:
            self._change(
                f"UPDATE correction SET undone_at = ? WHERE undone_at IS NULL AND {where}",  # noqa: S608
                stamp(at),
                value,
            )

    def _apply_corrections(self, row_id: int) -> None:
        """Make the message's labels what the user says, or what the classifier said where nothing stands."""
        ((labels, severity, was, was_severity),) = self._read(
            "SELECT labels, severity, judged_labels, judged_severity FROM message WHERE id = ?", row_id
        )
        if was is not None:
            labels, severity = was, was_severity
        said = {row.said.label: row.said.is_so for row in self.corrections(row_id)}
        kept = (labels, severity) if said else (None, None)
        if said:
            labels, severity = _corrected(labels, severity, said)
        if said or was is not None:
            self._change(
                "UPDATE message SET labels = ?, severity = ?, judged_labels = ?, judged_severity = ?"
                " WHERE id = ?",
                labels, severity, *kept, row_id,
            )  # fmt: skip


def _replaces(said: Said, standing: Said) -> bool:
    if said.is_so != standing.is_so:
        return True
    is_command = said.place.source == "command"
    return is_command and (standing.place != said.place or standing.client_only != said.client_only)


def _corrected(labels: str, severity: int, said: dict[str, bool]) -> tuple[str, int]:
    """Labels as they are kept, and severity: 1 for a first flag, 0 where none is left."""
    judged: dict[str, list[Any]] = json.loads(labels)
    judged |= {label: ["flagged", 1.0] if is_so else ["clear", 0.0] for label, is_so in said.items()}
    verdicts = {verdict for verdict, _ in judged.values()}
    grade = max(1, severity) if "flagged" in verdicts else int("unsure" in verdicts)
    return json.dumps(judged), grade


def _correction(row: Sequence[Any]) -> CorrectionRow:
    """One row of _CORRECTION."""
    id_, row_id, account, client, subject, label, verdict, thread, probability, meaning, *more = row
    client_only, source, folder, uidvalidity, uid, at = more
    place = Place(source, folder, uidvalidity, uid)
    said = Said(label, verdict == "is", thread, probability, meaning, bool(client_only), place)
    return CorrectionRow(id_, row_id, account, client, subject, said, moment(at))
