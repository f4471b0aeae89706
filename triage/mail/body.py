"""The readable body of a message: which parts are text, which are attachments, and what the text says."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as MimeMessage

from triage.mail.charset import decode
from triage.mail.flowed import unflow
from triage.mail.headers import decode_text
from triage.mail.html import html_to_text
from triage.mail.message import Attachment

MAX_PARTS = 400
MAX_DEPTH = 30
MAX_TEXT_CHARS = 1_000_000
_STUB = re.compile(
    r"html|view (?:it|this|the (?:message|e-?mail)) in|im browser|dans (?:un|votre) navigateur"
    r"|en (?:su|el|tu) navegador|no seu navegador|nel (?:tuo )?browser|in (?:uw|je) browser",
    re.IGNORECASE,
)
_STUB_CHARS = 400


@dataclass
class Body:
    """What was found while walking the parts, in the order of the message."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def read(self) -> tuple[str, str | None, bool]:
        """The text, the HTML as sent, and whether the text was made from the HTML."""
        plain = "\n".join(part.strip("\n") for part in self.plain).strip("\n")
        html = "\n".join(self.html) or None
        if html is None or (plain.strip() and not _may_be_stub(plain)):
            return self._capped(plain), html, False
        rendered = html_to_text(html)
        is_better = len(rendered.split()) > len(plain.split()) or not plain.strip()
        return self._capped(rendered if is_better else plain), html, is_better

    def _capped(self, text: str) -> str:
        if len(text) <= MAX_TEXT_CHARS:
            return text
        self.defects.append("the text is too long, only its beginning is read")
        return text[:MAX_TEXT_CHARS]


def _may_be_stub(plain: str) -> bool:
    return len(plain) <= _STUB_CHARS and _STUB.search(plain) is not None


def read_body(message: MimeMessage) -> Body:
    """The body of a parsed MIME message, bounded in parts, depth and text; raises nothing for any content."""
    body = Body()
    for part in _leaves(message, body.defects):
        _take(part, body)
    return body


def _leaves(message: MimeMessage, defects: list[str]) -> Iterator[MimeMessage]:
    """Parts that hold content, in order; an attached message is one part and not looked into."""
    stack: list[tuple[MimeMessage, int]] = [(message, 0)]
    seen = 0
    while stack:
        part, depth = stack.pop()
        seen += 1
        if seen > MAX_PARTS or depth > MAX_DEPTH:
            defects.append("too many or too deeply nested parts, the rest is not read")
            return
        children = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(children, list):
            stack.extend((child, depth + 1) for child in reversed(children) if isinstance(child, MimeMessage))
        else:
            yield part


def _take(part: MimeMessage, body: Body) -> None:
    media_type = part.get_content_type()
    filename = _filename(part)
    is_text = media_type in ("text/plain", "text/html") or (
        # A broken multipart, or a type without a subtype, still holds what its writer typed.
        part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)
    )
    is_attached = _disposition(part) == "attachment" or (bool(filename) and _disposition(part) != "inline")
    if not is_text or is_attached:
        parameters = str(part.get("content-type") or "").partition(";")[2].strip()[:500]
        body.attachments.append(Attachment(filename=filename, media_type=media_type, parameters=parameters))
        return
    text = _text(part, body.defects)
    if media_type == "text/html":
        body.html.append(text)
    elif text.strip():
        body.plain.append(text)


def _disposition(part: MimeMessage) -> str:
    value = str(part.get("content-disposition") or "")
    return value.partition(";")[0].strip().lower()


def _filename(part: MimeMessage) -> str:
    """The decoded file name (RFC 2231, RFC 2047 in quotes, or raw), without any folder."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    return re.split(r"[/\\]", decode_text(str(name)[:1000]))[-1].strip()[:255]


def _text(part: MimeMessage, defects: list[str]) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, binascii.Error):
        payload = None
    if not isinstance(payload, bytes):
        payload = str(part.get_payload()).encode("utf-8", "surrogateescape")
    if len(payload) > MAX_TEXT_CHARS * 4:
        payload = payload[: MAX_TEXT_CHARS * 4]
        defects.append("a text part is too long, only its beginning is read")
    text, defect = decode(payload, _parameter(part, "charset"))
    if defect:
        defects.append(defect)
    if part.get_content_subtype() == "plain" and _parameter(part, "format").lower() == "flowed":
        return unflow(text, delsp=_parameter(part, "delsp").lower() == "yes")
    return text


def _parameter(part: MimeMessage, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return str(value or "").strip()
