"""What the user's corrections teach: how far, in log-odds, each label of a message is moved by them.

Of the client who wrote, two things are learnt: messages worded alike are moved nearly as far as was missing,
and what was corrected in many threads moves every message that the model finds no worse (for a false alarm)
or no better (for a miss). Of other clients only wording counts, and each of them for MOST_BY_ONE. Nothing is
fitted that could not be taken back: the same corrections, in any order, give the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from classifiers import stack
from classifiers.features import LETTER_COLUMNS, WORD_COLUMNS, hashed
from classifiers.judge import Evidence, Finding, Judgement
from classifiers.labels import LABELS, Verdict
from classifiers.language import detect_language
from classifiers.sentences import split_message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifiers.judge import Classifier

    Array = NDArray[np.float64]

# Log-odds: all in all, for a client's every message, by all others together, by one of the others.
MOST_SHIFT: Final = 8.0
MOST_FOR_CLIENT: Final = 6.0
MOST_BY_OTHERS: Final = 3.0
MOST_BY_ONE: Final = 0.6

WIDTH: Final = 1024
_BUCKET_BITS: Final = 10
# Unrelated mail is alike by 0.03, by 0.16 at most in a thousand pairs; the same with other names by 0.7.
_ALIKE_FROM, _ALIKE_TO = 0.25, 0.75
# A correction asks for this much beyond the cut-off.
_MARGIN: Final = 1.5
# More was never lacking: beyond it a probability is as good as certain.
_MOST_LACKING: Final = 10.0
_SHRINK: Final = 0.15
_SHRINK_OTHERS: Final = 0.5
# Votes beyond the first at which half of a client's shift is reached, and how steeply.
_HALF: Final = 3.5
_STEEP: Final = 4
# How far above what was called a false alarm a client's shift still holds, and how far below a miss: ordinary
# mail lies close below what the model misses.
_REACH_ABOVE, _REACH_BELOW = 3.0, 1.2
_SURE: Final = 1e-4
_TELLING: Final = 0.05


@dataclass(frozen=True, slots=True)
class Correction:
    """The user's word on one label of one message.

    ``probability`` is what the model alone says. ``meaning`` is what ``packed`` gives; None where the message
    was gone: then it counts for its client only. ``is_shared``: mail of other clients may learn from it.
    """

    label: str
    is_so: bool
    client: str
    thread: str
    probability: float
    meaning: bytes | None = None
    is_shared: bool = True


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a label is moved in log-odds: by corrections of the same client, and by those of others."""

    own: float = 0.0
    others: float = 0.0

    @property
    def total(self) -> float:
        """Both together."""
        return min(max(self.own + self.others, -MOST_SHIFT), MOST_SHIFT)


def meanings(model: stack.Model, items: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """What each (subject, new text) is like: its weighted words and letters, folded into WIDTH numbers.

    Unit rows; nought where there are no words. No word can be read back from one.
    """
    import numpy as np

    texts = [_words_of(*item) for item in items]
    rows = stack.weighted(*hashed(texts), model.whole_word_idf, model.whole_letter_idf)
    folded = np.asarray((rows @ _folding()).todense(), dtype=np.float32)
    lengths = np.linalg.norm(folded, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (folded / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def _words_of(subject: str, text: str) -> str:
    language = detect_language(f"{subject}\n{text[:4000]}", "")
    return "\n".join(sentence.normal for sentence in split_message(subject, text, language).sentences)


def _folding() -> Any:
    """Each hashed column's bucket and sign: a count sketch, which keeps likeness up to 0.03."""
    import numpy as np
    from scipy.sparse import csr_matrix

    columns = np.arange(WORD_COLUMNS + LETTER_COLUMNS, dtype=np.uint64)
    mixed = columns * np.uint64(0x9E3779B97F4A7C15)
    buckets = (mixed >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)
    signs = ((mixed >> np.uint64(63 - _BUCKET_BITS)) & np.uint64(1)).astype(np.float32) * 2 - 1
    return csr_matrix((signs, (np.arange(len(columns)), buckets)), (len(columns), WIDTH))


def packed(meaning: NDArray[np.float32]) -> bytes:
    """One row of ``meanings`` in two bytes a number."""
    return meaning.astype("<f2").tobytes()


def unpacked(meaning: bytes | None) -> Array:
    """The row again; nought where there is none or it is of another width."""
    import numpy as np

    if meaning is None or len(meaning) != 2 * WIDTH:
        return np.zeros(WIDTH)
    row: Array = np.nan_to_num(np.frombuffer(meaning, dtype="<f2").astype(np.float64))
    return row


class Learnt:
    """Corrections made ready; ``cuts`` are the model's (unsure, flagged) of each label."""

    def __init__(self, corrections: Iterable[Correction], cuts: Array) -> None:
        import numpy as np

        self.cuts = _log_odds(np.asarray(cuts, dtype=np.float64))
        by_label: dict[str, list[Correction]] = defaultdict(list)
        for correction in sorted(corrections, key=_order):
            by_label[correction.label].append(correction)
        self._votes = {
            label: _Votes.of(found, *self.cuts[LABELS.index(label)])
            for label, found in by_label.items()
            if label in LABELS
        }

    def shifts(
        self, client: str, meaning: NDArray[np.float32], probabilities: Mapping[str, float]
    ) -> dict[str, Shift]:
        """How far each label of one message is moved; only labels that are moved at all."""
        found: dict[str, Shift] = {}
        for label, votes in self._votes.items():
            base = float(_log_odds(probabilities[label]))
            shift = self._held(label, base, votes.shift(client, meaning, base))
            if shift.total:
                found[label] = shift
        return found

    def _held(self, label: str, base: float, told: tuple[Shift, int]) -> Shift:
        """One other client alone may move a probability, never a verdict."""
        shift, clients = told
        if clients > 1:
            return shift
        own = base + shift.own
        is_same = self.verdict(label, own) == self.verdict(label, own + shift.others)
        return shift if is_same else Shift(shift.own)

    def verdict(self, label: str, score: float) -> Verdict:
        """The verdict at this log-odds."""
        unsure, flagged = self.cuts[LABELS.index(label)]
        return "flagged" if score >= flagged else "unsure" if score >= unsure else "clear"


@dataclass(frozen=True, slots=True)
class _Votes:
    """The corrections of one label; one row of each array a correction.

    ``lacking`` is how far the model was from what the user says, 0 where it said so itself.
    """

    clients: Any
    weights: Array
    signs: Array
    bases: Array
    lacking: Array
    meanings: Array
    shared: Any

    @classmethod
    def of(cls, corrections: Sequence[Correction], unsure: float, flagged: float) -> _Votes:
        import numpy as np

        threads = Counter((one.client, one.thread) for one in corrections)
        signs = np.array([1.0 if one.is_so else -1.0 for one in corrections])
        bases = _log_odds(np.array([one.probability for one in corrections]))
        wanted = np.where(signs > 0, flagged + _MARGIN, unsure - _MARGIN)
        lacking = np.clip((wanted - bases) * signs, 0, _MOST_LACKING) * signs
        return cls(
            clients=np.array([one.client for one in corrections], dtype=object),
            # a thread of n counts as its square root
            weights=np.array([threads[one.client, one.thread] ** -0.5 for one in corrections]),
            signs=signs,
            bases=bases,
            lacking=lacking,
            meanings=np.stack([unpacked(one.meaning) for one in corrections]),
            shared=np.array([one.is_shared for one in corrections]),
        )

    def shift(self, client: str, meaning: NDArray[np.float32], base: float) -> tuple[Shift, int]:
        """The shift of one message, and how many other clients agree in theirs."""
        import numpy as np

        alike = np.clip((self.meanings @ meaning - _ALIKE_FROM) / (_ALIKE_TO - _ALIKE_FROM), 0, 1)
        mine = self.clients == client
        own = sum(
            self._stronger(self._pull(mine, alike, way, _SHRINK), self._habit(mine, base, way))
            for way in (1.0, -1.0)
        )
        near = ~mine & self.shared & (alike > 0)
        told = [
            float(np.clip(self._both(near & (self.clients == other), alike), -MOST_BY_ONE, MOST_BY_ONE))
            for other in sorted(set(self.clients[near]))
        ]
        others = min(max(sum(told), -MOST_BY_OTHERS), MOST_BY_OTHERS)
        agreeing = sum(one * others > 0 and abs(one) >= _TELLING for one in told)
        return Shift(float(own), float(others)), agreeing

    @staticmethod
    def _stronger(one: float, other: float) -> float:
        return max(one, other, key=abs)

    def _both(self, among: Any, alike: Array) -> float:
        return sum(self._pull(among, alike, way, _SHRINK_OTHERS) for way in (1.0, -1.0))

    def _pull(self, among: Any, alike: Array, way: float, shrink: float) -> float:
        """Kernel regression on what was lacking; corrections the other way hold it back."""
        weight = self.weights * alike * among
        moving = weight * (self.lacking * way > 0)
        against = weight * (self.signs == -way)
        pull: float = (moving * self.lacking).sum() / (shrink + moving.sum() + against.sum())
        return pull

    def _habit(self, mine: Any, base: float, way: float) -> float:
        """The same for a client's every message, which takes many threads.

        What was corrected at some score holds for milder mail too where it was a false alarm, and for graver
        mail where it was a miss; the other way it fades.
        """
        import numpy as np

        gap = np.clip((self.bases - base) * way, 0, None)
        reach = _REACH_BELOW if way > 0 else _REACH_ABOVE
        weight = self.weights * mine * np.exp(-((gap / reach) ** 2))
        moving = weight * (self.lacking * way > 0)
        against = (weight * (self.signs == -way)).sum()
        votes = max(0.0, float(moving.sum()) - 1.0) ** _STEEP
        if not votes:
            return 0.0
        mean = (moving * self.lacking).sum() / (moving.sum() + against)
        return float(np.clip(mean * votes / (votes + _HALF**_STEEP), -MOST_FOR_CLIENT, MOST_FOR_CLIENT))


def judge_many(
    classifier: Classifier, learnt: Learnt, items: Sequence[tuple[str, str]], clients: Sequence[str]
) -> list[Judgement]:
    """As Classifier.judge_many, with what was learnt; ``clients`` says who wrote each."""
    judged = classifier.judge_many(items)
    rows = meanings(classifier.model, items)
    return [
        corrected(classifier, learnt, item, judgement, learnt.shifts(client, row, _chances(judgement)))
        if row.any()
        else judgement
        for item, judgement, client, row in zip(items, judged, clients, rows, strict=True)
    ]


def _chances(judgement: Judgement) -> dict[str, float]:
    return {label: finding.probability for label, finding in judgement.findings.items()}


def corrected(
    classifier: Classifier,
    learnt: Learnt,
    item: tuple[str, str],
    judgement: Judgement,
    shifts: Mapping[str, Shift],
) -> Judgement:
    """The judgement with these shifts; a label that none moves stays as it is, to the bit."""
    if not shifts:
        return judgement
    findings = dict(judgement.findings)
    for label, shift in shifts.items():
        findings[label] = _moved(classifier, learnt, item, findings[label], shift)
    return replace(judgement, findings=findings, severity=_severity(judgement.severity, findings))


def _severity(severity: int, findings: Mapping[str, Finding]) -> int:
    """A flag that is new is of severity 1; without any flag there is none, or 1 where something is unsure."""
    verdicts = {finding.verdict for finding in findings.values()}
    return max(1, severity) if "flagged" in verdicts else int("unsure" in verdicts)


def _moved(
    classifier: Classifier, learnt: Learnt, item: tuple[str, str], finding: Finding, shift: Shift
) -> Finding:
    score = float(_log_odds(finding.probability)) + shift.total
    verdict = learnt.verdict(finding.label, score)
    evidence = () if verdict == "clear" else finding.evidence or _telling(classifier, item, finding.label)
    return Finding(finding.label, round(float(stack.sigmoid(score)), 4), verdict, evidence)


def _telling(classifier: Classifier, item: tuple[str, str], label: str) -> tuple[Evidence, ...]:
    """The sentence that, judged alone, speaks most for a label of which the model saw nothing."""
    subject, text = item
    language = detect_language(f"{subject}\n{text[:4000]}", "")
    sentences = [sentence.text for sentence in split_message(subject, text, language).sentences]
    judged = classifier.judge_many([("", sentence) for sentence in sentences])
    chances = [judgement.findings[label].probability for judgement in judged]
    best = max(range(len(chances)), key=chances.__getitem__)
    return (Evidence(label, sentences[best], chances[best]),)


def _log_odds(probability: Any) -> Any:
    import numpy as np

    chance = np.clip(probability, _SURE, 1 - _SURE)
    return np.log(chance / (1 - chance))


def _order(correction: Correction) -> tuple[Any, ...]:
    return (
        correction.client, correction.thread, correction.label, correction.is_so, correction.probability,
        correction.meaning or b"", correction.is_shared,
    )  # fmt: skip
