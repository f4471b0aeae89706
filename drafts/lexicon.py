"""Word lists of one language, from ``data/<language>/reading.toml``, compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """The patterns of one language; a missing list is an empty one that matches nothing."""

    language: str
    topics: Mapping[str, Pattern]
    threats: Mapping[str, Pattern]
    patterns: Mapping[str, Pattern]
    flips: Mapping[str, str]

    def has(self, name: str, text: str) -> bool:
        """Whether the list ``name`` matches anywhere in ``text``."""
        return bool(self[name].search(text))

    def __getitem__(self, name: str) -> Pattern:
        """Return the pattern ``name``; one that never matches where the language has none."""
        return self.patterns.get(name, NOTHING)


NOTHING = re.compile(r"(?!)")


def compiled(alternatives: list[str]) -> Pattern:
    """Join alternatives into one pattern of whole words, blind to case."""
    joined = "|".join(alternatives)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if alternatives else NOTHING


@cache
def lexicon(language: str) -> Lexicon:
    """Return the word lists of ``language`` (a two-letter code with a data folder)."""
    source = resources.files("drafts") / "data" / language / "reading.toml"
    data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return Lexicon(
        language=language,
        topics={name: compiled(words) for name, words in data["topics"].items()},
        threats={name: compiled(words) for name, words in data["threats"].items()},
        patterns={name: compiled(words) for name, words in data["patterns"].items()},
        flips=data["flips"],
    )


@cache
def forbidden() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the lists of words no draft may hold, by list and language."""
    source = resources.files("drafts") / "data" / "forbidden.toml"
    data: dict[str, dict[str, list[str]]] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: {key: tuple(words) for key, words in lists.items()} for name, lists in data.items()}
