"""What the sender newly wrote: no quotes, forwarded messages, signature, disclaimer or banner."""

from __future__ import annotations

import re
from collections.abc import Sequence

from triage.mail.boilerplate import tail_start, without_banner
from triage.mail.html import html_to_text
from triage.mail.message import Message
from triage.mail.quotes import split_quotes
from triage.mail.signature import is_sent_from, signature_start

MAX_LINES = 20_000
MAX_LINE_CHARS = 20_000
MAX_CHARS = 1_000_000
# No line is set apart by more, and whatever looks for a gap may take a look from each of its blanks.
MAX_BLANKS = 100
_GAP = re.compile(rf"[^\S\n]{{{MAX_BLANKS + 1},}}")
_QUOTE_MARKUP = (
    "<blockquote", "gmail_quote", "yahoo_quoted", "divrplyfwdmsg", "moz-cite-prefix", "protonmail_quote"
)  # fmt: skip
_FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|i|doorst|vs|vb|pd|fs)\s*:", re.IGNORECASE)


def new_text(text: str, *, html: str | None = None) -> str:
    """The words that are new in a message, with their line breaks and paragraphs as written.

    ``text`` is the plain part; ``html`` serves where the plain part is empty, or where the markup alone shows
    what is quoted. Never raises; linear in the input, which is read up to a million characters. When unsure,
    words are kept.
    """
    return extract(text, html=html)


def message_new_text(message: Message) -> str:
    """The new text of a parsed message, from whichever of its texts shows it best."""
    html = None if message.is_from_html else message.html
    return extract(
        message.text, html=html, is_forward=_FORWARD_SUBJECT.match(message.subject[:100]) is not None
    )


def extract(
    text: str, *, html: str | None = None, keep_signature: bool = False, is_forward: bool = False
) -> str:
    """As ``new_text``; ``keep_signature`` leaves what is below, ``is_forward`` cuts at a head at the top."""
    plain = _from_plain(text, keep_signature, is_forward)
    if html is None or not (_is_blank(text) or (_is_whole(plain, text) and _shows_quotes(html))):
        return plain
    marked = _from_plain(html_to_text(html), keep_signature, is_forward)
    return marked if _is_blank(text) or 0 < len(marked) < len(plain) else plain


def _shows_quotes(html: str) -> bool:
    """Whether the markup of a mail program says what is quoted."""
    source = html.lower()
    return any(mark in source for mark in _QUOTE_MARKUP)


def _is_blank(text: str) -> bool:
    return not text.strip()


def _is_whole(kept: str, text: str) -> bool:
    """Whether nothing much was taken away, so that quotes may have lost their marks in the plain part."""
    return len(kept) * 10 >= len(text.strip()) * 9


def _from_plain(text: str, keep_signature: bool, is_forward: bool) -> str:
    lines = [
        _GAP.sub(" " * MAX_BLANKS, line[:MAX_LINE_CHARS].rstrip("\r"))
        for line in text[:MAX_CHARS].split("\n")[:MAX_LINES]
    ]
    segments = split_quotes(without_banner(lines), is_forward=is_forward)
    runs = [run for run in segments.runs if any(line.strip() for line in run)]
    if not keep_signature:
        runs = _without_signatures(runs)
    return _joined(runs)


def _without_signatures(runs: Sequence[list[str]]) -> list[list[str]]:
    """Runs without program lines, list footers, disclaimers and signature, taken off from the end upwards."""
    kept = [[line for line in run if not is_sent_from(line)] for run in runs]
    if not any(line.strip() for run in kept for line in run):
        return [list(run) for run in runs]
    while kept:
        trimmed = _trimmed(kept[-1])
        if any(line.strip() for line in trimmed) and not (len(kept) > 1 and _is_only_signature(trimmed)):
            kept[-1] = trimmed
            break
        kept.pop()
    return kept


def _trimmed(lines: list[str]) -> list[str]:
    """Lines without what stands below the sender's words; twice, as footers may stand below a signature."""
    for _ in range(2):
        lines = lines[: tail_start(lines)]
        lines = lines[: signature_start(lines)]
    return lines


def _is_only_signature(lines: Sequence[str]) -> bool:
    """Whether a run under a quote is a signature from its first line on."""
    text = next(index for index, line in enumerate(lines) if line.strip())
    return signature_start(["x", "", *lines[text:]]) <= 2


def _joined(runs: Sequence[Sequence[str]]) -> str:
    """Runs as paragraphs, without trailing spaces, and without blank lines at either end."""
    texts = ["\n".join(line.rstrip() for line in run).strip("\n") for run in runs]
    return re.sub(r"\n{4,}", "\n\n\n", "\n\n".join(one for one in texts if one)).strip("\n")
