"""The readable body of a message: which parts are text, which are attachments, and what the text says."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
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
MAX_PAYLOAD_BYTES = 4 * MAX_TEXT_CHARS
_STUB = re.compile(
    r"html|view (?:it|this|the (?:message|e-?mail)) in|im browser|dans (?:un|votre) navigateur"
    r"|en (?:su|el|tu) navegador|no seu navegador|nel (?:tuo )?browser|in (?:uw|je) browser",
    re.IGNORECASE,
)
_STUB_CHARS = 400
_NAMING_HEADERS = ("content-disposition", "content-type")


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of the body as it was sent: in plain text, in HTML, or in both (multipart/alternative)."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Body:
    """The body's text; ``is_from_html`` when most of it was made from HTML, ``html`` as sent."""

    text: str = ""
    html: str | None = None
    is_from_html: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    parts_seen: int = 0


def read_body(message: MimeMessage) -> Body:
    """The body of a parsed MIME message, bounded in parts, depth and text; raises nothing for any content."""
    body = Body()
    pieces = _pieces(message, body, 0)
    chosen = [_chosen(piece) for piece in pieces]
    from_html = sum(len(text) for text, is_html in chosen if is_html)
    text = "\n".join(text.strip("\n") for text, _ in chosen if text.strip())
    body.html = "\n".join(piece.html for piece in pieces if piece.html) or None
    body.is_from_html = from_html * 2 > len(text)
    body.text = text[:MAX_TEXT_CHARS]
    if len(text) > MAX_TEXT_CHARS:
        body.defects.append("the text is too long, only its beginning is read")
    return body


def _chosen(piece: Piece) -> tuple[str, bool]:
    """The plain text, or that of the HTML where the plain part is empty or only says that there is HTML."""
    if not piece.html or (piece.plain.strip() and not _may_be_stub(piece.plain)):
        return piece.plain, False
    rendered = html_to_text(piece.html)
    is_better = not piece.plain.strip() or len(rendered.split()) > len(piece.plain.split())
    return (rendered, True) if is_better else (piece.plain, False)


def _may_be_stub(plain: str) -> bool:
    return len(plain) <= _STUB_CHARS and _STUB.search(plain) is not None


def _pieces(part: MimeMessage, body: Body, depth: int) -> list[Piece]:
    """The text below a part in order; an attached message is an attachment and not looked into."""
    body.parts_seen += 1
    if body.parts_seen > MAX_PARTS or depth > MAX_DEPTH:
        body.defects.append("too many or too deeply nested parts, the rest is not read")
        return []
    if not part.is_multipart() or part.get_content_maintype() != "multipart":
        return _leaf(part, body)
    found: list[Piece] = []
    for child in children_of(part):
        if body.parts_seen <= MAX_PARTS:
            found += _pieces(child, body, depth + 1)
    return [_merged(found)] if part.get_content_subtype() == "alternative" and found else found


def _merged(pieces: Sequence[Piece]) -> Piece:
    """Alternatives of one another as one piece."""
    return Piece(
        plain="\n".join(piece.plain for piece in pieces if piece.plain),
        html="\n".join(piece.html for piece in pieces if piece.html),
    )


def _leaf(part: MimeMessage, body: Body) -> list[Piece]:
    media_type = part.get_content_type()
    filename = _filename(part)
    disposition = str(part.get("content-disposition") or "").partition(";")[0].strip().lower()
    # A multipart that is broken, so that it has no parts, still holds what its writer typed.
    is_text = media_type in ("text/plain", "text/html") or media_type.startswith("multipart/")
    if not is_text or disposition == "attachment" or (filename and disposition != "inline"):
        parameters = str(part.get("content-type") or "").partition(";")[2].strip()[:500]
        body.attachments.append(Attachment(filename, media_type, parameters))
        return []
    text = _text(part, media_type, body.defects)
    if not text.strip():
        return []
    return [Piece(html=text)] if media_type == "text/html" else [Piece(plain=text)]


def _filename(part: MimeMessage) -> str:
    """The decoded file name (RFC 2231, RFC 2047 in quotes, or raw), without any folder."""
    if not _may_be_named(part):
        return ""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        name = ""
    return re.split(r"[/\\]", decode_text(str(name)[:1000]))[-1].strip()[:255]


def _may_be_named(part: MimeMessage) -> bool:
    """Whether a header holds the word that a file's name follows: to take parameters apart is slow."""
    return any("name" in str(part.get(header) or "").lower() for header in _NAMING_HEADERS)


def _text(part: MimeMessage, media_type: str, defects: list[str]) -> str:
    payload = _payload(part)
    if len(payload) > MAX_PAYLOAD_BYTES:
        payload = payload[:MAX_PAYLOAD_BYTES]
        defects.append("a text part is too long, only its beginning is read")
    text, defect = decode(payload, parameter(part, "charset"))
    if defect:
        defects.append(defect)
    if media_type.endswith("/plain") and parameter(part, "format").lower() == "flowed":
        return unflow(text, delsp=parameter(part, "delsp").lower() == "yes")
    return text


def _payload(part: MimeMessage) -> bytes:
    """The bytes of a part, as far as its transfer encoding can be undone."""
    encoding = str(part.get("content-transfer-encoding") or "")
    if encoding != encoding.strip():
        # The standard library of Python 3.11 does not know an encoding with a space behind it.
        part.replace_header("content-transfer-encoding", encoding.strip())
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, binascii.Error):
        payload = None
    return payload if isinstance(payload, bytes) else b""


def children_of(part: MimeMessage) -> list[MimeMessage]:
    """The parts right below a part; none for a leaf, whose payload the library may refuse to decode."""
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, MimeMessage)] if isinstance(payload, list) else []


def parameter(part: MimeMessage, name: str) -> str:
    """A parameter of Content-Type, such as charset; empty where it is missing or unreadable."""
    if name not in str(part.get("content-type") or "").lower():
        return ""
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return str(value or "").strip()
