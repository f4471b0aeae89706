"""A large message without its attachments: structure first, then headers and text parts, put together again.

The result is valid MIME with the message's own boundaries. A part that was left out keeps its MIME header, so
that its file name can be read, and carries ``X-Triage-Omitted`` with its size in bytes over an empty body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from triage.imap.session import Answer, FetchRefused, Session

OMITTED_HEADER = b"X-Triage-Omitted"

#: No reader needs more of one text; a longer one is cut at the end of a line.
_MOST_TEXT = 262_144
#: No reader looks at more of one message; a hundred texts of the size above would be 25 MB.
_MOST_TEXTS = 1_048_576
_MOST_HEADER = 262_144
_MOST_PARTS = 100
_MOST_DEPTH = 20
#: Parts that say what a message is; text attached as a file is an attachment like any other.
_READ = frozenset({"text/plain", "text/html"})
_READ_ALWAYS = frozenset({"text/calendar", "message/delivery-status", "message/disposition-notification"})
_BROKEN_STRUCTURE = (ValueError, IndexError, TypeError, AttributeError, KeyError, RecursionError)


@dataclass(frozen=True, slots=True)
class Part:
    """One node of BODYSTRUCTURE (RFC 9051, 7.5.2); ``section`` is empty for the message itself."""

    section: str
    media_type: str
    encoding: str
    size: int
    is_attached: bool
    boundary: str
    children: tuple[Part, ...]

    @property
    def is_read(self) -> bool:
        """Whether its content is fetched."""
        return self.media_type in _READ_ALWAYS or (self.media_type in _READ and not self.is_attached)

    def walk(self) -> Iterator[Part]:
        """The node and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()


def fetch_large(session: Session, uid: int) -> bytes | None:
    """Headers and text of a message in the open folder; None when it has vanished, b"" when it can't be had.

    A structure that makes no sense is answered with the beginning of the message as it stands.
    """
    try:
        answer = session.fetch([uid], ["BODYSTRUCTURE", f"BODY.PEEK[HEADER]<0.{_MOST_HEADER}>"])
        if uid not in answer:
            return None
        whole = read_structure(answer[uid][b"BODYSTRUCTURE"])
        header = _section(answer[uid], "HEADER")
        wanted = list(_items(whole))
        contents = session.fetch([uid], wanted).get(uid) if wanted else {}
        return None if contents is None else assemble(whole, header, contents)
    except (FetchRefused, *_BROKEN_STRUCTURE):
        return _beginning(session, uid)


def read_structure(body: Any) -> Part:
    """The tree of parts from imapclient's reading of BODYSTRUCTURE; raises all sorts where malformed."""
    return _part(body, "", 0)


def assemble(part: Part, header: bytes, contents: Mapping[bytes, Any]) -> bytes:
    """The bytes of this part: its header block, then what was fetched of its body."""
    if part.children:
        return _closed(header) + b"\r\n" + _multipart_body(part, contents)
    content = contents.get(f"BODY[{part.section or 'TEXT'}]<0>".encode())
    if not part.is_read or not isinstance(content, bytes):
        return _closed(header) + OMITTED_HEADER + f": {part.size}\r\n\r\n".encode()
    return _closed(header) + b"\r\n" + _cut(content)


def _part(body: Any, section: str, depth: int) -> Part:
    if isinstance(body[0], list):
        return _multipart(body, section, depth)
    media_type = f"{_text(body[0])}/{_text(body[1])}".lower()
    # a text part carries one more field before the extensions, its number of lines; message/rfc822 three
    place = {"message/rfc822": 11}.get(media_type, 9 if media_type.startswith("text/") else 8)
    disposition = body[place] if len(body) > place else None
    return Part(
        section=section,
        media_type=media_type,
        encoding=_text(body[5]).lower(),
        size=int(body[6]),
        is_attached=isinstance(disposition, tuple) and _text(disposition[0]).lower() == "attachment",
        boundary="",
        children=(),
    )


def _multipart(body: Any, section: str, depth: int) -> Part:
    boundary = _parameter(body[2], "boundary")
    if depth > _MOST_DEPTH or not boundary:
        raise ValueError("multipart without boundary or too deep")
    prefix = f"{section}." if section else ""
    children = tuple(_part(child, f"{prefix}{number}", depth + 1) for number, child in enumerate(body[0], 1))
    return Part(section, f"multipart/{_text(body[1]).lower()}", "", 0, False, boundary, children)


def _items(whole: Part) -> Iterator[str]:
    """What to ask for: every part's own header, and the beginning of each text while there is room."""
    room = _MOST_TEXTS
    for part in islice(whole.walk(), _MOST_PARTS):
        if part.section:
            yield f"BODY.PEEK[{part.section}.MIME]"
        if part.is_read and room > 0:
            room -= min(part.size, _MOST_TEXT)
            yield f"BODY.PEEK[{part.section or 'TEXT'}]<0.{_MOST_TEXT}>"


def _multipart_body(part: Part, contents: Mapping[bytes, Any]) -> bytes:
    line = b"--" + part.boundary.encode("latin-1")
    pieces = []
    for child in part.children:
        header = contents.get(f"BODY[{child.section}.MIME]".encode())
        if isinstance(header, bytes):  # beyond _MOST_PARTS none was asked for
            pieces.append(line + b"\r\n" + assemble(child, header or _made_header(child), contents) + b"\r\n")
    return b"".join(pieces) + line + b"--\r\n"


def _made_header(part: Part) -> bytes:
    """A header for a part whose own is empty, from what the structure says."""
    encoding = f"Content-Transfer-Encoding: {part.encoding}\r\n" if part.encoding else ""
    return f"Content-Type: {part.media_type}\r\n{encoding}\r\n".encode("ascii", "replace")


def _closed(header: bytes) -> bytes:
    """A header block without its blank line; one that was cut ends with its last whole line."""
    block = header.rstrip(b"\r\n")
    if len(header) >= _MOST_HEADER:
        block = block[: block.rfind(b"\n") + 1].rstrip(b"\r\n") or block
    return block + b"\r\n" if block else b""


def _cut(content: bytes) -> bytes:
    """Whole lines alone, so that base64 and quoted-printable stay decodable."""
    if len(content) < _MOST_TEXT:
        return content
    return content[: content.rfind(b"\n") + 1] or content[: len(content) // 4 * 4]


def _section(answer: Answer, name: str) -> bytes:
    found = answer[f"BODY[{name}]<0>".encode()]
    if not isinstance(found, bytes):
        raise TypeError(name)
    return found


def _beginning(session: Session, uid: int) -> bytes | None:
    """The first bytes of the message; b"" where even those are refused."""
    try:
        answer = session.fetch([uid], [f"BODY.PEEK[]<0.{_MOST_TEXT}>"])
    except FetchRefused:
        return b""
    if uid not in answer:
        return None
    found = answer[uid].get(b"BODY[]<0>")
    return _cut(found) if isinstance(found, bytes) else b""


def _parameter(parameters: Any, name: str) -> str:
    pairs = iter(parameters or ())
    return next(
        (_text(value) for key, value in zip(pairs, pairs, strict=False) if _text(key).lower() == name), ""
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
