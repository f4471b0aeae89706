"""The seal of a draft: a hash of all of it in a header of its own. It tells whether anybody has touched it.

A memory can be lost or set back, and a program can die between the APPEND and its record. The seal needs no
memory: what still bears out its own seal is as the program wrote it, everything else is the user's.
"""

from __future__ import annotations

import hashlib
import re

SEAL_HEADER = "X-Draft-Seal"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEAL_LINE = re.compile(rb"^X-Draft-Seal:[ \t]*([0-9a-f]{32})[ \t]*\n", re.IGNORECASE | re.MULTILINE)


def canonical(raw: bytes) -> bytes:
    """A message with LF as line ends, no NUL, no blank lines at the end.

    All servers rewrite bare CR, some add a last line end; none of that is an edit by the user.
    """
    return _LINE_END.sub(b"\n", raw.replace(b"\0", b"")).rstrip(b"\n")


def sealed(raw: bytes) -> bytes:
    """A message of CRLF lines with its seal as the last of its headers."""
    head, _, body = raw.partition(b"\r\n\r\n")
    seal = _seal_of(canonical(raw)).encode("ascii")
    return head + b"\r\n" + SEAL_HEADER.encode("ascii") + b": " + seal + b"\r\n\r\n" + body


def is_as_written(raw: bytes) -> bool:
    """Whether a message bears a seal, and nothing of it has changed since."""
    text = canonical(raw)
    head_ends = text.find(b"\n\n") + 1
    found = _SEAL_LINE.search(text, 0, head_ends)
    if found is None:
        return False
    return _seal_of(text[: found.start()] + text[found.end() :]) == found.group(1).decode("ascii").lower()


def _seal_of(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:32]
