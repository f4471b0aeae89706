"""A hostile message read as facts and asks: what is wanted, in the client's own words, with the abuse folded.

Nothing is invented: every line is a part of the message, made calm (no shouting, no expletives), or the name
of a kind of complaint or threat that its words show. What carries neither is folded and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from drafts.calm_pieces import Piece, is_ask, is_complaint, is_order, pieces
from drafts.calm_words import calm_lexicon
from drafts.facts import MONEY_TOPICS, SCOPE_TOPICS, WORK_TOPICS, Threat, Topic
from drafts.lexicon import Lexicon
from drafts.objects import bare_subject
from drafts.reading import best_topic, first_topic
from drafts.sentences import Sentence, sentences, words_of
from drafts.situation import PAYMENT, SCOPE, Situation
from drafts.when_and_how_much import Figures, figures

MOST_GREETING_WORDS = 6
MOST_NAME_WORDS = 4
MOST_CLOSING_LINES = 5


@dataclass(frozen=True)
class Point:
    """One thing said: ``text`` in the client's own words, calm; ``label``: what it was flagged as."""

    text: str
    label: str | None = None


@dataclass(frozen=True)
class HeldOut:
    """One thing threatened, by its kind; ``condition``: the client's own words, where one is tied to it."""

    threat: Threat
    condition: str = ""


@dataclass(frozen=True)
class CalmReading:
    """The message without its temper; ``folded`` holds every sentence that isn't shown whole, as written.

    ``topics`` are complaints that only folded words carry. ``rest`` is whatever else was said, civilly.
    ``subject`` is None where nothing civil is left of it.
    """

    subject: str | None
    asks: tuple[Point, ...] = ()
    complaints: tuple[Point, ...] = ()
    money: tuple[Point, ...] = ()
    topics: tuple[Topic, ...] = ()
    threats: tuple[HeldOut, ...] = ()
    rest: tuple[Point, ...] = ()
    figures: Figures = field(default_factory=Figures)
    folded: tuple[str, ...] = ()


@dataclass
class _Sorter:
    """Takes the sentences one by one and puts what they say where it belongs."""

    situation: Situation
    words: Lexicon
    points: dict[str, list[Point]] = field(default_factory=dict)
    topics: list[Topic] = field(default_factory=list)
    threats: list[HeldOut] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)

    def take(self, part: Sentence) -> None:
        """Sort one sentence."""
        found = pieces(part, self.situation, self.words)
        kept = [piece for piece in found if piece.is_kept]
        for piece in kept:
            self._put(piece, part)
        self.threats += _held_out(found)
        if len(kept) < len(found) or any(piece.is_shortened for piece in kept):
            self.folded.append(part.text)
            self._name_topics(found, part)

    def _put(self, piece: Piece, part: Sentence) -> None:
        if piece.is_condition:
            return
        label = next((name for name in (SCOPE, PAYMENT) if name in part.labels), None)
        self.points.setdefault(self._section(piece, label), []).append(Point(piece.text, label))

    def _section(self, piece: Piece, label: str | None) -> str:
        is_plain_order = is_order(piece.bare, self.words) or "?" in piece.text
        if label == PAYMENT and not is_plain_order:
            return "money"
        if label == SCOPE or is_ask(piece, self.words):
            return "asks"
        return "complaints" if is_complaint(piece.text, self.words) else "rest"

    def _name_topics(self, found: Iterable[Piece], part: Sentence) -> None:
        """Name what the folded words complain of, unless the sentence says it calmly already."""
        lost = [piece.bare for piece in found if not piece.is_kept and not piece.threats]
        if not any(is_complaint(piece.text, self.words) for piece in found if piece.is_kept):
            self.topics += _topics("\n".join(lost), part, self.words)

    def of(self, section: str) -> tuple[Point, ...]:
        """The points of one section, each once; a single word that asks for nothing is left out."""
        points = dict.fromkeys(self.points.get(section, ()))
        return tuple(point for point in points if section != "rest" or len(words_of(point.text)) > 1)


def calm(situation: Situation) -> CalmReading:
    """Read a message calmly, in the language it is written in; never raises, whatever it says."""
    words = calm_lexicon(situation.language)
    sorter = _Sorter(situation, words)
    for part in letter_of(situation, words):
        sorter.take(part)
    return CalmReading(
        subject=_subject(situation, words),
        asks=sorter.of("asks"),
        complaints=sorter.of("complaints"),
        money=sorter.of("money"),
        topics=tuple(dict.fromkeys(sorter.topics)),
        threats=_each_once(sorter.threats),
        rest=sorter.of("rest"),
        figures=figures(f"{bare_subject(situation.subject)}\n{situation.new_text}", words),
        folded=tuple(sorter.folded),
    )


def letter_of(situation: Situation, words: Lexicon) -> Iterator[Sentence]:
    """The sentences of the letter without greeting, close and name."""
    parts = sentences(situation, words)
    first = 1 if parts and _greets(parts[0], words) else 0
    last = max(first, len(parts) - MOST_CLOSING_LINES)
    close = next((n for n in range(last, len(parts)) if n and _is_close(parts[n], words)), len(parts))
    yield from parts[first:close]
    # A postscript is no signature.
    yield from (part for part in parts[close:] if len(words_of(part.text)) > MOST_GREETING_WORDS)


def _greets(part: Sentence, words: Lexicon) -> bool:
    """Whether the first line only says hello, or whom it is for."""
    said = part.text.strip()
    is_call = said.endswith(",") and len(words_of(said)) <= MOST_NAME_WORDS and part.is_safe
    return is_call or bool(words["greeting"].fullmatch(said))


def _is_close(part: Sentence, words: Lexicon) -> bool:
    """Whether a sentence near the end only takes leave or signs."""
    said = part.text.strip(" .,!-–—~*")
    if not part.is_safe or len(words_of(said)) > MOST_GREETING_WORDS or is_order(said, words):
        return False
    is_name = len(words_of(said)) <= MOST_NAME_WORDS and said.istitle() and part.text[-1] not in ".!?"
    return bool(words["closing"].match(said) or words["formal"].match(said)) or is_name


def _subject(situation: Situation, words: Lexicon) -> str | None:
    """The subject line made calm, or None where all of it is abuse."""
    bare = bare_subject(situation.subject)
    if not bare:
        return situation.subject.strip()
    part = Sentence(bare, not words.has("insult", bare), frozenset())
    kept = [piece.text for piece in pieces(part, situation, words) if piece.is_kept]
    return " ".join(kept).rstrip(".") or None


def _held_out(found: tuple[Piece, ...]) -> Iterator[HeldOut]:
    """The threats of one sentence, each with the condition that stands beside it."""
    condition = next((piece.text.rstrip(".") for piece in found if piece.is_condition and piece.is_kept), "")
    for piece in found:
        yield from (HeldOut(threat, condition) for threat in piece.threats)


def _each_once(threats: Iterable[HeldOut]) -> tuple[HeldOut, ...]:
    """One line a kind of threat, that with a condition before that without."""
    ranked = sorted(threats, key=lambda held: not held.condition)
    first = {held.threat: held for held in reversed(ranked)}
    return tuple(first[threat] for threat in Threat if threat in first)


def _topics(lost: str, part: Sentence, words: Lexicon) -> Iterator[Topic]:
    """What kind of thing folded words are about, by the word lists."""
    is_personal = words.has("second_person", lost)
    plain = words["insult"].sub(" ", lost) if is_personal else lost
    # What is wrong with somebody is no complaint about quality.
    work = best_topic(WORK_TOPICS[:-1] if is_personal else WORK_TOPICS, words.topics, plain)
    if work:
        yield work
    if PAYMENT in part.labels and (money := first_topic(MONEY_TOPICS, words.topics, plain)):
        yield money
    if SCOPE in part.labels and (scope := first_topic(SCOPE_TOPICS, words.topics, plain)):
        yield scope
