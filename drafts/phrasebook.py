"""The sentences of one language: loaded from data, checked, chosen by the facts at hand, filled in."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import StrictUndefined, meta
from jinja2.sandbox import SandboxedEnvironment

from drafts.steps import Step

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
    # From the client file: each of these makes a sentence true of this client alone.
    "excluded": 8,
    "included": 8,
    "lacking": 8,
    "mistakes": 8,
    "number": 2,
    "open": 1,
    "was_due": 2,
    "is_due": 2,
    "days_late": 1,
    "part_paid": 2,
    "total": 1,
    "issued": 1,
    "project": 2,
    "agreed_on": 2,
    "agreed_deadline": 3,
    "scope_list": 2,
    "exclusion_list": 1,
    "included_rounds": 3,
    "rounds": 3,
    "next_round": 3,
    "extra_round": 3,
    "rate": 3,
    "rush_percent": 3,
    "rush_fee": 3,
    "payment_days": 2,
    "deposit": 2,
    "delivered": 2,
    "approved": 2,
    "late_fee": 1,
    "channel_list": 1,
    "agreed_hours": 2,
    "on_file": 1,
    "not_on_file": 1,
    "legal_text": 1,
    "pay_by": 1,
    "pay_by_day": 1,
    "project_price": 1,
    "opener": 0,
    "points": 9,
    "point": 9,
    "point_asked": 10,
    "point_ask": 11,
    "rest": 9,
    "passed_deadline": 3,
    "asked_day": 5,
    "own_figure": 5,
    "bill_list": 9,
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
    """All phrases of a language, by "move.about", and the small words around them.

    ``own`` are the freelancer's: one that fits and wasn't said yet is said before any other.
    """

    language: str
    phrases: Mapping[str, tuple[Phrase, ...]]
    words: Mapping[str, Any]
    turn: int = 0
    own: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)

    def turned(self, turn: int) -> Phrasebook:
        """Return the same book that chooses other phrases from the same seed."""
        return replace(self, turn=turn)

    def without(self, pattern: re.Pattern[str]) -> Phrasebook:
        """Return the same book without the phrases that hold ``pattern``, where a list has others."""
        kept = {
            key: tuple(one for one in listed if not pattern.search(one.source)) or listed
            for key, listed in self.phrases.items()
        }
        return replace(self, phrases=kept)

    def key_of(self, step: Step, facts: Mapping[str, str]) -> str | None:
        """Return the most special list that can say ``step`` with ``facts``; None where none can."""
        return next((key for key in step.lists() if self.can_say(key, facts)), None)

    def can_say(self, key: str, facts: Mapping[str, str]) -> bool:
        """Whether some phrase of a list fits ``facts``."""
        return any(phrase.needs <= facts.keys() for phrase in self._listed(key))

    def _listed(self, key: str) -> tuple[Phrase, ...]:
        return (*self.own.get(key, ()), *self.phrases.get(key, ()))

    def choose(self, key: str, facts: Mapping[str, str], wanted: Wanted) -> Phrase:
        """Return the phrase that names most of ``facts``, an unsaid one if left; same seed, same phrase."""
        fitting = [phrase for phrase in self._listed(key) if phrase.needs <= facts.keys()]
        mine = [one for one in fitting if one in self.own.get(key, ()) and one.identity not in wanted.said]
        if mine:
            return mine[(number(wanted.seed + key) + self.turn) % len(mine)]
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
    said = environment().from_string(phrase.source).render(facts).strip()
    # A quoted question ends its sentence by itself; no other language closes with these marks.
    return said.replace("?“.", "?“").replace("? ».", "? »")


def fill_text(source: str, facts: Mapping[str, str]) -> str:
    """Return a template text with its facts in place; empty where one that it names isn't there."""
    if needed(source) <= facts.keys():
        return environment().from_string(source).render(facts).strip()
    return ""


def needed(source: str) -> frozenset[str]:
    """Return the facts that a template text names."""
    return frozenset(meta.find_undeclared_variables(environment().parse(source)))


def parsed(key: str, sources: Iterable[str], is_familiar: bool) -> tuple[Phrase, ...]:
    """Make the phrases of one step from their template texts, in one form of address."""
    return tuple(
        Phrase(
            identity=f"{key}.{number(source):016x}"[: len(key) + 9],
            source=in_form(source, is_familiar),
            needs=needed(source),
        )
        for source in sources
    )


def in_form(source: str, is_familiar: bool) -> str:
    """Take one side of each ``{Ihre|deine}``: the polite form stands left, the familiar one right."""
    return FORMS.sub(lambda found: found[2] if is_familiar else found[1], source)


def formed(words: Any, is_familiar: bool) -> Any:
    """Take one side of each ``{Ihre|deine}`` in the small words, however deep they lie."""
    if isinstance(words, dict):
        return {name: formed(value, is_familiar) for name, value in words.items()}
    if isinstance(words, list):
        return [formed(value, is_familiar) for value in words]
    return in_form(words, is_familiar) if isinstance(words, str) else words


def languages() -> tuple[str, ...]:
    """Return the languages that have a phrasebook, as two-letter codes."""
    folders = (resources.files("drafts") / "data").iterdir()
    return tuple(sorted(folder.name for folder in folders if (folder / "phrases.toml").is_file()))


@cache
def phrasebook(language: str, is_familiar: bool = False) -> Phrasebook:
    """Return the phrasebook of ``language``, one of ``languages()``, in the polite or the familiar form."""
    source = resources.files("drafts") / "data" / language / "phrases.toml"
    data: dict[str, dict[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))
    words = formed(data.pop("words"), is_familiar)
    phrases = {
        f"{move}.{about}": parsed(f"{move}.{about}", texts, is_familiar)
        for move, lists in data.items()
        for about, texts in lists.items()
    }
    return Phrasebook(language, phrases, words)
