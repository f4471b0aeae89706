"""The seal of a draft: two hashes of it in a header of its own. They tell whether anybody has touched it.

A memory can be lost or set back, and a program can die between the APPEND and its record. The seal needs no
memory: what still bears out its own seal is as the program wrote it, everything else is the user's.

The first hash is of every byte. The second is of what people see and change, for servers that write the same
mail anew in their own way, as Exchange does: headers in another order and folding, headers added, another
transfer encoding.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser

SEAL_HEADER = "X-Draft-Seal"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEAL_LINE = re.compile(
    rb"^X-Draft-Seal:[ \t]*(?:\n[ \t]+)?([0-9a-f]{32})(?:-([0-9a-f]{32}))?[ \t]*\n",
    re.IGNORECASE | re.MULTILINE,
)
#: Headers that people set; a server that adds any other has edited nothing.
_PEOPLES = (
    "Message-ID", "From", "To", "Cc", "Bcc", "Reply-To", "Subject", "In-Reply-To", "X-Draft-Reference",
    "Importance", "Priority", "X-Priority", "Sensitivity", "Disposition-Notification-To",
)  # fmt: skip


def canonical(raw: bytes) -> bytes:
    """A message with LF as line ends, no NUL, no blank lines at the end.

    All servers rewrite bare CR, some add a last line end; none of that is an edit by the user.
    """
    return _LINE_END.sub(b"\n", raw.replace(b"\0", b"")).rstrip(b"\n")


def sealed(raw: bytes) -> bytes:
    """A message of CRLF lines with its seal as the last of its headers."""
    head, _, body = raw.partition(b"\r\n\r\n")
    text = canonical(raw)
    # on a line of its own, since both together are longer than lines should be (RFC 5322, 2.1.1)
    seal = f"{SEAL_HEADER}:\r\n {_seal_of(text)}-{_seal_of(_gist(text))}".encode("ascii")
    return head + b"\r\n" + seal + b"\r\n\r\n" + body


def is_as_written(raw: bytes) -> bool:
    """Whether a message bears a seal, and nothing of it that people change has changed since."""
    text = canonical(raw)
    head_ends = text.find(b"\n\n") + 1
    found = _SEAL_LINE.search(text, 0, head_ends)
    if found is None:
        return False
    every_byte, gist = (half.decode("ascii").lower() if half else None for half in found.groups())
    return every_byte == _seal_of(text[: found.start()] + text[found.end() :]) or (
        gist is not None and gist == _seal_of(_gist(text))
    )


def _seal_of(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:32]


def _gist(text: bytes) -> bytes:
    """What people see of a mail and may change, whatever way it is written down."""
    message = BytesParser().parsebytes(text)
    lines = [f"{name}: {_decoded(value)}" for name in _PEOPLES for value in message.get_all(name, [])]
    return "\n".join([*lines, message.get_content_type(), "", _words(message)]).encode("utf-8", "replace")


def _decoded(value: object) -> str:
    text = str(value)
    # what can't be decoded is taken as it stands
    with suppress(HeaderParseError, LookupError, ValueError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.replace('"', "").split())


def _words(message: Message) -> str:
    """The text of a mail of one part; what has several is told by all that stands there."""
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return message.as_string()
    content = canonical(payload)
    try:
        return content.decode(message.get_content_charset("us-ascii"))
    except (LookupError, ValueError):
        return content.decode("latin-1")
