"""What the client wants done, and what the client says is wrong, as clauses a reply can carry on from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from drafts.facts import Fact
from drafts.lexicon import Lexicon, is_sayable
from drafts.sentences import WORD, Sentence, words_of
from drafts.speech import lowered, polished, tidy, told, turned

ASK_WORDS = range(2, 17)
# A longer sentence is an argument, and a reply that repeats it takes it up.
QUOTE_WORDS = range(5, 15)
MOST_DEFECTS = 3
MOST_ASKS = 2
MOST_GREETING_WORDS = 5
UNQUOTABLE = re.compile(r"[!¡\"“”„«»@<>*]|\?\?|https?:|[^\x00-\u024f\u2010-\u2026€£]")
CUT_OFF = re.compile(r"[!?…\"“”()\[\]<>@]|\.\.|https?:")


def asks(sentences: Iterable[Sentence], words: Lexicon) -> tuple[Fact, ...]:
    """Return up to two things to be done, each ready to follow "you'd like me to"."""
    safe = (sentence.text for sentence in sentences if sentence.is_safe)
    named = (ask_in(text, words) for text in safe)
    return tuple(dict.fromkeys(ask for ask in named if ask))[:MOST_ASKS]


def ask_in(text: str, words: Lexicon) -> Fact | None:
    """Return the first ask of a sentence: after "could you", or a clause that begins with a verb."""
    text = text.replace("’", "'")
    for start, is_strong in openings(text, words):
        clause = words["softener"].sub("", cut(text[start:], words)).strip()
        if is_verbal(clause, is_strong, words) and is_sound(clause, words):
            calm = words["shout"].sub(lambda hit: hit[0].lower(), lowered(clause))
            return Fact(polished(turned(calm, words), words), text)
    return None


def want(sentences: Iterable[Sentence], words: Lexicon) -> Fact | None:
    """Return the first thing the client asks to have ("can we see ..."), ready to follow "you'd like to"."""
    for sentence in sentences:
        for found in words["want_opening"].finditer(sentence.text if sentence.is_safe else ""):
            clause = cut(sentence.text[found.end() :], words)
            if is_verbal(clause, True, words) and is_sound(clause, words):
                return Fact(polished(turned(lowered(clause), words), words), sentence.text)
    return None


def is_verbal(clause: str, is_strong: bool, words: Lexicon) -> bool:
    """Whether a clause begins with a verb; after "could you" any word but a few will be one."""
    first = words_of(clause)[:1]
    if is_strong and first and not words["not_a_verb"].fullmatch(first[0]):
        return True
    return bool(words["verb_start"].match(clause))


def openings(text: str, words: Lexicon) -> Iterator[tuple[int, bool]]:
    """Yield where in ``text`` an ask may begin, and whether what stands before leaves no doubt."""
    yield from ((found.end(), True) for found in words["ask_strong"].finditer(text))
    yield from ((found.end(), False) for found in words["ask_opening"].finditer(text))
    yield 0, False
    yield from ((found.end(), False) for found in words["clause_break"].finditer(text))


def cut(text: str, words: Lexicon) -> str:
    """Return ``text`` up to where its first thought ends."""
    text = text.lstrip(" ,")
    found = words["stops"].search(text)
    return tidy(text[: found.start()] if found else text)


def is_sound(clause: str, words: Lexicon) -> bool:
    """Whether an ask can stand in a reply: complete, short, clean, and clear without the rest of the mail."""
    spoilt = any(words.has(name, clause) for name in ("unsound", "dangling", "insult"))
    return (
        len(words_of(clause)) in ASK_WORDS
        and not spoilt
        and not CUT_OFF.search(clause)
        and is_sayable(clause)
    )


def defects(sentences: Iterable[Sentence], words: Lexicon) -> tuple[Fact, ...]:
    """Return up to three faults the client names, each ready to follow "you write that"."""
    safe = (sentence.text for sentence in sentences if sentence.is_safe)
    named = (fault for text in safe for fault in faults(text, words))
    return tuple(dict.fromkeys(named))[:MOST_DEFECTS]


def faults(text: str, words: Lexicon) -> Iterator[Fact]:
    """Yield the clauses of a sentence that state, of a thing and not of a person, that something is wrong."""
    for piece in words["clause_break"].split(text):
        clause = tidy(words["lead_in"].sub("", tidy(piece)))
        if words["thing"].match(clause) and words.has("defect", clause) and not words.has("personal", clause):
            clause_told = told(clause, words)
            if clause_told:
                yield Fact(clause_told, piece)


def remark(sentences: Iterable[Sentence], words: Lexicon) -> Fact | None:
    """Return the first thing said about the work that is neither praise nor personal."""
    for sentence in sentences:
        apart = any(words.has(name, sentence.text) for name in ("personal", "praise"))
        if sentence.is_safe and not apart and words["thing"].match(sentence.text):
            clause = told(sentence.text, words)
            if clause:
                return Fact(clause, sentence.text)
    return None


def statement(
    sentences: Iterable[Sentence], label: str, spans: tuple[str, ...], words: Lexicon
) -> Fact | None:
    """Return the first statement behind ``label``, ready to follow "you write that"."""
    for text in candidates(sentences, label, spans):
        clause = told(text, words)
        if clause:
            return Fact(clause, text)
    return None


def quote(sentences: Iterable[Sentence], label: str, spans: tuple[str, ...], words: Lexicon) -> Fact | None:
    """Return the client's own words behind ``label``, fit to stand between quotation marks."""
    safe = [sentence for sentence in sentences if sentence.is_safe and label in sentence.labels]
    wholes = (quotable(whole.text, words) for whole in safe if whole.labels == {label})
    parts = (part(span, whole.text, words) for span in spans for whole in safe if is_within(span, whole.text))
    return next((fact for fact in (*wholes, *parts) if fact), None)


def part(span: str, whole: str, words: Lexicon) -> Fact | None:
    """Return a marked part of a sentence as it may be quoted, with dots where its beginning is left out."""
    fact = quotable(span, words)
    before = whole[: max(whole.find(span.split("\n", maxsplit=1)[0]), 0)].strip()
    is_greeting = before.endswith((",", ":")) and len(words_of(before)) <= MOST_GREETING_WORDS
    if fact and not is_greeting and not tidy(whole).startswith(tidy(span)):
        return Fact(f"… {lowered(fact.value) if tidy(span)[:1].islower() else fact.value}", span)
    return fact


def quotable(text: str, words: Lexicon) -> Fact | None:
    """Return a sentence as it may be quoted; None where it is too long, rude, or all too spoken."""
    plain = re.sub(r"\s+", " ", text).strip(' .;,:"“”„«»')
    plain = words["greeting_start"].sub("", plain)
    spoilt = words.has("unquotable", plain) or words.has("assuming", plain)
    fit = len(WORD.findall(plain)) in QUOTE_WORDS and not spoilt and is_sayable(plain)
    if fit and not UNQUOTABLE.search(plain):
        return Fact(plain[:1].upper() + plain[1:], text)
    return None


def candidates(sentences: Iterable[Sentence], label: str, spans: tuple[str, ...]) -> Iterator[str]:
    """Yield the safe texts behind ``label``: the marked words first, then the sentences around them."""
    safe = [sentence for sentence in sentences if sentence.is_safe and label in sentence.labels]
    yield from (span for span in spans if any(is_within(span, whole.text) for whole in safe))
    yield from (whole.text for whole in safe if whole.labels == {label})


def is_within(span: str, whole: str) -> bool:
    """Whether ``span`` lies in ``whole``, line breaks aside."""
    return " ".join(span.split()).strip(" .!?") in " ".join(whole.split())
