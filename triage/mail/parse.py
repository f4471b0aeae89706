"""Bytes to Message: never raises, whatever the bytes are; what was odd is said in ``defects``."""

from __future__ import annotations

import email
import hashlib
import re
from email.message import Message as MimeMessage

from triage.mail.body import Body, children_of, read_body
from triage.mail.headers import Head, message_ids, read_head
from triage.mail.message import Message
from triage.mail.mime import MAX_CONTENT_HEADER, tidy_tree

MAX_RAW_BYTES = 32 * 1024 * 1024
MAX_LINES = 500_000
MAX_HEAD_BYTES = 1024 * 1024
MAX_DELIMITERS = 5_000
MAX_BOUNDARIES = 200
# As many blanks as a subject may have together: patterns that look for a gap may look from each of them.
MAX_GAP = 100
_GAP = re.compile(rf"\s{{{MAX_GAP + 1},}}")
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_HEAD_ENDS_WITH = (b"\n\r\n", b"\n\n", b"\r\r")
_BOUNDARY = re.compile(rb"boundary\s{0,5}=", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
# The standard library reads parameters in quadratic time, while it parses and again later.
_CONTENT_HEADER = re.compile(rb"(?im)^content-[a-z-]{1,30}[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")


def parse(raw: bytes) -> Message:
    """The message in ``raw``, read as far as it can be.

    Bounded: at most MAX_RAW_BYTES, 400 parts, 30 levels and a million characters of text are looked at.
    """
    defects: list[str] = []
    mime = _mime(raw, defects)
    head = read_head(mime)
    body = read_body(mime)
    return _assembled(raw, mime, head, body, defects)


def _assembled(raw: bytes, mime: MimeMessage, head: Head, body: Body, defects: list[str]) -> Message:
    own_id = message_ids(head.first("message-id"))
    parents = message_ids(head.first("in-reply-to"))
    if head.sender is None:
        defects.append("no sender can be read")
    return Message(
        message_id=own_id[0] if own_id else None,
        subject=_GAP.sub(" " * MAX_GAP, head.first("subject") or ""),
        sender=head.sender,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        in_reply_to=parents[0] if parents else None,
        references=message_ids(head.first("references")),
        date=head.date,
        headers=head.headers,
        text=body.text,
        html=body.html,
        media_type=mime.get_content_type(),
        attachments=tuple(body.attachments),
        content_hash=_content_hash(raw, head),
        defects=tuple(dict.fromkeys((*defects, *head.defects, *body.defects, *_structural(mime)))),
        is_from_html=body.is_from_html,
    )


def _content_hash(raw: bytes, head: Head) -> str:
    """What the writer wrote, as SHA-256: body and the headers that name it, without the traces of transport.

    Mail to an address and its alias arrives as two copies that differ in Received and Delivered-To alone.
    Without Message-ID and Date, nothing tells a copy from a repetition: then all of it counts.
    """
    end = _head_end(raw)
    names = [head.first(name) for name in ("message-id", "date", "from", "subject")]
    if end is None or not (names[0] and names[1]):
        return hashlib.sha256(raw).hexdigest()
    digest = hashlib.sha256("\n".join(name or "" for name in names).encode("utf-8", "replace"))
    digest.update(raw[end.start() :])
    return digest.hexdigest()


def _mime(raw: bytes, defects: list[str]) -> MimeMessage:
    """The MIME tree, or the headers alone where it cannot be built."""
    bounded = _bounded(raw)
    if len(bounded) != len(raw):
        defects.append("the message is too large, only its beginning is read")
    trimmed = bounded.removeprefix(_BOM).lstrip(b"\r\n")
    if len(trimmed) != len(bounded):
        defects.append("something stands before the first header")
    tidy = tidy_tree(trimmed)
    if tidy is not None:
        return tidy
    if sum(1 for _ in _BOUNDARY.finditer(trimmed)) <= MAX_BOUNDARIES:
        try:
            return email.message_from_bytes(_with_short_parameters(trimmed))
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            pass
    defects.append("the structure cannot be read, only the headers and the raw text are")
    return _headers_only(trimmed)


def _bounded(raw: bytes) -> bytes:
    """The bytes up to the first bound they pass, of size, lines or delimiters; an endless head is shortened.

    The standard library needs some microseconds a header line and a part: without bounds, ten megabytes of
    either keep it busy for a quarter of a minute.
    """
    data = _up_to(_up_to(raw[:MAX_RAW_BYTES], b"\n", MAX_LINES), b"\n--", MAX_DELIMITERS)
    end = _head_end(data)
    head_end = end.start() if end else len(data)
    if head_end <= MAX_HEAD_BYTES or b":" not in data[:1000]:
        return data
    return data[: data.rfind(b"\n", 0, MAX_HEAD_BYTES) + 1 or MAX_HEAD_BYTES] + data[head_end:]


def _head_end(data: bytes) -> re.Match[bytes] | None:
    """The blank line below the headers: its place is found first, as the pattern alone is slow to find it."""
    near = len(data)
    for ending in _HEAD_ENDS_WITH:
        at = data.find(ending, 0, near)
        near = at + len(ending) if at >= 0 else near
    return _HEAD_END.search(data, max(0, near - 4))


def _up_to(data: bytes, mark: bytes, limit: int) -> bytes:
    """The bytes before the mark that is one too many."""
    if data.count(mark) <= limit:
        return data
    at = -1
    for _ in range(limit + 1):
        at = data.find(mark, at + 1)
    return data[:at]


def _with_short_parameters(raw: bytes) -> bytes:
    if len(raw) <= MAX_CONTENT_HEADER:
        return raw
    return _CONTENT_HEADER.sub(lambda found: found.group()[:MAX_CONTENT_HEADER], raw)


def _headers_only(raw: bytes) -> MimeMessage:
    """A message of one plain part: the headers that can be read, and everything below them as text."""
    end = _head_end(raw)
    head, rest = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    message = MimeMessage()
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines():
        name, colon, value = line.partition(b":")
        text = name.decode("ascii", "replace").strip()
        if colon and text and " " not in text and not text.lower().startswith("content-"):
            message.set_raw(text, value.strip().decode("utf-8", "surrogateescape"))
    message.set_payload(rest.decode("ascii", "surrogateescape"))
    return message


_DEFECTS = {
    "NoBoundaryInMultipartDefect": "a multipart message names no boundary",
    "StartBoundaryNotFoundDefect": "the first boundary is missing",
    "CloseBoundaryNotFoundDefect": "the closing boundary is missing",
    "FirstHeaderLineIsContinuationDefect": "the first header line is a continuation",
    "MissingHeaderBodySeparatorDefect": "no blank line between headers and body",
    "MultipartInvariantViolationDefect": "a multipart message has no parts",
    "InvalidMultipartContentTransferEncodingDefect": "a multipart message is itself encoded",
    "InvalidBase64PaddingDefect": "base64 is cut short",
    "InvalidBase64CharactersDefect": "base64 holds foreign characters",
    "InvalidBase64LengthDefect": "base64 has an impossible length",
    "MisplacedEnvelopeHeaderDefect": "an envelope line stands among the headers",
}


def _structural(mime: MimeMessage) -> list[str]:
    """Defects of the MIME structure in plain words, over the first levels of the tree."""
    found: list[str] = []
    stack = [mime]
    for _ in range(400):
        if not stack:
            break
        part = stack.pop()
        found += [_DEFECTS.get(type(one).__name__, "the MIME structure is malformed") for one in part.defects]
        stack.extend(children_of(part))
    return found
