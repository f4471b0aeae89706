"""The model on disk: private, whole or refused, made anew when anything it depends on changes."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifiers import judge, storage
from classifiers.corpus import corpus_folder
from classifiers.errors import ClassifierError, ModelRefused
from classifiers.judge import MODEL_FILE, load_or_train
from classifiers.storage import fingerprint, load, save


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A corpus that is learnt in seconds."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in "aefglmn":
        text = (corpus_folder() / f"{name}.txt").read_text(encoding="utf-8")
        (folder / f"{name}.txt").write_text("====\n".join(text.split("====\n")[:24]), encoding="utf-8")
    return folder


@pytest.fixture
def model_file(model_cache: Path, tmp_path: Path) -> Path:
    """A copy of the trained model, to be maltreated."""
    copy = tmp_path / MODEL_FILE
    shutil.copyfile(model_cache / MODEL_FILE, copy)
    return copy


def test_training_tells_its_progress_and_the_second_time_loads(small: Path, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    first = load_or_train(tmp_path / "cache", lambda step, done: told.append((step, done)), small)
    assert [step for step, done in told if done == 1.0] == ["reading the corpus", "learning messages"]
    assert all(0.0 <= done <= 1.0 for _, done in told)
    told.clear()
    again = load_or_train(tmp_path / "cache", lambda step, done: told.append((step, done)), small)
    assert told == []
    for name, array in first.model.arrays().items():
        np.testing.assert_array_equal(array, again.model.arrays()[name])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file modes")
def test_only_the_user_reads_it(small: Path, tmp_path: Path) -> None:
    load_or_train(tmp_path / "cache", None, small)
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "cache" / MODEL_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [MODEL_FILE]


def test_a_changed_corpus_has_another_fingerprint(small: Path) -> None:
    before = fingerprint(small)
    path = small / "a.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("flats", "barns"), encoding="utf-8")
    assert fingerprint(small) != before
    assert fingerprint() not in {before, fingerprint(small)}


@pytest.mark.parametrize("harm", ["truncated", "changed", "foreign", "empty", "missing", "folder"])
def test_a_harmed_file_is_refused(model_file: Path, harm: str) -> None:
    raw = model_file.read_bytes()
    if harm in {"missing", "folder"}:
        model_file.unlink()
    if harm == "folder":
        model_file.mkdir()
    changes = {
        "truncated": raw[:-100],
        "changed": raw[:-9] + b"X" + raw[-8:],
        "foreign": b"PK" + raw,
        "empty": b"",
    }
    if harm in changes:
        model_file.write_bytes(changes[harm])
    with pytest.raises(ModelRefused):
        load(model_file, fingerprint())


def test_a_whole_file_of_another_version_is_refused(model_file: Path) -> None:
    assert load(model_file, fingerprint()).cuts.shape == (3, 2)
    with pytest.raises(ModelRefused, match="another program, corpus or version"):
        load(model_file, "0" * 64)


def packed(**arrays: Any) -> bytes:
    """Return arrays of any kind as the bytes of an archive."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)
    return file.getvalue()


def test_a_file_with_more_than_numbers_is_refused_before_it_runs(tmp_path: Path) -> None:
    """Signed with the right hash and key, but holding a type that is no array."""
    import hashlib

    content = packed(word_idf=np.array([Path("x")], dtype=object))
    head = storage._MAGIC + f"key\n{hashlib.sha256(content).hexdigest()}\n".encode()
    path = tmp_path / MODEL_FILE
    path.write_bytes(head + content)
    with pytest.raises(ModelRefused, match="more than numbers"):
        load(path, "key")


def test_a_file_that_lacks_a_part_is_refused(tmp_path: Path) -> None:
    import hashlib

    content = packed(word_idf=np.zeros(3))
    path = tmp_path / MODEL_FILE
    path.write_bytes(storage._MAGIC + f"key\n{hashlib.sha256(content).hexdigest()}\n".encode() + content)
    with pytest.raises(ModelRefused, match="lacks a part"):
        load(path, "key")


def test_a_damaged_file_is_replaced(small: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_or_train(cache, None, small)
    (cache / MODEL_FILE).write_bytes(b"\x80\x04cos\nsystem\n")
    assert load_or_train(cache, None, small).judge("", "Hello there, thanks.").flagged == ()
    load(cache / MODEL_FILE, fingerprint(small))


def test_a_killed_writer_leaves_the_old_file(model_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(model_file, fingerprint())
    before = model_file.read_bytes()

    def die(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(KeyboardInterrupt):
        save(model, model_file, "new")
    assert model_file.read_bytes() == before
    assert [path.name for path in model_file.parent.iterdir()] == [model_file.name]


def test_a_cache_that_cannot_be_written_is_told_in_one_sentence(model_file: Path, tmp_path: Path) -> None:
    model = load(model_file, fingerprint())
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(ClassifierError, match="name another cache folder") as caught:
        save(model, tmp_path / "taken" / "cache" / MODEL_FILE, "key")
    assert "\n" not in str(caught.value)


def test_heavy_libraries_stay_away_until_there_is_mail(tmp_path: Path) -> None:
    import subprocess

    heavy = ("sklearn", "scipy", "numpy", "onnxruntime", "tokenizers", "py3langid", "sentencex")
    code = (
        "import sys, classifiers.judge, classifiers.language, classifiers.storage;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    assert judge.MODEL_FILE.endswith(".npz")
