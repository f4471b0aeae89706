"""The days a client names: "on the 6th", "14 Nov", "Ende der Woche", "le 3", as a reply may take them up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Day:
    """A day found in a text; ``value`` says when ("on the 6th"), ``start`` and ``end`` where it stands."""

    value: str
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class DayGrammar:
    """How one language names days: a pattern with one numbered group a shape, and what goes before each."""

    pattern: re.Pattern[str]
    leads: tuple[str, ...]
    kept: re.Pattern[str]
    capitals: re.Pattern[str]
    spelling: tuple[tuple[re.Pattern[str], str], ...]


@cache
def day_grammar(language: str) -> DayGrammar:
    """Return the grammar of ``language`` from ``data/<language>/days.toml``."""
    source = resources.files("drafts") / "data" / language / "days.toml"
    data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    pieces: Mapping[str, str] = {name: f"(?:{'|'.join(words)})" for name, words in data["words"].items()}
    shapes: list[dict[str, str]] = data["shape"]
    found = "|".join(f"(?P<shape{number}>{filled(one['find'], pieces)})" for number, one in enumerate(shapes))
    lead = "|".join([*data["kept"], *data["dropped"]])
    return DayGrammar(
        pattern=re.compile(rf"(?<![\w/.,-])(?:(?P<lead>{lead})\s+)?(?:{found})(?![\w/])", re.IGNORECASE),
        leads=tuple(one["lead"] for one in shapes),
        kept=re.compile("|".join(data["kept"]), re.IGNORECASE),
        capitals=re.compile(rf"\b(?:{'|'.join(data.get('capitals', ['(?!)']))})\b", re.IGNORECASE),
        spelling=tuple((re.compile(old, re.IGNORECASE), new) for old, new in data.get("spelling", [])),
    )


def filled(shape: str, pieces: Mapping[str, str]) -> str:
    """Put the lists of words into a shape, at ``{weekday}`` and the like; ``{2}`` stays a count."""
    return re.sub(r"\{([a-z]+)\}", lambda hit: pieces[hit[1]], shape)


def days_in(text: str, language: str) -> Iterator[Day]:
    """Yield every day that ``text`` names, in order."""
    grammar = day_grammar(language)
    for hit in grammar.pattern.finditer(text):
        yield Day(said_when(hit, grammar), hit[0], hit.start(), hit.end())


def said_when(hit: re.Match[str], grammar: DayGrammar) -> str:
    """Return a hit with the word that goes before it: the client's own "by", else the usual one."""
    number = int((hit.lastgroup or "shape0").removeprefix("shape"))
    day = re.sub(r"\s+", " ", hit[f"shape{number}"])
    day = grammar.capitals.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), day)
    own = (hit["lead"] or "").lower()
    lead = own if grammar.kept.fullmatch(own) else grammar.leads[number]
    when = f"{lead} {day}".strip()
    for old, new in grammar.spelling:
        when = old.sub(new, when)
    return when
