"""The words that speak for a label: the sentences that tell most, a long one cut to the clauses that do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.normal import normalise
from classifiers.sentences import Pieces, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST: Final = 3
_NEARLY_AS_TELLING: Final = 0.5
_LONG: Final = 120
_SHORT: Final = 30
# Clauses beside the most telling one belong to it when they tell this much less, in log-odds.
_STILL_TELLING: Final = 2.0
_CLAUSE = re.compile(r"(?<=[,;:)])\s+|\s+(?=[-–—(])")
_TRAILING: Final = " \t\n,;:–—-"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the subject or new text, exactly as they stand there, that speak for a label."""

    label: str
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Words:
    """What the tuned encoder says of the tokens of one message, for one label.

    ``sentences`` numbers the sentence of each token, ``spans`` is its place in the normal text.
    """

    sentences: NDArray[np.int64]
    spans: NDArray[np.int64]
    scores: Array


def gather(label: str, pieces: Pieces, told: Any, words: Words | None) -> tuple[Evidence, ...]:
    """The sentence that tells most, and others that tell nearly as much, in the order of the message."""
    ranked = sorted(range(len(told)), key=lambda row: -told[row])[:_MOST]
    telling = sorted(row for row in ranked if told[row] >= _NEARLY_AS_TELLING * told[ranked[0]])
    return tuple(
        Evidence(label, _shown(pieces.sentences[row], row, words), round(float(told[row]), 4))
        for row in telling
    )


def _shown(sentence: Sentence, row: int, words: Words | None) -> str:
    """A sentence, or of a long one the clauses that tell."""
    if words is None or len(sentence.text) <= _LONG:
        return sentence.text
    mine = words.sentences == row
    clauses = list(_clauses(sentence))
    scores = [_highest(span, words.spans[mine], words.scores[mine]) for _, span in clauses]
    best = max(range(len(clauses)), key=scores.__getitem__)
    first = last = best
    while first > 0 and (_is_near(scores, first - 1, best) or _length(clauses, first, last) < _SHORT):
        first -= 1
    while last + 1 < len(clauses) and (
        _is_near(scores, last + 1, best) or _length(clauses, first, last) < _SHORT
    ):
        last += 1
    return sentence.text[clauses[first][0][0] : clauses[last][0][1]].rstrip(_TRAILING)


def _is_near(scores: list[float], other: int, best: int) -> bool:
    return scores[other] >= scores[best] - _STILL_TELLING


def _length(clauses: list[tuple[tuple[int, int], tuple[int, int]]], first: int, last: int) -> int:
    return clauses[last][0][1] - clauses[first][0][0]


def _clauses(sentence: Sentence) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """(place in the text, place in the normal text) of each clause."""
    starts = [0, *(match.end() for match in _CLAUSE.finditer(sentence.text))]
    at = 0
    for start, end in zip(starts, [*starts[1:], len(sentence.text)], strict=True):
        normal = normalise(sentence.text[start:end])
        found = max(sentence.normal.find(normal, at), at)
        at = found + len(normal)
        yield (start, end), (found, at)


def _highest(span: tuple[int, int], spans: NDArray[np.int64], scores: Array) -> float:
    """The best score among the tokens that overlap a span."""
    inside = (spans[:, 0] < span[1]) & (spans[:, 1] > span[0])
    return float(scores[inside].max(initial=-30.0))
