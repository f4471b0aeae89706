"""What the client wants done, and what the client says is wrong, as clauses a reply can carry on from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from drafts.facts import Fact
from drafts.lexicon import Lexicon
from drafts.sentences import WORD, Sentence, flipped, words_of

MOST_WORDS = 13
QUOTE_WORDS = range(4, 27)
MOST_DEFECTS = 3


def tidy(text: str) -> str:
    """Return ``text`` on one line without the punctuation around it."""
    return re.sub(r"\s+", " ", text).strip(" \t\n.,;:!?-–—\"'“”‘’()[]*_")


def is_sound(clause: str, words: Lexicon) -> bool:
    """Whether a clause can stand in a reply: complete, short, nobody's subject pronoun left in it."""
    count = len(words_of(clause))
    broken = words.has("unsound", clause) or words.has("dangling", clause) or words.has("insult", clause)
    return (
        2 <= count <= MOST_WORDS and not broken and not re.search(r"[!?…\"“”()\[\]<>@]|\.\.|https?:", clause)
    )


def polished(clause: str, words: Lexicon) -> str:
    """Write the days, months and languages of a clause as they are written."""
    return words["proper"].sub(lambda found: found[0][0].upper() + found[0][1:], clause)


def stated(clause: str, source: str, words: Lexicon) -> Fact | None:
    """Return the clause from the freelancer's side as a fact, or None where it would not read well."""
    if not is_sound(clause, words):
        return None
    return Fact(polished(flipped(clause, words), words), source)


def cut(text: str, words: Lexicon) -> str:
    """Return ``text`` up to where its first thought ends."""
    found = words["stops"].search(text)
    return tidy(text[: found.start()] if found else text)


def ask_in(text: str, words: Lexicon) -> Fact | None:
    """Return what the sentence asks to have done, ready to follow "you'd like me to"."""
    for found in words["ask_opening"].finditer(text):
        clause = words["softener"].sub("", cut(text[found.end() :], words)).strip()
        first = words_of(clause)[:1]
        if first and words["verbs"].fullmatch(first[0]):
            fact = stated(lowered(clause), text, words)
            if fact:
                return fact
    return None


def lowered(clause: str) -> str:
    """Write the first letter small."""
    return clause[:1].lower() + clause[1:]


def first_ask(sentences: Iterable[Sentence], words: Lexicon) -> Fact | None:
    """Return the first ask that can be said, from sentences that are safe to draw on."""
    asks = (ask_in(sentence.text, words) for sentence in sentences if sentence.is_safe)
    return next((ask for ask in asks if ask), None)


def clauses(text: str, words: Lexicon) -> Iterator[str]:
    """Yield the clauses of a sentence."""
    for piece in words["clause_break"].split(text):
        clause = tidy(words["lead_in"].sub("", tidy(piece)))
        if clause:
            yield clause


def is_defect(clause: str, words: Lexicon) -> bool:
    """Whether a clause states, of a thing and not of a person, that something is wrong with it."""
    thing = words["thing"].match(clause)
    return bool(thing) and words.has("defect", clause) and len(words_of(clause)) >= 3


def defects(sentences: Iterable[Sentence], words: Lexicon) -> tuple[Fact, ...]:
    """Return up to three faults the client names, ready to follow "you write that"."""
    safe = (sentence.text for sentence in sentences if sentence.is_safe)
    named = (clause for text in safe for clause in clauses(text, words) if is_defect(clause, words))
    facts = (stated(lowered(clause), clause, words) for clause in named)
    return tuple(fact for fact in facts if fact)[:MOST_DEFECTS]


def quote(sentences: Iterable[Sentence], label: str, spans: tuple[str, ...], words: Lexicon) -> Fact | None:
    """Return the client's own words behind ``label``, fit to stand between quotation marks."""
    safe = [sentence.text for sentence in sentences if sentence.is_safe and label in sentence.labels]
    for text in (*safe, *(span for span in spans if any(span in whole for whole in safe))):
        plain = re.sub(r"\s+", " ", text).strip(' .;,:"“”')
        fit = len(WORD.findall(plain)) in QUOTE_WORDS and not words.has("unquotable", plain)
        if fit and not re.search(r"[!\"“”@<>]|\?\?|https?:", plain):
            return Fact(plain[:1].upper() + plain[1:], text)
    return None
