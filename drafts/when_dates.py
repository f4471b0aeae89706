"""Moments by their date: figures, day and month, months, quarters, feasts, and the edges of these."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

from drafts.when_spans import (
    DAY,
    LATELY,
    NOT_TOLD,
    WEEKS,
    Context,
    Part,
    Span,
    dated,
    nearest,
    on,
    sane,
    shifted,
    valid,
    whole,
)

EDGES_OF_MONTH = {"start": (1, 10), "middle": (11, 20), "late": (21, 31), "end": (31, 31)}
EDGES_OF_WEEK = {"start": (0, 1), "middle": (2, 2), "late": (3, 4), "end": (4, 6)}


def figures(part: Part, context: Context) -> Span | None:
    """Reckon "2026-03-12", "12.3.", "12/03/2026"; without a year only behind a word that leads to a day."""
    said = part.named("X")
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if len(numbers) == 2 and not is_date_without_year(said, part.codes, part.lead, context):
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


def date_(part: Part, context: Context) -> Span:
    """Reckon "12 March", "Friday, 12 March 2027"."""
    day, month = part.number("NOa"), part.number("Mm")
    which = part.which()
    if which:
        context = context._replace(way="past" if which == "l" else "ahead")
    return dated(day or 0, month or 0, part.number("Y"), part.number("Ww"), context)


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
    if context.way == "unclear" or part.is_of_a_month_nearby:
        return NOT_TOLD
    step = -1 if context.way == "past" else 1
    is_due = number > context.day.day if step < 0 else number < context.day.day
    base = shifted(context.day.replace(day=1), step if is_due else 0)
    return on(valid(base.year, base.month, number))


def edge(part: Part, context: Context) -> Span | None:
    """Reckon "end of the month", "early next week", "Monatsende"."""
    name, edge_name = part.named("U"), part.named("E")
    # "a month late" and "two weeks later" name no edge; "month end" does.
    if part.codes.rfind("E") > part.codes.find("U") and edge_name != "end":
        return None
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


def month_span(part: Part, context: Context) -> Span:
    """Return the month named, with the year it is likeliest of."""
    number, year = part.number("Mm") or 1, part.number("Y")
    if year is None:
        today = context.day.replace(day=1)
        known = [date(today.year + step, number, 1) for step in (-1, 0, 1)]
        if set(part.lead) & set("BFS"):
            context = context._replace(way="ahead")
        way = {"l": "past", "n": "ahead", "c": "ahead"}.get(part.which(), context.way)
        found = nearest(known, context._replace(written=at_day(context, today), way=way))
        # "in February" may be this year's or next year's.
        is_open = not way and found is not None and found < today
        if found is None or is_open or (part.which() and found == today):
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
    number, (year, present, _) = part.number("NO") or 0, context.day.isocalendar()
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
