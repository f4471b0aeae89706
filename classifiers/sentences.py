"""A message cut into the pieces that are judged, each with its exact place in the original text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from classifiers.normal import has_words, is_noise, normalise

Part = Literal["subject", "body"]

# A freelancer's longest mail has some 500 words; more than this many sentences are counted, not judged.
MOST_SENTENCES: Final = 120
MOST_CHARACTERS: Final = 40_000
_LONG: Final = 240
_LONGEST: Final = 400
_REPLY_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|fw|fwd|wg|tr|rv|rif|antw|res|enc)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_NO_SUBJECT = re.compile(
    r"^\W*(?:no subject|kein betreff|sans objet|sin asunto|sem assunto|nessun oggetto|geen onderwerp)?\W*$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?…])\s+|\n\s*\n?")
_CLAUSE = re.compile(r"(?<=[,;:)])\s+|(?<!\s)\s+(?=[-–—(])")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of subject or body; ``text`` is exactly what stands there from start to end."""

    part: Part
    start: int
    end: int
    text: str
    normal: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """The judged sentences of one message and whether text beyond them was left out."""

    sentences: tuple[Sentence, ...]
    is_cut: bool
    is_noise: bool


def split_message(subject: str, body: str, language: str = "en") -> Pieces:
    """The sentences with words in them, the subject first; at most MOST_SENTENCES of them.

    Never raises. Time is bounded by MOST_CHARACTERS whatever the length of the text.
    """
    head = body[:MOST_CHARACTERS]
    pieces: list[Sentence] = list(_subject_piece(subject))
    saw_noise = False
    for start, end in _spans(head, language):
        if len(pieces) > MOST_SENTENCES:
            break
        text = head[start:end]
        if is_noise(text):
            saw_noise = True
        elif has_words(normal := normalise(text)):
            pieces.append(Sentence("body", start, end, text, normal))
    is_cut = len(body) > len(head) or len(pieces) > MOST_SENTENCES
    return Pieces(tuple(pieces[:MOST_SENTENCES]), is_cut, saw_noise)


def _subject_piece(subject: str) -> Iterator[Sentence]:
    prefix = _REPLY_PREFIX.match(subject)
    start = prefix.end() if prefix else 0
    text = subject[start:].strip()[:_LONGEST]
    if not _NO_SUBJECT.match(text) and has_words(text) and not is_noise(text):
        start = subject.index(text, start)
        yield Sentence("subject", start, start + len(text), text, normalise(text))


def _spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Trimmed, non-empty spans of sentences; paragraphs and overlong lines are cut further."""
    from sentencex import get_sentence_boundaries

    for boundary in get_sentence_boundaries(language, text):
        start, end = boundary["start_index"], boundary["end_index"]
        for each in _cut(text, start, end):
            yield from _trimmed(text, *each)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """One span, or several where a span is long or holds line ends that part thoughts."""
    if end - start <= _LONG:
        yield start, end
        return
    for pattern in (_BREAK, _CLAUSE, _SPACE):
        cuts = _even_cuts(text, start, end, pattern)
        if cuts:
            for first, last in zip([start, *cuts], [*cuts, end], strict=True):
                yield from _cut(text, first, last) if last - first > _LONGEST else iter([(first, last)])
            return
    for first in range(start, end, _LONGEST):
        yield first, min(first + _LONGEST, end)


def _even_cuts(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[int]:
    """Places to cut so that pieces reach _LONG characters where the pattern allows it."""
    cuts: list[int] = []
    last = start
    for match in pattern.finditer(text, start, end):
        if match.end() - last >= _LONG / 3 and match.end() < end:
            cuts.append(match.end())
            last = match.end()
    return cuts


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        yield start + left, start + right
