"""From the letters of a moment to days of the calendar: each shape has its reckoning."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from drafts.when_shapes import Hit
from drafts.when_words import FIRST_YEAR, LAST_YEAR, TimeWords, Token

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# A day and month without its year is the coming one, unless it has passed so lately.
LATELY = 90
# Nobody plans by such counts; a larger one is no date.
MOST_AHEAD = {"hour": 240, "day": 366, "week": 104, "fortnight": 52, "month": 24, "quarter": 8, "year": 3}
WEEKS = {"n": 1, "c": 1, "t": 0, "l": -1, "z": 2}
EDGES_OF_MONTH = {"start": (1, 10), "middle": (11, 20), "late": (21, 31), "end": (31, 31)}
EDGES_OF_WEEK = {"start": (0, 1), "middle": (2, 2), "late": (3, 4), "end": (4, 6)}
# What a small language's idiom counts as a day more than a week or two: "in acht Tagen", "quinze jours".
IDIOMS = {8: 7, 15: 14}


class Span(NamedTuple):
    """First and last day of a moment, None where they can't be told, and the time where it is reckoned."""

    first: date | None = None
    last: date | None = None
    at: time | None = None


class Context(NamedTuple):
    """What a day is reckoned from: when the message was written, and which way the clause points."""

    words: TimeWords
    written: datetime | None
    way: str = ""

    @property
    def day(self) -> date:
        """The day of the message; only where ``written`` is known."""
        assert self.written is not None
        return self.written.date()


class Part:
    """The tokens of one moment, asked by their letters."""

    def __init__(self, found: list[Token], follower: Token | None) -> None:
        self.found = found
        self.codes = "".join(token.code for token in found)
        self.follower = follower

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


Reckoning = Callable[[Part, Context], Span | None]
NOT_TOLD = Span()


def days_of(hit: Hit, found: list[Token], context: Context, follower: Token | None) -> Span | None:
    """Return the days of a hit; None where its words are no moment, an empty Span where it can't be told."""
    part = Part(found, follower)
    is_whole = hit.shape in WITHOUT_DAY and part.number("Y") is not None
    if context.written is None and not is_whole:
        return NOT_TOLD if hit.shape != "figures" else figures(part, context, hit.lead)
    try:
        if hit.shape == "figures":
            return figures(part, context, hit.lead)
        return sane(RECKONINGS[hit.shape](part, context))
    except (ValueError, OverflowError):
        return NOT_TOLD


def sane(span: Span | None) -> Span | None:
    """Return the span where it lies in years that people write of."""
    if span is None or span.first is None or span.last is None:
        return span
    is_sane = span.first.year >= FIRST_YEAR and span.last.year <= LAST_YEAR
    return span if is_sane else NOT_TOLD


def on(day: date | None) -> Span:
    """Return one day as a span."""
    return Span(day, day)


# ------------------------------------------------------------------------------------------ dates in figures


def figures(part: Part, context: Context, lead: str) -> Span | None:
    """Reckon "2026-03-12", "12.3.", "12/03/2026"; without a year only behind a word that leads to a day."""
    said = part.named("X")
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if len(numbers) == 2 and not is_date_without_year(said, part.codes, lead, context):
        return None
    ordered = day_month(numbers, context)
    if ordered is None:
        return NOT_TOLD
    day, month, year = ordered
    try:
        return sane(dated(day, month, year, part.number("Ww"), context)) or NOT_TOLD
    except ValueError:
        return NOT_TOLD


def is_date_without_year(said: str, codes: str, lead: str, context: Context) -> bool:
    """Whether "12/3" or "12.3." is a day at all, and no fraction, version or "24/7"."""
    language = context.words.language
    if "." in said:
        return language == "de"
    is_led = bool(set(lead) - set("Id")) or codes[:1] in ("W", "w")
    return is_led or (language != "en" and bool(re.search(r"/(?:0\d|1[0-2])$", said)))


def day_month(numbers: list[int], context: Context) -> tuple[int, int, int | None] | None:
    """Return day, month and year; None where either number may be the month."""
    if len(str(numbers[0])) == 4:
        return numbers[2], numbers[1], numbers[0]
    day, month = numbers[:2]
    year = numbers[2] if len(numbers) == 3 else None
    year = year + 2000 if year is not None and year < 100 else year
    if context.words.language == "en" and day != month:
        if max(day, month) <= 12:
            return None
        day, month = (day, month) if month <= 12 else (month, day)
    return day, month, year


# ------------------------------------------------------------------------------------------ day and month


def date_(part: Part, context: Context) -> Span:
    """Reckon "12 March", "Friday, 12 March 2027"."""
    day, month = part.number("NO"), part.number("Mm")
    which = part.which()
    if which:
        context = context._replace(way="past" if which == "l" else "ahead")
    return dated(day or 0, month or 0, part.number("Y"), part.number("Ww"), context)


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


def nearest(known: list[date], context: Context) -> date | None:
    """Return the coming one of some days, or one that has passed lately; a past one where that is told."""
    today = context.day
    before = max((one for one in known if one < today), default=None)
    after = min((one for one in known if one >= today), default=None)
    if context.way == "past":
        return before
    if context.way != "ahead" and before and (today - before).days <= LATELY:
        return before
    return after if after and (after - today).days <= 366 else None


def valid(year: int, month: int, day: int) -> date | None:
    """Return the date where the calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_(part: Part, context: Context) -> Span:
    """Reckon "12 to 14 March"."""
    first = dated(part.number("NO") or 0, part.number("Mm") or 0, part.number("Y"), None, context).first
    last = first.replace(day=part.number("NO", 1) or 0) if first else None
    return Span(first, last) if first and last and first <= last else NOT_TOLD


def day_of_month(part: Part, context: Context) -> Span | None:
    """Reckon "the 12th", "am 12.", "el 12"; it is the coming one where the clause doesn't look back."""
    number = part.number("NO") or 0
    if part.is_followed_by_thing or not 1 <= number <= 31:
        return None
    is_lonely = "N" in part.codes and not set(part.codes[:1]) & set("BFSJGRV")
    if is_lonely and part.follower is not None and part.follower.code in "x-":
        return None
    which = part.which()
    if which or "U" in part.codes:
        base = shifted(context.day.replace(day=1), WEEKS.get(which, 0))
        return on(valid(base.year, base.month, number))
    if context.way == "unclear":
        return NOT_TOLD
    step = -1 if context.way == "past" else 1
    is_due = number > context.day.day if step < 0 else number < context.day.day
    base = shifted(context.day.replace(day=1), step if is_due else 0)
    return on(valid(base.year, base.month, number))


def shifted(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# ------------------------------------------------------------------------------------------ weekdays


def weekday(part: Part, context: Context) -> Span | None:
    """Reckon "Friday": the coming one; on a Friday it may be today, and isn't told."""
    number = part.number("Ww") or 0
    # "segunda" is Monday and "second".
    if part.is_followed_by_thing and context.words.language == "pt":
        return None
    ahead = (number - context.day.weekday()) % 7
    if context.way == "past":
        return on(context.day - DAY * ((context.day.weekday() - number) % 7 or 7))
    return on(context.day + DAY * ahead) if ahead and context.way != "unclear" else NOT_TOLD


def weekday_named(part: Part, context: Context) -> Span | None:
    """Reckon "next Friday", "kommenden Dienstag", "last Monday", "this Friday"."""
    number, which, today = part.number("Ww") or 0, part.which(), context.day
    ahead = (number - today.weekday()) % 7
    if which == "l":
        return on(today - DAY * ((today.weekday() - number) % 7 or 7))
    if which == "t":
        return on(today + DAY * ahead) if context.way == "" else weekday(part, context)
    if which == "c":
        return on(today + DAY * (ahead or 7))
    week_after = monday(today) + WEEK + DAY * number
    is_told = context.words.next_is_week_after or week_after == today + DAY * (ahead or 7)
    return on(week_after) if which == "n" and is_told else NOT_TOLD


def weekday_of_week(part: Part, context: Context) -> Span | None:
    """Reckon "Friday next week", "nächste Woche Freitag"."""
    if part.named("U") != "week":
        return NOT_TOLD
    number = part.number("W") or 0
    return on(monday(context.day) + WEEK * WEEKS[part.which()] + DAY * number)


def weeks_from_weekday(part: Part, context: Context) -> Span | None:
    """Reckon "a week on Friday", "Friday week", "Freitag in zwei Wochen"."""
    unit = part.named("U")
    if unit not in ("week", "fortnight") or context.way:
        return NOT_TOLD
    coming = (weekday(part, context) or NOT_TOLD).first
    weeks = (part.number("QN") or 1) * (2 if unit == "fortnight" else 1)
    return on(coming + WEEK * weeks) if coming else NOT_TOLD


def weekday_and_day(part: Part, context: Context) -> Span | None:
    """Reckon "Friday the 13th", "viernes 13": the weekday says in which month."""
    number, day = part.number("W"), part.number("NO") or 0
    if not 1 <= day <= 31:
        return weekday(part, context)
    months = (shifted(context.day.replace(day=1), step) for step in (-1, 0, 1))
    known = [one for one in (valid(base.year, base.month, day) for base in months) if one]
    fitting = [one for one in known if one.weekday() == number]
    ahead = [one for one in fitting if one >= context.day]
    if context.way == "past":
        return on(max((one for one in fitting if one < context.day), default=None))
    return on(ahead[0]) if ahead else NOT_TOLD


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - DAY * day.weekday()


# ------------------------------------------------------------------------------------------ relative to today


def day_(part: Part, context: Context) -> Span:
    """Reckon "today", "tomorrow", "yesterday"; told of an earlier time, "tomorrow" is unknown."""
    step = part.number("T") or 0
    if context.way == "unclear" or (context.way == "past" and step > 0):
        return NOT_TOLD
    return on(context.day + DAY * step)


def later(count: int, unit: str, context: Context, sign: int = 1) -> Span:
    """Return the day so many units from the message's."""
    if unit not in MOST_AHEAD or not 0 < count <= MOST_AHEAD[unit] or context.written is None:
        return NOT_TOLD
    if unit == "hour":
        # Hours pass on the clock of the world, whatever summer time does.
        moment = datetime.fromtimestamp(
            context.written.timestamp() + sign * count * 3600, context.written.tzinfo
        )
        return Span(moment.date(), moment.date(), moment.time().replace(second=0, microsecond=0))
    if unit in ("month", "quarter", "year"):
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        return on(shifted(context.day, sign * count * months))
    days = {"day": 1, "week": 7, "fortnight": 14}[unit]
    return on(context.day + DAY * (sign * count * days))


def ahead(part: Part, context: Context) -> Span | None:
    """Reckon "in two weeks"; "within 14 days of the invoice" is no day of the calendar."""
    count, unit = part.number("QN") or 0, part.named("U")
    if part.follower is not None and part.follower.code in "gRS":
        return None
    if context.way:
        return NOT_TOLD
    if unit == "day" and "Q" in part.codes and count in IDIOMS and context.words.language != "en":
        early, late = later(IDIOMS[count], unit, context), later(count, unit, context)
        return Span(early.first, late.last)
    return later(count, unit, context)


def ago(part: Part, context: Context) -> Span:
    """Reckon "two weeks ago"."""
    return later(part.number("QN") or 0, part.named("U"), context, sign=-1)


def weeks_from_day(part: Part, context: Context) -> Span:
    """Reckon "a week from today", "morgen in einer Woche"."""
    unit = part.named("U")
    found = later(part.number("QN") or 0, unit, context).first
    return on(found + DAY * (part.number("T") or 0)) if found and unit != "hour" else NOT_TOLD


def unit(part: Part, context: Context) -> Span | None:
    """Reckon "next week", "this month", "last year"."""
    name, which = part.named("U"), part.which() or "t"
    if name in ("day", "hour", "workday", "fortnight"):
        return NOT_TOLD
    return whole(name, WEEKS[which], context.day)


def whole(name: str, step: int, today: date) -> Span:
    """Return the week, month, quarter or year so many after the present one."""
    if name == "week":
        first = monday(today) + WEEK * step
        return Span(first, first + DAY * 6)
    length = {"month": 1, "quarter": 3, "year": 12}[name]
    begin = today.replace(day=1, month=(today.month - 1) // length * length + 1)
    first = shifted(begin, step * length)
    return Span(first, shifted(first, length) - DAY)


def weekend(part: Part, context: Context) -> Span:
    """Reckon "the weekend"; during one it may be this or the next, and isn't told."""
    which = part.which()
    saturday = monday(context.day) + DAY * 5
    if which == "l" or context.way == "past":
        return Span(saturday - WEEK, saturday - DAY * 6)
    if which == "n" or context.way or context.day.weekday() > 4:
        return NOT_TOLD
    return Span(saturday, saturday + DAY)


# ------------------------------------------------------------------------------------------ parts of a whole


def edge(part: Part, context: Context) -> Span | None:
    """Reckon "end of the month", "early next week", "Monatsende"."""
    name, edge_name = part.named("U"), part.named("E")
    if name in ("hour", "workday", "fortnight") or context.way == "unclear":
        return NOT_TOLD
    if name == "day":
        return on(context.day)
    span = whole(name, WEEKS.get(part.which(), 0), context.day)
    if name == "week" and span.first:
        first, last = EDGES_OF_WEEK[edge_name]
        return Span(span.first + DAY * first, span.first + DAY * last)
    return edge_of(span, edge_name)


def edge_of(span: Span, name: str) -> Span:
    """Return the beginning, middle or end of a month or more; the end is its last day."""
    if span.first is None or span.last is None:
        return NOT_TOLD
    if name == "end":
        return on(span.last)
    if (span.last - span.first).days > 31:
        return NOT_TOLD
    first, last = EDGES_OF_MONTH[name]
    return Span(span.first.replace(day=first), span.first.replace(day=min(last, span.last.day)))


def edge_of_month(part: Part, context: Context) -> Span:
    """Reckon "mid-March", "Ende April 2027"."""
    return edge_of(month_span(part, context), part.named("E"))


def month_(part: Part, context: Context) -> Span:
    """Reckon "in March", "next March"."""
    return month_span(part, context)


def month_span(part: Part, context: Context) -> Span:
    """Return the month named, with the year it is likeliest of."""
    number, year = part.number("Mm") or 1, part.number("Y")
    if year is None:
        today = context.day.replace(day=1)
        known = [date(today.year + step, number, 1) for step in (-1, 0, 1)]
        way = {"l": "past", "n": "ahead", "c": "ahead"}.get(part.which(), context.way)
        found = nearest(known, context._replace(written=at_day(context, today), way=way))
        if found is None or (part.which() and found == today):
            return NOT_TOLD
        year = found.year
    last = calendar.monthrange(year, number)[1]
    return Span(date(year, number, 1), date(year, number, last))


def at_day(context: Context, day: date) -> datetime | None:
    """Return the moment of writing moved to another day."""
    return context.written and datetime.combine(day, context.written.timetz())


def quarter_span(part: Part, context: Context) -> Span:
    """Reckon "in Q2"; without its year this one or the next to come."""
    number, year = part.number("k") or 1, part.number("Y")
    if year is None:
        present = (context.day.month - 1) // 3 + 1
        year = context.day.year + (number < present)
        if context.way:
            return NOT_TOLD
    first = date(year, number * 3 - 2, 1)
    return Span(first, shifted(first, 3) - DAY)


def edge_of_quarter(part: Part, context: Context) -> Span:
    """Reckon "end of Q2"."""
    return edge_of(quarter_span(part, context), part.named("E"))


def edge_of_year(part: Part, _: Context) -> Span:
    """Reckon "end of 2027"."""
    year = part.number("Y") or 0
    return edge_of(Span(date(year, 1, 1), date(year, 12, 31)), part.named("E"))


def week_number(part: Part, context: Context) -> Span | None:
    """Reckon "KW 47", "week 12" (ISO 8601); one that lies far back is next year's."""
    if "K" not in part.codes and part.named("U") != "week":
        return None
    number, (year, present, _) = part.number("N") or 0, context.day.isocalendar()
    if not 1 <= number <= 53 or context.way == "unclear":
        return NOT_TOLD
    passed = present - number
    if context.way == "past":
        year -= passed < 0
    elif passed > LATELY // 7:
        year += 1
    elif passed < -(53 - LATELY // 7):
        year -= 1
    first = date.fromisocalendar(year, number, 1)
    return Span(first, first + DAY * 6)


def feast(part: Part, context: Context) -> Span:
    """Reckon "Christmas": a feast with a date of its own, the next to come."""
    span = next(one.value for one in part.found if one.code == "f")
    if not isinstance(span, tuple):
        return NOT_TOLD
    month, day, last_month, last_day = span
    first = dated(day, month, None, None, context._replace(way=context.way or "ahead")).first
    if first is None:
        return NOT_TOLD
    return Span(first, date(first.year + (last_month < month), last_month, last_day))


def time_alone(part: Part, context: Context) -> Span | None:
    """Reckon "by 5pm", "before noon": today's, where that is still ahead when it is written."""
    at = next((one.value for one in part.found if isinstance(one.value, time)), None)
    named = part.named("P")
    if at is None and named not in ("noon", "close"):
        return None
    meant = at or (time(12) if named == "noon" else time(23, 59))
    assert context.written is not None
    return on(context.day) if context.written.time() < meant and not context.way else NOT_TOLD


RECKONINGS: Mapping[str, Reckoning] = {
    "days": days_,
    "date": date_,
    "date_month_first": date_,
    "weekday_of_week": weekday_of_week,
    "weeks_from_weekday": weeks_from_weekday,
    "weeks_from_day": weeks_from_day,
    "weekday_and_day": weekday_and_day,
    "weekday_named": weekday_named,
    "edge": edge,
    "edge_of_month": edge_of_month,
    "edge_of_quarter": edge_of_quarter,
    "edge_of_year": edge_of_year,
    "weekend": weekend,
    "coming_span": ahead,
    "unit": unit,
    "ago": ago,
    "ahead": ahead,
    "week_number": week_number,
    "day": day_,
    "this_part": day_,
    "month": month_,
    "quarter": quarter_span,
    "day_of_month": day_of_month,
    "weekday": weekday,
    "short_weekday": weekday,
    "feast": feast,
    "time": time_alone,
}
# What needs no day of writing where a year stands in it.
WITHOUT_DAY = frozenset(
    ("days", "date", "date_month_first", "month", "edge_of_month", "edge_of_year", "quarter")
)
