"""Messages as tokens for the tuned encoder: windows of whole sentences, each token with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.sentences import Pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BEGIN: Final = 0
PADDING: Final = 1
END: Final = 2
MOST_TOKENS: Final = 256
NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one message; each token with the number of its sentence and its place in the normal text.

    ``sentences`` is NOWHERE for tokens that belong to none.
    """

    message: int
    tokens: tuple[int, ...]
    sentences: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def windows_of(messages: Sequence[Pieces], tokenizer: Tokenizer) -> list[Window]:
    """The windows of messages in order, at least one a message; the subject is parted from the body."""
    texts = [sentence.normal for pieces in messages for sentence in pieces.sentences]
    # One by one: a batch would be shared out over threads.
    encoded = iter([tokenizer.encode(text, add_special_tokens=False) for text in texts])
    return [
        window
        for number, pieces in enumerate(messages)
        for window in _windows(number, pieces, [next(encoded) for _ in pieces.sentences])
    ]


def _windows(message: int, pieces: Pieces, encoded: Sequence[Any]) -> Iterator[Window]:
    tokens, sentences, spans = [BEGIN], [NOWHERE], [(0, 0)]
    for number, (sentence, found) in enumerate(zip(pieces.sentences, encoded, strict=True)):
        ids, offsets = found.ids[: MOST_TOKENS - 2], found.offsets[: MOST_TOKENS - 2]
        if len(tokens) > 1 and len(tokens) + len(ids) >= MOST_TOKENS:
            yield _closed(message, tokens, sentences, spans)
            tokens, sentences, spans = [BEGIN], [NOWHERE], [(0, 0)]
        tokens += ids
        sentences += [number] * len(ids)
        spans += offsets
        if sentence.part == "subject" and len(tokens) < MOST_TOKENS - 1:
            tokens, sentences, spans = [*tokens, END], [*sentences, NOWHERE], [*spans, (0, 0)]
    yield _closed(message, tokens, sentences, spans)


def _closed(message: int, tokens: list[int], sentences: list[int], spans: list[tuple[int, int]]) -> Window:
    return Window(message, (*tokens, END), (*sentences, NOWHERE), (*spans, (0, 0)))


def padded(windows: Sequence[Window]) -> Any:
    """The tokens of some windows as one array, padded to the longest."""
    import numpy as np

    rows = np.full((len(windows), max(len(window.tokens) for window in windows)), PADDING, dtype=np.int64)
    for row, window in zip(rows, windows, strict=True):
        row[: len(window.tokens)] = window.tokens
    return rows
