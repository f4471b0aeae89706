"""The verdict on a message: what is flagged, how surely, how severe, and by which of its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers import stack
from classifiers.corpus import corpus_folder, read_corpus
from classifiers.errors import ModelRefused
from classifiers.evidence import Evidence, Words, gather
from classifiers.features import Table, tabulate
from classifiers.labels import LABELS, Verdict
from classifiers.language import detect_language
from classifiers.sentences import MOST_SENTENCES, Pieces, split_message
from classifiers.storage import fingerprint, load, save
from classifiers.tuned import Told, TunedEncoder
from classifiers.unseen import Taught, load_taught

if TYPE_CHECKING:
    from classifiers.lesson import Progress

__all__ = ["MODEL_FILE", "Classifier", "Evidence", "Finding", "Judgement", "load_or_train"]

MODEL_FILE: Final = "classifier.npz"
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """What is held of one label; the probability is calibrated for a real inbox."""

    label: str
    probability: float
    verdict: Verdict
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All findings about a message, by label; ``note`` says why less than the whole text was judged."""

    language: str
    findings: Mapping[str, Finding]
    severity: int
    note: str

    @property
    def flagged(self) -> tuple[str, ...]:
        """The flagged labels."""
        return tuple(label for label in LABELS if self.findings[label].verdict == "flagged")


class Classifier:
    """Judges messages with a trained model; get one from load_or_train.

    ``want`` says why there is no tuned encoder, where there is none.
    """

    def __init__(self, model: stack.Model, encoder: TunedEncoder | None, want: str = "") -> None:
        self.model = model
        self.encoder = encoder
        self.want = want

    def table(self, messages: Sequence[Pieces]) -> Table:
        """The features of messages that are cut into sentences."""
        return tabulate(messages, self.encoder.read(messages) if self.encoder else None)

    def judge(self, subject: str, new_text: str, hint: str = "") -> Judgement:
        """The judgement of one message; ``hint`` is the language to assume where the text can't tell."""
        return self.judge_many([(subject, new_text)], hint)[0]

    def judge_many(self, items: Sequence[tuple[str, str]], hint: str = "") -> list[Judgement]:
        """One judgement for each (subject, new text), in order; never raises over a text."""
        from threadpoolctl import threadpool_limits

        found: list[Judgement] = []
        with threadpool_limits(1, user_api="blas"):
            for first in range(0, len(items), _BATCH):
                found += self._judge_batch(items[first : first + _BATCH], hint)
        return found

    def _judge_batch(self, items: Sequence[tuple[str, str]], hint: str) -> list[Judgement]:
        languages = [detect_language(f"{subject}\n{text[:4000]}", hint) for subject, text in items]
        cuts = [split_message(*item, code) for item, code in zip(items, languages, strict=True)]
        table = self.table(cuts)
        first_level = stack.first_scores(self.model, table)
        features = stack.pooled(first_level, table)
        wording = stack.wording_scores(self.model, features)
        said = stack.opinions(wording, first_level, table)
        scores = stack.joined(said, self.model.join_weights, self.model.join_bias)
        chances = stack.calibrated(self.model.platt, scores)
        rows = stack.standardised(features, self.model.pool_mean, self.model.pool_scale)
        grades = stack.grades(self.model, stack.graded_on(rows, scores, table.reading))
        told = stack.calibrated(self.model.sentence_platt, first_level.both)
        return [
            self._judgement(
                languages[n], _Heard(cuts[n], told[first:last], _words(table, n)), chances[n], int(grades[n])
            )
            for n, (first, last) in enumerate(table.bounds)
        ]

    def _judgement(self, language: str, heard: _Heard, chance: Any, grade: int) -> Judgement:
        findings = {
            label: self._finding(number, label, heard, float(chance[number]))
            for number, label in enumerate(LABELS)
        }
        verdicts = {finding.verdict for finding in findings.values()}
        severity = grade if "flagged" in verdicts else int("unsure" in verdicts)
        return Judgement(language, findings, severity, _note(heard.pieces, self.want))

    def _finding(self, number: int, label: str, heard: _Heard, chance: float) -> Finding:
        if not heard.pieces.sentences:
            return Finding(label, 0.0, "clear", ())
        unsure, flagged = self.model.cuts[number]
        verdict: Verdict = "flagged" if chance >= flagged else "unsure" if chance >= unsure else "clear"
        if verdict == "clear":
            return Finding(label, round(chance, 4), verdict, ())
        return Finding(label, round(chance, 4), verdict, heard.evidence(number, label))


@dataclass(frozen=True, slots=True)
class _Heard:
    """One message with the probabilities of its sentences and the scores of its tokens, a column a label."""

    pieces: Pieces
    told: Any
    words: Told | None

    def evidence(self, number: int, label: str) -> tuple[Evidence, ...]:
        told = self.words
        words = Words(told.rows, told.spans, told.scores[:, number]) if told else None
        return gather(label, self.pieces, self.told[:, number], words)


def _words(table: Table, number: int) -> Told | None:
    """The tokens of one message, their sentences numbered from its first."""
    told = table.reading.told if table.reading else None
    if told is None:
        return None
    import numpy as np

    bounds = table.bounds[number]
    first, last = np.searchsorted(told.rows, bounds)
    return Told(told.rows[first:last] - bounds[0], told.spans[first:last], told.scores[first:last])


def _note(pieces: Pieces, want: str) -> str:
    """What of the text was not judged, or else what was wanting to judge it."""
    if pieces.is_cut:
        return f"Only the first {MOST_SENTENCES} sentences were judged; the text is longer."
    if not pieces.sentences:
        return "There are no words to judge."
    if pieces.is_noise:
        return "A part without words was left out."
    return want


def load_or_train(cache: Path, progress: Progress | None = None, corpus: Path | None = None) -> Classifier:
    """The classifier, from the cache folder or, the first time and after any change, trained anew.

    ``progress`` gets the step's name and how much of it is done, from 0 to 1. A model file that is missing,
    damaged or foreign is never run: it is replaced. Raises ClassifierError where the cache can't be written.
    """
    path = cache / MODEL_FILE
    key = fingerprint(corpus)
    taught, want = _taught()
    try:
        model = load(path, key)
    except ModelRefused:
        model = _train(taught, progress or (lambda _step, _done: None), corpus or corpus_folder())
        save(model, path, key)
    return Classifier(model, taught.encoder if taught else None, want)


def _taught() -> tuple[Taught | None, str]:
    """The tuned encoder, or why it can't be had."""
    try:
        return load_taught(), ""
    except ModelRefused as refusal:
        return None, f"{refusal} Judged by wording alone: install the program again."


def _train(taught: Taught | None, tell: Progress, corpus: Path) -> stack.Model:
    from classifiers.lesson import prepare
    from classifiers.training import train

    return train(prepare(read_corpus(corpus), taught, tell), tell)
