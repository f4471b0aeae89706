"""What ``explain`` adds to the evidence: the words that weigh most, and what corrections have moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifiers.explain import Explanation
    from classifiers.judge import Evidence, Finding, Judgement
    from classifiers.learnt import Correction, Shift
    from triage.conclude import Judge, Reading

# Less is no reason to speak of it.
_NOTABLE = 0.005


@dataclass(frozen=True, slots=True)
class Words:
    """A deciding piece of the message with the words in it that weigh most."""

    evidence: Evidence
    explanation: Explanation

    def as_record(self) -> dict[str, object]:
        """An entry of the field ``words``; ``start`` counts from the beginning of ``text``."""
        return {
            "label": self.evidence.label,
            "text": self.evidence.text,
            "words": [
                {"word": one.word, "start": one.start, "weight": one.weight} for one in self.explanation.words
            ],
            "cues": list(self.explanation.cues),
        }

    def as_line(self) -> str:
        """The same for a person."""
        told = ", ".join(f"{one.word} (+{one.weight:.1f})" for one in self.explanation.words)
        label = self.evidence.label.replace("_", " ")
        return f"  {label}: {told or 'no single word'}"


@dataclass(frozen=True, slots=True)
class Moved:
    """A label that corrections have moved."""

    before: Finding
    after: Finding
    shift: Shift

    def as_record(self) -> dict[str, object]:
        """An entry of the field ``learnt``; shifts are in log-odds."""
        return {
            "label": self.after.label,
            "from": {"verdict": self.before.verdict, "probability": self.before.probability},
            "to": {"verdict": self.after.verdict, "probability": self.after.probability},
            "by_this_client": round(self.shift.own, 3),
            "by_others": round(self.shift.others, 3),
        }

    def as_line(self) -> str:
        """The same for a person."""
        label = self.after.label.replace("_", " ")
        whose = "of this client" if abs(self.shift.own) >= abs(self.shift.others) else "of other clients"
        return (
            f"  {label}: moved by your corrections {whose} from {self.before.verdict}"
            f" ({self.before.probability:.2f}) to {self.after.verdict} ({self.after.probability:.2f})"
        )


def words_of(judge: Judge, judgement: Judgement) -> Iterator[Words]:
    """The heaviest words of each piece of evidence."""
    from classifiers.explain import explain
    from classifiers.judge import Classifier

    if not isinstance(judge, Classifier):
        return
    for finding in judgement.findings.values():
        for evidence in finding.evidence:
            yield Words(evidence, explain(judge, evidence.label, evidence.text))


def moved_by(
    reading: Reading, judge: Judge, judgement: Judgement, told: Sequence[Correction]
) -> Iterator[Moved]:
    """The labels whose verdict or probability is another without the corrections."""
    from triage.corrections import shifts

    found = shifts(reading, judge, told)
    if not found:
        return
    (before,) = judge.judge_many([(reading.message.subject, reading.new_text)])
    for label, shift in found.items():
        was, now = before.findings[label], judgement.findings[label]
        if was.verdict != now.verdict or abs(was.probability - now.probability) >= _NOTABLE:
            yield Moved(was, now, shift)
