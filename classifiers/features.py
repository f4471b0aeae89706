"""Sentences as numbers: meaning in context, named cues, hashed words and letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.cues import cue_rows
from classifiers.sentences import Pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifiers.encoder import Encoder

# Hashing needs no vocabulary: the model file holds no words of the corpus and loads in milliseconds.
WORD_COLUMNS: Final = 2**17
LETTER_COLUMNS: Final = 2**17
WORD_PATTERN: Final = r"(?u)\b\w+\b|[!?]+"
_CUE_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Table:
    """The features of all sentences of some messages.

    ``bounds`` has one (first row, row after the last) a message; dense, words and letters one row a sentence.
    """

    bounds: NDArray[np.int64]
    dense: NDArray[np.float32]
    cues: NDArray[np.float32]
    words: Any
    letters: Any

    @property
    def owners(self) -> NDArray[np.int64]:
        """For each sentence the index of its message."""
        import numpy as np

        return np.repeat(np.arange(len(self.bounds)), self.bounds[:, 1] - self.bounds[:, 0])


def tabulate(
    messages: Sequence[Pieces], encoder: Encoder, progress: Callable[[float], None] | None = None
) -> Table:
    """The feature table of messages already cut into sentences; progress is told the share encoded."""
    import numpy as np

    texts = [sentence.normal for pieces in messages for sentence in pieces.sentences]
    ends = np.cumsum([len(pieces.sentences) for pieces in messages], dtype=np.int64)
    bounds = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1).astype(np.int64)
    cues = cue_rows(texts)
    words, letters = hashed(texts)
    dense = in_context(encoder.encode(texts, progress), bounds, cues * _CUE_WEIGHT)
    return Table(bounds, dense, cues, words, letters)


def in_context(
    vectors: NDArray[np.float32], bounds: NDArray[np.int64], beside: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Each sentence's vector, the mean of its two neighbours', the mean of its message's, and more columns.

    Filled in place: for a corpus these rows are most of the memory that training needs.
    """
    import numpy as np

    width = vectors.shape[1]
    rows = np.zeros((len(vectors), 3 * width + beside.shape[1]), dtype=np.float32)
    own, near, whole = (rows[:, first : first + width] for first in (0, width, 2 * width))
    own[:] = vectors
    for first, last in bounds:
        if last == first:  # a message without words at the very beginning would reach round to the end
            continue
        near[first + 1 : last] += vectors[first : last - 1] / 2
        near[first : last - 1] += vectors[first + 1 : last] / 2
        whole[first:last] = vectors[first:last].mean(axis=0)
    rows[:, 3 * width :] = beside
    return rows


def hashed(texts: Sequence[str]) -> tuple[Any, Any]:
    """Counts of word pairs and of letter groups, as two sparse matrices with one row a text."""
    from scipy.sparse import csr_matrix

    if not texts:
        return csr_matrix((0, WORD_COLUMNS)), csr_matrix((0, LETTER_COLUMNS))
    words, letters = _hashers()
    return words.transform(texts), letters.transform(texts)


def _hashers() -> tuple[Any, Any]:
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer

    common = {"alternate_sign": False, "norm": None, "lowercase": True, "dtype": np.float32}
    words = HashingVectorizer(
        ngram_range=(1, 2), n_features=WORD_COLUMNS, token_pattern=WORD_PATTERN, **common
    )
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=LETTER_COLUMNS, **common)
    return words, letters
