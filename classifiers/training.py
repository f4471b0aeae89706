"""From the corpus to a model: what the second level sees was scored by models that never saw its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers import stack
from classifiers.corpus import Example, Mark
from classifiers.encoder import Encoder
from classifiers.features import Table, tabulate
from classifiers.labels import LABELS
from classifiers.sentences import Pieces, Sentence, split_message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Progress = Callable[[str, float], None]

FOLDS: Final = 5
# A real inbox: about this share of messages carries each label.
BASE_RATE: Final = 0.04
# Chosen by classifiers.scorecard; see docs/scorecard.md.
_DENSE_C: Final = 10.0
_SPARSE_C: Final = 10.0
_POOL_C: Final = 0.03
_GRADE_C: Final = 0.1
# A sentence counts as evidence when this many marked characters, or the whole mark, lie in it.
_TOUCH: Final = 8
_MOST_ALARMS: Final = 0.01
_UNSURE_RECALL: Final = 0.9
_UNSURE_ALARMS: Final = 0.06


@dataclass(frozen=True, slots=True)
class Lesson:
    """The corpus as numbers: features, which sentences and messages carry which label, and who wrote what."""

    examples: Sequence[Example]
    pieces: Sequence[Pieces]
    table: Table
    sentence_truth: NDArray[np.int64]
    message_truth: NDArray[np.int64]
    writers: NDArray[np.str_]


def prepare(examples: Sequence[Example], encoder: Encoder, progress: Progress) -> Lesson:
    """Cut, encode and mark up the corpus; the slow part of training."""
    import numpy as np

    pieces = [split_message(each.subject, each.body, each.lang) for each in examples]
    tables = []
    step = 256
    for first in range(0, len(pieces), step):
        progress("reading the corpus", first / len(pieces))
        tables.append(tabulate(pieces[first : first + step], encoder))
    truth = [_truth(each, s) for each, cut in zip(examples, pieces, strict=True) for s in cut.sentences]
    return Lesson(
        examples=examples,
        pieces=pieces,
        table=_join(tables),
        sentence_truth=np.array(truth, dtype=np.int64).reshape(-1, len(LABELS)),
        message_truth=np.array(
            [[label in each.labels for label in LABELS] for each in examples], dtype=np.int64
        ),
        writers=np.array([writer_of(each) for each in examples]),
    )


def writer_of(example: Example) -> str:
    """The group that is never split between training and test: a file's author, near twins together.

    For the smaller languages, which few wrote in, blocks of eight families: else a fold would have none.
    """
    author = example.source.split("-")[0]
    if example.lang == "en":
        return author
    number = int("".join(filter(str.isdigit, example.family.rpartition("-")[2])) or 0)
    return f"{author} {example.lang} {example.source} {number // 8}"


def is_ordinary(example: Example) -> bool:
    """Whether it comes from a file of ordinary mail, written to resemble an inbox and not to be hard."""
    return not example.labels and (example.source in {"g", "h"} or "ordinary" in example.source)


def train(lesson: Lesson, progress: Progress) -> stack.Model:
    """The model of a lesson; takes half a minute for 6,000 messages once they are encoded."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    everyone = np.arange(len(lesson.examples))
    with threadpool_limits(1, user_api="blas"):
        by_meaning, by_wording = _unseen_scores(lesson, everyone, progress)
        progress("learning sentences", 0.8)
        first = _first_level(lesson, everyone)
        progress("learning messages", 0.9)
        second = _second_level(lesson, by_meaning, by_wording)
    progress("learning messages", 1.0)
    return stack.Model(**first, **second)


def _truth(example: Example, sentence: Sentence) -> list[int]:
    return [
        int(any(mark.label == label and _touches(mark, sentence) for mark in example.marks))
        for label in LABELS
    ]


def _touches(mark: Mark, sentence: Sentence) -> bool:
    if mark.part != sentence.part:
        return False
    shared: int = min(mark.end, sentence.end) - max(mark.start, sentence.start)
    return shared >= min(_TOUCH, mark.end - mark.start)


def _join(tables: Sequence[Table]) -> Table:
    import numpy as np
    from scipy.sparse import vstack

    offsets = np.cumsum([0, *(len(table.dense) for table in tables[:-1])])
    return Table(
        bounds=np.vstack([table.bounds + offset for table, offset in zip(tables, offsets, strict=True)]),
        dense=np.vstack([table.dense for table in tables]),
        cues=np.vstack([table.cues for table in tables]),
        words=vstack([table.words for table in tables], format="csr"),
        letters=vstack([table.letters for table in tables], format="csr"),
    )


def splits(writers: NDArray[np.str_], folds: int = FOLDS) -> Iterator[tuple[Any, Any]]:
    """(training, test) positions, no writer in both."""
    from sklearn.model_selection import GroupKFold

    yield from GroupKFold(folds).split(writers, groups=writers)


def _unseen_scores(lesson: Lesson, among: Any, progress: Progress) -> tuple[Array, Array]:
    """Scores of each sentence by models of the other writers among the given messages."""
    import numpy as np

    owners = lesson.table.owners
    by_meaning, by_wording = np.zeros((2, len(owners), len(LABELS)))
    for number, (seen, unseen) in enumerate(splits(lesson.writers[among])):
        progress("learning sentences", number / (FOLDS + 1))
        weights = _first_level(lesson, among[seen])
        rows = np.isin(owners, among[unseen])
        sparse = stack.weighted(
            lesson.table.words[rows], lesson.table.letters[rows], weights["word_idf"], weights["letter_idf"]
        )
        by_meaning[rows] = lesson.table.dense[rows] @ weights["dense_weights"].T + weights["dense_bias"]
        by_wording[rows] = sparse @ weights["sparse_weights"].T + weights["sparse_bias"]
    return by_meaning, by_wording


def _first_level(lesson: Lesson, messages: Any) -> dict[str, Any]:
    """The sentence models of some messages, as the arrays of a Model."""
    import numpy as np

    rows = np.isin(lesson.table.owners, messages)
    words, letters = lesson.table.words[rows], lesson.table.letters[rows]
    word_idf, letter_idf = stack.idf_of(words), stack.idf_of(letters)
    sparse = stack.weighted(words, letters, word_idf, letter_idf)
    truth = lesson.sentence_truth[rows]
    dense_weights, dense_bias = _one_vs_rest(lesson.table.dense[rows], truth, _DENSE_C, "lbfgs")
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
    features: Any, truth: Any, strength: float, solver: str, weight: Any = None
) -> tuple[Array, Array]:
    """(weights, bias) of a logistic regression for each column of the truth."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    weights, biases = [], []
    for column in truth.T:
        model = LogisticRegression(C=strength, solver=solver, max_iter=400, tol=1e-3)
        model.fit(features, column, sample_weight=weight)
        weights.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return np.array(weights, dtype=np.float64), np.array(biases, dtype=np.float64)


def _second_level(lesson: Lesson, by_meaning: Array, by_wording: Array) -> dict[str, Any]:
    """The message models over pooled unseen scores, their calibration, cut-offs and severity."""
    import numpy as np

    features = stack.pooled(by_meaning, by_wording, lesson.table)
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    rows = (features - mean) / scale
    weights, bias = _one_vs_rest(rows, lesson.message_truth, _POOL_C, "lbfgs")
    unseen = np.zeros((len(rows), len(LABELS)))
    for seen, held in splits(lesson.writers):
        fold_weights, fold_bias = _one_vs_rest(rows[seen], lesson.message_truth[seen], _POOL_C, "lbfgs")
        unseen[held] = rows[held] @ fold_weights.T + fold_bias
    platt = platt_of(unseen, lesson.message_truth, BASE_RATE)
    sentence_platt = platt_of((by_meaning + by_wording) / 2, lesson.sentence_truth)
    grade_weights, grade_bias = _severity(lesson, np.hstack([rows, unseen]))
    return {
        "sentence_platt": sentence_platt,
        "pool_mean": mean,
        "pool_scale": scale,
        "pool_weights": weights,
        "pool_bias": bias,
        "platt": platt,
        "cuts": choose_cuts(stack.calibrated(platt, unseen), lesson),
        "grade_weights": grade_weights,
        "grade_bias": grade_bias,
    }


def platt_of(scores: Array, truth: Any, base_rate: float | None = None) -> Array:
    """Slope and offset a label (Platt 1999); with a base rate, as if that share were positive."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    found = []
    for score, column in zip(scores.T, truth.T, strict=True):
        share = column.mean()
        wanted = base_rate or share
        weight = np.where(column == 1, wanted / share, (1 - wanted) / (1 - share))
        model = LogisticRegression(C=1e6, max_iter=500).fit(score[:, None], column, sample_weight=weight)
        found.append([model.coef_[0, 0], model.intercept_[0]])
    return np.array(found, dtype=np.float64)


def choose_cuts(chances: Array, lesson: Lesson) -> Array:
    """(unsure, flagged) a label: the best F1 that keeps ordinary mail's false alarms at _MOST_ALARMS."""
    import numpy as np

    ordinary = np.array([is_ordinary(example) for example in lesson.examples])
    cuts = []
    for chance, truth in zip(chances.T, lesson.message_truth.T, strict=True):
        alarms = chance[ordinary] if ordinary.any() else chance[truth == 0]
        flagged = max(best_cut(chance, truth), float(np.quantile(alarms, 1 - _MOST_ALARMS)))
        recall = float(np.quantile(chance[truth == 1], 1 - _UNSURE_RECALL))
        unsure = max(recall, float(np.quantile(alarms, 1 - _UNSURE_ALARMS)))
        cuts.append([min(unsure, flagged), flagged])
    return np.array(cuts, dtype=np.float64)


def best_cut(chance: Array, truth: Any) -> float:
    """The probability at and above which flagging has the highest F1."""
    import numpy as np

    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(truth[order])
    scores = 2 * hits / (np.arange(len(order)) + 1 + truth.sum())
    return float(chance[order][int(np.argmax(scores))])


def _severity(lesson: Lesson, rows: Array) -> tuple[Array, Array]:
    """Two steps, "at least 2" and "at least 3", learnt from the labelled messages."""
    import numpy as np

    severity = np.array([example.severity for example in lesson.examples])
    labelled = severity > 0
    steps = np.stack([severity[labelled] >= 2, severity[labelled] >= 3], axis=1).astype(np.int64)
    return _one_vs_rest(rows[labelled], steps, _GRADE_C, "lbfgs")
