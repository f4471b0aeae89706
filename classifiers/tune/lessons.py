"""The corpus as the network is taught: tokens, which of them carry a label, what the message carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifiers.corpus import Example, Mark
from classifiers.labels import LABELS
from classifiers.normal import normalise
from classifiers.reading import NOWHERE, PADDING, Window, windows_of
from classifiers.sentences import Pieces, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Task:
    """One window: what to read, and what is right of its tokens (length, 3), its labels and its severity.

    A window of a long message has the labels whose marks it shows; severity 0 means that none is known.
    """

    window: Window
    tags: NDArray[np.float32]
    labels: NDArray[np.float32]
    severity: int


def tasks_of(examples: Sequence[Example], pieces: Sequence[Pieces], tokenizer: Tokenizer) -> list[Task]:
    """The windows of the corpus with their right answers."""
    windows = windows_of(pieces, tokenizer)
    parts = [window.message for window in windows]
    return [
        _task(window, examples[window.message], pieces[window.message], parts.count(window.message) > 1)
        for window in windows
    ]


def _task(window: Window, example: Example, pieces: Pieces, is_part: bool) -> Task:
    import numpy as np

    tags = np.zeros((len(window.tokens), len(LABELS)), dtype=np.float32)
    shown = set(window.sentences) - {NOWHERE}
    for mark in example.marks:
        for number in shown:
            span = marked(pieces.sentences[number], mark)
            if span:
                tags[_touched(window, number, span), LABELS.index(mark.label)] = 1
    carried = np.array([label in example.labels for label in LABELS], dtype=np.float32)
    return Task(window, tags, carried * tags.any(axis=0) if is_part else carried, example.severity)


def marked(sentence: Sentence, mark: Mark) -> Span | None:
    """Where in a sentence's normal text the words of a mark stand, if they do."""
    if mark.part != sentence.part:
        return None
    first, last = max(mark.start, sentence.start), min(mark.end, sentence.end)
    words = normalise(sentence.text[first - sentence.start : last - sentence.start]) if first < last else ""
    place = sentence.normal.find(words) if words else -1
    return (place, place + len(words)) if place >= 0 else None


def _touched(window: Window, sentence: int, span: Span) -> list[int]:
    """The positions of a sentence's tokens that overlap a span of its normal text."""
    return [
        position
        for position, (owner, (start, end)) in enumerate(zip(window.sentences, window.spans, strict=True))
        if owner == sentence and start < span[1] and end > span[0]
    ]


def stacked(tasks: Sequence[Task]) -> dict[str, Any]:
    """Some tasks as tensors, padded to the longest."""
    import torch

    length = max(len(task.window.tokens) for task in tasks)
    tokens = torch.full((len(tasks), length), PADDING)
    tags = torch.zeros((len(tasks), length, len(LABELS)))
    for number, task in enumerate(tasks):
        tokens[number, : len(task.window.tokens)] = torch.tensor(task.window.tokens)
        tags[number, : len(task.window.tokens)] = torch.from_numpy(task.tags)
    severity = torch.tensor([task.severity for task in tasks])
    return {
        "tokens": tokens,
        "is_word": tokens != PADDING,
        "tags": tags,
        "labels": torch.stack([torch.from_numpy(task.labels) for task in tasks]),
        "steps": torch.stack([severity >= 2, severity >= 3], dim=1).float(),
        "is_labelled": (severity > 0).float(),
    }
