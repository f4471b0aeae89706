"""The day on which the client says the payment comes: their own date, and no due date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from drafts.days import Day, days_in
from drafts.facts import Fact
from drafts.lexicon import Lexicon
from drafts.sentences import Sentence
from drafts.situation import PAYMENT

# Where a clause about one day ends; a full stop after a number is part of a German date.
CLAUSE_END = re.compile(
    r"[,;:!?()\n]|(?<!\d)\.(?=\s|$)|\s(?:but|so|and|aber|und|pero|mais|mas|donc|então)\s", re.I
)


def no_days(_: str) -> tuple[Day, ...]:
    """Return no day at all: nothing is known to have passed."""
    return ()


def pay_day(
    sentences: Iterable[Sentence], words: Lexicon, passed: Callable[[str], tuple[Day, ...]] = no_days
) -> Fact | None:
    """Return when the client says the payment comes, ready to follow "the payment is coming".

    ``passed`` names the days of a sentence that lie behind: a promise whose day is past is no promise.
    """
    ranked = [(rank, fact) for rank, fact in promises(tuple(sentences), words, passed) if rank]
    best = max((rank for rank, _ in ranked), default=0)
    return next((fact for rank, fact in reversed(ranked) if rank == best), None)


def promises(
    sentences: tuple[Sentence, ...], words: Lexicon, passed: Callable[[str], tuple[Day, ...]] = no_days
) -> Iterator[tuple[int, Fact]]:
    """Yield every day that may be meant, with how surely it is: 3 in a clause about paying, 0 not at all."""
    said_before = False
    for sentence in sentences:
        is_marked = PAYMENT in sentence.labels
        behind = passed(sentence.text)
        for day, before, after in in_context(sentence.text, words):
            if any(day.start < one.end and one.start < day.end for one in behind):
                continue
            if words.has("day_past", before) or words.has("day_past_after", after):
                continue
            yield rank(sentence, before + after, is_marked, said_before, words), Fact(day.value, day.words)
        said_before = is_marked or words.has("money_word", sentence.text)


def rank(sentence: Sentence, clause: str, is_marked: bool, said_before: bool, words: Lexicon) -> int:
    """Return how surely a day in ``clause`` is the payment's."""
    pays = words.has("paying", clause) or words.has("money_word", clause)
    if is_marked:
        return 3 if pays else 2
    if words.has("money_word", sentence.text) and words.has("paying", clause):
        return 2
    return 1 if said_before and words.has("paying", clause) else 0


def in_context(text: str, words: Lexicon) -> Iterator[tuple[Day, str, str]]:
    """Yield each day with what stands before and after it in its clause, up to the days beside it."""
    found = list(days_in(text, words.language))
    edges = [0, *(edge for day in found for edge in (day.start, day.end)), len(text)]
    gaps = [text[start:end] for start, end in list(pairwise(edges))[::2]]
    for number, day in enumerate(found):
        before = CLAUSE_END.split(gaps[number])[-1]
        after = CLAUSE_END.split(gaps[number + 1])[0] if number + 1 == len(found) else ""
        yield day, before, after
