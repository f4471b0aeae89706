"""The head of a message: headers in order, addresses, date and ids, read by mail-parser within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as MimeMessage
from email.utils import parsedate_tz
from functools import lru_cache

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from triage.mail.charset import clean, decode
from triage.mail.message import Address

MAX_HEADERS = 500
MAX_HEADER_CHARS = 32_768
MAX_ADDRESSES = 200
MAX_REFERENCES = 500
_ADDRESS_HEADERS = ("from", "reply-to", "to", "cc")
# Few people write most of one's mail, and nearly all of it is to oneself: each is read once.
_REMEMBERED_HEADERS, _REMEMBERED_CHARS = 1_000, 500
_FOLD = re.compile(r"[\r\n]+[ \t]*")
# Marks that turn the direction of all that follows on the line: a table's other cells, or a forged name.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Signs that some readers of lines take for the end of one, though they are no controls.
_LINE_ENDS = str.maketrans("\u2028\u2029", "  ")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?\r\n]{0,8000}\?=")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_BARE_ID = re.compile(r"[^<>\s,;]{1,450}@[^<>\s,;]{1,450}")
_EARLIEST, _LATEST = 1971, 2200


@dataclass(frozen=True, slots=True)
class Head:
    """What the headers say, with the defects met on the way; ``firsts`` has the topmost of each name."""

    headers: tuple[tuple[str, str], ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    defects: tuple[str, ...]
    firsts: Mapping[str, str]

    def first(self, name: str) -> str | None:
        """The topmost header of that name (lower case), or None."""
        return self.firsts.get(name)


def read_head(message: MimeMessage) -> Head:
    """The head of a parsed MIME message; raises nothing for any content."""
    raw, defects = _bounded(message)
    headers = tuple((name, decode_text(value)) for name, value in raw)
    names = [name.lower() for name, _ in raw]
    firsts = {name: value for name, (_, value) in zip(reversed(names), reversed(raw), strict=True)}
    decoded = {name: value for name, (_, value) in zip(reversed(names), reversed(headers), strict=True)}
    # RFC 5322 asks for From; where it is missing, Sender is who sent it.
    firsts.setdefault("from", firsts.get("sender", ""))
    people = {name: _addresses(firsts[name]) for name in _ADDRESS_HEADERS if firsts.get(name)}
    date = _date(firsts.get("date"))
    if any(is_malformed for _, is_malformed in people.values()):
        defects.append("an address header is malformed")
    if "date" in firsts and date is None:
        defects.append("the date cannot be read")
    if names.count("from") > 1:
        defects.append("more than one From header")
    found = {name: addresses for name, (addresses, _) in people.items()}
    return Head(
        headers=headers,
        sender=next(iter(found.get("from", ())), None),
        reply_to=found.get("reply-to", ()),
        to=found.get("to", ()),
        cc=found.get("cc", ()),
        date=date,
        defects=tuple(defects),
        firsts=decoded,
    )


def _bounded(message: MimeMessage) -> tuple[list[tuple[str, str]], list[str]]:
    """Raw headers unfolded, as text, at most MAX_HEADERS of MAX_HEADER_CHARS."""
    defects: list[str] = []
    bounded: list[tuple[str, str]] = []
    for index, (name, value) in enumerate(message.raw_items()):
        if index >= MAX_HEADERS:
            defects.append("too many headers, the rest is not read")
            break
        text = str(value)
        if len(text) > MAX_HEADER_CHARS:
            text = text[:MAX_HEADER_CHARS]
            defects.append("an overlong header is cut")
        bounded.append((name if _is_simple(name) else _plain(_scalars(name)), _unfolded(text)))
    return bounded, defects


def _unfolded(text: str) -> str:
    """A raw header on one line, as text that every line and table can take."""
    if _is_simple(text):
        return text.strip()
    line = _FOLD.sub(" ", text).strip()
    return line if _is_simple(line) else _plain(_FOLD.sub(" ", _scalars(text)).strip())


def _is_simple(text: str) -> bool:
    """Whether a header's text is as it will be: no fold, no octet, no control, as nearly all are."""
    return text.isascii() and text.isprintable()


def _scalars(value: str) -> str:
    """Raw 8-bit octets, which the standard library keeps as surrogates, as the text they most likely are."""
    if value.isascii():
        return value
    try:
        octets = value.encode("utf-8", "surrogateescape")
    except UnicodeError:
        octets = value.encode("utf-8", "replace")
    return decode(octets, "utf-8")[0]


def decode_text(value: str) -> str:
    """A header's text with its encoded words decoded (RFC 2047); a broken word stays as it is written.

    Longer text is cut at MAX_HEADER_CHARS: the library decodes in quadratic time.
    """
    if "=?" not in value or not _ENCODED_WORD.search(value):
        return value
    value = value[:MAX_HEADER_CHARS]
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return _ENCODED_WORD.sub(lambda match: _one_word(match.group()), value)
    return _joined(parts)


def _one_word(word: str) -> str:
    try:
        return _joined(decode_header(word))
    except (HeaderParseError, ValueError):
        return word


def _joined(parts: Iterable[tuple[str | bytes, str | None]]) -> str:
    """Decoded parts as one line: an encoded line break must not become a real one."""
    texts = [
        part if isinstance(part, str) else decode(part, (charset or "utf-8").split("*")[0])[0]
        for part, charset in parts
    ]
    return re.sub(r"\s*\n\s*", " ", _plain("".join(texts))).strip()


def _plain(text: str) -> str:
    """A header's text that every line and table can take."""
    return _DIRECTION.sub("", clean(text)).translate(_LINE_ENDS)


def _addresses(value: str) -> tuple[tuple[Address, ...], bool]:
    """The mailboxes of one header, and whether it is malformed."""
    read = _remembered_addresses if len(value) <= _REMEMBERED_CHARS else _read_addresses
    return read(value)


def _read_addresses(value: str) -> tuple[tuple[Address, ...], bool]:
    problems: list[object] = []
    try:
        pairs = get_addresses(value, defects=problems, decode_names=True)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        pairs, problems = [], [error]
    found = [_address(label, email) for label, email in pairs if email and ("@" in email or label)]
    return tuple((found or _salvaged(value))[:MAX_ADDRESSES]), bool(problems)


_remembered_addresses = lru_cache(_REMEMBERED_HEADERS)(_read_addresses)


_LOOSE = re.compile(r"[^\s<>()\[\]\",;:@]{1,64}@[^\s<>()\[\]\",;:@]{1,255}")


def _salvaged(value: str) -> list[Address]:
    """The one address of a header that no grammar can read, when there is exactly one to choose."""
    emails = list(dict.fromkeys(_LOOSE.findall(value[:2000])))
    if len(emails) != 1:
        return []
    label = decode_text(value[:2000]).replace(emails[0], " ")
    return [_address(re.sub(r"[\s<>\"',;]+", " ", label).strip(), emails[0])]


def _address(label: str, email: str) -> Address:
    local, at, domain = email.strip().rpartition("@")
    name = re.sub(r"\s+", " ", _plain(decode_text(label))).strip()
    return Address(name="" if name == email else name, email=f"{local}{at}{domain.lower()}")


def _date(raw: str | None) -> datetime | None:
    """The date with the sender's own offset, or None when it is missing or absurd."""
    if not raw:
        return None
    try:
        utc = parse_mail_date(raw).value
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        utc = None
    if isinstance(utc, datetime):
        offset = parsedate_tz(raw)
        seconds = offset[9] if offset and offset[9] is not None else 0
        return _sane(utc.astimezone(_zone(seconds)))
    return _lenient_date(raw)


def _lenient_date(raw: str) -> datetime | None:
    try:
        parsed = parsedate_tz(raw[:200])
        if parsed is None:
            return None
        moment = datetime(*parsed[:6], tzinfo=_zone(parsed[9] or 0))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return _sane(moment)


def _zone(seconds: int) -> timezone:
    return timezone(timedelta(seconds=seconds)) if abs(seconds) < 86_400 else UTC


def _sane(moment: datetime) -> datetime | None:
    return moment if _EARLIEST <= moment.year <= _LATEST else None


def message_ids(value: str | None) -> tuple[str, ...]:
    """Every ``<id>`` of a header in order, angle brackets kept; a bare one is given its brackets."""
    found = _ID.findall((value or "")[:MAX_HEADER_CHARS])
    if not found and value:
        found = _BARE_ID.findall(value[:2000])[:1]
    return tuple(f"<{one}>" for one in found[:MAX_REFERENCES])
