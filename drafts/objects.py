"""The thing a message is about, as a noun phrase in the client's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from drafts.facts import Fact
from drafts.lexicon import Lexicon
from drafts.sentences import Sentence, is_shouted, words_of
from drafts.speech import turned

MOST_WORDS = 5
# How the lists are called that tell by which words a noun is led in.
LEADS = "leads "
APOSTROPHE = "'"
# Capitals of an abbreviation stay; a longer word in capitals is shouted.
SHORT_NAME = 5
PREFIX = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|res|enc|antw)\s*(?:\[\d+\])?\s*:\s*|\[[^\]]*\]\s*)+", re.I
)
BREAK = re.compile(r"\s+[-–—|/]\s+|\s*[:;,|]\s+|[!?…]+\s*|\.{2,}")
ODD = re.compile(r"[^\w\s'’&.+#/-]|_")


def bare_subject(subject: str) -> str:
    """Return the subject without "Re:", tags and the punctuation at its end."""
    return PREFIX.sub("", subject).strip(" .!?…")


def matter(subject: str, sentences: Iterable[Sentence], words: Lexicon) -> Fact | None:
    """Return what the subject line names, with its article, if the message itself speaks of it too."""
    safe = " ".join(sentence.text for sentence in sentences if sentence.is_safe)
    for piece in BREAK.split(bare_subject(subject)):
        phrase = noun_phrase(piece.strip(" ."), safe, words)
        fact = led_in(Fact(phrase, piece), words) if phrase else None
        if fact:
            return fact
    return None


def led_in(fact: Fact | None, words: Lexicon) -> Fact | None:
    """Return the thing with the words that lead to it ("zur Karte", "du logo"); None for an unknown gender.

    A language that has no such words names the thing by itself.
    """
    leads = {name: pattern for name, pattern in words.patterns.items() if name.startswith(LEADS)}
    if fact is None or not leads:
        return fact
    bare = words["article"].sub("", fact.value)
    lead = next((name[len(LEADS) :] for name, pattern in leads.items() if pattern.fullmatch(bare)), None)
    noun = bare[:1].upper() + bare[1:] if words.language == "de" else bare.lower()
    return (
        None if lead is None else Fact(f"{lead}{'' if lead.endswith(APOSTROPHE) else ' '}{noun}", fact.words)
    )


def noun_phrase(piece: str, body: str, words: Lexicon) -> str | None:
    """Return ``piece`` as a noun phrase that can follow "about", or None if it may not be one."""
    is_short_name = piece.isupper() and len(piece) <= SHORT_NAME and not words.has_articles
    plain = piece.lower() if (is_shouted(piece) or piece.isupper()) and not is_short_name else piece
    tokens = words_of(plain)
    if not 0 < len(tokens) <= MOST_WORDS or ODD.search(plain):
        return None
    if words.has("insult", plain) or words.has("not_a_thing", plain):
        return None
    if not is_spoken_of(tokens, body, words):
        return None
    return with_article(plain, body, words) if words.has_articles else plain


def is_spoken_of(tokens: tuple[str, ...], body: str, words: Lexicon) -> bool:
    """Whether the head of the phrase is a known deliverable or stands in the body too."""
    heads = [token for token in tokens if not token.isdigit()][-1:]
    if not heads:
        return False
    stem = heads[0].rstrip("s")
    return words.has("deliverable", heads[0]) or bool(re.search(rf"\b{re.escape(stem)}", body, re.I))


def with_article(phrase: str, body: str, words: Lexicon) -> str:
    """Return the phrase as the sentence needs it: "the menu", "your website", "invoice 118", "Draft 1"."""
    determined = words["determiner"].match(phrase)
    if determined:
        rest = phrase[determined.end() :].strip()
        return f"{turned(determined[0].strip().lower(), words)} {rest}".replace("these ", "the ").replace(
            "this ", "the "
        )
    if re.search(r"\d\S*$", phrase):
        return (
            phrase[:1].lower() + phrase[1:]
            if words.has("deliverable", phrase.split(maxsplit=1)[0])
            else phrase
        )
    if re.search(r"[A-Z]\w+ (?:the|of|and|de|in) [A-Z]", phrase):
        return phrase
    if is_name(phrase, body):
        return phrase if " " in phrase else f"the {phrase}"
    small = " ".join(word if is_name(word, body) else word.lower() for word in phrase.split())
    owner = re.search(rf"\b(our|my|your)\s+{re.escape(small)}\b", body, re.I)
    return f"{turned(owner[1].lower(), words)} {small}" if owner else f"the {small}"


def is_name(phrase: str, body: str) -> bool:
    """Whether the body writes ``phrase`` with its capitals in the middle of a sentence, as a name."""
    if phrase.islower():
        return False
    if (phrase.isupper() and len(phrase) <= 5) or any(
        letter.isupper() for letter in phrase[1:].replace(" ", "x")
    ):
        return phrase in body or phrase.isupper()
    return bool(re.search(rf"(?<=[a-z,]\s){re.escape(phrase)}\b", body))
