"""The sentences of one language: loaded from data, checked, chosen by the facts at hand, filled in."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import StrictUndefined, meta
from jinja2.sandbox import SandboxedEnvironment

# How much a phrase tells of this very message by naming a fact; what every message has counts nothing.
TELLING: Mapping[str, int] = {
    "ask": 7,
    "want": 7,
    "defects": 6,
    "things": 5,
    "scope_told": 6,
    "money_told": 5,
    "wish": 4,
    "remark": 3,
    "pay_date": 4,
    "work_quote": 3,
    "scope_quote": 2,
    "money_quote": 3,
    "deadline": 2,
    "matter": 2,
    "invoice": 2,
    "amount": 2,
    "call_link": 2,
    "payment_details": 2,
    "off_time": 2,
    "hours": 1,
}


# Two forms of address in one phrase; facts stand in double braces.
FORMS = re.compile(r"(?<!\{)\{([^{}|]*)\|([^{}|]*)\}(?!\})")
# A short answer takes phrases up to this much longer than the shortest that fits.
SHORT = 1.3


@dataclass(frozen=True)
class Phrase:
    """One phrasing of one step; ``needs`` are the facts it names."""

    identity: str
    source: str
    needs: frozenset[str]

    def specific(self) -> int:
        """How much the phrase tells of this very message."""
        return sum(TELLING.get(name, 0) for name in self.needs)


@dataclass(frozen=True)
class Wanted:
    """How to choose among phrases that fit: by ``seed``, not ``said`` before, short for a short message."""

    seed: str
    said: frozenset[str] = frozenset()
    is_short: bool = False


@dataclass(frozen=True)
class Phrasebook:
    """All phrases of a language, by "move.about", and the small words around them."""

    language: str
    phrases: Mapping[str, tuple[Phrase, ...]]
    words: Mapping[str, Any]
    turn: int = 0

    def turned(self, turn: int) -> Phrasebook:
        """Return the same book that chooses other phrases from the same seed."""
        return replace(self, turn=turn)

    def choose(self, key: str, facts: Mapping[str, str], wanted: Wanted) -> Phrase:
        """Return the phrase that names most of ``facts``, an unsaid one if left; same seed, same phrase."""
        fitting = [phrase for phrase in self.phrases[key] if phrase.needs <= facts.keys()]
        most = max(phrase.specific() for phrase in fitting)
        best = [phrase for phrase in fitting if phrase.specific() == most]
        unsaid = [phrase for phrase in best if phrase.identity not in wanted.said]
        fresh = unsaid or [phrase for phrase in fitting if phrase.identity not in wanted.said] or best
        if wanted.is_short:
            shortest = min(len(phrase.source) for phrase in fresh)
            fresh = [phrase for phrase in fresh if len(phrase.source) <= SHORT * shortest]
        return fresh[(number(wanted.seed + key) + self.turn) % len(fresh)]


def number(seed: str) -> int:
    """Return the same large number for the same text, on every machine."""
    return int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:8])


def environment() -> SandboxedEnvironment:
    """Return the template environment: sandboxed, and a missing fact is an error rather than a gap."""
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def fill(phrase: Phrase, facts: Mapping[str, str]) -> str:
    """Return the phrase with its facts in place."""
    return environment().from_string(phrase.source).render(facts).strip()


def parsed(key: str, sources: Iterable[str], is_familiar: bool) -> tuple[Phrase, ...]:
    """Make the phrases of one step from their template texts, in one form of address."""
    parse = environment().parse
    return tuple(
        Phrase(
            identity=f"{key}.{number(source):016x}"[: len(key) + 9],
            source=in_form(source, is_familiar),
            needs=frozenset(meta.find_undeclared_variables(parse(source))),
        )
        for source in sources
    )


def in_form(source: str, is_familiar: bool) -> str:
    """Take one side of each ``{Ihre|deine}``: the polite form stands left, the familiar one right."""
    return FORMS.sub(lambda found: found[2] if is_familiar else found[1], source)


def languages() -> tuple[str, ...]:
    """Return the languages that have a phrasebook, as two-letter codes."""
    folders = (resources.files("drafts") / "data").iterdir()
    return tuple(sorted(folder.name for folder in folders if (folder / "phrases.toml").is_file()))


@cache
def phrasebook(language: str, is_familiar: bool = False) -> Phrasebook:
    """Return the phrasebook of ``language``, one of ``languages()``, in the polite or the familiar form."""
    source = resources.files("drafts") / "data" / language / "phrases.toml"
    data: dict[str, dict[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))
    words = data.pop("words")
    phrases = {
        f"{move}.{about}": parsed(f"{move}.{about}", texts, is_familiar)
        for move, lists in data.items()
        for about, texts in lists.items()
    }
    return Phrasebook(language, phrases, words)
