"""Reading a folder without leaving a trace: which messages are new, and their bytes in bounded batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Any

from triage.errors import FolderMissing, MailboxUnreachable
from triage.imap.folders import own_spelling
from triage.imap.large import fetch_large
from triage.imap.session import Answer, Examined, FetchRefused, Session

#: More UIDs in one command make Courier drop the connection and Dovecot answer BAD.
MOST_UIDS = 500
#: What one FETCH may bring into memory.
MOST_BYTES = 8_000_000
#: Above this a message is fetched without its attachments.
LARGE_BYTES = 262_144

_MEASURES = ("RFC822.SIZE", "INTERNALDATE")
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server holds it.

    ``partial`` says that attachments were left out (headers and text are all there, see ``large``). A message
    that the server lists but can't hand out has ``defect`` set and no bytes: it is to be reported, not lost.
    ``internal_date`` is aware, in UTC; the Date header stands in for a server that gives none, 1970 for both.
    """

    uid: int
    internal_date: datetime
    size: int
    raw: bytes
    partial: bool
    defect: str = ""


@dataclass(frozen=True, slots=True)
class _Measured:
    uid: int
    size: int
    internal_date: datetime | None

    @property
    def is_large(self) -> bool:
        return self.size > LARGE_BYTES


def open_inbox(session: Session, folder: str) -> Inbox:
    """Open a folder with EXAMINE, also by its name without the namespace prefix; raises FolderMissing.

    Where the server keeps UIDNEXT to itself it is found out (``Session.pinned``): without a place to begin
    at, the next pass would take years of mail for new.
    """
    try:
        examined = session.examine(folder)
    except FolderMissing:
        examined = session.examine(own_spelling(session, folder, "folders"))
    return Inbox(session, session.pinned(examined))


class Inbox:
    """One folder as it was when it was opened; messages that arrive later belong to the next pass.

    The session may be used for other folders in between: the folder is opened anew when needed, and a
    UIDVALIDITY that changed meanwhile ends the pass.
    """

    def __init__(self, session: Session, examined: Examined) -> None:
        self._session = session
        self._examined = examined
        self._known: dict[int, _Measured] = {}

    @property
    def uidvalidity(self) -> int:
        """With the folder's name, what makes a UID mean anything (RFC 9051, 2.3.1.1)."""
        return self._examined.uidvalidity

    @property
    def uidnext(self) -> int:
        """The least UID that the next message can get; all below it belong to this pass."""
        return self._examined.uidnext or 1

    @property
    def exists(self) -> int:
        """How many messages the folder held when it was opened."""
        return self._examined.exists

    @property
    def keywords(self) -> frozenset[str]:
        """The keywords that messages of the folder may carry, in lower case."""
        return self._examined.keywords

    def uids(self) -> list[int]:
        """Every UID, ascending."""
        if self.exists == 0:
            return []
        self._enter()
        return self._session.search(["ALL"])

    def uids_with(self, keyword: str) -> list[int]:
        """UIDs of the messages that carry a keyword; costs no command where the folder knows no such."""
        if keyword.lower() not in self.keywords or self.exists == 0:
            return []
        self._enter()
        return self._session.search(["KEYWORD", keyword])

    def headers(self, uids: Sequence[int], names: str) -> Iterator[tuple[int, bytes]]:
        """These header fields of each message; a vanished or poison one is absent."""
        for batch in _chunks(sorted(set(uids)), MOST_UIDS):
            self._enter()
            for uid, answer in sorted(self._ask(batch, (f"BODY.PEEK[HEADER.FIELDS ({names})]",)).items()):
                block = next((value for key, value in answer.items() if key.startswith(b"BODY[")), None)
                if isinstance(block, bytes):
                    yield uid, block

    def uids_from(self, first_uid: int) -> list[int]:
        """UIDs from this one on, ascending; costs no command when UIDNEXT shows that there is none."""
        if self.exists == 0 or first_uid >= self.uidnext:
            return []
        self._enter()
        # NOTE: past the end ``n:*`` means the last message (RFC 9051, 9, seq-range): hence the filter
        return [uid for uid in self._session.search(["UID", f"{first_uid}:*"]) if uid >= first_uid]

    def uids_since(self, moment: datetime) -> list[int]:
        """UIDs of messages that arrived at ``moment`` (aware) or later, ascending, exact to the second.

        SEARCH knows days alone, in a time zone of the server's choice: so a day and more is asked for, and
        the arrival times decide. A message without a readable one counts as new.
        """
        if self.exists == 0:
            return []
        self._enter()
        day = (moment.astimezone(UTC) - timedelta(hours=26)).date()
        candidates = self._session.search(["SINCE", day])
        since = [entry for entry in self._measured(candidates) if _is_since(entry, moment)]
        self._known.update((entry.uid, entry) for entry in since)
        return [entry.uid for entry in since]

    def fetch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The messages in order of UID, in commands of at most MOST_UIDS and about MOST_BYTES.

        A UID that has vanished is absent. A poison answer costs one message, which has ``defect`` set.
        """
        for batch in _chunks(sorted(set(uids)), MOST_UIDS):
            self._enter()
            for window in _windows(self._measured(batch)):
                yield from self._window(window)

    def beginnings(self, uids: Sequence[int], octets: int) -> Iterator[Fetched]:
        """The first ``octets`` of each message, newest last; a vanished or poison one is absent."""
        items = (f"BODY.PEEK[]<0.{octets}>", "INTERNALDATE")
        for batch in _chunks(sorted(set(uids)), max(1, MOST_BYTES // octets)):
            self._enter()
            for uid, answer in sorted(self._ask(batch, items).items()):
                raw = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), None)
                if isinstance(raw, bytes):
                    yield _fetched(_measure(uid, answer), raw, partial=True)

    def _window(self, window: Sequence[_Measured]) -> Iterator[Fetched]:
        """Small messages together, each large one when its turn comes."""
        self._enter()
        small = self._ask([entry.uid for entry in window if not entry.is_large], ("BODY.PEEK[]",))
        for entry in window:
            if entry.is_large:
                self._enter()
                raw = fetch_large(self._session, entry.uid)
                if raw is not None:
                    yield _fetched(entry, raw, partial=True)
            elif entry.uid in small:
                raw = small[entry.uid].get(b"BODY[]")
                if raw is not None or not self._has_vanished(entry.uid):
                    yield _fetched(entry, raw, partial=False)

    def _measured(self, uids: Sequence[int]) -> list[_Measured]:
        """Size and arrival, which never change for a UID (RFC 9051, 2.3): nothing is asked for twice."""
        found = {uid: self._known[uid] for uid in uids if uid in self._known}
        for batch in _chunks([uid for uid in uids if uid not in found], MOST_UIDS):
            found.update((uid, _measure(uid, answer)) for uid, answer in self._ask(batch, _MEASURES).items())
        return [found[uid] for uid in uids if uid in found]

    def _ask(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
        """FETCH that halves a refused batch until the one to blame is alone; that one's answer is empty."""
        if not uids:
            return {}
        try:
            return self._session.fetch(uids, items)
        except FetchRefused:
            if len(uids) == 1:
                return {} if self._has_vanished(uids[0]) else {uids[0]: {}}
        middle = len(uids) // 2
        return {**self._ask(uids[:middle], items), **self._ask(uids[middle:], items)}

    def _has_vanished(self, uid: int) -> bool:
        """Whether somebody has deleted it meanwhile: Dovecot then refuses, or answers without its text.

        It may go on showing the message until the folder is opened anew.
        """
        self._session.noop()
        if uid not in self._session.search(["UID", str(uid)]):
            return True
        self._session.examine(self._examined.folder)
        self._enter()
        return uid not in self._session.search(["UID", str(uid)])

    def _enter(self) -> None:
        selected = self._session.selected
        if selected is None or selected.folder != self._examined.folder:
            selected = self._session.examine(self._examined.folder)
        if selected.uidvalidity != self.uidvalidity:
            raise MailboxUnreachable(
                f"{self._session.where} has rebuilt a folder during this pass: the next pass reads it anew."
            )


def _chunks(uids: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), most):
        yield uids[start : start + most]


def _windows(entries: Sequence[_Measured]) -> Iterator[list[_Measured]]:
    """Runs whose small messages together stay under MOST_BYTES."""
    window: list[_Measured] = []
    weight = 0
    for entry in entries:
        cost = 0 if entry.is_large else entry.size
        if window and weight + cost > MOST_BYTES:
            yield window
            window, weight = [], 0
        window.append(entry)
        weight += cost
    if window:
        yield window


def _measure(uid: int, answer: Mapping[bytes, Any]) -> _Measured:
    size = answer.get(b"RFC822.SIZE")
    moment = answer.get(b"INTERNALDATE")
    arrived = moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
    return _Measured(uid, size if isinstance(size, int) else 0, arrived)


def _is_since(entry: _Measured, moment: datetime) -> bool:
    return entry.internal_date is None or entry.internal_date >= moment


def _fetched(entry: _Measured, raw: object, *, partial: bool) -> Fetched:
    if not isinstance(raw, bytes):
        return Fetched(
            entry.uid,
            entry.internal_date or _EPOCH,
            entry.size,
            b"",
            partial=True,
            defect="the server can't hand out this message",
        )
    raw = _undoubled(raw)
    return Fetched(entry.uid, entry.internal_date or _date_header(raw), entry.size, raw, partial)


def _undoubled(raw: bytes) -> bytes:
    """Courier ends every line of a file that has CRLF with CR CR LF, which a reader takes for two lines."""
    return raw.replace(b"\r\r\n", b"\r\n") if raw[: raw.find(b"\n") + 1].endswith(b"\r\r\n") else raw


def _date_header(raw: bytes) -> datetime:
    try:
        moment = parsedate_to_datetime(str(BytesHeaderParser().parsebytes(raw[:LARGE_BYTES])["Date"]))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _EPOCH
