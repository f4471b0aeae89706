"""Paragraphs out of ``format=flowed`` text (RFC 3676)."""

from __future__ import annotations

SIGNATURE_LINE = "-- "


def unflow(text: str, *, delsp: bool = False) -> str:
    """Text with its soft line breaks joined; quote marks are kept, one depth is never joined with another."""
    lines: list[str] = []
    open_depth: int | None = None
    pieces: list[str] = []
    for raw in text.split("\n"):
        depth, content = _split(raw)
        is_flowed = content.endswith(" ") and content != SIGNATURE_LINE
        if open_depth is not None and (depth != open_depth or content == SIGNATURE_LINE):
            lines.append(_line(open_depth, pieces))
            open_depth, pieces = None, []
        pieces.append(content[:-1] if is_flowed and delsp else content)
        if is_flowed:
            open_depth = depth
            continue
        lines.append(_line(depth, pieces))
        open_depth, pieces = None, []
    if open_depth is not None:
        lines.append(_line(open_depth, pieces))
    return "\n".join(lines)


def _split(raw: str) -> tuple[int, str]:
    """Quote depth and the content without quote marks and space-stuffing."""
    content = raw.lstrip(">")
    depth = len(raw) - len(content)
    return depth, content.removeprefix(" ")


def _line(depth: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}".rstrip(" ") if depth else content
