"""What a pretended IMAP server holds, and the habits of the one it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesHeaderParser

#: Folders as LIST names them, in the server's own encoding, with their flags.
ENGLISH = {"INBOX": "", "Drafts": "\\Drafts", "Sent": "\\Sent", "Trash": "\\Trash"}


@dataclass(frozen=True)
class Habits:
    """How a server differs from the book; the defaults are the book.

    ``rewrite`` is done to what is appended. ``index_lag``: so many searches by header know nothing of a new
    message; ``view_lag``: so many openings of a folder don't show it at all. ``shared`` is a folder with a
    copy of everything, ``expunged_to`` one that gets what is expunged. ``chatter`` comes before the end of
    every answer. ``refusals``: pattern of a command, how often, and what is answered instead (``TAG``).
    ``loses_ok``: so many APPENDs are carried out and the connection closed. ``forgets_twins``: an APPEND with
    a Message-ID that the folder holds stores nothing.
    """

    capabilities: str = "UIDPLUS SPECIAL-USE NAMESPACE IDLE UNSELECT"
    folders: dict[str, str] = field(default_factory=lambda: dict(ENGLISH))
    delimiter: str = "/"
    prefix: str = ""
    drafts: str = "Drafts"
    sent: str = "Sent"
    tells_uidnext: bool = True
    tells_appenduid: bool = True
    star_in_search: bool = True
    permanent_flags: str = "\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*"
    rewrite: Callable[[bytes], bytes] = bytes
    index_lag: int = 0
    view_lag: int = 0
    shared: str = ""
    expunged_to: str = ""
    chatter: bytes = b""
    refusals: tuple[tuple[str, int, bytes], ...] = ()
    loses_ok: int = 0
    forgets_twins: bool = False
    most_connections: int = 0


@dataclass
class Letter:
    """One message in a folder."""

    raw: bytes
    flags: set[str]
    arrived: datetime
    searches_to_wait: int = 0
    views_to_wait: int = 0

    def header(self, name: str) -> str:
        """A header's value, unfolded."""
        value = BytesHeaderParser().parsebytes(self.raw).get(name, "")
        return " ".join(str(value).split())


@dataclass
class Folder:
    """Messages by UID."""

    uidvalidity: int
    uidnext: int = 1
    letters: dict[int, Letter] = field(default_factory=dict)

    def add(self, letter: Letter) -> int:
        """The UID that the message gets."""
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.letters[uid] = letter
        return uid

    def shown(self) -> dict[int, Letter]:
        """What the server shows of it now."""
        return {uid: one for uid, one in self.letters.items() if not one.views_to_wait}


class PretendMail:
    """All folders of one mailbox, and what its owner does with them by other programs."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.folders = {name: Folder(1000 + place) for place, name in enumerate(habits.folders)}
        self.refused: dict[str, int] = {}
        self.lost = 0
        #: The connection ends at the so-manieth command from now on, which is carried out before or not.
        self.cut_in, self.cut_is_late = 0, False

    def put(self, folder: str, raw: bytes, flags: str = "", arrived: datetime | None = None) -> int:
        """Store a message at once and visibly, as delivery and other programs do."""
        letter = Letter(raw, set(flags.split()), arrived or datetime.now(UTC))
        if self.habits.shared and folder != self.habits.shared:
            self.folders[self.habits.shared].add(letter)
        return self.folders[folder].add(letter)

    def append(self, folder: str, raw: bytes, flags: str) -> int:
        """Store what a client appends, in the server's own way."""
        known = {one.header("Message-ID"): uid for uid, one in self.folders[folder].letters.items()}
        made = Letter(self.habits.rewrite(raw), set(flags.split()), datetime.now(UTC))
        twin = known.get(made.header("Message-ID"))
        if self.habits.forgets_twins and twin:
            return twin
        made.searches_to_wait, made.views_to_wait = self.habits.index_lag, self.habits.view_lag
        if self.habits.shared:
            self.folders[self.habits.shared].add(made)
        return self.folders[folder].add(made)

    def expunge(self, folder: str, uids: set[int]) -> list[int]:
        """Remove those of these that are marked; the server may keep them elsewhere."""
        there = self.folders[folder].letters
        gone = [uid for uid in sorted(there) if uid in uids and "\\Deleted" in there[uid].flags]
        for uid in gone:
            letter = there.pop(uid)
            if self.habits.expunged_to:
                self.folders[self.habits.expunged_to].add(letter)
        return gone

    def raws(self, folder: str) -> list[bytes]:
        """The messages of a folder, oldest first."""
        return [one.raw for _, one in sorted(self.folders[folder].letters.items())]

    def drafts(self) -> list[bytes]:
        """What lies in the folder for drafts."""
        return self.raws(self.habits.drafts)

    def edit_draft(self, words: bytes = b"My own words.", uid: int = 0) -> None:
        """A mail program saves a draft (the last one) anew, under its own name, and deletes the old one."""
        folder = self.folders[self.habits.drafts]
        uid = uid or max(folder.letters)
        letter = folder.letters[uid]
        head, _, _ = letter.raw.partition(b"\r\n\r\n")
        head = re.sub(rb"(?m)^Message-ID: .*$", b"Message-ID: <edited-%d@program.example>\r" % uid, head)
        del folder.letters[uid]
        self.put(self.habits.drafts, head + b"\r\n\r\n" + words + b"\r\n", "\\Draft \\Seen")

    def answer(self, message_id: str, to: str) -> None:
        """A reply is sent by another program."""
        raw = (
            f"From: mara@studio.example\r\nTo: {to}\r\nSubject: Re: Homepage\r\n"
            f"Message-ID: <own-{len(self.raws(self.habits.sent))}@p.example>\r\nIn-Reply-To: {message_id}\r\n"
            f"References: {message_id}\r\n\r\nDone.\r\n"
        )
        self.put(self.habits.sent, raw.encode(), "\\Seen")
