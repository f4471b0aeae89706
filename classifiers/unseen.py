"""What models that never saw a message's writer read in it, for each message of the shipped corpus.

The stack learns from these: those of the shipped encoder, which has seen the corpus, would be too good.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifiers.corpus import Example
from classifiers.sentences import Pieces
from classifiers.tuned import UNSEEN, Reading, TunedEncoder, checked, load_tuned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class UnseenScores:
    """Scores by the content of a message; ``ids`` are of all that the shipped encoder was taught."""

    places: dict[int, int]
    ids: frozenset[int]
    firsts: NDArray[np.int64]
    messages: NDArray[np.float16]
    sentences: NDArray[np.float16]


def content_key(subject: str, body: str) -> int:
    """The number that a message's text is found by."""
    return _number(f"{subject}\0{body}")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")


def pack(examples: Sequence[Example], counts: Sequence[int], reading: Reading) -> bytes:
    """The file that read_unseen reads, from unseen scores of the corpus; ``counts`` of sentences."""
    import numpy as np

    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        keys=np.array([content_key(each.subject, each.body) for each in examples], dtype=np.uint64),
        ids=np.array([_number(each.id) for each in examples], dtype=np.uint64),
        counts=np.array(counts, dtype=np.int64),
        messages=reading.messages.astype(np.float16),
        sentences=reading.sentences.astype(np.float16),
    )
    return buffer.getvalue()


def read_unseen(folder: Path | None = None) -> UnseenScores:
    """The shipped scores; raises ModelRefused when the file is not the pinned one."""
    import numpy as np

    with np.load(io.BytesIO(checked(UNSEEN, folder)), allow_pickle=False) as file:
        return UnseenScores(
            places={int(key): number for number, key in enumerate(file["keys"])},
            ids=frozenset(int(number) for number in file["ids"]),
            firsts=np.concatenate([[0], np.cumsum(file["counts"])]).astype(np.int64),
            messages=file["messages"],
            sentences=file["sentences"],
        )


@dataclass(frozen=True, slots=True)
class Taught:
    """The shipped encoder and what is known of the messages that it was taught."""

    encoder: TunedEncoder
    known: UnseenScores


def load_taught(folder: Path | None = None) -> Taught:
    """Both, from their files; raises ModelRefused when one is not the pinned one."""
    return Taught(load_tuned(folder), read_unseen(folder))


@dataclass(frozen=True, slots=True)
class FairReading:
    """A reading as if by a stranger, and for which messages it is one."""

    reading: Reading
    is_fair: NDArray[np.bool_]


def read_fairly(examples: Sequence[Example], pieces: Sequence[Pieces], taught: Taught) -> FairReading:
    """Kept scores where the text is known; else the encoder's own, since it never saw the text.

    A known message in another wording, or cut otherwise than when it was scored, has no fair score: what
    stands for it is the encoder's own, and ``is_fair`` says that nothing may be learnt from it.
    """
    import numpy as np

    known = taught.known
    kept = [_place(known, example, cut) for example, cut in zip(examples, pieces, strict=True)]
    asked = [number for number, place in enumerate(kept) if place is None]
    answer = taught.encoder.read([pieces[number] for number in asked])
    taken = iter(_each(answer, [len(pieces[number].sentences) for number in asked]))
    found = [next(taken) if place is None else _kept(known, place) for place in kept]
    fair = [
        place is not None or not _is_taught(known, example)
        for place, example in zip(kept, examples, strict=True)
    ]
    reading = Reading(
        np.array([each[0] for each in found], dtype=np.float64).reshape(len(found), -1),
        np.concatenate([each[1] for each in found]).astype(np.float64),
    )
    return FairReading(reading, np.array(fair, dtype=bool))


def _is_taught(known: UnseenScores, example: Example) -> bool:
    return _number(example.id) in known.ids or content_key(example.subject, example.body) in known.places


def _place(known: UnseenScores, example: Example, pieces: Pieces) -> int | None:
    place = known.places.get(content_key(example.subject, example.body))
    if place is None or known.firsts[place + 1] - known.firsts[place] != len(pieces.sentences):
        return None
    return place


def _kept(known: UnseenScores, place: int) -> tuple[Any, Any]:
    return known.messages[place], known.sentences[known.firsts[place] : known.firsts[place + 1]]


def _each(reading: Reading, counts: Sequence[int]) -> list[tuple[Any, Any]]:
    import numpy as np

    return (
        list(zip(reading.messages, np.split(reading.sentences, np.cumsum(counts)[:-1]), strict=True))
        if counts
        else []
    )
