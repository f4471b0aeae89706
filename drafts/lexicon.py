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
    off_times: Mapping[str, Pattern]
    owners: Mapping[str, str]
    turns: tuple[str, ...]
    has_articles: bool

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


def shaped(alternatives: list[str]) -> Pattern:
    """Join alternatives that say themselves where they begin and end."""
    return re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else NOTHING


@cache
def lexicon(language: str) -> Lexicon:
    """Return the word lists of ``language`` (a two-letter code with a data folder)."""
    source = resources.files("drafts") / "data" / language / "reading.toml"
    data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    turns: list[list[str]] = data.get("turns", [])
    data["patterns"]["turns"] = [f"({old})" for old, _ in turns]
    return Lexicon(
        language=language,
        topics={name: compiled(words) for name, words in data["topics"].items()},
        threats={name: compiled(words) for name, words in data["threats"].items()},
        off_times={name: compiled(words) for name, words in data["off_times"].items()},
        owners=data.get("owners", {}),
        patterns={
            **{name: compiled(words) for name, words in data["patterns"].items()},
            **{name: shaped(words) for name, words in data.get("shapes", {}).items()},
            **{f"cue_{name}": compiled(words) for name, words in data.get("cues", {}).items()},
            **{f"leads {name}": compiled(words) for name, words in data.get("leads", {}).items()},
        },
        has_articles="determiner" in data["shapes"],
        turns=tuple(new for _, new in turns),
    )


@cache
def forbidden() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the lists of words no draft may hold, by list and language."""
    source = resources.files("drafts") / "data" / "forbidden.toml"
    data: dict[str, dict[str, list[str]]] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: {key: tuple(words) for key, words in lists.items()} for name, lists in data.items()}


@cache
def banned(name: str, language: str | None = None) -> Pattern:
    """Return one pattern for a list of words, of one language or of all."""
    lists = forbidden()[name]
    return compiled([word for key, words in lists.items() if language in (None, key) for word in words])


def is_sayable(text: str) -> bool:
    """Whether a client's words may come back in a draft: no insult, no blame, no legal word."""
    return not any(banned(name).search(text) for name in ("insult", "blame", "legal", "sarcasm"))
