"""The points of a message: what it asks, reports and offers, line by line in the client's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from drafts.agreed import stems
from drafts.calm import letter_of
from drafts.calm_pieces import is_complaint, is_order, pieces, polite
from drafts.calm_words import calm_lexicon
from drafts.facts import Fact
from drafts.lexicon import Lexicon, is_sayable
from drafts.sentences import Sentence, words_of
from drafts.situation import PAYMENT, SCOPE, Situation
from drafts.speech import without_assumption

MOST_POINTS = 5
LEAST_WORDS = 3
MOST_WORDS = 30
MOST_WORDS_IN_ALL = 90
# Of so many of a point's telling words, another text that holds them says the same.
SHARE_TOLD = 0.6
MOOD = 3
ASKING = ("ask", "ask_strong", "want_opening")
# A line that begins with a dash or a number is a point by itself, however short.
ITEM = re.compile(r"^\s*(?:[-–—*•·]|\(?\d{1,2}[.)])\s+")
NOWHERE = r"(?!)"
# Quotation marks inside a quotation.
INNER = re.compile(r"[\"“”„«]\s?([^\"“”„«»]{1,80}?)\s?[\"“”»]")
UNFIT = re.compile(r"[\"“”„«»<>@\[\]{}]|https?:|\.\.|…|[^\x00-\u024f\u2010-\u2026€£]")


@dataclass(frozen=True)
class Candidate:
    """One line that may be a point; the lower ``rank``, the more it is one."""

    place: int
    rank: int
    text: str
    words: str


def points(situation: Situation) -> tuple[Fact, ...]:
    """Return up to five points in the order of the message, fit to stand between quotation marks."""
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
    for place, part in enumerate(split_up(situation, words)):
        if part.is_safe:
            rank, text = rank_of(part, lines, situation, words), part.text
        else:
            rank, text = calm_part(part, situation, words)
        said = wording(text, part, situation, words) if rank is not None and text else None
        if rank is not None and said:
            yield Candidate(place, rank, said, part.text)


def split_up(situation: Situation, words: Lexicon) -> Iterator[Sentence]:
    """Yield the sentences of the letter, each that says several things in parts."""
    for whole in letter_of(situation, words):
        if not whole.is_safe or ITEM.match(whole.text):
            yield whole
            continue
        for text in several(bared(whole.text, situation, words), words):
            yield replace(whole, text=text)


def several(text: str, words: Lexicon) -> Iterator[str]:
    """Yield the parts of a sentence, a new one where another thing is asked or found wrong."""
    edges = [0, *(hit.start() for hit in words["break"].finditer(text)), len(text)]
    begin, has_point = 0, False
    for start, end in pairwise(edges):
        hanging = words.has("hangs", text[start:end].strip(" ,;:-–—()"))
        clause = without_lead(text[start:end], words)
        is_point = not hanging and len(words_of(clause)) >= LEAST_WORDS and says_something(clause, words)
        if is_point and has_point and not words.has("condition", without_lead(text[begin:start], words)):
            yield text[begin:start]
            begin, has_point = start, False
        has_point = has_point or is_point
    yield text[begin:]


def says_something(clause: str, words: Lexicon) -> bool:
    """Whether a clause by itself asks for something or finds fault with a thing."""
    if any(words.has(name, clause) for name in ("condition", "taunt", "hangs")):
        return False
    asked = is_order(clause, words) or any(words.has(name, clause) for name in ASKING)
    return asked or words.has("fault", clause) or words.has("defect", clause)


def calm_part(part: Sentence, situation: Situation, words: Lexicon) -> tuple[int, str]:
    """Return what an angry sentence tells to do, or else what is wrong, without its anger, and its rank."""
    said = [one for one in pieces(part, situation, words) if one.is_kept and not one.is_condition]
    order = next((one.text for one in said if is_order(one.bare, words)), "")
    wrong = (one.text for one in said if words.has("fault", one.text) or words.has("defect", one.text))
    return (0, order) if order else (2, next(wrong, ""))


def rank_of(part: Sentence, lines: frozenset[str], situation: Situation, words: Lexicon) -> int | None:
    """Return how much a sentence is a point; None if it is none.

    0: an item of a list, or an ask; 1: evidence; 2: a complaint of something; 3: a mere mood.
    """
    bare = supposing_nothing(without_lead(bared(part.text, situation, words), words), words)
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
    bare = supposing_nothing(without_lead(bared(text, situation, words), words), words)
    bare = words["question_tag"].sub("", without_threat(bare, situation, words))
    if len(words_of(bare)) > MOST_WORDS:
        bare = core(bare, situation, words)
    said = closed(INNER.sub(r"‘\1’", polite(bare, words)).rstrip(".").strip())
    spoilt = words.has("insult", said) or words.has("belittling", said) or UNFIT.search(said)
    is_item = bool(ITEM.match(part.text))
    least = 1 if is_item else LEAST_WORDS
    if spoilt or not least <= len(words_of(said)) <= MOST_WORDS or not is_sayable(said):
        return None
    is_cut = words["question_start"].fullmatch(said) and not said.endswith("?")
    return f"{said}{' ' if words.language == 'fr' else ''}?" if is_cut else said


def without_threat(text: str, situation: Situation, words: Lexicon) -> str:
    """Leave out, of an angry mail, the clauses from the one on that holds out what will happen."""
    if not situation.hostility():
        return text
    for hit in words["break"].finditer(text):
        rest = text[hit.start() :]
        if words.has("will", rest) and any(one.search(rest) for one in words.threats.values()):
            return text[: hit.start()]
    return text


def closed(said: str) -> str:
    """Return the words with the bracket closed that their end opens."""
    return f"{said})" if said.count("(") == said.count(")") + 1 else said


def bared(text: str, situation: Situation, words: Lexicon) -> str:
    """Leave out the dash of a list, a greeting, and the freelancer's name at the front."""
    plain = words["greeting_start"].sub("", ITEM.sub("", text).strip())
    first = situation.freelancer.name.partition(" ")[0]
    name = re.escape(first)
    pet = "|".join(re.escape(first[:length]) for length in range(len(first) - 1, 1, -1)) or NOWHERE
    calls = (
        rf"\A(?:\w{{1,6}} )?(?:{name}\s*(?:[,;:!.–—-]\s*|\s(?=[^\W\d_]))|(?:{pet}),\s)" if name else NOWHERE
    )
    return re.sub(calls, "", plain, flags=re.IGNORECASE)


def supposing_nothing(text: str, words: Lexicon) -> str:
    """Leave out the clauses from the one on that takes something for granted."""
    kept = without_assumption(text, words)
    return kept if len(words_of(kept)) < len(words_of(text)) else text


def core(text: str, situation: Situation, words: Lexicon) -> str:
    """Return the part of a long sentence that asks or is marked, with as much after it as may be quoted."""
    starts = sorted({0, *(hit.start() for hit in words["break"].finditer(text))})
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
    return words["dangling"].sub("", without_lead(text[begin : fits[-1]], words)) if fits else ""


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
