"""What a judge of client mail is measured by: F1, false alarms, calibration, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifiers.corpus import Example
from classifiers.cutoffs import BASE_RATE, best_cut
from classifiers.labels import LABELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifiers.judge import Finding, Judgement

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """How well a set of flags fits the truth."""

    precision: float
    recall: float
    f1: float


def score(flagged: Any, truth: Any) -> Score:
    """Precision, recall and F1 of flags; all nought where nothing is flagged and true."""
    hits = float((flagged & truth).sum())
    return Score(
        hits / max(float(flagged.sum()), 1.0),
        hits / max(float(truth.sum()), 1.0),
        2 * hits / max(float(flagged.sum() + truth.sum()), 1.0),
    )


def best_f1(chance: Array, truth: Any) -> float:
    """F1 at the cut that suits these very messages best: what a score could do, not what it does."""
    return score(chance >= best_cut(chance, truth.astype(int)), truth).f1


def area(chance: Array, truth: Any) -> float:
    """Area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, chance))


def calibration_error(chance: Array, truth: Any, bins: int = 10) -> float:
    """Expected calibration error, the messages weighted as in an inbox where BASE_RATE carry the label."""
    import numpy as np

    share = truth.mean()
    weight = np.where(truth, BASE_RATE / share, (1 - BASE_RATE) / (1 - share)) / len(truth)
    place = np.minimum((chance * bins).astype(int), bins - 1)
    gaps = [abs(float((weight * (chance - truth))[place == each].sum())) for each in range(bins)]
    return sum(gaps)


def chances(judgements: Sequence[Judgement], label: str) -> Array:
    """The probability of a label in each judgement."""
    import numpy as np

    return np.array([each.findings[label].probability for each in judgements])


def verdicts(judgements: Sequence[Judgement], label: str, *wanted: str) -> Any:
    """Which judgements give a label one of the wanted verdicts."""
    import numpy as np

    return np.array([each.findings[label].verdict in wanted for each in judgements], dtype=bool)


def carries(examples: Sequence[Example], label: str) -> Any:
    """Which messages truly carry a label."""
    import numpy as np

    return np.array([label in each.labels for each in examples], dtype=bool)


def unlabelled(examples: Sequence[Example]) -> Any:
    """Which messages carry no label at all."""
    import numpy as np

    return np.array([not each.labels for each in examples], dtype=bool)


def meets_a_mark(example: Example, finding: Finding) -> bool:
    """Whether some evidence of a finding overlaps the words that are marked for its label."""
    texts = {"subject": example.subject, "body": example.body}
    return any(
        _overlaps(texts[mark.part], evidence.text, mark.start, mark.end)
        for mark in example.marks
        for evidence in finding.evidence
        if mark.label == finding.label
    )


def _overlaps(text: str, part: str, start: int, end: int) -> bool:
    found = text.find(part)
    return found >= 0 and found < end and start < found + len(part)


def evidence_rate(examples: Sequence[Example], judgements: Sequence[Judgement]) -> float:
    """The share of rightly flagged labels whose evidence meets the marked words."""
    met = [
        meets_a_mark(example, judgement.findings[label])
        for example, judgement in zip(examples, judgements, strict=True)
        for label in LABELS
        if label in example.labels and judgement.findings[label].verdict == "flagged"
    ]
    return sum(met) / max(len(met), 1)
