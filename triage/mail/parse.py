"""Bytes to Message: never raises, whatever the bytes are; what was odd is said in ``defects``."""

from __future__ import annotations

import email
import hashlib
import re
from email.message import Message as MimeMessage

from triage.mail.body import Body, read_body
from triage.mail.headers import Head, message_ids, read_head
from triage.mail.message import Message

MAX_RAW_BYTES = 32 * 1024 * 1024
MAX_BOUNDARIES = 200
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_BOUNDARY = re.compile(rb"boundary\s{0,5}=", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
# The standard library reads parameters in quadratic time, while it parses and again later.
_CONTENT_HEADER = re.compile(rb"(?im)^content-[a-z-]{1,30}[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
MAX_CONTENT_HEADER = 4_000


def parse(raw: bytes) -> Message:
    """The message in ``raw``, read as far as it can be.

    Bounded: at most MAX_RAW_BYTES, 400 parts, 30 levels and a million characters of text are looked at.
    """
    defects: list[str] = []
    mime = _mime(raw, defects)
    head = read_head(mime)
    body = read_body(mime)
    text, html, is_from_html = body.read()
    return _assembled(raw, mime, head, body, (text, html, is_from_html), defects)


def _assembled(
    raw: bytes,
    mime: MimeMessage,
    head: Head,
    body: Body,
    read: tuple[str, str | None, bool],
    defects: list[str],
) -> Message:
    own_id = message_ids(head.first("message-id"))
    parents = message_ids(head.first("in-reply-to"))
    if head.sender is None:
        defects.append("no sender can be read")
    return Message(
        message_id=own_id[0] if own_id else None,
        subject=head.first("subject") or "",
        sender=head.sender,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        in_reply_to=parents[0] if parents else None,
        references=message_ids(head.first("references")),
        date=head.date,
        headers=head.headers,
        text=read[0],
        html=read[1],
        media_type=mime.get_content_type(),
        attachments=tuple(body.attachments),
        content_hash=hashlib.sha256(raw).hexdigest(),
        defects=tuple(dict.fromkeys((*defects, *head.defects, *body.defects, *_structural(mime)))),
        is_from_html=read[2],
    )


def _mime(raw: bytes, defects: list[str]) -> MimeMessage:
    """The MIME tree by the standard library, or the headers alone where the tree cannot be built."""
    if len(raw) > MAX_RAW_BYTES:
        raw = raw[:MAX_RAW_BYTES]
        defects.append("the message is too large, only its beginning is read")
    trimmed = raw.removeprefix(_BOM).lstrip(b"\r\n")
    if len(trimmed) != len(raw):
        defects.append("something stands before the first header")
    if sum(1 for _ in _BOUNDARY.finditer(trimmed)) <= MAX_BOUNDARIES:
        try:
            return email.message_from_bytes(_with_short_parameters(trimmed))
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            pass
    defects.append("the structure cannot be read, only the headers and the raw text are")
    return _headers_only(trimmed)


def _with_short_parameters(raw: bytes) -> bytes:
    if len(raw) <= MAX_CONTENT_HEADER:
        return raw
    return _CONTENT_HEADER.sub(lambda found: found.group()[:MAX_CONTENT_HEADER], raw)


def _headers_only(raw: bytes) -> MimeMessage:
    """A message of one plain part: the headers that can be read, and everything below them as text."""
    end = _HEAD_END.search(raw)
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
        children = part.get_payload()
        if isinstance(children, list):
            stack.extend(child for child in children if isinstance(child, MimeMessage))
    return found
