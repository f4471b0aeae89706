"""The project's own corpus as a check on new text: no marked word of a client is ever taken away."""

from __future__ import annotations

import re
from pathlib import Path

from triage.mail.new_text import new_text

CORPUS = Path(__file__).parents[2] / "classifiers" / "corpus"
MARK = re.compile(r"\[\[[HSP]\|(.*?)\]\]", re.DOTALL)


def bodies() -> list[str]:
    """Message bodies with their evidence marks."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.txt"))]
    blocks = [block for text in texts for block in text.split("\n====")]
    return [block.partition("\n---\n")[2] for block in blocks if "\n---\n" in block]


def squashed(text: str) -> str:
    """Text with every run of white space as one space."""
    return " ".join(text.split())


def test_no_marked_evidence_is_taken_away() -> None:
    marked = [body for body in bodies() if MARK.search(body)]
    assert len(marked) > 1000
    lost = []
    for body in marked:
        kept = squashed(new_text(MARK.sub(r"\1", body)))
        lost += [found for found in MARK.findall(body) if squashed(found) not in kept]
    assert lost == []


def test_hardly_any_message_loses_words_unless_something_was_appended() -> None:
    appended = re.compile(
        r"^\s?>|^-{2,}|@|\b(?:wrote|schrieb|écrit|scritto|escribió|escreveu|schreef)\b", re.MULTILINE
    )
    plain = [MARK.sub(r"\1", body) for body in bodies()]
    plain = [body for body in plain if not appended.search(body)]
    shorter = [body for body in plain if len(squashed(new_text(body))) < 0.6 * len(squashed(body))]
    assert len(plain) > 2000
    assert len(shorter) <= len(plain) // 100, shorter
