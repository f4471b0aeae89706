"""Indirect speech: what the client wrote, told from the freelancer's side ("you'd pay me when it lands")."""

from __future__ import annotations

import re

from drafts.lexicon import Lexicon, is_sayable
from drafts.sentences import WORD, is_shouted

MOST_WORDS = 20
MARKS = re.compile(r"[!?…\"“”()\[\]<>@#*_/]|\.\.|https?:|[:;]\s?[)(DP]|[^\x00-\u024f\u2010-\u2026€£¥]")


def told(text: str, words: Lexicon) -> str | None:
    """Return ``text`` as a clause that can follow "you write that"; None where it would not read well."""
    plain = words["aside"].sub("", words["lead_in"].sub("", tidy(text)))
    plain = without_assumption(tidy(words["tag"].sub("", plain)), words)
    if words["elided"].match(plain):
        plain = f"we {lowered(plain)}"
    if not is_tellable(plain, words):
        return None
    clause = polished(turned(uncapitalised(plain, words), words), words)
    return clause if is_sayable(clause) else None


def without_assumption(plain: str, words: Lexicon) -> str:
    """Return ``plain`` up to the clause that takes something for granted, if a clause stands before it."""
    parts = re.split(r"(?<=,)\s", plain)
    kept = next((number for number, part in enumerate(parts) if words.has("assuming", part)), len(parts))
    return tidy(" ".join(parts[:kept])) if kept else plain


def is_tellable(plain: str, words: Lexicon) -> bool:
    """Whether a sentence states something, completely, in plain clean words."""
    count = len(WORD.findall(plain))
    if not 3 <= count <= MOST_WORDS or MARKS.search(plain) or is_shouted(plain):
        return False
    if any(words.has(name, plain) for name in ("untellable", "insult", "assuming")) or not is_sayable(plain):
        return False
    return (
        bool(words["subject_start"].match(plain))
        and not words.has("dangling", plain)
        and words.has("finite", plain)
    )


def uncapitalised(plain: str, words: Lexicon) -> str:
    """Write the first word small unless it is a name."""
    return plain[:1].lower() + plain[1:] if words["small_start"].match(plain) else plain


def turned(text: str, words: Lexicon) -> str:
    """Turn the client's point of view into the freelancer's: "my logo" becomes "your logo", "you" "me"."""
    others = words.turns
    return words["turns"].sub(lambda found: turn(found, others), text) if others else text


def turn(found: re.Match[str], others: tuple[str, ...]) -> str:
    """Return what one matched word or pair of words becomes; a written-out US is no pronoun."""
    if found[0] in ("US", "IT"):
        return found[0]
    return next(new for new, group in zip(others, found.groups(), strict=True) if group is not None)


def polished(clause: str, words: Lexicon) -> str:
    """Write the days, months and languages of a clause, and the first person, as they are written."""
    clause = words["proper"].sub(lambda found: found[0][0].upper() + found[0][1:], clause)
    return re.sub(r"\bi(?=['’]|\b)(?!\.)", "I", clause) if words.language == "en" else clause


def tidy(text: str) -> str:
    """Return ``text`` on one line without the punctuation around it, apostrophes made alike."""
    return re.sub(r"\s+", " ", text).replace("’", "'").strip(" \t\n.,;:!?-–—\"'“”‘()[]*_")


def lowered(clause: str) -> str:
    """Write the first letter small."""
    return clause[:1].lower() + clause[1:]
