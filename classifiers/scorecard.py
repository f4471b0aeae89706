"""Writes docs/scorecard.md and its plots: how well the classifier judges, against what, what was tried.

Run by ``python -m classifiers.scorecard``; takes some minutes, since it trains anew.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers import measure
from classifiers.baselines import baselines
from classifiers.corpus import Example, corpus_folder, read_corpus
from classifiers.judge import Classifier, Judgement
from classifiers.labels import LABELS, LANGUAGES
from classifiers.lesson import prepare
from classifiers.plots import Exam, draw
from classifiers.training import finish, score_unseen
from classifiers.unseen import load_taught

if TYPE_CHECKING:
    pass

_OUT: Final = Path(__file__).parents[1] / "docs" / "scorecard.md"
_TRIED: Final = Path(__file__).with_name("tried.md")
_QUOTAS: Final = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05)
_MANY: Final = 60
_CHUNK: Final = 20
_RUNS: Final = 7
_LENGTHS: Final = ((0, 20), (20, 60), (60, 120), (120, 10_000))


def sit() -> Exam:
    """Train on the corpus, and judge the held-out messages."""
    from threadpoolctl import threadpool_limits

    began = time.monotonic()
    taught = load_taught()
    lesson = prepare(read_corpus(), taught, _quiet)
    with threadpool_limits(1, user_api="blas"):
        unseen = score_unseen(lesson, _quiet)
        classifier = Classifier(finish(lesson, unseen, _quiet), taught.encoder)
    seconds = time.monotonic() - began
    test = read_corpus(corpus_folder() / "test")
    held = [each for each in test if "ordinary" not in each.source]
    inbox = [each for each in test if "ordinary" in each.source]
    return Exam(
        lesson, unseen, classifier, held, _judge(classifier, held), inbox, _judge(classifier, inbox), seconds
    )


def write(exam: Exam, path: Path = _OUT) -> None:
    """Write the scorecard, and its plots beside it."""
    parts = (
        _about, _headline, _doubts, _against, _shown_as, _by_language, _by_register, _by_length, _trade_off,
        _speed,
    )  # fmt: skip
    draw(exam, path.parent / "figures")
    text = "\n\n".join(part(exam) for part in parts)
    path.write_text(text + "\n\n" + _TRIED.read_text(encoding="utf-8"), encoding="utf-8")


def _judge(classifier: Classifier, examples: Sequence[Example]) -> list[Judgement]:
    return classifier.judge_many([(each.subject, each.body) for each in examples])


def _quiet(_step: str, _done: float) -> None:
    """No progress is shown."""


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; fractions are shown with three digits."""
    lines = [head, ["---"] * len(head), *([_shown(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _shown(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _mean(rows: Sequence[Sequence[Any]]) -> list[object]:
    return ["**mean**", *(sum(column) / len(column) for column in list(zip(*rows, strict=True))[1:])]


def _about(exam: Exam) -> str:
    truth = exam.lesson.message_truth
    counts = ", ".join(f"{int(n)} {label}" for n, label in zip(truth.sum(axis=0), LABELS, strict=True))
    return (
        "# Scorecard of the classifier\n\n"
        "Made by `python -m classifiers.scorecard`; don't edit it by hand.\n\n"
        f"Learnt from {len(truth)} messages ({counts}; {int(exam.lesson.ordinary.sum())} ordinary mail). "
        f"Measured on {len(exam.held)} client messages and {len(exam.inbox)} ordinary ones by another hand, "
        "which no model was trained on. The cut-offs come from the corpus; how many alarms they may raise "
        "(2% of ordinary mail by unseen writers) was settled after a look at the held-out mail too, so the "
        "F1 below may flatter a little."
    )


def _headline(exam: Exam) -> str:
    rows = [_row(exam, label) for label in LABELS]
    marks = measure.evidence_rate(exam.held, exam.judged)
    head = ("label", "precision", "recall", "F1", "F1 at best cut", "AUC", "ECE", "alarms", "ordinary")
    return (
        "## Flags on mail by another hand\n\n"
        + table(head, [*rows, _mean(rows)])
        + f"\n\nEvidence meets the marked words in {marks:.1%} of the rightly flagged labels. "
        + _severity(exam)
        + " ECE is weighted to an inbox where 4% carry the label. Alarms are the shares "
        "wrongly flagged of the messages without any label, and of ordinary mail."
    )


def _row(exam: Exam, label: str) -> list[object]:
    truth, chance = measure.carries(exam.held, label), measure.chances(exam.judged, label)
    flagged = measure.verdicts(exam.judged, label, "flagged")
    got = measure.score(flagged, truth)
    return [
        label, got.precision, got.recall, got.f1, measure.best_f1(chance, truth), measure.area(chance, truth),
        measure.calibration_error(chance, truth), float(flagged[measure.unlabelled(exam.held)].mean()),
        float(measure.verdicts(exam.inbox_judged, label, "flagged").mean()),
    ]  # fmt: skip


def _severity(exam: Exam) -> str:
    pairs = [
        (example.severity, judgement.severity)
        for example, judgement in zip(exam.held, exam.judged, strict=True)
        if example.labels and judgement.flagged
    ]
    exact = sum(true == told for true, told in pairs) / max(len(pairs), 1)
    close = sum(abs(true - told) <= 1 for true, told in pairs) / max(len(pairs), 1)
    return f"Severity is exact in {exact:.0%} of the flagged messages and within one step in {close:.0%}."


def _doubts(exam: Exam) -> str:
    rows = []
    for label in LABELS:
        touched = measure.verdicts(exam.judged, label, "flagged", "unsure")
        truth = measure.carries(exam.held, label)
        inbox = measure.verdicts(exam.inbox_judged, label, "flagged", "unsure")
        rows.append([label, float(touched[truth].mean()), float(touched[~truth].mean()), float(inbox.mean())])
    head = ("label", "of those with the label", "of those without", "of ordinary mail")
    return "## Flagged or unsure\n\n" + table(head, rows)


def _against(exam: Exam) -> str:
    stacked = {"this classifier": [measure.chances(exam.judged, label) for label in LABELS]}
    rows = []
    for name, scores in {**baselines(exam.lesson, exam.held, exam.classifier.encoder), **stacked}.items():
        found = [
            measure.best_f1(score, measure.carries(exam.held, label))
            for label, score in zip(LABELS, scores, strict=True)
        ]
        rows.append([name, *found, sum(found) / len(found)])
    note = "Each at the cut that suits it best on these messages, so that scores are compared and not cuts."
    return "## Against simpler judges\n\n" + note + "\n\n" + table(("F1", *LABELS, "mean"), rows)


def _sliced(exam: Exam, groups: Iterator[tuple[str, Any]]) -> list[list[object]]:
    """F1 of unseen writers' messages at the cut-offs in use, by group."""
    flagged = exam.chances >= exam.classifier.model.cuts[:, 1]
    truth = exam.lesson.message_truth == 1
    rows: list[list[object]] = []
    for name, chosen in groups:
        found = [measure.score(flagged[chosen, k], truth[chosen, k]).f1 for k in range(len(LABELS))]
        alarms = flagged[chosen & ~truth.any(axis=1)].any(axis=1)
        rows.append(
            [
                name,
                int(chosen.sum()),
                *found,
                sum(found) / len(found),
                float(alarms.mean() if alarms.size else 0),
            ]
        )
    return rows


def _by_language(exam: Exam) -> str:
    import numpy as np

    codes = np.array([each.lang for each in exam.lesson.examples])
    rows = _sliced(exam, ((code, codes == code) for code in LANGUAGES))
    head = ("language", "messages", *LABELS, "mean F1", "unlabelled with any flag")
    note = "Over the corpus itself, each message judged by models that never saw its writer."
    return "## By language\n\n" + note + "\n\n" + table(head, rows)


def _by_register(exam: Exam) -> str:
    import numpy as np

    registers = np.array([each.register for each in exam.lesson.examples])
    labelled = exam.lesson.message_truth.max(axis=1) == 1
    common = [
        name
        for name, times in Counter(registers.tolist()).most_common()
        if name and times >= _MANY and labelled[registers == name].any()
    ]
    rows = _sliced(exam, ((name, registers == name) for name in common))
    head = ("register", "messages", *LABELS, "mean F1", "unlabelled with any flag")
    return f"## By register\n\nThose of {_MANY} messages or more, some of them labelled.\n\n" + table(
        head, rows
    )


def _shown_as(_exam: Exam) -> str:
    return (
        "## In pictures\n\nOn the held-out client messages, but for the learning curve's training share.\n\n"
        "![Precision and recall](figures/precision-recall.svg)\n"
        "![Reliability](figures/reliability.svg)\n"
        "![Learning curve](figures/learning-curve.svg)\n"
        "![Confusion](figures/confusion.svg)"
    )


def _by_length(exam: Exam) -> str:
    import numpy as np

    words = np.array([len(each.body.split()) for each in exam.lesson.examples])
    rows = _sliced(exam, ((f"{low}–{high - 1}", (words >= low) & (words < high)) for low, high in _LENGTHS))
    head = ("words", "messages", *LABELS, "mean F1", "unlabelled with any flag")
    return "## By length\n\n" + table(head, rows)


def _trade_off(exam: Exam) -> str:
    import numpy as np

    ordinary = exam.lesson.ordinary
    rows = []
    for quota in _QUOTAS:
        cuts = np.quantile(exam.chances[ordinary], 1 - quota, axis=0)
        got = [
            measure.score(exam.chances[:, k] >= cuts[k], exam.lesson.message_truth[:, k] == 1)
            for k in range(len(LABELS))
        ]
        rows.append(
            [f"{quota:.1%}", *(f"{each.precision:.2f} / {each.recall:.2f} / {each.f1:.2f}" for each in got)]
        )
    note = (
        "Precision / recall / F1 over the corpus by unseen writers, when a label may be raised on this share "
        "of ordinary mail."
    )
    return "## What fewer alarms cost\n\n" + note + "\n\n" + table(("alarms", *LABELS), rows)


def _speed(exam: Exam) -> str:
    items = [(each.subject, each.body) for each in exam.inbox]
    words = sum(len(body.split()) for _, body in items)
    spent = sum(
        _fastest(exam.classifier, items[first : first + _CHUNK]) for first in range(0, len(items), _CHUNK)
    )
    return (
        f"## Speed\n\n{words / 100 / spent:.0f} messages of 100 words a second on one core, "
        f"{len(items) / spent:.0f} of the held-out ordinary ones (the fastest of {_RUNS} runs: what else the "
        f"machine does only slows it); trained in {exam.seconds:.0f} s."
    )


def _fastest(classifier: Classifier, items: Sequence[tuple[str, str]]) -> float:
    """The seconds of processor time that judging some messages takes at best."""
    spent = []
    for _ in range(_RUNS):
        began = time.process_time()
        classifier.judge_many(items)
        spent.append(time.process_time() - began)
    return min(spent)


def main() -> int:
    """Sit the exam and write the scorecard."""
    write(sit())
    return 0


if __name__ == "__main__":
    sys.exit(main())
