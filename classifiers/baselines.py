"""Simpler judges of the same mail, to see what the classifier is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifiers import stack
from classifiers.corpus import Example
from classifiers.cues import cue_rows, names
from classifiers.features import hashed
from classifiers.labels import LABELS
from classifiers.lesson import Lesson
from classifiers.normal import normalise
from classifiers.sentences import split_message
from classifiers.tuned import TunedEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# The cues that a list of keywords would have for each label.
_KEYWORDS: Final = {
    "hostility": ("threat_law", "threat_report", "threat_leave", "contempt", "you_blame", "shouting"),
    "scope_pressure": ("free_work", "off_hours"),
    "payment_issue": ("money_condition", "money_late", "money_less"),
}
_LONGEST: Final = 4_000


def baselines(
    lesson: Lesson, held: Sequence[Example], encoder: TunedEncoder | None
) -> dict[str, list[Array]]:
    """Scores of held-out messages, by judge and then by label; the learnt ones learn from whole messages."""
    taught = [_text(example) for example in lesson.examples]
    asked = [_text(example) for example in held]
    found = {
        "keyword list": _by_keywords(asked),
        "sentiment lexicon (VADER)": _by_sentiment(asked),
        "tf-idf of the message": _by_wording(lesson, taught, asked),
    }
    if encoder:
        pieces = [split_message(each.subject, each.body, each.lang) for each in held]
        found["tuned encoder alone"] = list(encoder.read(pieces).messages[:, : len(LABELS)].T)
    return found


def _text(example: Example) -> str:
    return normalise(f"{example.subject}. {example.body}"[:_LONGEST])


def _by_keywords(asked: Sequence[str]) -> list[Array]:
    rows, columns = cue_rows(asked), names()
    return [rows[:, [columns.index(name) for name in _KEYWORDS[label]]].sum(axis=1) for label in LABELS]


def _by_wording(lesson: Lesson, taught: Sequence[str], asked: Sequence[str]) -> list[Array]:
    words, letters = hashed(taught)
    word_idf, letter_idf = stack.idf_of(words), stack.idf_of(letters)
    rows = stack.weighted(words, letters, word_idf, letter_idf)
    return _learnt(lesson, rows, stack.weighted(*hashed(asked), word_idf, letter_idf))


def _by_sentiment(asked: Sequence[str]) -> list[Array]:
    """The worse the mood, the likelier every label."""
    import numpy as np
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    lexicon = SentimentIntensityAnalyzer()
    mood = np.array([-lexicon.polarity_scores(text)["compound"] for text in asked])
    return [mood for _ in LABELS]


def _learnt(lesson: Lesson, taught: Any, asked: Any) -> list[Array]:
    from sklearn.linear_model import LogisticRegression

    return [
        LogisticRegression(C=10.0, solver="liblinear").fit(taught, truth).decision_function(asked)
        for truth in lesson.message_truth.T
    ]
