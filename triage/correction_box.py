"""Corrections that the user makes in the mailbox: messages moved to a folder, or tagged with a keyword.

Only what the ledger knows counts, by Message-ID and content. The folders are read like any other, by EXAMINE
and PEEK: the program moves and flags nothing. A folder in which nothing has changed costs one command, a
keyword that no message carries none.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.containment import contained
from triage.errors import FolderMissing
from triage.imap.inbox import Fetched, Inbox, open_inbox
from triage.imap.session import Session
from triage.ledger.contract import MessageRow
from triage.ledger.corrections import CorrectionRow, FolderSeen, Place, Source, Tag
from triage.ledger.sqlite import SqliteLedger

if TYPE_CHECKING:
    from triage.conclude import Judge
    from triage.desk import Desk

logger = logging.getLogger(__name__)

# What each keyword says: the label, and whether it applies.
KEYWORDS: Mapping[str, tuple[str, bool]] = {
    "$TriageHostility": ("hostility", True),
    "$TriageNotHostility": ("hostility", False),
    "$TriageScopePressure": ("scope_pressure", True),
    "$TriageNotScopePressure": ("scope_pressure", False),
    "$TriagePaymentIssue": ("payment_issue", True),
    "$TriageNotPaymentIssue": ("payment_issue", False),
}


@dataclass(frozen=True, slots=True)
class _Word:
    """What is said of the message with this UID, which must be one of ``rows``."""

    uid: int
    rows: Sequence[MessageRow]
    labels: Mapping[str, bool]


@dataclass(frozen=True)
class CorrectionBox:
    """Reads the user's corrections of one account from its mailbox into the ledger.

    Desk and judge are asked for only when there is something new to read.
    """

    ledger: SqliteLedger
    account: str
    session: Session
    desk_of: Callable[[], Desk]
    judge_of: Callable[[], Judge]

    def hear_folders(self, folders: Mapping[str, Mapping[str, bool]]) -> None:
        """Take in what was moved into these folders, and take back what was moved out of them."""
        for folder, labels in folders.items():
            try:
                inbox = open_inbox(self.session, folder)
            except FolderMissing:
                logger.warning("learning: there is no folder %r on %s", folder, self.session.where)
                continue
            seen = FolderSeen(inbox.uidvalidity, inbox.uidnext, inbox.exists)
            before = self.ledger.folder_seen(self.account, folder)
            if seen != before:
                self._hear_folder(inbox, folder, labels, before)
                self.ledger.set_folder_seen(self.account, folder, seen)

    def hear_keywords(self, inbox: Inbox, folder: str) -> None:
        """Take in the keywords set on messages of a watched folder, take back those that were removed."""
        before = self.ledger.keywords_seen(self.account, folder)
        now = {
            Tag(inbox.uidvalidity, uid, keyword) for keyword in KEYWORDS for uid in inbox.uids_with(keyword)
        }
        if now == before:
            return
        self._forget_tags(inbox, folder, before - now)
        is_same = all(tag.uidvalidity == inbox.uidvalidity for tag in before)
        known = {tag: row for tag in now - before if (row := self._tagged(folder, tag))}
        words = [
            _Word(tag.uid, (row,), dict([KEYWORDS[tag.keyword]]))
            for tag, row in sorted(known.items())
            if is_same or not self.ledger.was_said(row.id, "keyword", folder)
        ]
        self._hear(inbox, words, "keyword", folder)
        # What no pass has judged yet is heard by a later one.
        self.ledger.set_keywords_seen(self.account, folder, (now & before) | set(known))

    # ----------------------------------------------------------------------------------------------- keywords

    def _tagged(self, folder: str, tag: Tag) -> MessageRow | None:
        return self.ledger.at(self.account, folder, tag.uidvalidity, tag.uid)

    def _forget_tags(self, inbox: Inbox, folder: str, lost: set[Tag]) -> None:
        """A message that was moved on keeps its tag: only one that still lies here has lost it."""
        here = {*inbox.uids()} if lost else set()
        for tag in sorted(lost):
            row = self._tagged(folder, tag)
            if row is None or tag.uid not in here or tag.uidvalidity != inbox.uidvalidity:
                continue
            for one in self.ledger.corrections(row.id):
                said = one.said
                if said.place.source == "keyword" and (said.label, said.is_so) == KEYWORDS[tag.keyword]:
                    self.ledger.undo_correction(one, self.ledger.clock())

    # ------------------------------------------------------------------------------------------------ folders

    def _hear_folder(
        self, inbox: Inbox, folder: str, labels: Mapping[str, bool], before: FolderSeen | None
    ) -> None:
        uids = inbox.uids()
        is_same = before is not None and before.uidvalidity == inbox.uidvalidity
        first = before.uidnext if before is not None and is_same else 0
        found = dict(self._known(inbox, [uid for uid in uids if uid >= first]))
        self._forget_moved(inbox, folder, {*uids} if is_same else set(), found)
        words = [
            _Word(uid, rows, labels)
            for uid, rows in found.items()
            # Under new UIDs, what was said of known messages has been said, and perhaps taken back since.
            if before is None or is_same or not self._was_said(rows, folder)
        ]
        self._hear(inbox, words, "folder", folder)

    def _forget_moved(
        self, inbox: Inbox, folder: str, here: set[int], found: Mapping[int, Sequence[MessageRow]]
    ) -> None:
        """Take back what was said by messages that have gone; ``here``: the UIDs that still count."""
        places = {row.id: uid for uid, rows in found.items() for row in rows}
        for one in self._standing(folder):
            if one.row_id in places:
                self.ledger.move_correction(one, inbox.uidvalidity, places[one.row_id])
            elif one.said.place.uid not in here:
                self.ledger.undo_correction(one, self.ledger.clock())

    def _was_said(self, rows: Sequence[MessageRow], folder: str) -> bool:
        return any(self.ledger.was_said(row.id, "folder", folder) for row in rows)

    def _standing(self, folder: str) -> list[CorrectionRow]:
        return [
            one
            for one in self.ledger.corrections()
            if one.account == self.account
            and (one.said.place.source, one.said.place.folder) == ("folder", folder)
        ]

    def _known(self, inbox: Inbox, uids: Sequence[int]) -> Iterator[tuple[int, list[MessageRow]]]:
        """The messages among these that the ledger knows by their Message-ID."""
        if not uids:
            return
        from triage.mail.parse import parse
        from triage.mail.reply import message_key

        keys = {uid: message_key(parse(block)) for uid, block in inbox.headers(uids, "MESSAGE-ID")}
        rows = self.ledger.with_keys(self.account, {*keys.values()})
        for uid, key in keys.items():
            if same := [row for row in rows if row.key == key]:
                yield uid, same

    # --------------------------------------------------------------------------------------------------- both

    def _hear(self, inbox: Inbox, words: Sequence[_Word], source: Source, folder: str) -> None:
        """Read the messages again and keep what is said of them; a poison message teaches nothing."""
        by_uid: dict[int, list[_Word]] = {}
        for word in words:
            by_uid.setdefault(word.uid, []).append(word)
        for fetched in inbox.fetch(sorted(by_uid)) if by_uid else ():
            place = Place(source, folder, inbox.uidvalidity, fetched.uid)
            for word in by_uid[fetched.uid]:
                work = functools.partial(self._hear_one, fetched, word, place)
                contained(work, lambda _: None, f"learning: uid {fetched.uid}")

    def _hear_one(self, fetched: Fetched, word: _Word, place: Place) -> None:
        from triage.conclude import read
        from triage.corrections import correct, likeness, why_not

        desk = self.desk_of()
        reading = read(fetched.raw, desk)
        content = reading.message.content_hash
        row = next((row for row in word.rows if row.content_hash == content), None)
        if row is None or not reading.is_judged or why_not(row, desk.own):
            return
        like = likeness(reading, self.judge_of())
        correct(self.ledger, row, word.labels, like, self.ledger.clock(), place=place)
        if place.source == "folder" and row.is_settled:
            self._note_place(row, place)

    def _note_place(self, row: MessageRow, place: Place) -> None:
        """Where the message lies now: it can be explained and exported from there."""
        self.ledger.claim(
            row.account,
            place.folder,
            place.uidvalidity,
            place.uid,
            key=row.key,
            content_hash=row.content_hash,
            received=row.received,
            client=row.client,
            subject=row.subject,
        )
