"""Which of the seven languages a text is in; English where nothing can be told."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifiers.labels import DEFAULT_LANGUAGE, LANGUAGES
from classifiers.normal import normalise

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_ENOUGH: Final = 2_000
_LETTERS = re.compile(r"[^\W\d_]+")
_URL = re.compile(r"\S*(?:://|@|www\.)\S*")


def detect_language(text: str, hint: str = "") -> str:
    """The code of the language; ``hint`` (such as the client's usual one) decides where the text can't."""
    words = _LETTERS.findall(_URL.sub(" ", normalise(text[:_ENOUGH])).lower())
    fallback = hint if hint in LANGUAGES else DEFAULT_LANGUAGE
    if not words:
        return fallback
    counts = {code: sum(word in telling for word in words) for code, telling in _telling().items()}
    best, second = sorted(counts, key=lambda code: -counts[code])[:2]
    if counts[best] >= 2 and counts[best] >= 2 * counts[second]:
        return best
    if counts[best] == counts[second] == 0 and len(words) < 3:
        return fallback
    return _by_statistics(words, counts, fallback)


def _by_statistics(words: list[str], counts: dict[str, int], fallback: str) -> str:
    """py3langid's choice among the seven, a telling word counting as much as a handful of letters."""
    scores = dict(_identifier().rank(" ".join(words)))
    votes = {code: scores[code] + 6.0 * counts[code] for code in LANGUAGES}
    best = max(votes, key=lambda code: votes[code])
    close = votes[best] - votes[fallback] < 4.0
    return fallback if close else best


@lru_cache(maxsize=1)
def _telling() -> dict[str, frozenset[str]]:
    """The words that give a short message away, by language: counted before any statistics are asked."""
    words = tomllib.loads(Path(__file__).with_name("language.toml").read_text(encoding="utf-8"))
    return {code: frozenset(words[code]) for code in LANGUAGES}


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
