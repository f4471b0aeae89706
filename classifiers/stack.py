"""The two levels of judging: sentence scores, and what their pool says about the message.

All numbers of the model are plain arrays, so that nothing in a model file can run.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from classifiers.features import Table
from classifiers.tuned import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_SMALL: Final = 1e-4
# What stands for the sentences of a message that has none.
_SILENCE: Final = -8.0


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learnt; each array's last axis or first row order is that of LABELS.

    sparse_* judge sentences by their wording, whole_* messages, pool_* both together (on standardised
    features); join_* weigh that against what the tuned encoder says, platt_* turn scores into probabilities,
    cuts are the two probabilities (unsure, flagged) of each label, grade_* judge severity.
    """

    word_idf: NDArray[np.float32]
    letter_idf: NDArray[np.float32]
    sparse_weights: NDArray[np.float32]
    sparse_bias: Array
    whole_word_idf: NDArray[np.float32]
    whole_letter_idf: NDArray[np.float32]
    whole_weights: NDArray[np.float32]
    whole_bias: Array
    sentence_platt: Array
    pool_mean: Array
    pool_scale: Array
    pool_weights: Array
    pool_bias: Array
    join_weights: Array
    join_bias: Array
    platt: Array
    cuts: Array
    grade_weights: Array
    grade_bias: Array

    def arrays(self) -> dict[str, Any]:
        """Its arrays by name, for storing."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def sigmoid(score: Any) -> Any:
    """Probability of a log-odds score."""
    import numpy as np

    return 1.0 / (1.0 + np.exp(-np.clip(score, -30, 30)))


def weighted(words: Any, letters: Any, word_idf: Any, letter_idf: Any) -> Any:
    """Hashed counts as tf-idf rows (1 + log of the count, idf, unit length), words beside letters."""
    from scipy.sparse import hstack

    parts = [_tfidf(words, word_idf), _tfidf(letters, letter_idf)]
    return hstack(parts, format="csr")


def _tfidf(counts: Any, idf: NDArray[np.float32]) -> Any:
    import numpy as np

    rows = counts.astype(np.float32, copy=True)
    rows.data = (1.0 + np.log(rows.data)) * idf[rows.indices]
    squares = (
        np.add.reduceat(np.append(rows.data**2, np.float32(0)), rows.indptr[:-1])
        if rows.shape[0]
        else rows.data
    )
    lengths = np.diff(rows.indptr)
    norms = np.where(lengths > 0, np.sqrt(np.maximum(squares, _SMALL)), 1.0)
    rows.data /= np.repeat(norms, lengths).astype(np.float32)
    return rows


def idf_of(counts: Any) -> NDArray[np.float32]:
    """Smoothed inverse document frequency of each column."""
    import numpy as np

    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    idf: NDArray[np.float32] = (np.log((1 + counts.shape[0]) / (1 + seen)) + 1).astype(np.float32)
    return idf


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-odds for each label: of each sentence and message by wording, and by the tuned encoder if any."""

    by_wording: Array
    whole: Array
    reading: Reading | None

    @property
    def both(self) -> Array:
        """Of each sentence, by both judges."""
        return self.by_wording if self.reading is None else (self.by_wording + self.reading.sentences) / 2


def first_scores(model: Model, table: Table) -> Scores:
    """What the first level says of sentences and messages."""
    sparse = weighted(table.words, table.letters, model.word_idf, model.letter_idf)
    whole = weighted(*gathered(table), model.whole_word_idf, model.whole_letter_idf)
    return Scores(
        sparse @ model.sparse_weights.T + model.sparse_bias,
        whole @ model.whole_weights.T + model.whole_bias,
        table.reading,
    )


def gathered(table: Table) -> tuple[Any, Any]:
    """The hashed counts of each message: those of its sentences together."""
    import numpy as np
    from scipy.sparse import csr_matrix

    rows = len(table.cues)
    ends = np.concatenate([[0], table.bounds[:, 1]])
    belongs = csr_matrix((np.ones(rows, dtype=np.float32), np.arange(rows), ends), (len(table.bounds), rows))
    return belongs @ table.words, belongs @ table.letters


def pooled(scores: Scores, table: Table) -> Array:
    """One row of features a message from the wording of its sentences and of the message itself."""
    import numpy as np

    counts = table.bounds[:, 1] - table.bounds[:, 0]
    cues = _padded(table.cues, table, 0.0).max(axis=1)
    features: Array = np.hstack(
        [_pool(scores.by_wording, table), cues, np.log1p(counts)[:, None], scores.whole]
    ).astype(np.float64)
    return features


def opinions(wording: Array, scores: Scores, table: Table) -> Array:
    """(messages, labels, judges): what is said of each label by wording, of the message, of its best words.

    Without the tuned encoder there is the wording alone.
    """
    import numpy as np

    if scores.reading is None:
        return wording[:, :, None]
    best = _padded(scores.reading.sentences, table, _SILENCE).max(axis=1)
    return np.stack([wording, scores.reading.messages[:, : wording.shape[1]], best], axis=2)


def _padded(rows: Any, table: Table, padding: float) -> Any:
    """(messages, most sentences, columns) from one row a sentence."""
    import numpy as np

    counts = table.bounds[:, 1] - table.bounds[:, 0]
    found = np.full((len(counts), max(int(counts.max(initial=0)), 1), rows.shape[1]), padding)
    owners = table.owners
    found[owners, np.arange(len(rows)) - table.bounds[owners, 0]] = rows
    return found


def _pool(scores: Array, table: Table) -> Array:
    """Highest, mean of the two and three highest, noisy-or, mean and count: six numbers a label."""
    import numpy as np

    counts = (table.bounds[:, 1] - table.bounds[:, 0])[:, None]
    known = np.maximum(counts, 1)
    ranked = -np.sort(-_padded(scores, table, -np.inf), axis=1)
    sums = np.cumsum(np.where(np.isinf(ranked), 0.0, ranked), axis=1)
    tops = [
        np.take_along_axis(sums, np.minimum(known, most)[:, :, None] - 1, axis=1)[:, 0]
        / np.minimum(known, most)
        for most in (1, 2, 3)
    ]
    chance = np.where(np.isinf(ranked), 0.0, sigmoid(ranked))
    none = np.prod(1 - chance, axis=1)
    noisy_or = np.log(1 - none + _SMALL) - np.log(none + _SMALL)
    mean = np.log(chance.sum(axis=1) / known + _SMALL)
    rows = np.hstack([np.where(counts > 0, each, _SILENCE) for each in (*tops, noisy_or, mean)])
    return np.hstack([rows, (chance > 0.5).sum(axis=1)])


def wording_scores(model: Model, features: Array) -> Array:
    """Log-odds of each message for each label by its wording."""
    rows = standardised(features, model.pool_mean, model.pool_scale)
    scores: Array = rows @ model.pool_weights.T + model.pool_bias
    return scores


def joined(said: Array, weights: Array, bias: Array) -> Array:
    """Log-odds of each message for each label from its opinions."""
    scores: Array = (said * weights).sum(axis=2) + bias
    return scores


def standardised(features: Array, mean: Array, scale: Array) -> Array:
    """Features as the message models were fitted on them."""
    rows: Array = (features - mean) / scale
    return rows


def calibrated(platt: Array, scores: Array) -> Array:
    """Probabilities of scores by a slope and an offset a label."""
    probabilities: Array = sigmoid(scores * platt[:, 0] + platt[:, 1])
    return probabilities


def graded_on(rows: Array, scores: Array, reading: Reading | None) -> Array:
    """What severity is judged on: wording, scores, and what the tuned encoder says of labels and severity."""
    import numpy as np

    return np.hstack([rows, scores] + ([] if reading is None else [reading.messages]))


def grades(model: Model, rows: Array) -> NDArray[np.int64]:
    """Severity 1, 2 or 3 of each row of graded_on, supposing that its message deserves a label."""
    import numpy as np

    steps = rows @ model.grade_weights.T + model.grade_bias
    at_least_2 = steps[:, 0] > 0
    at_least_3 = at_least_2 & (steps[:, 1] > 0)
    return (1 + at_least_2.astype(np.int64) + at_least_3).astype(np.int64)
