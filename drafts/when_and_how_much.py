"""Every day, sum and invoice that a message names, at a glance, each once and as long as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from drafts.days import days_in
from drafts.lexicon import Lexicon

NUMBER = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d[\d.,'’]*\d|\d)k?"
# With its currency before or behind; a bare number may be anything.
AMOUNT = re.compile(
    rf"(?:[€£¥]|R?\$|\b(?:eur|usd|gbp|chf|aud|cad|brl|fr\.))\s?{NUMBER}(?!\w)"
    rf"|(?<![\d.,])(?<!\d\s){NUMBER}\s?(?:€|\$|£|(?:eur|euros?|usd|dollars?|dólares|gbp|pounds?|quid|bucks|chf"
    r"|francs?|franken|reais|pesos)(?!\w))",
    re.IGNORECASE,
)
# Days in figures, which every language shares.
NUMERIC_DAY = re.compile(
    r"(?<![\d.,/-])(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})?)(?![\d/-])"
)


@dataclass(frozen=True)
class Figures:
    """``moments``, ``amounts`` and ``invoices`` in the order of the message, in its own words."""

    moments: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()


def figures(text: str, words: Lexicon) -> Figures:
    """Find what a message names in figures and on the calendar."""
    moments = [*_spans(words["moment"], text), *_spans(NUMERIC_DAY, text), *_day_spans(text, words)]
    invoices = list(_spans(words["invoice"], text))
    amounts = [span for span in _spans(AMOUNT, text) if not any(_overlap(span, one) for one in invoices)]
    return Figures(tuple(_said(text, moments)), tuple(_said(text, amounts)), tuple(_said(text, invoices)))


Span = tuple[int, int]


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    yield from (hit.span() for hit in pattern.finditer(text) if hit[0].strip())


def _day_spans(text: str, words: Lexicon) -> Iterator[Span]:
    if (resources.files("drafts") / "data" / words.language / "days.toml").is_file():
        yield from ((day.start, day.end) for day in days_in(text, words.language))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _said(text: str, spans: list[Span]) -> Iterator[str]:
    """The words of the spans, overlapping ones joined, each once whatever its case."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    said = (re.sub(r"\s+", " ", text[start:end]).strip(" ,.;:!?") for start, end in joined)
    yield from {words.casefold(): words for words in said if words}.values()
