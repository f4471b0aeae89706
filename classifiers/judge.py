"""The verdict on a message: what is flagged, how surely, how severe, and by which of its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers import stack
from classifiers.corpus import corpus_folder, read_corpus
from classifiers.encoder import Encoder
from classifiers.errors import ModelRefused
from classifiers.features import tabulate
from classifiers.labels import LABELS, Verdict
from classifiers.language import detect_language
from classifiers.sentences import MOST_SENTENCES, Pieces, split_message
from classifiers.storage import fingerprint, load, save

if TYPE_CHECKING:
    from classifiers.lesson import Progress

MODEL_FILE: Final = "classifier.skops"
_BATCH: Final = 64
_MOST_EVIDENCE: Final = 3
_NEARLY_AS_TELLING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the subject or new text, exactly as they stand there, that speak for a label."""

    label: str
    text: str
    probability: float


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
    """Judges messages with a trained model; get one from load_or_train."""

    def __init__(self, model: stack.Model, encoder: Encoder | None = None) -> None:
        self.model = model
        self.encoder = encoder or Encoder()

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
        table = tabulate(cuts, self.encoder)
        first_level = stack.first_scores(self.model, table)
        features = stack.pooled(first_level, table)
        scores = stack.message_scores(self.model, features)
        chances = stack.calibrated(self.model.platt, scores)
        rows = stack.standardised(features, self.model.pool_mean, self.model.pool_scale)
        grades = stack.grades(self.model, stack.graded_on(rows, scores, first_level, table))
        told = stack.calibrated(self.model.sentence_platt, first_level.both)
        return [
            self._judgement(language, pieces, told[first:last], chance, int(grade))
            for language, pieces, (first, last), chance, grade in zip(
                languages, cuts, table.bounds, chances, grades, strict=True
            )
        ]

    def _judgement(self, language: str, pieces: Pieces, told: Any, chance: Any, grade: int) -> Judgement:
        findings = {
            label: self._finding(number, label, pieces, told[:, number], float(chance[number]))
            for number, label in enumerate(LABELS)
        }
        verdicts = {finding.verdict for finding in findings.values()}
        severity = grade if "flagged" in verdicts else int("unsure" in verdicts)
        return Judgement(language, findings, severity, _note(pieces))

    def _finding(self, number: int, label: str, pieces: Pieces, told: Any, chance: float) -> Finding:
        if not pieces.sentences:
            return Finding(label, 0.0, "clear", ())
        unsure, flagged = self.model.cuts[number]
        verdict: Verdict = "flagged" if chance >= flagged else "unsure" if chance >= unsure else "clear"
        evidence = () if verdict == "clear" else _evidence(label, pieces, told)
        return Finding(label, round(chance, 4), verdict, evidence)


def _evidence(label: str, pieces: Pieces, told: Any) -> tuple[Evidence, ...]:
    """The sentence that tells most, and others that tell nearly as much, in the order of the message."""
    ranked = sorted(range(len(told)), key=lambda row: -told[row])[:_MOST_EVIDENCE]
    telling = sorted(row for row in ranked if told[row] >= _NEARLY_AS_TELLING * told[ranked[0]])
    return tuple(Evidence(label, pieces.sentences[row].text, round(float(told[row]), 4)) for row in telling)


def _note(pieces: Pieces) -> str:
    if pieces.is_cut:
        return f"Only the first {MOST_SENTENCES} sentences were judged; the text is longer."
    if not pieces.sentences:
        return "There are no words to judge."
    if pieces.is_noise:
        return "A part without words was left out."
    return ""


def load_or_train(cache: Path, progress: Progress | None = None, corpus: Path | None = None) -> Classifier:
    """The classifier, from the cache folder or, the first time and after any change, trained anew.

    ``progress`` gets the step's name and how much of it is done, from 0 to 1. A model file that is missing,
    damaged or foreign is never run: it is replaced. Raises ClassifierError where the cache can't be written.
    """
    path = cache / MODEL_FILE
    key = fingerprint(corpus)
    try:
        return Classifier(load(path, key))
    except ModelRefused:
        return _train(path, key, progress, corpus or corpus_folder())


def _train(path: Path, key: str, progress: Progress | None, corpus: Path) -> Classifier:
    from classifiers.lesson import prepare
    from classifiers.training import train

    tell = progress or (lambda _step, _done: None)
    encoder = Encoder()
    model = train(prepare(read_corpus(corpus), encoder, tell), tell)
    save(model, path, key)
    return Classifier(model, encoder)
