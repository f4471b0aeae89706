"""From scores to probabilities and verdicts: calibration for a real inbox, and two cut-offs a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# A real inbox: about this share of messages carries each label, where a third of the corpus does.
BASE_RATE: Final = 0.04
# Ordinary mail, by a writer that the model never read, that may be flagged or unsure for a label. The
# ordinary files are harder than an inbox, and a model of the whole corpus errs less than one of four fifths.
MOST_ALARMS: Final = 0.02
MOST_DOUBTS: Final = 0.06
_UNSURE_RECALL: Final = 0.9


def platt_of(scores: Array, truth: Any, base_rate: float | None = None) -> Array:
    """Slope and offset for each label (Platt 1999); with a base rate, as if that share were positive."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    found = []
    for score, column in zip(scores.T, truth.T, strict=True):
        share = column.mean()
        wanted = base_rate or share
        weight = np.where(column == 1, wanted / share, (1 - wanted) / (1 - share))
        model = LogisticRegression(C=1e6, max_iter=500).fit(score[:, None], column, sample_weight=weight)
        found.append([model.coef_[0, 0], model.intercept_[0]])
    return np.array(found, dtype=np.float64)


def choose_cuts(chances: Array, truth: Any, ordinary: Any) -> Array:
    """(unsure, flagged) for each label.

    Flagged begins where F1 is best, or later, where ordinary mail raises no more than MOST_ALARMS; unsure
    where nine in ten labelled messages are caught, or later, at MOST_DOUBTS.
    """
    import numpy as np

    cuts = []
    for chance, column in zip(chances.T, truth.T, strict=True):
        alarms = chance[ordinary] if ordinary.any() else chance[column == 0]
        flagged = max(best_cut(chance, column), float(np.quantile(alarms, 1 - MOST_ALARMS)))
        recall = float(np.quantile(chance[column == 1], 1 - _UNSURE_RECALL))
        unsure = max(recall, float(np.quantile(alarms, 1 - MOST_DOUBTS)))
        cuts.append([min(unsure, flagged), flagged])
    return np.array(cuts, dtype=np.float64)


def best_cut(chance: Array, truth: Any) -> float:
    """The probability at and above which flagging has the highest F1."""
    import numpy as np

    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(truth[order])
    scores = 2 * hits / (np.arange(len(order)) + 1 + truth.sum())
    return float(chance[order][int(np.argmax(scores))])
