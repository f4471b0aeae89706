"""Putting a draft into the folder for drafts: once, however often it is tried, then read back from there."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from typing import Literal

from triage.imap.session import Session
from triage.mail.seal import canonical, is_as_written

#: Without these a draft leaves its thread, or can't be found again.
WATCHED_HEADERS = ("Message-ID", "In-Reply-To", "References", "Subject", "X-Draft-Reference")

#: What became of a draft to be deleted: done; changed by the user and left; not there; undeletable, left.
TakenBack = Literal["withdrawn", "edited", "gone", "kept"]

_KEY = "drafts"
_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)\]")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BYTES = "BODY.PEEK[]"
_MESSAGE_ID = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
_TRACE = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES X-DRAFT-REFERENCE)]"
_NAMED = re.compile(r"<[^<>\s]+>")
_MOST_HITS = 100
#: UIDs that may have been given since the folder was opened.
_NEWER = 20
_LOOK_AGAIN_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft as it stands on the server.

    ``uid`` is None where the server stored it and can't show it; ``content_hash`` is then that of the bytes
    sent. ``altered`` names those of WATCHED_HEADERS that the server dropped or changed. ``is_touched``: what
    stands there is not, or not for certain, what the program wrote, and so is the user's.
    """

    uid: int | None
    uidvalidity: int
    was_there: bool
    content_hash: str
    altered: tuple[str, ...]
    is_touched: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """A message in the folder as its headers tell it; ``answers`` are the Message-IDs that it refers to."""

    uid: int
    uidvalidity: int
    message_id: str
    reference: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of earlier attempts at a draft, and whom to tell that this one begins.

    ``was_begun``: an APPEND was sent and its OK never heard: the draft may stand there, though a server whose
    index lags doesn't show it yet. ``begin`` is called when nothing was found, just before the APPEND.
    """

    was_begun: bool = False
    begin: Callable[[], None] = lambda: None


def put_once(
    session: Session,
    folder: str,
    *,
    message_id: str,
    raw: bytes,
    is_reply: bool = False,
    attempt: Attempt | None = None,
) -> Placed:
    """Store a draft under its own Message-ID unless it is there already, then read it back.

    Safe to repeat after any failure, by a program that has lost its memory, and by two at once: a lost OK
    leaves a draft that the next call finds; one that the user has edited, under whatever name, is found too.
    ``is_reply``: so is one of the user's own that answers the same message. Raises FolderMissing,
    MailboxFull, AppendRefused, MailboxUnreachable.
    """
    sent, attempt = sendable(raw), attempt or Attempt()
    wanted = _wanted(message_id, sent, is_reply=is_reply)
    present = find(session, folder, message_id) or _heirs(session, wanted) or _among_newest(session, wanted)
    if not present and attempt.was_begun:
        present = _appearing(session, folder, wanted)
    if present:
        return _found(session, folder, present, sent)
    # NOTE: Courier refuses an APPEND to the folder that this very session has open
    session.leave()
    attempt.begin()
    told = _append(session, folder, sent)
    return _after_append(session, folder, wanted, told, sent)


def _after_append(session: Session, folder: str, wanted: _Wanted, told: int | None, sent: bytes) -> Placed:
    """What stands there now; of two programs at the same moment the later takes its own copy away."""
    present = find(session, folder, wanted.message_id) or _among_newest(session, wanted)
    uid = told if told in present or not present else present[0]
    if present and uid != present[0]:
        return _found(session, folder, present, sent)
    return _read_back(session, folder, uid, sent, was_there=False)


def seen(session: Session, folder: str, message_id: str) -> Placed | None:
    """A draft of ours as it stands now, placed by a pass that never came to say so; None: there is none."""
    present = _named(session, folder, message_id)
    return _found(session, folder, present, b"") if present else None


def _found(session: Session, folder: str, present: Sequence[int], sent: bytes) -> Placed:
    """A draft that stood there already. Of several that programs wrote at the same moment the first stays."""
    twins = [uid for uid in present[1:] if _is_ours(session, folder, uid)]
    if twins and session.has("UIDPLUS"):
        _delete(session, folder, twins)
    placed = _read_back(session, folder, present[0], sent, was_there=True)
    if _is_ours(session, folder, present[0]):
        return placed
    # under another name it is the user's doing, and no fault of the server's
    altered = () if "Message-ID" in placed.altered else placed.altered
    return replace(placed, is_touched=True, altered=altered)


def _is_ours(session: Session, folder: str, uid: int) -> bool:
    stored = _stored(session, folder, uid)
    return stored is not None and is_as_written(stored)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a draft is known by: its Message-ID, our mark, and the message it answers, where that counts."""

    message_id: str
    mark: str
    answered: str | None

    def is_heir(self, found: Trace) -> bool:
        """Whether the user has made it of the draft: it has our mark, or none and answers the same."""
        if found.reference:
            return found.reference.partition("-")[0] == self.mark
        return self.answered in found.answers


def _wanted(message_id: str, sent: bytes, *, is_reply: bool) -> _Wanted:
    headers = _headers(sent)
    mark = (_field(headers, "X-Draft-Reference") or "").partition("-")[0]
    return _Wanted(message_id, mark, _field(headers, "In-Reply-To") if is_reply else None)


def _heirs(session: Session, wanted: _Wanted) -> list[int]:
    """What the user has made of the draft, in the open folder."""
    hits = session.search(["HEADER", "X-Draft-Reference", wanted.mark]) if wanted.mark else []
    if wanted.answered:
        hits += session.search(["HEADER", "In-Reply-To", wanted.answered])
    return [trace.uid for trace in _traces_at(session, hits) if wanted.is_heir(trace)]


def _appearing(session: Session, folder: str, wanted: _Wanted) -> list[int]:
    """What was perhaps stored a moment ago: looked for as long as a server may take to show it."""
    end = time.monotonic() + session.server.lag
    found: list[int] = []
    while not found and time.monotonic() < end:
        time.sleep(_LOOK_AGAIN_SECONDS)
        session.examine(folder, _KEY)
        session.noop()
        found = _among_newest(session, wanted)
    return found


def _among_newest(session: Session, wanted: _Wanted) -> list[int]:
    """The same by FETCH: Exchange and Gmail answer SEARCH from an index that learns of a message later."""
    opened = session.selected
    if opened is None:
        return []
    if opened.uidnext is None:
        uids = session.search(["ALL"])[-_MOST_HITS:]
    else:
        uids = list(range(max(1, opened.uidnext - _MOST_HITS), opened.uidnext + _NEWER))
    traces = _traces_at(session, uids)
    named = [trace.uid for trace in traces if trace.message_id == wanted.message_id]
    return named or [trace.uid for trace in traces if wanted.is_heir(trace)]


def _traces_at(session: Session, uids: Collection[int]) -> list[Trace]:
    """The newest of these messages, by their headers."""
    wanted = sorted(set(uids))[-_MOST_HITS - _NEWER :]
    found = session.fetch(wanted, [_TRACE]) if wanted else {}
    validity = session.selected.uidvalidity if session.selected else 0
    return [_trace(uid, validity, _headers_of(answer)) for uid, answer in sorted(found.items())]


def find(session: Session, folder: str, message_id: str) -> list[int]:
    """UIDs of the messages with exactly this Message-ID; leaves the folder open, read-only."""
    session.examine(folder, _KEY)
    session.noop()
    # NOTE: SEARCH HEADER finds substrings, and without regard to case
    hits = session.search(["HEADER", "Message-ID", message_id])[-_MOST_HITS:]
    found = session.fetch(hits, [_MESSAGE_ID]) if hits else {}
    return [uid for uid in hits if _field(_headers_of(found.get(uid, {})), "Message-ID") == message_id]


def _named(session: Session, folder: str, message_id: str) -> list[int]:
    """The same, also where the server's index lags."""
    return find(session, folder, message_id) or _among_newest(session, _Wanted(message_id, "", None))


def traces(session: Session, folder: str, places: Collection[tuple[int | None, int | None]]) -> list[Trace]:
    """What lies in the folder at these places (UIDVALIDITY, UID) and above the lowest, by headers alone.

    A mail program saves an edited draft under a new, higher UID. All of the folder where a place is
    unknown or of a UIDVALIDITY that is gone. Leaves the folder open, read-only.
    """
    opened = session.examine(folder, _KEY)
    session.noop()
    known = [uid for validity, uid in places if uid and validity == opened.uidvalidity]
    first = min(known) if known and len(known) == len(places) else 1
    uids = [uid for uid in session.search(["UID", f"{first}:*"]) if uid >= first]
    found: list[Trace] = []
    for start in range(0, len(uids), _MOST_HITS):
        answers = session.fetch(uids[start : start + _MOST_HITS], [_TRACE])
        found += [_trace(uid, opened.uidvalidity, _headers_of(answer)) for uid, answer in answers.items()]
    return found


def _trace(uid: int, uidvalidity: int, headers: Mapping[str, str]) -> Trace:
    named = f"{_field(headers, 'In-Reply-To') or ''} {_field(headers, 'References') or ''}"
    return Trace(
        uid,
        uidvalidity,
        _field(headers, "Message-ID") or "",
        _field(headers, "X-Draft-Reference") or "",
        tuple(_NAMED.findall(named)),
    )


def current_hash(session: Session, folder: str, uid: int) -> str | None:
    """The content hash of a message as it stands now, or None when it is gone."""
    raw = _stored(session, folder, uid)
    return None if raw is None else content_hash(raw)


def _stored(session: Session, folder: str, uid: int) -> bytes | None:
    if session.selected is None or session.selected.folder != folder:
        session.examine(folder, _KEY)
    raw = session.fetch([uid], [_BYTES]).get(uid, {}).get(b"BODY[]")
    return raw if isinstance(raw, bytes) else None


def take_back(
    session: Session,
    folder: str,
    *,
    message_id: str,
    content_hashes: Collection[str],
    place: tuple[int | None, int | None] = (None, None),
) -> TakenBack:
    """Delete a draft of ours whose bytes nobody has touched: its seal is whole, or its hash is one of these.

    A draft that reads differently is the user's and stays. ``place`` (UIDVALIDITY, UID) finds one that the
    server keeps under another Message-ID. Only UID EXPUNGE (RFC 4315) deletes one message and no other that a
    mail program has marked: where the server hasn't got it, the draft stays too.
    """
    uids = _named(session, folder, message_id)
    if not uids and session.selected and place[0] == session.selected.uidvalidity:
        uids = [uid for uid in place[1:] if uid and current_hash(session, folder, uid) in content_hashes]
    found = {uid: _stored(session, folder, uid) for uid in uids}
    present = {uid: raw for uid, raw in found.items() if raw is not None}
    if not present:
        return "gone"
    untouched = [
        uid for uid, raw in present.items() if is_as_written(raw) or content_hash(raw) in content_hashes
    ]
    if len(untouched) < len(present):
        return "edited"
    if not session.has("UIDPLUS"):
        return "kept"
    return _delete(session, folder, untouched)


def _delete(session: Session, folder: str, uids: Sequence[int]) -> TakenBack:
    """Mark and expunge exactly these UIDs; the folder is left open read-only, which expunges nothing more."""
    known = session.selected
    # NOTE: opened for writing it must not be closed by CLOSE, which would expunge what others have marked
    session.selected = None
    with session.guarded("open", folder, _KEY):
        opened = session.client.select_folder(folder)
    if known is None or int(opened.get(b"UIDVALIDITY", 0)) != known.uidvalidity or opened.get(b"READ-ONLY"):
        session.examine(folder, _KEY)
        return "kept"
    session.attempt(lambda: session.client.add_flags(list(uids), [b"\\Deleted"], silent=True))
    session.attempt(lambda: session.client.uid_expunge(list(uids)))
    left = set(session.search(["ALL"])) & set(uids)
    if left:
        session.attempt(lambda: session.client.remove_flags(sorted(left), [b"\\Deleted"], silent=True))
    session.examine(folder, _KEY)
    return "kept" if left else "withdrawn"


def content_hash(raw: bytes) -> str:
    """SHA-256 of a message's canonical form."""
    return hashlib.sha256(canonical(raw)).hexdigest()


def sendable(raw: bytes) -> bytes:
    """The bytes as IMAP can carry them: CRLF line ends and no NUL (RFC 9051, 4.3)."""
    return _LINE_END.sub(b"\r\n", raw.replace(b"\0", b""))


def _append(session: Session, folder: str, raw: bytes) -> int | None:
    """APPEND with ``\\Draft``, arriving now; the UID where the server tells it, with UIDPLUS or without."""
    with session.guarded("append", folder, _KEY):
        answer = session.client.append(folder, raw, (b"\\Draft",))
    told = _APPENDUID.search(answer) if isinstance(answer, bytes) else None
    return int(told.group(2)) if told else None


def _read_back(session: Session, folder: str, uid: int | None, sent: bytes, *, was_there: bool) -> Placed:
    examined = session.selected or session.examine(folder, _KEY)
    stored = _stored(session, folder, uid) if uid is not None else None
    if uid is None or stored is None:
        # one whose UID was told is there under its name, and is shown later
        altered = () if uid else ("Message-ID",)
        return Placed(None, examined.uidvalidity, was_there, content_hash(sent), altered)
    return Placed(uid, examined.uidvalidity, was_there, content_hash(stored), altered_headers(sent, stored))


def altered_headers(sent: bytes, stored: bytes) -> tuple[str, ...]:
    """Those of WATCHED_HEADERS that read differently now; other folding or encoding is no difference."""
    before, after = _headers(sent), _headers(stored)
    return tuple(name for name in WATCHED_HEADERS if _field(before, name) not in (None, _field(after, name)))


def _headers_of(answer: Mapping[bytes, object]) -> Mapping[str, str]:
    block = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER.FIELDS")), b"")
    return _headers(block if isinstance(block, bytes) else b"")


def _headers(raw: bytes) -> Mapping[str, str]:
    parsed = BytesHeaderParser().parsebytes(raw)
    return {name.lower(): str(value) for name, value in reversed(parsed.items())}


def _field(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name.lower())
    if value is None:
        return None
    # what can't be decoded is compared as it stands
    with suppress(HeaderParseError, LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())
