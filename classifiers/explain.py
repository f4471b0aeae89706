"""Why a sentence tells: the words without which the judges would think better of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from classifiers import stack
from classifiers.cues import found_cues
from classifiers.labels import LABELS
from classifiers.normal import normalise
from classifiers.sentences import Pieces, Sentence

if TYPE_CHECKING:
    from classifiers.judge import Classifier

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MOST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class Weight:
    """A word of the sentence and how far, in log-odds, the sentence falls when it is taken out."""

    word: str
    start: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words that weigh most, heaviest first, and the named cues that the sentence holds."""

    words: tuple[Weight, ...]
    cues: tuple[str, ...]


def explain(classifier: Classifier, label: str, sentence: str, most: int = 5) -> Explanation:
    """What in a sentence speaks for a label, found by leaving out each of its words in turn."""
    words = list(_WORD.finditer(sentence))[:_MOST_WORDS]
    without = [sentence[: word.start()] + sentence[word.end() :] for word in words]
    whole, *left = _scores(classifier, label, [sentence, *without])
    weights = [
        Weight(word[0], word.start(), round(whole - each, 3)) for word, each in zip(words, left, strict=True)
    ]
    heaviest = sorted((each for each in weights if each.weight > 0), key=lambda each: -each.weight)
    return Explanation(tuple(heaviest[:most]), found_cues(normalise(sentence)))


def _scores(classifier: Classifier, label: str, sentences: list[str]) -> list[float]:
    """Log-odds of each sentence for the label, each judged as a message of its own."""
    alone = [
        Pieces((Sentence("body", 0, len(each), each, normalise(each)),), is_cut=False, is_noise=False)
        for each in sentences
    ]
    scores = stack.first_scores(classifier.model, classifier.table(alone))
    return [float(score) for score in scores.both[:, LABELS.index(label)]]
