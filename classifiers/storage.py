"""The trained model on disk: written whole or not at all, read only when it is ours and intact."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from classifiers.corpus import corpus_folder
from classifiers.errors import ClassifierError, ModelRefused
from classifiers.stack import Model
from classifiers.tuned import MODEL, TOKENIZER, UNSEEN, tuned_folder

_MAGIC: Final = b"inbox-triage model 2\n"
_DIGEST: Final = 64
_MOST_BYTES: Final = 200_000_000
# Modules that only look at a model: changing them leaves it as it is.
_ONLOOKERS: Final = frozenset(
    {
        "baselines.py",
        "evidence.py",
        "explain.py",
        "figures.py",
        "learnt.py",
        "measure.py",
        "plots.py",
        "scorecard.py",
    }
)
_LIBRARIES: Final = ("scikit-learn", "numpy", "onnxruntime", "tokenizers", "sentencex")


def fingerprint(corpus: Path | None = None) -> str:
    """What a model depends on, as one hash: corpus, code, tuned encoder, the libraries' versions."""
    digest = hashlib.sha256()
    code = Path(__file__).parent
    for path in [
        *(path for path in sorted(code.glob("*.py")) if path.name not in _ONLOOKERS),
        *sorted(code.glob("*.toml")),
        *sorted((corpus or corpus_folder()).glob("*.txt")),
        *(path for name in (MODEL, TOKENIZER, UNSEEN) if (path := tuned_folder() / name).is_file()),
    ]:
        digest.update(f"{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def save(model: Model, path: Path, key: str) -> None:
    """Write the model under its key (see fingerprint), readable by the user alone.

    A concurrent or killed writer never leaves a half-written file: it is written beside and renamed.
    """
    import numpy as np

    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **model.arrays())
    content = packed.getvalue()
    head = _MAGIC + f"{key}\n{hashlib.sha256(content).hexdigest()}\n".encode()
    with _room_for(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.{secrets.token_hex(4)}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(head + content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)


@contextlib.contextmanager
def _room_for(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ClassifierError(
            f"The model can't be kept in {path.parent}: {reason}; make room or name another cache folder."
        ) from error


def load(path: Path, key: str) -> Model:
    """The model, if the file is whole and its key is ours; else ModelRefused, nothing in it having run."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ModelRefused("The model file is far too large.")
        raw = path.read_bytes()
    except OSError:
        raise ModelRefused("There is no model file.") from None
    head = _MAGIC + f"{key}\n".encode()
    content = raw[len(head) + _DIGEST + 1 :]
    if not raw.startswith(head):
        raise ModelRefused("The model file is from another program, corpus or version.")
    if raw[len(head) : len(head) + _DIGEST].decode("ascii", "replace") != hashlib.sha256(content).hexdigest():
        raise ModelRefused("The model file is damaged.")
    return _model(content)


def _model(content: bytes) -> Model:
    """Arrays of numbers only: any other type would need pickle, which is forbidden here, and is refused."""
    import numpy as np

    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            arrays: dict[str, Any] = {name: packed[name] for name in packed.files}
    except (ValueError, EOFError, KeyError, OSError, zipfile.BadZipFile):
        raise ModelRefused("The model file holds more than numbers, or something else.") from None
    if set(arrays) != {field.name for field in fields(Model)}:
        raise ModelRefused("The model file lacks a part.")
    return Model(**arrays)
