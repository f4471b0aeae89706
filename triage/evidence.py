"""The words behind a flag, as a person sees them: each label in its colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from triage.conclude import Conclusion

# One colour a label, everywhere: on the words of the message and on the label's name.
COLOURS = {"hostility": "red", "scope_pressure": "yellow", "payment_issue": "magenta"}


def evidence_of(conclusion: Conclusion) -> list[tuple[str, str]]:
    """The words that caused each flag: (label, exact text)."""
    if conclusion.judgement is None:
        return []
    findings = conclusion.judgement.findings
    return [(label, piece.text) for label in conclusion.flagged for piece in findings[label].evidence]


def highlighted(words: str, evidence: list[tuple[str, str]], *, plain: bool = False) -> Text:
    """The text with every piece of evidence in its label's colour, or between » and « without colours."""
    text = Text(words)
    for label, piece in evidence:
        start = words.find(piece) if piece else -1
        if start >= 0:
            text.stylize(f"bold {COLOURS.get(label, 'cyan')}", start, start + len(piece))
    return _marked(text) if plain else text


def _marked(text: Text) -> Text:
    """Brackets in place of styles; where pieces overlap or repeat, one pair around them all."""
    words = text.plain
    for start, end in reversed(_joined(sorted((span.start, span.end) for span in text.spans))):
        words = f"{words[:start]}»{words[start:end]}«{words[end:]}"
    return Text(words)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
