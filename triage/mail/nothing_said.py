"""Whether a text says nothing of its own: blank, or a signature alone."""

from __future__ import annotations

import re

from triage.mail.signature import is_sent_from, signature_start

_DELIMITER = re.compile(r"\s*(?:--|—|__+|––)\s*")
# "Thanks," above a name is a word to somebody.
_THANKS = re.compile(
    r"\b(?:thank|thx|cheers|dank|merci|graci|obrigad|grazie|bedankt|tack|takk|tak\b|dzięk)", re.IGNORECASE
)


def says_nothing(new_text: str) -> bool:
    """Whether nothing is left of a message's new text but a signature, which may stand there alone."""
    lines = [line for line in new_text.splitlines() if line.strip() and not is_sent_from(line)]
    if not lines or _DELIMITER.fullmatch(lines[0]):
        return True
    return signature_start(["x", "", *lines]) <= 2 and not _THANKS.search(lines[0])
