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
_SPARSE_C: Final = 10.0
_POOL_C: Final = 0.03
_GRADE_C: Final = 0.1
_JOIN_C: Final = 1.0
# scikit-learn stops on the mean gradient: at 1e-3 lbfgs hardly learns the rare class.
_SETTINGS: Final[dict[Solver, dict[str, Any]]] = {
    "lbfgs": {"solver": "lbfgs", "tol": 1e-4, "max_iter": 400},
    "liblinear": {"solver": "liblinear", "tol": 0.1, "dual": True, "random_state": 0, "max_iter": 400},
}
# More would need more memory than a small laptop has to spare.
_MOST_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Unseen:
    """Scores by models that never saw the writer: of the first level, of wording, and of all judges together.

    ``join`` are the weights and the bias of each label's judges: too few to learn a writer by heart, so one
    set serves all.
    """

    first: stack.Scores
    features: Array
    scores: Array
    join: tuple[Array, Array]


def train(lesson: Lesson, progress: Progress) -> stack.Model:
    """The model of a lesson; under a minute for 6,000 messages once they are encoded."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        return finish(lesson, score_unseen(lesson, progress), progress)


def finish(lesson: Lesson, unseen: Unseen, progress: Progress) -> stack.Model:
    """The model of a lesson whose unseen scores are known already."""
    import numpy as np

    progress("learning sentences", 0.9)
    first = _first_level(lesson, stack.gathered(lesson.table), np.arange(len(lesson.examples)))
    progress("learning messages", 0.0)
    second = _second_level(lesson, unseen)
    progress("learning messages", 1.0)
    return stack.Model(**first, **second)


def score_unseen(lesson: Lesson, progress: Progress) -> Unseen:
    """What the two levels say of each message when its writer is left out of training."""
    import numpy as np

    first = _unseen_first_level(lesson, progress)
    features = stack.pooled(first, lesson.table)
    rows = stack.standardised(features, *_spread(features))
    wording = np.zeros((len(rows), len(LABELS)))
    for seen, held in splits(lesson.writers):
        weights, bias = _one_vs_rest(rows[seen], lesson.message_truth[seen], _POOL_C, "lbfgs")
        wording[held] = rows[held] @ weights.T + bias
    said = stack.opinions(wording, first, lesson.table)
    join = _join(said[lesson.is_fair], lesson.message_truth[lesson.is_fair])
    return Unseen(first, features, stack.joined(said, *join), join)


def _join(said: Array, truth: Any) -> tuple[Array, Array]:
    """How far each label's judges are trusted: (labels, judges) weights and a bias a label."""
    import numpy as np

    fitted = [
        _one_vs_rest(said[:, number], truth[:, [number]], _JOIN_C, "lbfgs") for number in range(len(LABELS))
    ]
    return np.array([weights[0] for weights, _ in fitted]), np.array([bias[0] for _, bias in fitted])


def _unseen_first_level(lesson: Lesson, progress: Progress) -> stack.Scores:
    """Scores of each sentence and message from first-level models of the other writers."""
    import numpy as np

    owners = lesson.table.owners
    by_wording = np.zeros((len(owners), len(LABELS)))
    whole = np.zeros((len(lesson.examples), len(LABELS)))
    messages = stack.gathered(lesson.table)
    folds = list(splits(lesson.writers))
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as threads:
        learnt = threads.map(lambda fold: _first_level(lesson, messages, fold[0]), folds)
        for number, ((_, held), found) in enumerate(zip(folds, learnt, strict=True), start=1):
            rows = np.isin(owners, held)
            table = lesson.table
            by_wording[rows] = _wording(table.words[rows], table.letters[rows], found, "", "sparse_")
            whole[held] = _wording(messages[0][held], messages[1][held], found, "whole_", "whole_")
            progress("learning sentences", 0.9 * number / FOLDS)
    return stack.Scores(by_wording, whole, lesson.table.reading)


def _wording(words: Any, letters: Any, found: dict[str, Any], idf: str, judge: str) -> Array:
    sparse = stack.weighted(words, letters, found[f"{idf}word_idf"], found[f"{idf}letter_idf"])
    scores: Array = sparse @ found[f"{judge}weights"].T + found[f"{judge}bias"]
    return scores


def _first_level(lesson: Lesson, messages: tuple[Any, Any], chosen: Any) -> dict[str, Any]:
    """The models of sentences and of messages' wording from some messages, as arrays of a Model."""
    import numpy as np

    rows, table = np.isin(lesson.table.owners, chosen), lesson.table
    sentences = _learn_wording(table.words[rows], table.letters[rows], lesson.sentence_truth[rows])
    whole = _learn_wording(messages[0][chosen], messages[1][chosen], lesson.message_truth[chosen])
    return {
        "word_idf": sentences[0],
        "letter_idf": sentences[1],
        "sparse_weights": sentences[2],
        "sparse_bias": sentences[3],
        "whole_word_idf": whole[0],
        "whole_letter_idf": whole[1],
        "whole_weights": whole[2],
        "whole_bias": whole[3],
    }


def _learn_wording(words: Any, letters: Any, truth: Any) -> tuple[Any, Any, Any, Any]:
    """(idf of words, idf of letters, weights, bias) of a judge of wording."""
    import numpy as np

    word_idf, letter_idf = stack.idf_of(words), stack.idf_of(letters)
    sparse = stack.weighted(words, letters, word_idf, letter_idf)
    weights, bias = _one_vs_rest(sparse, truth, _SPARSE_C, "liblinear")
    return word_idf, letter_idf, weights.astype(np.float32), bias


def _one_vs_rest(features: Any, truth: Any, strength: float, solver: Solver) -> tuple[Array, Array]:
    """(weights, bias) of a logistic regression for each column of the truth."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    weights, biases = [], []
    for column in truth.T:
        model = LogisticRegression(C=strength, **_SETTINGS[solver]).fit(features, column)
        weights.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return np.array(weights, dtype=np.float64), np.array(biases, dtype=np.float64)


def _spread(features: Array) -> tuple[Array, Array]:
    import numpy as np

    return features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)


def _second_level(lesson: Lesson, unseen: Unseen) -> dict[str, Any]:
    """The message models over pooled unseen scores, their calibration, cut-offs and severity."""
    mean, scale = _spread(unseen.features)
    rows = stack.standardised(unseen.features, mean, scale)
    weights, bias = _one_vs_rest(rows, lesson.message_truth, _POOL_C, "lbfgs")
    fair, told = lesson.is_fair, lesson.is_fair[lesson.table.owners]
    truth, scores = lesson.message_truth[fair], unseen.scores[fair]
    platt = platt_of(scores, truth, BASE_RATE)
    graded = stack.graded_on(rows, unseen.scores, unseen.first.reading)
    grade_weights, grade_bias = _severity(lesson, graded)
    return {
        "sentence_platt": platt_of(unseen.first.both[told], lesson.sentence_truth[told]),
        "pool_mean": mean,
        "pool_scale": scale,
        "pool_weights": weights,
        "pool_bias": bias,
        "join_weights": unseen.join[0],
        "join_bias": unseen.join[1],
        "platt": platt,
        "cuts": choose_cuts(stack.calibrated(platt, scores), truth, lesson.ordinary[fair]),
        "grade_weights": grade_weights,
        "grade_bias": grade_bias,
    }


def _severity(lesson: Lesson, rows: Array) -> tuple[Array, Array]:
    """Two steps, "at least 2" and "at least 3", learnt from the labelled messages."""
    import numpy as np

    severity = np.array([example.severity for example in lesson.examples])
    labelled = (severity > 0) & lesson.is_fair
    steps = np.stack([severity[labelled] >= 2, severity[labelled] >= 3], axis=1).astype(np.int64)
    return _one_vs_rest(rows[labelled], steps, _GRADE_C, "lbfgs")
