"""The MIME tree of a message that is put together as it should be, read faster than by the library.

The standard library goes line by line and compiles a pattern for each boundary: that costs more than all else
that is done with a message. Here a tree is cut at its boundaries. Anything odd is left to the library, which
has long experience with it and says what is wrong: no tree is built here that it would build differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as MimeMessage

MAX_DEPTH = 10
MAX_PARTS = 200
MAX_CONTENT_HEADER = 4_000
_FIELD = re.compile(r"([!-9;-~]+):([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_BLANK_LINE = re.compile(r"\n\r?\n")
_BLANK_START = re.compile(r"\r?\n")
_PLAIN_ENCODINGS = frozenset({"7bit", "8bit", "binary"})


class _Odd(Exception):
    """Something that the library shall read."""


def tidy_tree(raw: bytes) -> MimeMessage | None:
    """The tree as ``email.message_from_bytes`` builds it, without preambles and epilogues; None where odd.

    Odd are: lone carriage returns, headers that are none, boundaries that are missing, empty parts, attached
    messages, and more or deeper parts than people send.
    """
    if raw.count(b"\r") != raw.count(b"\r\n"):
        return None
    try:
        return _part(raw.decode("ascii", "surrogateescape"), [MAX_PARTS], 0)
    except _Odd:
        return None


def _part(text: str, room: list[int], depth: int) -> MimeMessage:
    """One part and all below it; ``room`` counts down the parts that may still come."""
    room[0] -= 1
    if room[0] < 0 or depth > MAX_DEPTH:
        raise _Odd
    message = MimeMessage()
    body = text[_read_head(text, message) :]
    kind = message.get_content_type()
    if kind.startswith("message/") or kind == "multipart/digest":
        raise _Odd
    if not kind.startswith("multipart/"):
        message.set_payload(body)
        return message
    for piece in _pieces(body, _boundary(message)):
        message.attach(_part(piece, room, depth + 1))
    return message


def _read_head(text: str, message: MimeMessage) -> int:
    """Give the message its headers; the index at which the body begins."""
    blank = _BLANK_START.match(text)
    if blank is not None:
        return blank.end()
    blank = _BLANK_LINE.search(text)
    if blank is None:
        raise _Odd
    at, end = 0, blank.start() + 1
    while at < end:
        field = _FIELD.match(text, at, end)
        if field is None:
            raise _Odd
        name, value = field.groups()
        if len(value) > MAX_CONTENT_HEADER and name.lower().startswith("content-"):
            raise _Odd
        message.set_raw(name, value.lstrip(" \t").rstrip("\r\n"))
        at = field.end()
    return blank.end()


def _boundary(message: MimeMessage) -> str:
    boundary = message.get_boundary()
    encoding = str(message.get("content-transfer-encoding", "8bit")).lower()
    if not boundary or encoding not in _PLAIN_ENCODINGS:
        raise _Odd
    return boundary


def _pieces(body: str, boundary: str) -> Iterator[str]:
    """What stands between the boundary lines, without the line end before each (RFC 2046, 5.1.1)."""
    start: int | None = None
    for line_start, line_end, is_last in _boundary_lines(body, f"--{boundary}"):
        if start is not None:
            piece = body[start:line_start].removesuffix("\n").removesuffix("\r")
            if not piece:
                raise _Odd
            yield piece
        if is_last:
            if start is None:
                raise _Odd
            return
        start = line_end
    raise _Odd


def _boundary_lines(body: str, mark: str) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary line starts and ends, and whether it is the closing one."""
    at = body.find(mark)
    while at >= 0:
        end = body.find("\n", at)
        end = len(body) if end < 0 else end + 1
        if at == 0 or body[at - 1] == "\n":
            rest = body[at + len(mark) : end].rstrip("\n").removesuffix("\r")
            is_last = rest.startswith("--") and not rest[2:].strip(" \t")
            if is_last or not rest.strip(" \t"):
                yield at, end, is_last
        at = body.find(mark, end)
