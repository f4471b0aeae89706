"""An archive's messages in the order of time: heads and places are held, never the messages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from triage.archive import Archive
from triage.mail.message import Message
from triage.mail.parse import parse

# No mail is older than this; a date some days ahead is a clock, one further ahead a mistake or a trick.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)
# A message that was longer under way than this has a wrong date: when it arrived is known.
UNDER_WAY = timedelta(days=7)
# An answer is so much younger than what it answers, where nothing else is known of its time.
A_MOMENT = timedelta(minutes=1)
MAX_HEAD = 256 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")

UNDATED = "no date of it can be trusted: taken last"
BY_RECEIVED = "its own date can't be trusted: the day it arrived is taken"
BY_NEIGHBOUR = "no date of it can be trusted: its neighbours' is taken"
COPY = "a copy of an earlier message"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message's place and head; ``when`` is None while no date is known, ``note`` says what was odd."""

    name: str
    when: datetime | None
    message_id: str | None
    sender: str
    sender_name: str
    to: tuple[str, ...]
    subject: str
    pointed: tuple[str, ...]
    note: str = ""
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Chronology:
    """All entries in the order of time, those that no date is known of last; ``end`` is the last moment."""

    entries: tuple[Entry, ...]
    end: datetime

    def moment(self, entry: Entry) -> datetime:
        """The time at which an entry is taken to have come."""
        return entry.when or self.end


def chronology(
    archive: Archive, names: Iterable[str], now: datetime, step: Callable[[], None] = lambda: None
) -> Chronology:
    """Read every head once and put the messages in order; ``step`` is told of each."""
    listed: list[Entry] = []
    seen: set[bytes] = set()
    for name in names:
        listed.append(_entry(name, archive.read(name), now, seen))
        step()
    dated = _by_neighbours(_by_threads(listed))
    # Sorting keeps the archive's order among messages of one moment.
    known = sorted((entry for entry in dated if entry.when), key=lambda entry: entry.when or now)
    unknown = [replace(entry, note=UNDATED) for entry in dated if entry.when is None]
    end = (known[-1].when if known else None) or now
    return Chronology((*known, *unknown), end)


def _entry(name: str, raw: bytes | OSError, now: datetime, seen: set[bytes]) -> Entry:
    if isinstance(raw, OSError):
        return Entry(name, None, None, "", "", (), "", ())
    message = parse(_head(raw))
    when, note = _date(message, now)
    identity = _identity(message, raw)
    is_copy = identity in seen
    seen.add(identity)
    pointed = (*((message.in_reply_to,) if message.in_reply_to else ()), *message.references)
    return Entry(
        name=name,
        when=when,
        message_id=message.message_id,
        sender=message.sender.email.lower() if message.sender else "",
        sender_name=message.sender.name if message.sender else "",
        to=tuple(address.email.lower() for address in (*message.to, *message.cc)),
        subject=message.subject,
        pointed=tuple(dict.fromkeys(pointed)),
        note=COPY if is_copy else note,
        is_copy=is_copy,
    )


def _head(raw: bytes) -> bytes:
    found = _HEAD_END.search(raw[:MAX_HEAD])
    return raw[: found.end()] if found else raw[:MAX_HEAD]


def _identity(message: Message, raw: bytes) -> bytes:
    """Copies of a message differ in how they came, not in who wrote what."""
    body = raw[len(_head(raw)) :].replace(b"\r\n", b"\n").strip()
    who = f"{message.message_id}\n{message.sender}\n{message.subject}\n{message.header('Date')}\n"
    return hashlib.sha256(who.encode("utf-8", "replace") + body).digest()[:16]


def _date(message: Message, now: datetime) -> tuple[datetime | None, str]:
    """The message's own date where it is sane, or else when it arrived."""
    own = message.date if message.date and _is_sane(message.date, now) else None
    arrived = _arrival(message, now)
    if own and (arrived is None or abs(arrived - own) <= UNDER_WAY):
        return own, ""
    return (arrived, BY_RECEIVED) if arrived else (None, "")


def _arrival(message: Message, now: datetime) -> datetime | None:
    """The time of the topmost Received header that has a sane one."""
    for header in message.headers_all("Received"):
        try:
            found = parsedate_to_datetime(header.rpartition(";")[2].strip())
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        if _is_sane(found, now):
            return found
    return None


def _is_sane(moment: datetime, now: datetime) -> bool:
    return EARLIEST <= moment <= now + AHEAD


def _by_threads(entries: list[Entry]) -> list[Entry]:
    """Undated answers follow what they answer, and what was answered goes before its answer."""
    dates = {entry.message_id: entry.when for entry in entries if entry.message_id and entry.when}
    answered: dict[str, datetime] = {}
    for entry in entries:
        if entry.when:
            for message_id in entry.pointed:
                answered[message_id] = min(entry.when, answered.get(message_id, entry.when))
    return [entry if entry.when else _thread_dated(entry, dates, answered) for entry in entries]


def _thread_dated(entry: Entry, dates: Mapping[str, datetime], answered: Mapping[str, datetime]) -> Entry:
    parents = [when for message_id in entry.pointed if (when := dates.get(message_id))]
    if parents:
        return replace(entry, when=max(parents) + A_MOMENT, note=entry.note or BY_NEIGHBOUR)
    child = answered.get(entry.message_id or "")
    return replace(entry, when=child - A_MOMENT, note=entry.note or BY_NEIGHBOUR) if child else entry


def _by_neighbours(entries: list[Entry]) -> list[Entry]:
    """An undated message between two that are in order lies between them."""
    following: list[datetime | None] = [None] * len(entries)
    upcoming: datetime | None = None
    for index in range(len(entries) - 1, -1, -1):
        following[index] = upcoming
        upcoming = entries[index].when or upcoming
    dated: list[Entry] = []
    before: datetime | None = None
    for entry, after in zip(entries, following, strict=True):
        if entry.when is None and before and after and before <= after:
            dated.append(replace(entry, when=before, note=entry.note or BY_NEIGHBOUR))
            continue
        dated.append(entry)
        before = entry.when or before
    return dated


def own_name(entries: Iterable[Entry], own: Collection[str]) -> str:
    """The name that the freelancer writes under, if any."""
    return next((entry.sender_name for entry in entries if entry.sender in own and entry.sender_name), "")
