"""The corpus as numbers: what a model learns from, and who wrote what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.corpus import Example, Mark
from classifiers.features import Table, tabulate
from classifiers.labels import DEFAULT_LANGUAGE, LABELS
from classifiers.sentences import Pieces, Sentence, split_message
from classifiers.tuned import Reading
from classifiers.unseen import Taught, read_fairly

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
    """Features, which sentences and messages carry which label, and the writer of each message.

    ``is_fair`` says of which messages the tuned encoder's scores are those of a stranger: the second level
    learns from no others.
    """

    examples: Sequence[Example]
    pieces: Sequence[Pieces]
    table: Table
    sentence_truth: NDArray[np.int64]
    message_truth: NDArray[np.int64]
    writers: NDArray[np.str_]
    is_fair: NDArray[np.bool_]

    @property
    def ordinary(self) -> NDArray[np.bool_]:
        """Which messages are ordinary mail, as opposed to labelled or hard ones."""
        import numpy as np

        return np.array([is_ordinary(example) for example in self.examples], dtype=bool)


def prepare(examples: Sequence[Example], taught: Taught | None, progress: Progress) -> Lesson:
    """Cut, read and mark up the corpus; ``taught`` is None where the tuned encoder can't be had."""
    import numpy as np

    progress("reading the corpus", 0.0)
    pieces = [split_message(each.subject, each.body, each.lang) for each in examples]
    fair = read_fairly(examples, pieces, taught) if taught else None
    progress("reading the corpus", 0.5)
    table = tabulate(pieces, fair.reading if fair else None)
    truth = [_truth(each, s) for each, cut in zip(examples, pieces, strict=True) for s in cut.sentences]
    labelled = [[label in each.labels for label in LABELS] for each in examples]
    progress("reading the corpus", 1.0)
    return Lesson(
        examples=examples,
        pieces=pieces,
        table=table,
        sentence_truth=np.array(truth, dtype=np.int64).reshape(-1, len(LABELS)),
        message_truth=np.array(labelled, dtype=np.int64),
        writers=np.array([writer_of(each) for each in examples]),
        is_fair=fair.is_fair if fair else np.ones(len(examples), dtype=bool),
    )


def part_of(lesson: Lesson, chosen: NDArray[np.int64], is_read: bool = True) -> Lesson:
    """The same lesson with some of its messages only, or without what the tuned encoder read in them."""
    import numpy as np

    table, counts = lesson.table, np.diff(lesson.table.bounds, axis=1)[chosen, 0]
    ends = np.cumsum(counts)
    rows = np.concatenate([np.arange(*table.bounds[n]) for n in chosen])
    reading = table.reading
    if reading is not None:
        reading = Reading(reading.messages[chosen], reading.sentences[rows])
    return Lesson(
        examples=[lesson.examples[n] for n in chosen],
        pieces=[lesson.pieces[n] for n in chosen],
        table=Table(
            np.stack([ends - counts, ends], axis=1), table.cues[rows], table.words[rows], table.letters[rows],
            reading if is_read else None,
        ),
        sentence_truth=lesson.sentence_truth[rows],
        message_truth=lesson.message_truth[chosen],
        writers=lesson.writers[chosen],
        is_fair=lesson.is_fair[chosen],
    )  # fmt: skip


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
