"""From the corpus to a model: what the second level sees was scored by models that never saw its writer."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from classifiers import stack
from classifiers.cutoffs import BASE_RATE, choose_cuts, platt_of
from classifiers.labels import LABELS
from classifiers.lesson import FOLDS, Lesson, Progress, splits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Solver = Literal["lbfgs", "liblinear"]

# What each was chosen from, and what it is worth, stands in docs/scorecard.md.
_DENSE_C: Final = 3.0
_SPARSE_C: Final = 10.0
_POOL_C: Final = 0.01
_GRADE_C: Final = 0.1
# scikit-learn stops on the mean gradient: at 1e-3 lbfgs hardly learns the rare class.
_SETTINGS: Final[dict[Solver, dict[str, Any]]] = {
    "lbfgs": {"solver": "lbfgs", "tol": 1e-4, "max_iter": 400},
    "liblinear": {"solver": "liblinear", "tol": 0.1, "dual": True, "random_state": 0, "max_iter": 400},
}
# More would need more memory than a small laptop has to spare.
_MOST_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Unseen:
    """Scores by models that never saw the writer: of each sentence by both judges, of each message."""

    by_meaning: Array
    by_wording: Array
    features: Array
    scores: Array


def train(lesson: Lesson, progress: Progress) -> stack.Model:
    """The model of a lesson; under a minute for 6,000 messages once they are encoded."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        unseen = score_unseen(lesson, progress)
        progress("learning sentences", 0.9)
        first = _first_level(lesson, np.arange(len(lesson.examples)))
        progress("learning messages", 0.0)
        second = _second_level(lesson, unseen)
    progress("learning messages", 1.0)
    return stack.Model(**first, **second)


def score_unseen(lesson: Lesson, progress: Progress) -> Unseen:
    """What the two levels say of each message when its writer is left out of training."""
    import numpy as np

    by_meaning, by_wording = _unseen_sentences(lesson, progress)
    features = stack.pooled(by_meaning, by_wording, lesson.table)
    rows = stack.standardised(features, *_spread(features))
    scores = np.zeros((len(rows), len(LABELS)))
    for seen, held in splits(lesson.writers):
        weights, bias = _one_vs_rest(rows[seen], lesson.message_truth[seen], _POOL_C, "lbfgs")
        scores[held] = rows[held] @ weights.T + bias
    return Unseen(by_meaning, by_wording, features, scores)


def _unseen_sentences(lesson: Lesson, progress: Progress) -> tuple[Array, Array]:
    """Scores of each sentence, by meaning and by wording, from models of the other writers."""
    import numpy as np

    owners = lesson.table.owners
    by_meaning, by_wording = np.zeros((2, len(owners), len(LABELS)))
    folds = list(splits(lesson.writers))
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as threads:
        learnt = threads.map(lambda fold: _first_level(lesson, fold[0]), folds)
        for number, ((_, held), weights) in enumerate(zip(folds, learnt, strict=True), start=1):
            rows = np.isin(owners, held)
            by_meaning[rows], by_wording[rows] = _apply(lesson, rows, weights)
            progress("learning sentences", 0.9 * number / FOLDS)
    return by_meaning, by_wording


def _apply(lesson: Lesson, rows: Any, weights: dict[str, Any]) -> tuple[Array, Array]:
    words, letters = lesson.table.words[rows], lesson.table.letters[rows]
    sparse = stack.weighted(words, letters, weights["word_idf"], weights["letter_idf"])
    by_meaning = lesson.table.dense[rows] @ weights["dense_weights"].T + weights["dense_bias"]
    by_wording = sparse @ weights["sparse_weights"].T + weights["sparse_bias"]
    return by_meaning, by_wording


def _first_level(lesson: Lesson, messages: Any) -> dict[str, Any]:
    """The sentence models of some messages, as the arrays of a Model."""
    import numpy as np

    rows = np.isin(lesson.table.owners, messages)
    words, letters = lesson.table.words[rows], lesson.table.letters[rows]
    word_idf, letter_idf = stack.idf_of(words), stack.idf_of(letters)
    sparse = stack.weighted(words, letters, word_idf, letter_idf)
    truth = lesson.sentence_truth[rows]
    # Weight nought instead of a copy without the unseen rows: the dense table is 200 MB.
    dense_weights, dense_bias = _one_vs_rest(
        lesson.table.dense, lesson.sentence_truth, _DENSE_C, "lbfgs", rows.astype(np.float32)
    )
    sparse_weights, sparse_bias = _one_vs_rest(sparse, truth, _SPARSE_C, "liblinear")
    return {
        "word_idf": word_idf,
        "letter_idf": letter_idf,
        "dense_weights": dense_weights.astype(np.float32),
        "dense_bias": dense_bias,
        "sparse_weights": sparse_weights.astype(np.float32),
        "sparse_bias": sparse_bias,
    }


def _one_vs_rest(
    features: Any, truth: Any, strength: float, solver: Solver, weight: Any = None
) -> tuple[Array, Array]:
    """(weights, bias) of a logistic regression for each column of the truth."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    weights, biases = [], []
    for column in truth.T:
        model = LogisticRegression(C=strength, **_SETTINGS[solver]).fit(
            features, column, sample_weight=weight
        )
        weights.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return np.array(weights, dtype=np.float64), np.array(biases, dtype=np.float64)


def _spread(features: Array) -> tuple[Array, Array]:
    import numpy as np

    return features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)


def _second_level(lesson: Lesson, unseen: Unseen) -> dict[str, Any]:
    """The message models over pooled unseen scores, their calibration, cut-offs and severity."""
    import numpy as np

    mean, scale = _spread(unseen.features)
    rows = stack.standardised(unseen.features, mean, scale)
    weights, bias = _one_vs_rest(rows, lesson.message_truth, _POOL_C, "lbfgs")
    platt = platt_of(unseen.scores, lesson.message_truth, BASE_RATE)
    grade_weights, grade_bias = _severity(lesson, np.hstack([rows, unseen.scores]))
    return {
        "sentence_platt": platt_of((unseen.by_meaning + unseen.by_wording) / 2, lesson.sentence_truth),
        "pool_mean": mean,
        "pool_scale": scale,
        "pool_weights": weights,
        "pool_bias": bias,
        "platt": platt,
        "cuts": choose_cuts(stack.calibrated(platt, unseen.scores), lesson.message_truth, lesson.ordinary),
        "grade_weights": grade_weights,
        "grade_bias": grade_bias,
    }


def _severity(lesson: Lesson, rows: Array) -> tuple[Array, Array]:
    """Two steps, "at least 2" and "at least 3", learnt from the labelled messages."""
    import numpy as np

    severity = np.array([example.severity for example in lesson.examples])
    labelled = severity > 0
    steps = np.stack([severity[labelled] >= 2, severity[labelled] >= 3], axis=1).astype(np.int64)
    return _one_vs_rest(rows[labelled], steps, _GRADE_C, "lbfgs")
