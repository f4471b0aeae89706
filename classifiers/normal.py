"""Text as the features see it: tricks with invisible, full-width and look-alike letters undone.

Evidence is always cut from the original text; nothing here changes what the user is shown.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Cyrillic and Greek letters that pass for Latin ones (a small part of Unicode TR39's confusables).
_LOOK_ALIKES: Final = str.maketrans(
    "аеорсухіјѕԁԛԝһɡАВЕКМНОРСТУХІЈЅαοντρυικχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdqwhgABEKMHOPCTYXIJSaovtpuikxABEZHIKMNOPTYX",
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_WORD = re.compile(r"\w+")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_LOOK_ALIKE_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052fɡ]")
_QUOTES: Final = str.maketrans("’‘‛′`´“”„‟«»–—", "''''''\"\"\"\"\"\"--")
_SPACE = re.compile(r"\s+")
_LONG_NUMBER = re.compile(r"\d{5,}")


def normalise(text: str) -> str:
    """One line in NFKC without invisible characters, look-alike letters inside Latin words, curly quotes."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    if _LOOK_ALIKE_SCRIPT.search(text):
        text = _WORD.sub(_latin_if_mixed, text)
    return _SPACE.sub(" ", _LONG_NUMBER.sub("00000", text)).strip()


def has_words(text: str) -> bool:
    """Whether two letters in a row stand anywhere in it: emoji, digits and dashes alone say nothing."""
    return re.search(r"[^\W\d_]{2}", text) is not None


def is_noise(text: str) -> bool:
    """Whether it is an unbroken run of characters such as base64, that no one wrote as words.

    Longer than any word of the seven languages and mixing digits, cases or symbols.
    """
    longest = max(text.split(), key=len, default="")
    if len(longest) < 60 or "://" in longest:
        return False
    return len(longest) > len(text) / 2


def _latin_if_mixed(match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(_LOOK_ALIKES) if _LATIN.search(word) else word
