"""The plots of the scorecard: what is drawn, from the judgements of messages that no model was taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers import measure, stack
from classifiers.corpus import Example
from classifiers.cutoffs import BASE_RATE
from classifiers.figures import Axis, Line, counts, plot
from classifiers.judge import Classifier, Judgement
from classifiers.labels import LABELS
from classifiers.lesson import Lesson, part_of
from classifiers.training import Unseen, train

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHARES: Final = (0.1, 0.2, 0.4, 0.7, 1.0)
_BINS: Final = 8
_VERDICTS: Final = ("flagged", "unsure", "clear")


@dataclass(frozen=True, slots=True)
class Exam:
    """Everything that the scorecard is made from; ``held`` and ``inbox`` were never learnt from."""

    lesson: Lesson
    unseen: Unseen
    classifier: Classifier
    held: Sequence[Example]
    judged: Sequence[Judgement]
    inbox: Sequence[Example]
    inbox_judged: Sequence[Judgement]
    seconds: float

    @property
    def chances(self) -> NDArray[np.float64]:
        """Calibrated probabilities of the corpus's own messages, each from models without its writer."""
        return stack.calibrated(self.classifier.model.platt, self.unseen.scores)


def draw(exam: Exam, folder: Path) -> None:
    """Write all plots."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "precision-recall": _precision_recall(exam),
        "reliability": _reliability(exam),
        "learning-curve": _learning_curve(exam),
        "confusion": _confusion(exam),
    }
    for name, content in drawn.items():
        (folder / f"{name}.svg").write_text(content, encoding="utf-8")


def _precision_recall(exam: Exam) -> str:
    from sklearn.metrics import precision_recall_curve

    lines = []
    for label in LABELS:
        precision, recall, _ = precision_recall_curve(
            measure.carries(exam.held, label), measure.chances(exam.judged, label)
        )
        lines.append(Line(label, list(zip(recall.tolist(), precision.tolist(), strict=True))))
    return plot("Precision and recall by another hand", Axis("recall"), Axis("precision"), lines)


def _reliability(exam: Exam) -> str:
    """Of the corpus by unseen writers, weighted as a real inbox; bins hold equally many messages."""
    import numpy as np

    lines = [Line("as it should be", [(0.0, 0.0), (1.0, 1.0)], is_dashed=True)]
    for number, label in enumerate(LABELS):
        chance, truth = exam.chances[:, number], exam.lesson.message_truth[:, number]
        weight = np.where(truth == 1, BASE_RATE / truth.mean(), (1 - BASE_RATE) / (1 - truth.mean()))
        order = np.argsort(chance)
        order = order[chance[order] >= 0.01]
        points = [
            (
                float(np.average(chance[part], weights=weight[part])),
                float(np.average(truth[part], weights=weight[part])),
            )
            for part in np.array_split(order, _BINS)
        ]
        lines.append(Line(label, points))
    return plot(
        "Said and true, in an inbox where 4% carry a label",
        Axis("probability said"),
        Axis("share true"),
        lines,
    )


def _learning_curve(exam: Exam) -> str:
    """F1 at the best cut on held-out mail, by how many messages the stack learns from."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    order = np.random.default_rng(0).permutation(len(exam.lesson.examples))
    rows: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    with threadpool_limits(1, user_api="blas"):
        for share in _SHARES:
            chosen = np.sort(order[: int(share * len(order))])
            for is_read, points in rows.items():
                model = train(part_of(exam.lesson, chosen, is_read), lambda _step, _done: None)
                encoder = exam.classifier.encoder if is_read else None
                points.append((float(len(chosen)), _mean_best(Classifier(model, encoder), exam.held)))
    most = float(len(order))
    lines = [Line("with the tuned encoder (taught on all)", rows[True]), Line("wording alone", rows[False])]
    return plot(
        "Messages learnt from", Axis("messages", 0.0, most), Axis("mean F1 at the best cut", 0.4), lines
    )


def _mean_best(classifier: Classifier, held: Sequence[Example]) -> float:
    judged = classifier.judge_many([(each.subject, each.body) for each in held])
    found = [measure.best_f1(measure.chances(judged, k), measure.carries(held, k)) for k in LABELS]
    return sum(found) / len(found)


def _confusion(exam: Exam) -> str:
    rows, numbers = [], []
    for label in LABELS:
        truth: Any = measure.carries(exam.held, label)
        for name, chosen in ((label, truth), (f"not {label}", ~truth)):
            rows.append(name.replace("_", " "))
            numbers.append([int(measure.verdicts(exam.judged, label, v)[chosen].sum()) for v in _VERDICTS])
    return counts("Verdicts on mail by another hand", rows, _VERDICTS, numbers)
