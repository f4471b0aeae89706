"""Days of the calendar to reckon with: spans, what they are reckoned from, and weeks, months and years."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from drafts.when_words import FIRST_YEAR, LAST_YEAR, TimeWords, Token

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# A day and month without its year is the coming one, unless it has passed so lately.
LATELY = 90
# What is to be done by a day, or to begin on it, lies ahead more surely.
LATELY_DUE = 31
# How many weeks, months or years from the present one.
WEEKS = {"n": 1, "c": 1, "t": 0, "l": -1, "z": 2}


class Span(NamedTuple):
    """First and last day of a moment, None where they can't be told, and the time where it is reckoned."""

    first: date | None = None
    last: date | None = None
    at: time | None = None


class Context(NamedTuple):
    """What a day is reckoned from: when the message was written, and which way the clause points.

    ``is_due``: something is to be done by then, or begins.
    """

    words: TimeWords
    written: datetime | None
    way: str = ""
    is_due: bool = False

    @property
    def day(self) -> date:
        """The day of the message; only where ``written`` is known."""
        assert self.written is not None
        return self.written.date()


class Around(NamedTuple):
    """What stands around a moment: the token after it, the letters that lead to it, and the rest.

    ``has_month``: its sentence names a month elsewhere. ``is_range``: a figure stands right before.
    """

    follower: Token | None = None
    has_month: bool = False
    lead: str = ""
    is_range: bool = False


class Part:
    """The tokens of one moment, asked by their letters."""

    def __init__(self, found: list[Token], around: Around) -> None:
        self.found = found
        self.codes = "".join(token.code for token in found)
        self.follower = around.follower
        self.is_of_a_month_nearby = around.has_month
        self.lead = around.lead
        self.is_range = around.is_range

    def number(self, codes: str, place: int = 0) -> int | None:
        """Return the value of the token at ``place`` among those with one of ``codes``."""
        values = [one.value for one in self.found if one.code in codes and isinstance(one.value, int)]
        return values[place] if place < len(values) else None

    def named(self, codes: str) -> str:
        """Return the word that a token with one of ``codes`` stands for, or nothing."""
        return next((str(one.value) for one in self.found if one.code in codes), "")

    def which(self) -> str:
        """Return the letter of "next", "this", "last" and their like, or nothing."""
        return next((code for code in self.codes if code in WEEKS), "")

    @property
    def is_followed_by_thing(self) -> bool:
        """Whether a counted thing comes next: "the 3rd round" is no day."""
        return self.follower is not None and self.follower.code in "r"


NOT_TOLD = Span()


def on(day: date | None) -> Span:
    """Return one day as a span."""
    return Span(day, day)


def sane(span: Span | None) -> Span | None:
    """Return the span where it lies in years that people write of."""
    if span is None or span.first is None or span.last is None:
        return span
    is_sane = span.first.year >= FIRST_YEAR and span.last.year <= LAST_YEAR
    return span if is_sane else NOT_TOLD


def valid(year: int, month: int, day: int) -> date | None:
    """Return the date where the calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest(known: list[date], context: Context) -> date | None:
    """Return the coming one of some days, or one that has passed lately; a past one where that is told."""
    today = context.day
    before = max((one for one in known if one < today), default=None)
    after = min((one for one in known if one >= today), default=None)
    if context.way == "past":
        return before
    lately = LATELY_DUE if context.is_due else LATELY
    if context.way != "ahead" and before and (today - before).days <= lately:
        return before
    return after if after and (after - today).days <= 366 else None


def dated(day: int, month: int, year: int | None, weekday: int | None, context: Context) -> Span:
    """Return the day; none where the weekday beside it contradicts."""
    if year is not None:
        found = date(year, month, day)
        return on(found if weekday in (None, found.weekday()) else None)
    if context.written is None:
        return NOT_TOLD
    years = (context.day.year + step for step in (-1, 0, 1))
    known = [one for one in (valid(y, month, day) for y in years) if one]
    fitting = [one for one in known if weekday in (None, one.weekday())]
    return on(nearest(fitting, context))


def shifted(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - DAY * day.weekday()


def whole(name: str, step: int, today: date) -> Span:
    """Return the week, month, quarter or year so many after the present one."""
    if name == "week":
        first = monday(today) + WEEK * step
        return Span(first, first + DAY * 6)
    length = {"month": 1, "quarter": 3, "year": 12}[name]
    begin = today.replace(day=1, month=(today.month - 1) // length * length + 1)
    first = shifted(begin, step * length)
    return Span(first, shifted(first, length) - DAY)
