"""A sentence cut into thoughts: which say something, which only vent, and how they sound when calm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from drafts.facts import Threat
from drafts.lexicon import Lexicon
from drafts.sentences import WORD, Sentence, is_shouted, words_of
from drafts.situation import HOSTILITY, Situation

# A piece that carries on a thought that is kept ("… and the footer") is short.
MOST_WORDS_CARRIED_ON = 6
# Fewer words, cut out of an angry sentence, say nothing by themselves.
LEAST_WORDS_ALONE = 4
LOUD = re.compile(r"[!¡]+")
PICTURES = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+")
SPACES = re.compile(r"\s+")
# French sets a space before these.
SPACED = re.compile(r"(?<=[\w%€)])([?:;])(?=\s|$)")
ABBREVIATION = re.compile(r"\b[A-ZÄÖÜÉÈÀÇÑÃÕ]{2,}\b")


@dataclass(frozen=True)
class Piece:
    """One thought: ``bare`` as written, ``text`` made calm; ``is_kept`` when it may be shown.

    ``is_free``: no evidence of hostility touches it. ``is_shortened``: expletives were left out.
    """

    bare: str
    text: str
    is_kept: bool
    is_free: bool
    is_shortened: bool = False
    is_condition: bool = False
    threats: tuple[Threat, ...] = ()


def pieces(part: Sentence, situation: Situation, words: Lexicon) -> tuple[Piece, ...]:
    """Return the thoughts of a sentence; a civil sentence is one."""
    if not is_rude(part, words, situation):
        return (_piece(part.text, True, situation, words),)
    made: list[Piece] = []
    for start, end in _cuts(part.text, words):
        piece = _piece(part.text[start:end], False, situation, words)
        before = made[-1] if made else None
        if before and before.is_kept and _carries_on(piece, before, words):
            whole = part.text[part.text.find(before.bare) : end]
            made[-1] = replace(_kept(whole, words), is_free=before.is_free, is_condition=before.is_condition)
        else:
            made.append(piece)
    return tuple(made)


def is_rude(part: Sentence, words: Lexicon, situation: Situation) -> bool:
    """Whether a sentence is to be cut up; one that is only shouted is made quiet instead.

    In an angry mail a threat is to be named also where no evidence points to it.
    """
    if part.is_safe:
        foretells = situation.hostility() > 0 and words.has("will", part.text)
        return foretells and bool(_threats(part.text, words))
    return HOSTILITY in part.labels or _is_vile(part.text, words, situation) or words.has("insult", part.text)


def is_ask(piece: Piece, words: Lexicon) -> bool:
    """Whether a thought asks for something; between insults a question mark alone is no ask."""
    plain = _without_lead(piece.bare, words)
    if is_order(plain, words):
        return not words.has("taunt", plain)
    if not piece.is_free:
        return False
    return any(words.has(name, plain) for name in ("ask", "ask_strong", "want_opening")) or "?" in plain


def is_order(plain: str, words: Lexicon) -> bool:
    """Whether words tell somebody to do something; what ends as a question only asks whether it is done."""
    is_question = plain.rstrip(" .!").endswith("?")
    return words.has("demand", plain) or (words.has("imperative", plain) and not is_question)


def is_complaint(text: str, words: Lexicon) -> bool:
    """Whether a thought says that something is wrong."""
    wrong = words.has("fault", text) or words.has("dissatisfied", text)
    return wrong and not (words.has("praise", text) and not words.has("fault", text))


def without_temper(text: str, words: Lexicon) -> str:
    """Return words cut out of an angry sentence as a sentence of their own, without expletives."""
    return polite(_without_lead(_tidy(words["expletive"].sub("", text)), words), words)


def polite(text: str, words: Lexicon) -> str:
    """Return the words without shouting, exclamation marks and pictures, as a sentence."""
    plain = _tidy(PICTURES.sub("", LOUD.sub(".", _quiet(text, words))))
    plain = re.sub(r"\?[?.]+", "?", re.sub(r"(?<!\.)\.\.(?!\.)", ".", plain)).strip(" ,;:-–—()")
    plain = plain[:1].upper() + plain[1:]
    end = "" if not plain or plain[-1] in ".?…" else "."
    if words.language == "fr":
        plain = SPACED.sub(r" \1", plain)
    return f'{plain.rstrip(".?")}"{end or plain[-1]}' if plain.count('"') % 2 else plain + end


def _piece(bare: str, is_civil: bool, situation: Situation, words: Lexicon) -> Piece:
    """Judge one thought."""
    if is_civil:
        text = polite(bare, words)
        return Piece(bare, text, bool(text), is_free=True)
    plain = words["expletive"].sub("", bare)
    is_free = not _is_marked(bare, situation)
    piece = replace(_kept(bare, words), is_free=is_free, is_condition=_is_if(bare, words))
    threats = () if is_order(_without_lead(plain, words), words) else _threats(bare, words)
    is_vile = _is_vile(plain, words, situation) or bool(threats)
    is_whole = piece.is_free and len(words_of(piece.text)) >= LEAST_WORDS_ALONE
    says = is_whole or piece.is_condition or _has_substance(piece, words)
    return replace(piece, threats=threats, is_kept=says and not is_vile)


def _kept(bare: str, words: Lexicon) -> Piece:
    text = without_temper(bare, words)
    shortened = words.has("expletive", bare)
    return Piece(bare, text, bool(text), True, is_shortened=shortened)


def _cuts(text: str, words: Lexicon) -> Iterator[tuple[int, int]]:
    """Where each thought of a sentence begins and ends."""
    start = 0
    for hit in words["break"].finditer(text):
        if WORD.search(text[start : hit.start()]) and not _is_lead(text[start : hit.start()], words):
            yield start, hit.start()
            start = hit.start()
    if WORD.search(text[start:]):
        yield start, len(text)


def _has_substance(piece: Piece, words: Lexicon) -> bool:
    """Whether words marked as hostile still say something: an ask, or a fault of a thing."""
    of_a_thing = words.has("fault", piece.bare) and not words.has("second_person", piece.bare)
    return is_ask(piece, words) or of_a_thing


def _carries_on(piece: Piece, before: Piece, words: Lexicon) -> bool:
    """Whether a thought belongs to the one before it and is as civil."""
    if piece.threats or (piece.is_condition != before.is_condition and piece.is_condition):
        return False
    if piece.is_kept:
        return piece.is_free and before.is_free
    few = len(words_of(piece.bare)) <= MOST_WORDS_CARRIED_ON
    return (
        few
        and "?" not in piece.bare
        and not words.has("second_person", piece.bare)
        and not _swears(piece, words)
    )


def _swears(piece: Piece, words: Lexicon) -> bool:
    return words.has("insult", piece.bare) or words.has("belittling", piece.bare)


def _is_vile(text: str, words: Lexicon, situation: Situation) -> bool:
    return words.has("insult", text) or (situation.hostility() > 0 and words.has("belittling", text))


def _is_if(bare: str, words: Lexicon) -> bool:
    return words.has("condition", _tidy(bare))


def _threats(bare: str, words: Lexicon) -> tuple[Threat, ...]:
    return tuple(Threat(name) for name, pattern in words.threats.items() if pattern.search(bare))


def _is_marked(bare: str, situation: Situation) -> bool:
    """Whether evidence of hostility lies in a thought or around it."""
    own = f" {' '.join(words_of(bare))} "
    spans = (f" {' '.join(words_of(span))} " for span in situation.evidence_of(HOSTILITY))
    return any(span.strip() and (own in span or span in own) for span in spans) or not own.strip()


def _is_lead(text: str, words: Lexicon) -> bool:
    """Whether nothing but an "and" or "or" stands there, which belongs to what follows."""
    bare = text.strip(" ,;:")
    hit = words["lead"].match(f"{bare} x")
    return hit is not None and hit.end() > len(bare)


def _without_lead(text: str, words: Lexicon) -> str:
    """Leave out "and", "but", "so" and their like at the front."""
    text = text.strip(" \t\n,;:.-–—()\"'“”„«»!¡¿")
    while hit := words["lead"].match(text):
        text = text[hit.end() :]
    return text


def _quiet(text: str, words: Lexicon) -> str:
    """Write shouted words small; abbreviations stay in a sentence that isn't all in capitals."""
    if is_shouted(text):
        return words["proper"].sub(lambda hit: hit[0].capitalize(), text.lower())
    loud = words["shouted"]
    return ABBREVIATION.sub(lambda hit: hit[0].lower() if loud.fullmatch(hit[0]) else hit[0], text)


def _tidy(text: str) -> str:
    """Return the text on one line, without the gaps that words left out leave."""
    return re.sub(r"\s+([,.;:?…])", r"\1", SPACES.sub(" ", text)).strip(" ,;")
