"""What the freelancer really sent, read from the headers of the folder for sent mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from triage.imap.inbox import MOST_UIDS, Fetched, open_inbox
from triage.imap.session import Answer, Session

_HEADERS = (
    "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES FROM TO CC SUBJECT DATE X-DRAFT-REFERENCE"
    " CONTENT-TYPE AUTO-SUBMITTED PRECEDENCE X-AUTOREPLY X-AUTORESPOND X-AUTO-RESPONSE-SUPPRESS)]"
)

#: What is read of a sent mail for its voice: the head and the first text, never an attachment as a whole.
VOICE_OCTETS = 49_152
#: UIDs looked through at a time for older mail.
_WINDOW = 500


@dataclass(frozen=True, slots=True)
class SentReply:
    """One sent message; ids and addresses as ``triage.mail.parse`` reads them, ``to`` with those of Cc.

    ``date`` is its own, aware, where it has one. ``draft_reference`` marks a draft of ours, where the mail
    program has kept the header. ``is_automatic``: a program sent it, such as a vacation notice.
    """

    uid: int
    internal_date: datetime
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    to: tuple[str, ...]
    subject: str
    date: datetime | None = None
    draft_reference: str = ""
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class SentReading:
    """How far the folder has been read, and what was new in it."""

    uidvalidity: int
    last_uid: int
    replies: tuple[SentReply, ...]


def sent_since(
    session: Session,
    folder: str,
    *,
    uidvalidity: int | None,
    after_uid: int,
    since: datetime,
    is_repeated: bool = False,
) -> SentReading:
    """Messages after ``after_uid``; from ``since`` on where the folder is unknown or was rebuilt.

    ``is_repeated``: those from ``since`` on in any case, read before or not. ``last_uid`` is the place to go
    on from next time; it also moves past what was there before ``since``.
    """
    box = open_inbox(session, folder)
    is_known = uidvalidity == box.uidvalidity
    found = {*box.uids_from(after_uid + 1)} if is_known else set()
    if is_repeated or not is_known:
        found |= {*box.uids_since(since)}
    uids = sorted(found)
    replies = tuple(_replies(session, uids))
    last_uid = max([after_uid if is_known else 0, box.uidnext - 1, *uids])
    return SentReading(box.uidvalidity, last_uid, replies)


def sent_texts(session: Session, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
    """The beginnings of sent mails, of VOICE_OCTETS each, by PEEK; what can't be had is absent."""
    if uids:
        yield from open_inbox(session, folder).beginnings(uids, VOICE_OCTETS)


def blank_sent(session: Session, folder: str, uids: Sequence[int]) -> set[int]:
    """Those that say nothing of their own, quotes and a signature alone; none that can't be had."""
    from triage.mail.answers import is_blank

    return {one.uid for one in sent_texts(session, folder, uids) if is_blank(one.raw)}


def older_sent(session: Session, folder: str, below_uid: int, most: int) -> tuple[list[int], int]:
    """At most ``most`` UIDs below one, the newest, and the UID below which to go on."""
    open_inbox(session, folder)
    lowest = max(1, below_uid - _WINDOW)
    if below_uid <= 1 or most <= 0:
        return [], below_uid
    found = [uid for uid in session.search(["UID", f"{lowest}:{below_uid - 1}"]) if uid < below_uid]
    taken = sorted(found)[-most:]
    return taken, taken[0] if len(found) > most else lowest


def newest_sent(session: Session, folder: str, most: int) -> list[int]:
    """The UIDs of the newest mails of a folder, ascending."""
    box = open_inbox(session, folder)
    return box.uids_from(1)[-most:]


def _replies(session: Session, uids: Sequence[int]) -> Iterator[SentReply]:
    for start in range(0, len(uids), MOST_UIDS):
        found = session.fetch(uids[start : start + MOST_UIDS], ("INTERNALDATE", _HEADERS))
        yield from (_reply(uid, answer) for uid, answer in sorted(found.items()))


def _reply(uid: int, answer: Answer) -> SentReply:
    # mail-parser costs a tenth of a second to import: only when something was sent
    from triage.mail.answers import is_automatic
    from triage.mail.parse import parse

    block = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER.FIELDS")), None)
    message = parse(block if isinstance(block, bytes) else b"")
    moment = answer.get(b"INTERNALDATE") or message.date
    return SentReply(
        uid,
        moment.astimezone(UTC) if isinstance(moment, datetime) else datetime.fromtimestamp(0, UTC),
        message.message_id,
        message.in_reply_to,
        message.references,
        tuple(address.email for address in (*message.to, *message.cc)),
        message.subject,
        message.date,
        message.header("X-Draft-Reference") or "",
        is_automatic(message),
    )
