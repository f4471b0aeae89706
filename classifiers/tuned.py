"""The tuned encoder: what a small transformer, taught on this project's corpus, reads in a message.

Its files lie in ``encoder_tuned`` and are checked against their pinned hashes before anything in them runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.errors import ModelRefused
from classifiers.labels import LABELS
from classifiers.reading import NOWHERE, Window, windows_of
from classifiers.sentences import Pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
UNSEEN: Final = "unseen.npz"
SUMS: Final = "SHA256SUMS"
# Columns of a message's scores: each label, then "severity at least 2" and "at least 3".
COLUMNS: Final = len(LABELS) + 2
_NOTHING: Final = -8.0
_MOST_BYTES: Final = 64_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """Scores of tokens in log-odds: which sentence (row of the whole batch), where in its normal text."""

    rows: NDArray[np.int64]
    spans: NDArray[np.int64]
    scores: Array


@dataclass(frozen=True, slots=True)
class Reading:
    """Log-odds: of messages (COLUMNS each) and of sentences (LABELS each), and of tokens where asked for."""

    messages: Array
    sentences: Array
    told: Told | None = None


def tuned_folder() -> Path:
    """Where the shipped files lie."""
    return Path(__file__).with_name("encoder_tuned")


def checked(name: str, folder: Path | None = None) -> bytes:
    """The content of a file whose hash is the pinned one; else ModelRefused, nothing in it having run."""
    folder = folder or tuned_folder()
    try:
        pinned = dict(line.split()[::-1] for line in (folder / SUMS).read_text(encoding="ascii").splitlines())
        if (folder / name).stat().st_size > _MOST_BYTES:
            raise ModelRefused(f"The tuned encoder's file {name} is far too large.")
        content = (folder / name).read_bytes()
    except (OSError, ValueError):
        raise ModelRefused(f"The tuned encoder's file {name} is missing.") from None
    if hashlib.sha256(content).hexdigest() != pinned.get(name):
        raise ModelRefused(f"The tuned encoder's file {name} is damaged or from elsewhere.")
    return content


def load_tuned(folder: Path | None = None) -> TunedEncoder:
    """The shipped encoder; raises ModelRefused when its files are not the pinned ones or can't be run."""
    return TunedEncoder(checked(MODEL, folder), checked(TOKENIZER, folder))


class TunedEncoder:
    """Reads messages with a model and a tokenizer whose bytes are trusted; one thread, no network."""

    def __init__(self, model: bytes, tokenizer: bytes) -> None:
        self._session = _session(model)
        self._tokenizer = _tokenizer(tokenizer)

    def read(self, messages: Sequence[Pieces]) -> Reading:
        """What the encoder says of messages that are cut into sentences.

        One window at a time: its numbers are rounded to fit their largest, so company would change them.
        """
        import numpy as np

        windows = windows_of(messages, self._tokenizer)
        found = [
            self._session.run(None, {"tokens": np.array([window.tokens], dtype=np.int64)})
            for window in windows
        ]
        return gathered(messages, windows, [each[0][0] for each in found], [each[1][0] for each in found])


def gathered(
    messages: Sequence[Pieces], windows: Sequence[Window], heads: Sequence[Any], tokens: Sequence[Any]
) -> Reading:
    """Scores of windows and tokens as scores of messages and sentences: the highest of each."""
    import numpy as np

    counts = [len(pieces.sentences) for pieces in messages]
    firsts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    whole = np.full((len(messages), COLUMNS), _NOTHING)
    single = np.full((int(firsts[-1]), len(LABELS)), _NOTHING)
    rows, spans, scores = [], [], []
    for window, head, token in zip(windows, heads, tokens, strict=True):
        whole[window.message] = (
            np.maximum(whole[window.message], head) if counts[window.message] else _NOTHING
        )
        places = np.array(window.sentences)
        inside = places != NOWHERE
        here = places[inside] + firsts[window.message]
        told = np.asarray(token, dtype=np.float64)[: len(places)][inside]
        np.maximum.at(single, here, told)
        rows.append(here)
        spans.append(np.array(window.spans)[inside].reshape(-1, 2))
        scores.append(told)
    told_all = Told(np.concatenate(rows), np.concatenate(spans), np.concatenate(scores)) if rows else None
    return Reading(whole, single, told_all)


def _session(model: bytes) -> Any:
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The graph is laid out by hand; what the optimiser would fuse further is slower on most machines.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    state = onnxruntime.capi.onnxruntime_pybind11_state
    broken = (
        state.Fail,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NotImplemented,
        state.RuntimeException,
    )
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except broken as error:
        raise ModelRefused("The tuned encoder can't be run by the installed onnxruntime.") from error


def _tokenizer(content: bytes) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(content.decode("utf-8"))
