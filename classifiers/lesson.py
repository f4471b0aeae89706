"""The corpus as numbers: what a model learns from, and who wrote what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.corpus import Example, Mark
from classifiers.encoder import Encoder
from classifiers.features import Table, tabulate
from classifiers.labels import DEFAULT_LANGUAGE, LABELS
from classifiers.sentences import Pieces, Sentence, split_message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[str, float], None]

FOLDS: Final = 5
# A sentence carries a label when this many marked characters, or the whole mark, lie in it.
_TOUCH: Final = 8
# The files of the first corpus that hold ordinary mail alone; later ones say so in their names.
_ORDINARY_FILES: Final = frozenset({"g", "h"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """Features, which sentences and messages carry which label, and the writer of each message."""

    examples: Sequence[Example]
    pieces: Sequence[Pieces]
    table: Table
    sentence_truth: NDArray[np.int64]
    message_truth: NDArray[np.int64]
    writers: NDArray[np.str_]

    @property
    def ordinary(self) -> NDArray[np.bool_]:
        """Which messages are ordinary mail, as opposed to labelled or hard ones."""
        import numpy as np

        return np.array([is_ordinary(example) for example in self.examples], dtype=bool)


def prepare(examples: Sequence[Example], encoder: Encoder, progress: Progress) -> Lesson:
    """Cut, encode and mark up the corpus; half of the time that training takes."""
    import numpy as np

    pieces = [split_message(each.subject, each.body, each.lang) for each in examples]
    table = tabulate(pieces, encoder, lambda share: progress("reading the corpus", share))
    truth = [_truth(each, s) for each, cut in zip(examples, pieces, strict=True) for s in cut.sentences]
    labelled = [[label in each.labels for label in LABELS] for each in examples]
    return Lesson(
        examples=examples,
        pieces=pieces,
        table=table,
        sentence_truth=np.array(truth, dtype=np.int64).reshape(-1, len(LABELS)),
        message_truth=np.array(labelled, dtype=np.int64),
        writers=np.array([writer_of(each) for each in examples]),
    )


def writer_of(example: Example) -> str:
    """The group that is never split between training and test: a file's author, near twins together.

    For the smaller languages, which few wrote in, it is eight families: else some fold would have none.
    """
    author = example.source.split("-")[0]
    if example.lang == DEFAULT_LANGUAGE:
        return author
    number = int("".join(filter(str.isdigit, example.family.rpartition("-")[2])) or 0)
    return f"{author} {example.lang} {example.source} {number // 8}"


def is_ordinary(example: Example) -> bool:
    """Whether it comes from a file of ordinary mail, written to resemble an inbox and not to be hard."""
    return not example.labels and (example.source in _ORDINARY_FILES or "ordinary" in example.source)


def splits(writers: NDArray[np.str_], folds: int = FOLDS) -> Iterator[tuple[Any, Any]]:
    """(training, test) positions, no writer in both."""
    from sklearn.model_selection import GroupKFold

    yield from GroupKFold(folds).split(writers, groups=writers)


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
