"""The freelancer's own phrases, said before the program's; checked whole before any of them is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

from jinja2 import TemplateSyntaxError

from drafts.phrasebook import Phrase, Phrasebook, languages, needed, parsed, phrasebook

OwnPhrases = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Language → list ("acknowledge.late") → template texts."""


def with_own(book: Phrasebook, own: OwnPhrases, is_familiar: bool) -> Phrasebook:
    """The book with the freelancer's phrases of its language in front."""
    mine = own.get(book.language)
    if not mine:
        return book
    return replace(book, own={key: _parsed(key, texts, is_familiar) for key, texts in mine.items()})


@cache
def _parsed(key: str, texts: tuple[str, ...], is_familiar: bool) -> tuple[Phrase, ...]:
    return parsed(key, texts, is_familiar)


def list_faults(language: str, key: str) -> Iterator[str]:
    """Yield why there is no such list of phrases, as a sentence that goes on after the list's name."""
    if language not in languages():
        yield f"there are no replies in the language “{language}”; take one of {', '.join(languages())}"
        return
    known = phrasebook(language).phrases.keys() | phrasebook("en").phrases.keys()
    if key not in known:
        like = get_close_matches(key, known, 1, 0.6)
        hint = f"did you mean {like[0]}?" if like else "`triage phrases` shows them."
        yield f"there is no such list; {hint}"


def text_faults(language: str, key: str, source: str) -> Iterator[str]:
    """Yield what is wrong with one phrase of a list that exists: its notation, its facts, what it lacks."""
    if not source.strip():
        yield "is empty; remove it or write a sentence"
        return
    try:
        named = needed(source)
    except TemplateSyntaxError as error:
        yield f"is no template ({str(error.message).rstrip('.')}); facts stand so: {{{{ number }}}}"
        return
    known = facts_known()
    for name in sorted(named - known):
        like = get_close_matches(name, known, 1, 0.6)
        hint = f"did you mean {like[0]}?" if like else "`triage phrases` shows those of each list."
        yield f"names a fact that no mail has, “{name}”; {hint}"
    for name in sorted(facts_needed(language, key) - named):
        yield f"lacks {{{{ {name} }}}}, without which this sentence says nothing"


def facts_known() -> frozenset[str]:
    """Every fact that some phrase of the program names."""
    lists = phrasebook("en").phrases.values()
    return frozenset().union(*(phrase.needs for phrases in lists for phrase in phrases))


def facts_needed(language: str, key: str) -> frozenset[str]:
    """The facts that every phrase of the program's own list names: the sentence is there for their sake."""
    book = phrasebook(language) if key in phrasebook(language).phrases else phrasebook("en")
    phrases = book.phrases.get(key, ())
    return frozenset.intersection(*(phrase.needs for phrase in phrases)) if phrases else frozenset()
