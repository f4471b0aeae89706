"""The things a client asks for, as noun phrases in the client's own words: "four more pages", "die Karte"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from drafts.facts import Fact
from drafts.lexicon import Lexicon, is_sayable
from drafts.sentences import WORD, Sentence
from drafts.speech import turned

MOST_THINGS = 2
# Words that may stand between the number and the thing: "four extra landing pages".
MOST_BETWEEN = 2
# Stands for a thing that is named, while the words beside it are looked at.
NAMED = "\ue000"
# The stop in "the 4.3 documents" ends nothing.
CLAUSE = re.compile(r"[,;:!?()\n]|(?<!\d)\.|\.(?!\d)|\s[–—-]\s")


def things(sentences: Iterable[Sentence], words: Lexicon) -> tuple[Fact, ...]:
    """Return up to two things that the sentences name, each with its article or number."""
    safe = tuple(one.text for one in sentences if one.is_safe)
    clauses = (clause for text in safe for clause in CLAUSE.split(text))
    asked = (clause for clause in clauses if not words.has("praise", clause))
    named = (Fact(owned(phrase, words), phrase) for clause in asked for phrase in phrases(clause, words))
    found = {fact.value.lower(): fact for fact in named if is_sayable(fact.value)}
    if any(has_company(text, found.values(), words) for text in safe):
        return ()
    return tuple(found.values())[:MOST_THINGS]


def has_company(text: str, named: Iterable[Fact], words: Lexicon) -> bool:
    """Whether an "and" joins a named thing to another that isn't, which naming the one would pass over."""
    rest = re.sub(r"\s+", " ", text)
    for fact in sorted(named, key=lambda fact: len(fact.words), reverse=True):
        rest = rest.replace(fact.words, NAMED)
    return bool(words["joined_before"].search(rest) or words["joined_after"].search(rest))


def phrases(clause: str, words: Lexicon) -> Iterator[str]:
    """Yield the noun phrases of one clause, in order."""
    hits = list(WORD.finditer(clause))
    for place, head in enumerate(hits):
        start = start_of(hits[: place + 1], words)
        if clause[head.end() : head.end() + 1] == "-":
            continue
        after = hits[place + 1][0] if place + 1 < len(hits) else ""
        # Of two nouns in a row the last is the thing: "a table plan" is no table.
        if words["goods"].fullmatch(after) or is_miswritten(head[0], words):
            continue
        if start is None or is_wrong(clause[: hits[start].start()], after, words):
            continue
        tail = words["tail"].match(clause, head.end())
        end = tail.end() if tail else head.end()
        phrase = re.sub(r"\s+", " ", clause[hits[start].start() : end]).strip()
        if not words["indefinite"].fullmatch(phrase):
            yield phrase


def is_miswritten(noun: str, words: Lexicon) -> bool:
    """Whether a German noun lacks its capital, so that a reply would have to correct its writer."""
    return words.language == "de" and noun[:1].islower()


def start_of(hits: list[re.Match[str]], words: Lexicon) -> int | None:
    """Return the place where the phrase begins whose head is the last of ``hits``; None where it is none."""
    head = hits[-1][0].replace("’", "'")
    if head.lower().startswith("l'") and words["goods"].fullmatch(head[2:]):
        return len(hits) - 1
    return opening(hits[:-1], words) if words["goods"].fullmatch(head) else None


def opening(before: list[re.Match[str]], words: Lexicon) -> int | None:
    """Return the place of the number or article that begins the phrase; None where none is near."""
    for back in range(1, min(len(before), MOST_BETWEEN + 1) + 1):
        place = len(before) - back
        word = before[place][0]
        if words["quantity"].fullmatch(word):
            wider = place and words["quantity_before"].fullmatch(before[place - 1][0])
            return place - 1 if wider else place
        if words["never_between"].fullmatch(word) or words["wrong_case"].fullmatch(word):
            return None
    return None


def is_wrong(before: str, after: str, words: Lexicon) -> bool:
    """Whether the words beside a phrase show that it isn't what is asked for, or in the wrong case."""
    last = WORD.findall(before)[-1:]
    misplaced = bool(last and words["wrong_case"].fullmatch(last[0]))
    return misplaced or bool(words["wrong_after"].fullmatch(after))


def owned(phrase: str, words: Lexicon) -> str:
    """Turn the client's "my" and "our" into "your"; where "your" has two forms, both stay to choose from."""
    if words.language == "en":
        return re.sub(r"^th(?:ose|ese)\b", "the", turned(phrase[:1].lower() + phrase[1:], words))
    first, _, rest = phrase.partition(" ")
    return f"{words.owners.get(first.lower(), first[:1].lower() + first[1:])} {rest}".strip()
