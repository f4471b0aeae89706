"""A message cut into sentences, and which of them may be repeated to the person who wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from drafts.lexicon import Lexicon
from drafts.situation import HOSTILITY, Situation

# A number's full stop ends no sentence before a month ("3. März") or a small letter.
MONTH = r"(?:Jan|Jän|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
# Nor does that of a short form: "p. 4", "St. Clair", "incl. weekends", "z. B. heute".
SHORT = "".join(
    rf"(?<!\b{short}\.)"
    for short in (
        r"[^\W\d_]", "[Ii]ncl", "[Aa]pprox", "[Dd]r", "[Mm]r", "[Mm]rs", "[Mm]s", "[Ss]t", "[Ii]nkl",
        "[Ee]xkl", "[Bb]zw", "[Cc]a", "[Nn]r", "[Ss]tr", "[Ee]vtl", "[Gg]gf", "[Zz]zgl", "[Ss]r", "[Ss]ra",
        "[Pp]ág", "[Pp]ágs", "[Aa]prox", "[Nn]úm", "[Ee]xa", "[Ee]xmo", "[Ee]xma",
    )
)  # fmt: skip
STOP = rf"(?:(?<=[!?…])|(?<=\.)(?<!\d\.){SHORT}|(?<=\d\.)(?=[\"'”’)]*\s+(?!{MONTH})[^\Wa-zäöü]))"
SENTENCE_END = re.compile(rf"{STOP}[\"'”’)]*\s+|\n+|\s+[–—-]{{1,2}}\s+")
WORD = re.compile(r"\w+(?:['’]\w+)*")
# Four words in a row are a repetition that its writer recognises; three happen by chance.
SHARED_WORDS = 4


@dataclass(frozen=True)
class Sentence:
    """One sentence as written; ``is_safe`` when no insult, shout or hostile evidence touches it."""

    text: str
    is_safe: bool
    labels: frozenset[str]


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of ``text``, lower-cased, apostrophes made straight."""
    return tuple(word.lower().replace("’", "'") for word in WORD.findall(text))


def runs(text: str, length: int = SHARED_WORDS) -> set[tuple[str, ...]]:
    """Return every run of ``length`` words in ``text``; of all its words where it has fewer."""
    words = words_of(text)
    if 0 < len(words) < length:
        return {words}
    return {words[start : start + length] for start in range(len(words) - length + 1)}


def touches(text: str, spans: Iterable[str]) -> bool:
    """Whether ``text`` and one of ``spans`` share words in a row."""
    own = runs(text)
    return any(own & runs(span) for span in spans)


def is_shouted(text: str) -> bool:
    """Whether most of ``text`` stands in capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 8 and sum(letter.isupper() for letter in letters) > len(letters) / 2


def sentences(situation: Situation, words: Lexicon) -> tuple[Sentence, ...]:
    """Return the sentences of the newly written text, each with the labels whose evidence lies in it."""
    pieces = (piece.strip() for piece in SENTENCE_END.split(situation.new_text))
    return tuple(sentence(piece, situation, words) for piece in pieces if piece)


def sentence(text: str, situation: Situation, words: Lexicon) -> Sentence:
    """Judge one sentence."""
    labels = {label for label, span in situation.evidence if touches(text, (span,))}
    angry = situation.hostility() > 0 and words.has("belittling", text)
    rude = HOSTILITY in labels or angry or words.has("insult", text) or is_shouted(text)
    return Sentence(text, not rude, frozenset(labels))
