"""The moments a message names, each resolved to days of the calendar against the day it was written on.

A moment that may be this day or that one stays unresolved: nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from drafts.when_days import days_of
from drafts.when_shapes import Hit, hits
from drafts.when_spans import Around, Context, Span
from drafts.when_words import FIRST_YEAR, LAST_YEAR, TimeWords, Token, plain, time_words, tokens

# Where the clause around a day ends; the dot of a number ends none.
CLAUSE_END = re.compile(
    r"(?<!\d),|,(?!\d)|[;:!?()\n]|(?<!\d)\.(?=\s|$)|\s(?:and|but|so|und|aber|y|pero|et|mais|e|mas)\s",
    re.IGNORECASE,
)
# "I saw that it goes up in April": what follows has a time of its own.
TOLD_THAT = re.compile(r"\s(?:that|dass|daß|que|qu'|if|whether|ob|si|se)\s(?=.*\0)", re.IGNORECASE)
CLAUSE = 90
SAID_BARE = 8
MONTH_NEARBY = 6
# A deadline in a clause about the past may have been an earlier one.
WITHOUT_DATE = ("weekday", "weekday_named", "short_weekday", "day_of_month")


class Relation(StrEnum):
    """How something stands to its moment; ``BY`` includes the day, ``BEFORE`` doesn't."""

    BY = "by"
    BEFORE = "before"
    ON = "on"
    FROM = "from"
    AFTER = "after"
    SINCE = "since"


# The first of these letters (see ``when_words``) that leads to a moment says how.
RELATIONS = {
    "J": Relation.BY,
    "S": Relation.FROM,
    "F": Relation.BEFORE,
    "V": Relation.BEFORE,
    "R": Relation.AFTER,
    "G": Relation.SINCE,
    "B": Relation.BY,
    "L": Relation.BY,
}
# When a part of the day has come; a deadline in it is meant to be met by then.
PARTS = {
    "morning": time(9),
    "noon": time(12),
    "afternoon": time(14),
    "evening": time(18),
    "night": time(20),
    "close": time(17),
}


@dataclass(frozen=True)
class Moment:
    """A day or a span of days with the words that name it; ``first`` is None where it can't be told.

    ``at`` is the time of day, ``part`` a vaguer one: "morning", "noon", "afternoon", "evening", "night",
    "close" (of business). ``start`` and ``end`` are where ``words`` stand.
    """

    words: str
    start: int
    end: int
    relation: Relation
    first: date | None = None
    last: date | None = None
    at: time | None = None
    part: str = ""

    @property
    def is_deadline(self) -> bool:
        """Whether something is to be done up to then."""
        return self.relation in (Relation.BY, Relation.BEFORE)


def moments_in(text: str, language: str, written: datetime | None) -> tuple[Moment, ...]:
    """Return the moments ``text`` names, in order; ``written`` is aware, in the freelancer's zone.

    Without ``written`` only a date with its year is resolved. Never raises; linear in the text.
    """
    words = time_words(language)
    if words is None:
        return ()
    if written is not None and not FIRST_YEAR < written.year < LAST_YEAR:
        written = None
    found = tokens(text, words)
    made = (moment(hit, found, text, words, written) for hit in hits(found, words))
    return tuple(one for one in made if one is not None)


def moment(
    hit: Hit, found: list[Token], text: str, words: TimeWords, written: datetime | None
) -> Moment | None:
    """Return the moment of one hit; None where the words mean none after all."""
    part = found[hit.start : hit.end]
    start, end = part[0].start, part[-1].end
    if is_greeting(text, start, end):
        return None
    around = clause(text, start, end)
    is_due = bool(set(hit.lead) & set("BFSJL"))
    context = Context(words, written, way(around, hit, text[max(0, start - 40) : start], words), is_due)
    span = days_of(hit, found[hit.core : hit.end], context, around_of(hit, found))
    if span is None:
        return None
    if hit.shape == "weekday" and is_habit(hit, found, text, words):
        span = Span()
    if "past" in context.way and set(hit.lead) & set("BFJL") and hit.shape in WITHOUT_DATE:
        span = Span()
    said = Moment(text[start:end], start, end, relation_of(hit), span.first, span.last, span.at)
    if hit.shape in ("ahead", "coming_span", "ago") and said.relation is Relation.BEFORE:
        said = replace(said, relation=Relation.ON)
    return said if span.at else with_time(said, part)


def around_of(hit: Hit, found: list[Token]) -> Around:
    """Return what of the sentence around a hit its day may depend on."""
    before = "".join(token.code for token in found[max(hit.start - MONTH_NEARBY, 0) : hit.start])
    after = "".join(token.code for token in found[hit.end : hit.end + MONTH_NEARBY])
    has_month = "M" in before.rpartition(".")[2] or "M" in after.partition(".")[0]
    follower = found[hit.end] if hit.end < len(found) else None
    return Around(follower, has_month, hit.lead, before[-1:] in ("N", "C", "X"))


def relation_of(hit: Hit) -> Relation:
    """Return how something stands to the moment, by the words before it."""
    if hit.shape == "coming_span":
        return Relation.BY
    # "from 12 to 14 March" is when, and not from when.
    if hit.shape == "days":
        return Relation.ON
    return next((relation for letter, relation in RELATIONS.items() if letter in hit.lead), Relation.ON)


def with_time(said: Moment, part: list[Token]) -> Moment:
    """Add the time of day that stands beside the day."""
    if any(token.code == "Z" for token in part):
        return said
    times = [token.value for token in part if isinstance(token.value, time)]
    if times:
        return replace(said, at=times[0])
    bare = bare_hour(part)
    if bare is not None:
        return replace(said, at=time(bare))
    named = [str(token.value) for token in part if token.code == "P"]
    return replace(said, part=named[-1]) if named else said


def bare_hour(part: list[Token]) -> int | None:
    """Return the hour of "um 14" and "às 10"; a small one may be of the morning or of the afternoon."""
    codes = "".join(token.code for token in part)
    found = re.search(r"h([NQ])", codes)
    hour = part[found.start(1)].value if found else None
    return hour if isinstance(hour, int) and SAID_BARE <= hour < 24 else None


def clause(text: str, start: int, end: int) -> str:
    """Return what stands around a moment, up to where its thought ends."""
    before = CLAUSE_END.split(text[max(0, start - CLAUSE) : start])[-1]
    after = CLAUSE_END.split(text[end : end + CLAUSE])[0]
    return f"{before}\0{after}"


def way(around: str, hit: Hit, near: str, words: TimeWords) -> str:
    """Return which way a day lies: "past", "unclear" (told of an earlier time), or "" for ahead."""
    if words.unclear.search(around):
        return "unclear"
    if "G" in hit.lead or words.past.search(TOLD_THAT.split(around)[-1]):
        return "past"
    return "past" if "g" in hit.lead and words.dated.search(near) else ""


def is_habit(hit: Hit, found: list[Token], text: str, words: TimeWords) -> bool:
    """Whether the small word before a weekday may as well mean every one: "le lundi", "à segunda"."""
    if set(hit.lead) & set("BFSJGRLV") or hit.core == 0:
        return False
    before = found[hit.core - 1]
    return plain(text[before.start : before.end]) in words.habit


def is_greeting(text: str, start: int, end: int) -> bool:
    """Whether a lone word at the very beginning only says good morning: "Morgen zusammen,"."""
    if start >= SAID_BARE or text[:start].strip() or " " in text[start:end].strip():
        return False
    line = text[start:].split("\n", 1)[0][:40]
    return bool(re.match(r"\w+(?:\s\w+){0,2}[,!]", line)) and text[start:end].lower() == "morgen"


def deadline_of(said: Moment, written: datetime) -> datetime | None:
    """Return the instant at which a deadline is over, read strictly; None without a day.

    Of a span the first day counts, of one that has begun the last. ``written`` gives the time zone.
    """
    if said.first is None or not said.is_deadline:
        return None
    if said.last and said.first <= written.date() < said.last:
        said = replace(said, first=said.last)
    at = said.at or PARTS.get(said.part)
    if at is None:
        at = time(0) if said.relation is Relation.BEFORE else time(23, 59)
    return datetime.combine(said.first or written.date(), at, written.tzinfo)
