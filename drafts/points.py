"""The points of a message: what it asks, reports and offers, line by line in the client's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafts.agreed import stems
from drafts.calm import letter_of
from drafts.calm_pieces import is_complaint, is_order, pieces, polite
from drafts.calm_words import calm_lexicon
from drafts.facts import Fact
from drafts.lexicon import Lexicon, is_sayable
from drafts.sentences import Sentence, words_of
from drafts.situation import PAYMENT, SCOPE, Situation
from drafts.speech import without_assumption

MOST_POINTS = 4
LEAST_WORDS = 3
MOST_WORDS = 24
MOST_WORDS_IN_ALL = 70
# Of so many of a point's telling words, another text that holds them says the same.
SHARE_TOLD = 0.6
MOOD = 3
ASKING = ("ask", "ask_strong", "want_opening")
# A line that begins with a dash or a number is a point by itself, however short.
ITEM = re.compile(r"^\s*(?:[-–—*•·]|\(?\d{1,2}[.)])\s+")
UNFIT = re.compile(r"[\"“”„«»<>@\[\]{}]|https?:|\.\.|…|[^\x00-\u024f\u2010-\u2026€£]")


@dataclass(frozen=True)
class Candidate:
    """One line that may be a point; the lower ``rank``, the more it is one."""

    place: int
    rank: int
    text: str
    words: str


def points(situation: Situation) -> tuple[Fact, ...]:
    """Return up to four points in the order of the message, fit to stand between quotation marks."""
    words = calm_lexicon(situation.language)
    chosen: list[Candidate] = []
    for one in distinct(candidates(situation, words), words):
        said = sum(len(words_of(each.text)) for each in chosen) + len(words_of(one.text))
        if len(chosen) < MOST_POINTS and (not chosen or said <= MOST_WORDS_IN_ALL):
            chosen.append(one)
    texts = {one.text.lower(): Fact(one.text, one.words) for one in sorted(chosen, key=lambda one: one.place)}
    return tuple(texts.values())


def distinct(found: Iterable[Candidate], words: Lexicon) -> Iterator[Candidate]:
    """Yield the lines by rank, none that another says too; a mere mood only where it is all there is."""
    ranked = sorted(found, key=lambda one: (one.rank, one.place))
    telling = [one for one in ranked if one.rank < MOOD] or ranked
    for one in telling:
        others = (each for each in telling if each is not one and tells_more(each, one, words))
        if not any(is_told_in(one.text, each.text, words) for each in others):
            yield one


def tells_more(one: Candidate, other: Candidate, words: Lexicon) -> bool:
    """Whether ``one`` has more telling words than ``other``, or as many and comes first."""
    mine, its = len(telling(one.text, words)), len(telling(other.text, words))
    return (mine, -one.place) > (its, -other.place)


def is_told_in(point: str, text: str, words: Lexicon) -> bool:
    """Whether ``text`` holds most of the telling words of ``point``."""
    own, said = telling(point, words), telling(text, words)
    return not own or len(own & said) >= SHARE_TOLD * len(own)


def telling(text: str, words: Lexicon) -> frozenset[str]:
    """Return the stems of the words that tell what a text is about, none of how it asks."""
    return stems(words["light"].sub(" ", text), words)


def candidates(situation: Situation, words: Lexicon) -> Iterator[Candidate]:
    """Yield every line that says something an answer must not pass over."""
    lines = frozenset(line.strip() for line in situation.new_text.splitlines() if ITEM.match(line))
    for place, part in enumerate(letter_of(situation, words)):
        if part.is_safe:
            rank, text = rank_of(part, lines, situation, words), part.text
        else:
            rank, text = 0, calm_order(part, situation, words)
        said = wording(text, part, situation, words) if rank is not None and text else None
        if rank is not None and said:
            yield Candidate(place, rank, said, part.text)


def calm_order(part: Sentence, situation: Situation, words: Lexicon) -> str:
    """Return what an angry sentence tells somebody to do, without its anger; empty where it doesn't."""
    kept = (piece for piece in pieces(part, situation, words) if piece.is_kept and not piece.is_condition)
    return next((piece.text for piece in kept if is_order(piece.bare, words)), "")


def rank_of(part: Sentence, lines: frozenset[str], situation: Situation, words: Lexicon) -> int | None:
    """Return how much a sentence is a point; None if it is none.

    0: an item of a list, or an ask; 1: evidence; 2: a complaint of something; 3: a mere mood.
    """
    bare = supposing_nothing(bared(part.text, words), words)
    if any(words.has(name, bare) for name in ("taunt", "no_point")):
        return None
    if any(line.startswith(part.text) for line in lines):
        return 0
    if words.has("assuming", bare):
        return None
    if asks_for_something(bare, words, situation):
        return 0
    if part.labels & {SCOPE, PAYMENT}:
        return 1
    if words.has("fault", bare) or words.has("defect", bare):
        return 2
    return MOOD if is_complaint(bare, words) else None


def asks_for_something(bare: str, words: Lexicon, situation: Situation) -> bool:
    """Whether a sentence tells what is wanted; in anger a question alone is none."""
    if is_order(bare, words):
        return True
    asked = any(words.has(name, bare) for name in ASKING)
    return asked or ("?" in bare and situation.hostility() < 2)


def wording(text: str, part: Sentence, situation: Situation, words: Lexicon) -> str | None:
    """Return a sentence as it may be quoted in a list: short, calm, and whole; None where it can't be."""
    bare = supposing_nothing(without_lead(bared(text, words), words), words)
    if len(words_of(bare)) > MOST_WORDS:
        bare = core(bare, situation, words)
    said = polite(bare, words).rstrip(".").strip()
    spoilt = words.has("insult", said) or words.has("belittling", said) or UNFIT.search(said)
    is_item = bool(ITEM.match(part.text))
    least = 1 if is_item else LEAST_WORDS
    if spoilt or not least <= len(words_of(said)) <= MOST_WORDS or not is_sayable(said):
        return None
    return said


def bared(text: str, words: Lexicon) -> str:
    """Leave out the dash of a list and a greeting at the front."""
    return words["greeting_start"].sub("", ITEM.sub("", text).strip())


def supposing_nothing(text: str, words: Lexicon) -> str:
    """Leave out the clauses from the one on that takes something for granted."""
    kept = without_assumption(text, words)
    return kept if len(words_of(kept)) < len(words_of(text)) else text


def core(text: str, situation: Situation, words: Lexicon) -> str:
    """Return the part of a long sentence that asks or is marked, with as much after it as may be quoted."""
    starts = sorted({0, *(hit.start() for hit in words["break"].finditer(text)), *asked_at(text, words)})
    spans = [span.strip()[:40] for _, span in situation.evidence if span.strip()]
    ends = [*starts[1:], len(text)]
    begin = next(
        (
            start
            for start, end in zip(starts, ends, strict=True)
            if is_core(without_lead(text[start:end], words), spans, words)
        ),
        0,
    )
    fits = [end for end in ends if end > begin and len(words_of(text[begin:end])) <= MOST_WORDS]
    return without_lead(text[begin : fits[-1]], words) if fits else ""


def asked_at(text: str, words: Lexicon) -> Iterator[int]:
    """Yield where in a sentence an ask begins ("... which means I need the files this Friday")."""
    for name in ("ask", "demand", "ask_strong"):
        yield from (hit.start() for hit in words[name].finditer(text))


def is_core(clause: str, spans: list[str], words: Lexicon) -> bool:
    """Whether a clause of a long sentence carries what it says."""
    told = is_order(clause, words) or any(words.has(name, clause) for name in ASKING)
    return told or any(span in clause for span in spans)


def without_lead(text: str, words: Lexicon) -> str:
    """Leave out the "so", "and", "but" and commas at the front."""
    text = text.strip(" \t\n,;:.-–—")
    while hit := words["lead"].match(text):
        text = text[hit.end() :]
    return text
