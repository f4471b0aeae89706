"""Sentences as numbers: named cues, hashed words and letters, and what the tuned encoder reads in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.cues import cue_rows
from classifiers.sentences import Pieces
from classifiers.tuned import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Hashing needs no vocabulary: the model file holds no words of the corpus and loads in milliseconds.
WORD_COLUMNS: Final = 2**17
LETTER_COLUMNS: Final = 2**17
WORD_PATTERN: Final = r"(?u)\b\w+\b|[!?]+"


@dataclass(frozen=True, slots=True)
class Table:
    """The features of all sentences of some messages.

    ``bounds`` has one (first row, row after the last) a message; cues, words and letters one row a sentence.
    ``reading`` is None where the tuned encoder can't be had.
    """

    bounds: NDArray[np.int64]
    cues: NDArray[np.float32]
    words: Any
    letters: Any
    reading: Reading | None

    @property
    def owners(self) -> NDArray[np.int64]:
        """For each sentence the index of its message."""
        import numpy as np

        return np.repeat(np.arange(len(self.bounds)), self.bounds[:, 1] - self.bounds[:, 0])


def tabulate(messages: Sequence[Pieces], reading: Reading | None) -> Table:
    """The feature table of messages already cut into sentences, and read where there is an encoder."""
    import numpy as np

    texts = [sentence.normal for pieces in messages for sentence in pieces.sentences]
    ends = np.cumsum([len(pieces.sentences) for pieces in messages], dtype=np.int64)
    bounds = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1).astype(np.int64)
    words, letters = hashed(texts)
    return Table(bounds, cue_rows(texts), words, letters, reading)


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
