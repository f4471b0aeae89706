"""Cues: short phrases that tell what a message is about, found in its text word by word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# A person says what a message is about well before this.
MAX_CHARS = 8_000
# So many words may stand in the place of "...".
MAX_GAP = 3
_WORD = re.compile(r"[^\W_]+|[.!?;:\n]")
_CONTRACTED = re.compile(r"['’](t|ve|re|ll|s|m|d)\b")
_STOP, _ANY, _GAP = ".", "_", "..."
_STEM = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a cue: a word that is one of ``whole`` or begins with one of ``stems``, or a gap."""

    whole: frozenset[str]
    stems: tuple[str, ...] = ()
    is_gap: bool = False

    def fits(self, word: str) -> bool:
        """Whether a word may stand here; the end of a sentence never does."""
        if word in self.whole:
            return True
        return word != _STOP and ((bool(self.stems) and word.startswith(self.stems)) or _ANY in self.whole)


# "Not paid yet", "have not yet paid", "once we have paid": what denies a cue from before, and from within.
_BEFORE, _WITHIN = 3, 4
_DENIES = frozenset(
    {
        "not",
        "never",
        "havent",
        "hasnt",
        "didnt",
        "nicht",
        "nie",
        "kein",
        "keine",
        "pas",
        "jamais",
        "nao",
        "nunca",
    }
)
_DENIES_BEFORE = _DENIES | {
    "no",
    "dont",
    "cant",
    "cannot",
    "wont",
    "isnt",
    "wasnt",
    "without",
    "once",
    "if",
    "when",
    "until",
    "unless",
    "keinen",
    "ohne",
    "wenn",
    "sobald",
    "bis",
    "falls",
    "ne",
    "n",
    "aucun",
    "aucune",
    "sans",
    "quand",
    "lorsque",
    "ningun",
    "ninguna",
    "sin",
    "cuando",
    "hasta",
    "nenhum",
    "nenhuma",
    "sem",
    "quando",
    "assim",
}

_Cue = tuple[str, tuple[Slot, ...]]


@dataclass(frozen=True, slots=True)
class Cues:
    """Many cues under few names, found in one walk over a text's words."""

    _by_word: Mapping[str, tuple[_Cue, ...]]
    _by_stem: Mapping[str, tuple[_Cue, ...]]
    _deniable: frozenset[str] = frozenset()

    def counts(self, text: str) -> Counter[str]:
        """In how many places each name's cues stand in the text; read up to MAX_CHARS."""
        words = words_of(text)
        found: Counter[str] = Counter()
        for place, word in enumerate(words):
            if (starting := self._by_word.get(word)) is not None:
                found.update(self._held(_names(starting, words, place), words, place))
            if (starting := self._by_stem.get(word[:_STEM])) is not None:
                found.update(self._held(_names(starting, words, place), words, place))
        return found

    def _held(self, names: set[str], words: Sequence[str], place: int) -> set[str]:
        """The names that nothing around the cue denies."""
        if names.isdisjoint(self._deniable) or not _is_denied(words, place):
            return names
        return names - self._deniable


def cues_from(named: Iterable[tuple[str, str]], deniable: Iterable[str] = ()) -> Cues:
    """Cues from (name, phrase) pairs; raises ValueError over one that can't be looked up.

    Those named in ``deniable`` don't count beside a "not", an "if" or a "once".

    In a phrase ``a|b`` is either word, ``pay*`` any word that begins so, ``_`` any one word, ``...`` up to
    MAX_GAP words. Case and accents don't count; no cue spans two sentences. A cue begins with a word, or with
    a stem of three letters or more.
    """
    by_word: dict[str, list[_Cue]] = {}
    by_stem: dict[str, list[_Cue]] = {}
    for name, phrase in named:
        slots = tuple(_slots(phrase))
        first = slots[0]
        if first.is_gap or _ANY in first.whole or any(len(stem) < _STEM for stem in first.stems):
            raise ValueError(f"a cue begins with a word: {phrase}")
        for word in first.whole:
            by_word.setdefault(word, []).append((name, slots))
        for stem in {stem[:_STEM] for stem in first.stems}:
            by_stem.setdefault(stem, []).append((name, slots))
    return Cues(
        {word: tuple(starting) for word, starting in by_word.items()},
        {stem: tuple(starting) for stem, starting in by_stem.items()},
        frozenset(deniable),
    )


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared, with a full stop where a sentence ends."""
    folded = _folded(text[:MAX_CHARS])
    return [word if word[0].isalnum() else _STOP for word in _WORD.findall(folded)]


def _folded(text: str) -> str:
    """Without case, accents and the apostrophe of "haven't": people leave out all three."""
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _CONTRACTED.sub(r"\1", text.lower())


def _slots(phrase: str) -> Iterator[Slot]:
    for part in phrase.split():
        if part == _GAP:
            yield Slot(frozenset(), is_gap=True)
        elif part == _ANY:
            yield Slot(frozenset({_ANY}))
        elif "|" in part or "*" in part:
            choices = [_folded(choice) for choice in part.split("|")]
            stems = tuple(choice[:-1] for choice in choices if choice.endswith("*"))
            yield Slot(frozenset(choice for choice in choices if not choice.endswith("*")), stems)
        else:  # "c'est" is two words here as in a text
            yield from (Slot(frozenset({word})) for word in words_of(part))


def _names(starting: Sequence[_Cue], words: Sequence[str], place: int) -> set[str]:
    """Names of those cues that stand here; most fail at their second word."""
    following = words[place + 1] if place + 1 < len(words) else _STOP
    return {
        name
        for name, slots in starting
        if (len(slots) == 1 or slots[1].is_gap or slots[1].fits(following)) and _stands(slots, words, place)
    }


def _is_denied(words: Sequence[str], place: int) -> bool:
    """Whether a denial stands near, in the same sentence."""
    before = words[max(place - _BEFORE, 0) : place]
    if _STOP in before:
        before = before[len(before) - before[::-1].index(_STOP) :]
    within = words[place : place + 1 + _WITHIN]
    within = within[: within.index(_STOP)] if _STOP in within else within
    return not (_DENIES_BEFORE.isdisjoint(before) and _DENIES.isdisjoint(within))


def _stands(slots: Sequence[Slot], words: Sequence[str], place: int) -> bool:
    """Whether the cue stands in the text from this word on."""
    for index, slot in enumerate(slots):
        if slot.is_gap:
            rest = slots[index + 1 :]
            return any(_stands(rest, words, start) for start in _starts(words, place))
        if place >= len(words) or not slot.fits(words[place]):
            return False
        place += 1
    return True


def _starts(words: Sequence[str], place: int) -> Iterator[int]:
    """Where what follows a gap may begin: within MAX_GAP words, in the same sentence."""
    for start in range(place, min(place + MAX_GAP + 1, len(words))):
        yield start
        if words[start] == _STOP:
            return
