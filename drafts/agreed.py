"""What of the agreement a message touches: left out, part of it, or a mistake on record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from drafts.facts import Fact, Reading
from drafts.lexicon import NOTHING, Lexicon, banned
from drafts.sentences import words_of
from drafts.situation import SCOPE, Situation

# Endings that tell singular from plural, and a verb from its noun ("booking", "bookings", "book").
ENDINGS: Mapping[str, str] = {
    "en": r"(?:ations?|ings?|ies|es|ed|s|e|y)$",
    "de": r"(?:ungen|ung|ern|en|er|es|em|e|n|s)$",
    "es": r"(?:ciones|cion|es|os|as|o|a|e|s)$",
    "fr": r"(?:tions?|eaux|aux|es|er|s|e|x)$",
    "pt": r"(?:coes|cao|oes|ao|ens|em|ais|al|ias|ia|zir|ar|er|ir|es|os|as|o|a|e|s|z)$",
}
# "l'accueil" and "d'accueil" are one word.
ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)'(?=\w{3})")
JOINED = re.compile(r"\s+(?:and|plus|und|sowie|y|et|e|&)\s+", re.IGNORECASE)
SHORTEST_STEM = 3
SHORTEST_WORD = 3
# A part of a compound ("Formular" in "Buchungsformular") is as long as this at least.
SHORTEST_PART = 5


def with_agreement(reading: Reading, situation: Situation, text: str, words: Lexicon) -> Reading:
    """Add what of the agreement on file the message touches; ``text`` is what it says of the work."""
    agreement = situation.agreement
    if agreement is None:
        return reading
    wanted = "\n".join((*situation.evidence_of(SCOPE), text))
    excluded = touching(agreement.exclusions, wanted, words, covers)
    asked = asked_for(reading, situation, words)
    is_covered = bool(asked) and all(is_agreed(one, agreement.scope, words) for one in asked)
    included = touching(agreement.scope, " ".join(asked), words, covers) if is_covered else ()
    return replace(
        reading,
        excluded=excluded,
        included=() if excluded else included,
        lacking=() if excluded else touching(agreement.scope, text, words, covers),
        mistakes=touching(agreement.mistakes, f"{situation.subject}\n{situation.new_text}", words, mentions),
    )


def asked_for(reading: Reading, situation: Situation, words: Lexicon) -> tuple[str, ...]:
    """Return each ask; where the language can't tell asks, the marked sentences that want a thing or more."""
    if words["ask_strong"] is not NOTHING:
        return tuple(fact.value for fact in reading.asks)
    marked = (piece for span in situation.evidence_of(SCOPE) for piece in re.split(r"[.!?\n]+", span))
    return tuple(one for one in marked if words.has("making", one) or words.has("more_of", one))


def touching(
    phrases: Iterable[str], text: str, words: Lexicon, test: Callable[[str, str, Lexicon], bool]
) -> tuple[Fact, ...]:
    """Return the phrases on file that ``text`` speaks of."""
    return tuple(Fact(phrase, phrase) for phrase in phrases if test(text, phrase, words))


def covers(text: str, phrase: str, words: Lexicon) -> bool:
    """Whether every telling word of ``phrase`` stands in one sentence of ``text``."""
    wanted = stems(phrase, words)
    return bool(wanted) and any(
        all(any(is_same(one, other, words) for other in stems(part, words)) for one in wanted)
        for part in re.split(r"[.!?\n]", text)
    )


def mentions(text: str, phrase: str, words: Lexicon) -> bool:
    """Whether at least half of the telling words of ``phrase``, and two of them, stand in ``text``."""
    wanted, said = stems(phrase, words), stems(text, words)
    hits = sum(any(is_same(one, other, words) for other in said) for one in wanted)
    return hits >= min(2, len(wanted)) and 2 * hits >= len(wanted) > 0


def is_agreed(ask: str, scope: Iterable[str], words: Lexicon) -> bool:
    """Whether an ask is for something in ``scope`` and for no more of it: then it is no extra at all.

    The price of a wrong yes is unpaid work, so any sign of more, of change or of another thing is a no.
    """
    if words.has("more_of", ask) or not words.has("making", ask):
        return False
    agreed = tuple(scope)
    return all(
        any(covers(part, phrase, words) and is_no_more(part, phrase, words) for phrase in agreed)
        for part in JOINED.split(ask)
    )


def is_no_more(ask: str, phrase: str, words: Lexicon) -> bool:
    """Whether ``ask`` names no number that the agreed ``phrase`` doesn't.

    Where a single word is all that the phrase tells ("five pages"), the number is asked for as well: "a gift
    voucher page" is none of the five.
    """
    asked, agreed = numbers(ask, words), numbers(phrase, words)
    return asked == agreed if len(stems(phrase, words)) == 1 and agreed else asked <= agreed


def numbers(text: str, words: Lexicon) -> set[str]:
    """Return the numbers in ``text``, in figures or in words."""
    return {hit.lower() for hit in re.findall(r"\d+", text)} | {
        hit[0].lower() for hit in words["number_word"].finditer(text)
    }


def stems(text: str, words: Lexicon) -> frozenset[str]:
    """Return the telling words of ``text`` without their endings."""
    small = banned("small_words", words.language)
    spoken = (ELIDED.sub("", word) if words.language == "fr" else word for word in words_of(text))
    telling = (
        word
        for word in spoken
        if len(word) >= SHORTEST_WORD
        and not small.fullmatch(word)
        and not words["never_between"].fullmatch(word)
        and not words["quantity"].fullmatch(word)
    )
    return frozenset(stem(word, words.language) for word in telling)


def stem(word: str, language: str) -> str:
    """Return ``word`` without accents and endings: "bookings" and "booking" are "book"."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)
    )
    for _ in range(2):
        shorter = re.sub(ENDINGS.get(language, r"s$"), "", plain)
        if len(shorter) < SHORTEST_STEM:
            break
        plain = shorter
    return plain


def is_same(one: str, other: str, words: Lexicon) -> bool:
    """Whether two stems are of one word, or in German the one ends a compound of the other."""
    if one == other:
        return True
    is_compound = words.language == "de" and min(len(one), len(other)) >= SHORTEST_PART
    return is_compound and (one.endswith(other) or other.endswith(one))
