"""The networks that are taught, one for each fold and one on everything, and the files made from them.

Parts that are done stand in the work folder, so a broken run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.corpus import Example, read_corpus
from classifiers.lesson import splits, writer_of
from classifiers.sentences import Pieces, split_message
from classifiers.tune.fitting import Settings, judged, teach
from classifiers.tune.graph import to_onnx
from classifiers.tune.lessons import tasks_of
from classifiers.tune.network import start
from classifiers.tune.pretrained import read_pretrained
from classifiers.tune.vocabulary import choose_pieces, tokenizer_of
from classifiers.tuned import MODEL, SUMS, TOKENIZER, UNSEEN, Reading, TunedEncoder, gathered
from classifiers.unseen import pack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Recipe = tuple[Settings, ...]
FOLDS: Final = 4
WHOLE: Final = FOLDS


def make_part(part: int, recipe: Recipe, work: Path) -> None:
    """Teach the network of one fold, or of everything, unless that is done; keep the model and its scores."""
    import numpy as np
    import torch

    torch.set_num_threads(1)
    corpus = read_corpus()
    pieces = cut(corpus)
    name = work / f"{_mark(corpus, recipe)}-{part}"
    if name.with_suffix(".npz").exists():
        return
    base = read_pretrained()
    kept = choose_pieces(base, [sentence.normal for each in pieces for sentence in each.sentences])
    tokenizer = tokenizer_of([(base.pieces[n], float(base.scores[n])) for n in kept])
    tasks = tasks_of(corpus, pieces, tokenizer)
    taught, held = division(corpus, part)
    began = time.monotonic()

    def tell(news: str) -> None:
        sys.stderr.write(f"part {part}: {news}, {time.monotonic() - began:.0f} s\n")

    chosen = set(taught.tolist())
    weights = start(base, recipe[0].layers, kept)
    for settings in recipe:
        weights = teach(weights, [t for t in tasks if t.window.message in chosen], settings, tell)
    model = to_onnx(weights)
    name.with_suffix(".onnx").write_bytes(model)
    name.with_suffix(".json").write_text(tokenizer.to_str(), encoding="utf-8")
    asked = [pieces[n] for n in held]
    reading = TunedEncoder(model, tokenizer.to_str().encode()).read(asked)
    exact = _exact(weights, corpus, pieces, held, tokenizer)
    np.savez(
        name.with_suffix(".npz"),
        held=held, messages=reading.messages, sentences=reading.sentences, exact=exact.messages,
    )  # fmt: skip
    tell("done")


def cut(corpus: list[Example]) -> list[Pieces]:
    """The messages of the corpus in sentences."""
    return [split_message(each.subject, each.body, each.lang) for each in corpus]


def division(corpus: list[Example], part: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(taught, held back) of a part; the whole holds nothing back."""
    import numpy as np

    if part == WHOLE:
        return np.arange(len(corpus)), np.arange(0)
    taught, held = list(splits(np.array([writer_of(each) for each in corpus]), FOLDS))[part]
    return taught, held


def _exact(
    weights: dict[str, Any], corpus: list[Example], pieces: list[Pieces], held: Any, tokenizer: Any
) -> Reading:
    """What the network says of the held messages before its weights are rounded."""
    asked = [pieces[n] for n in held]
    tasks = tasks_of([corpus[n] for n in held], asked, tokenizer)
    found = judged(weights, tasks)
    return gathered(asked, [t.window for t in tasks], [f[0] for f in found], [f[1] for f in found])


def _mark(corpus: list[Example], recipe: Recipe) -> str:
    """What a part depends on, as a short name."""
    told = repr(
        (
            [sorted(asdict(settings).items()) for settings in recipe],
            [(each.id, each.subject, each.body, each.marks) for each in corpus],
        )
    )
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write(recipe: Recipe, work: Path, folder: Path) -> None:
    """Put the model, its tokenizer, the unseen scores and their hashes where the program looks for them."""
    corpus = read_corpus()
    stem = _mark(corpus, recipe)
    folder.mkdir(exist_ok=True)
    whole = work / f"{stem}-{WHOLE}"
    contents = {
        MODEL: whole.with_suffix(".onnx").read_bytes(),
        TOKENIZER: whole.with_suffix(".json").read_bytes(),
        UNSEEN: _unseen(corpus, [work / f"{stem}-{part}.npz" for part in range(FOLDS)]),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items()]
    (folder / SUMS).write_text("".join(sums), encoding="ascii")


def _unseen(corpus: list[Example], files: list[Path]) -> bytes:
    """The scores of all folds, in the order of the corpus."""
    import numpy as np

    counts = [len(each.sentences) for each in cut(corpus)]
    messages: list[Any] = [None] * len(corpus)
    sentences: list[Any] = [None] * len(corpus)
    for path in files:
        with np.load(path, allow_pickle=False) as file:
            held = file["held"]
            ends = np.cumsum([counts[n] for n in held])
            for n, row, rows in zip(
                held, file["messages"], np.split(file["sentences"], ends[:-1]), strict=True
            ):
                messages[n], sentences[n] = row, rows
    return pack(corpus, counts, Reading(np.array(messages), np.concatenate(sentences)))
