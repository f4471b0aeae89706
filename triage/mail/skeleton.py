"""What the eye sees of a name: letters of other scripts, digits and letter pairs that pass for another."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters of other scripts drawn like a Latin letter (the part of UTS #39 that fraud uses).
_DRAWN_ALIKE = {
    "a": "аɑαａ",
    "b": "ƅвьβ",
    "c": "сϲҫᴄ",
    "d": "ԁɗđ",
    "e": "еєҽεɛ",
    "g": "ɡց",
    "h": "һհнћ",
    "i": "іıӏιɩ",
    "j": "јϳյ",
    "k": "кκĸ",
    "l": "łƖǀ",
    "m": "мʍ",
    "n": "пոηռ",
    "o": "οоօσøᴏ",
    "p": "рρ",
    "q": "ԛգ",
    "r": "гᴦɾ",
    "s": "ѕꜱ",
    "t": "тτŧ",
    "u": "υսцμ",
    "v": "ѵνᴠ",
    "w": "ԝѡωш",
    "x": "хχ",
    "y": "уүγყ",
    "z": "ᴢʐ",
}
_DIGITS = {
    "a": "@4", "b": "8", "e": "3", "g": "9", "i": "1!|", "o": "0", "s": "5$", "t": "7", "z": "2",
}  # fmt: skip
_LETTERS = str.maketrans({sign: letter for letter, signs in _DRAWN_ALIKE.items() for sign in signs})
_ALL = _LETTERS | str.maketrans({sign: letter for letter, signs in _DIGITS.items() for sign in signs})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"), ("ii", "u"))
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Dots that resolvers take for one (RFC 3490, 3.1).
_DOTS = str.maketrans("。．｡", "...")
_REMEMBERED = 4_096
# No label is longer (RFC 1035), and punycode is read in quadratic time.
MAX_LABEL = 63
MAX_CHARS = 1_000


def latin(text: str) -> str:
    """A text in small letters, those of other scripts as the Latin ones they pass for; nothing invisible."""
    if text.isascii():
        return text.lower()
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text.casefold()).translate(_LETTERS))


@lru_cache(_REMEMBERED)
def decoded(domain: str) -> str:
    """A domain in small letters, its punycode labels shown as the letters they stand for."""
    labels = []
    for label in domain[:MAX_CHARS].lower().translate(_DOTS).split("."):
        try:
            is_coded = label.startswith("xn--") and len(label) <= MAX_LABEL
            labels.append(label.encode("ascii").decode("idna") if is_coded else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


@lru_cache(_REMEMBERED)
def skeleton(text: str) -> str:
    """A text reduced to what the eye sees: accents dropped, look-alike letters and letter pairs merged."""
    folded = unicodedata.normalize("NFKD", text[:MAX_CHARS].casefold())
    shown = "".join(char for char in folded if not unicodedata.combining(char))
    plain = _INVISIBLE.sub("", shown).translate(_ALL)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain.replace("l", "i")
