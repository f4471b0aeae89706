"""A judge that knows the population's few words in its languages: the simulation is about time."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.evidence import Evidence
from classifiers.judge import Finding, Judgement

_WORDS = {
    "hostility": ("useless", "unbrauchbar"),
    "scope_pressure": ("for free", "gratis"),
    "payment_issue": ("can't pay",),
}
_LANGUAGES = {
    "de": ("Wann", "Danke", "Vielen", "Alles", "Das ist", "Ich bin"),
    "fr": ("vous", "aurai", "Merci", "Bien"),
    "es": ("¿", "gracias"),
    "pt": ("Pode ", "Obrigado"),
}


class PopulationJudge:
    """Flags a label where one of its words stands."""

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Judgement]:
        """One Judgement for each (subject, new text)."""
        return [_judged(text) for _, text in items]


def _judged(text: str) -> Judgement:
    findings = {}
    for label, words in _WORDS.items():
        said = [word for word in words if word in text]
        evidence = tuple(Evidence(label, word, 0.9) for word in said)
        findings[label] = Finding(label, 0.9 if said else 0.01, "flagged" if said else "clear", evidence)
    language = next((name for name, marks in _LANGUAGES.items() if any(one in text for one in marks)), "en")
    severity = 2 if any(one.verdict == "flagged" for one in findings.values()) else 0
    return Judgement(language, findings, severity, "")
