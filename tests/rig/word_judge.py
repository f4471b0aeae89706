"""A judge that knows a few words: for tests of what is done with judgements, not of judging."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.judge import Finding, Judgement

WORDS = {"hostility": "useless", "scope_pressure": "for free", "payment_issue": "can't pay"}


class WordJudge:
    """Flags a label where its words stand; ``asked`` counts the texts it was given."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Judgement]:
        """One Judgement for each (subject, new text)."""
        self.asked += [text for _, text in items]
        return [self._judge(text) for _, text in items]

    def _judge(self, text: str) -> Judgement:
        found = {label: words in text for label, words in WORDS.items()}
        findings = {
            label: Finding(label, 0.9 if is_there else 0.01, "flagged" if is_there else "clear", ())
            for label, is_there in found.items()
        }
        return Judgement("en", findings, 2 if any(found.values()) else 0, "")
