"""Moments seen from the day of writing: weekdays, "tomorrow", "in two weeks", "next month", "by noon"."""

from __future__ import annotations

from datetime import datetime, time

from drafts.when_spans import (
    DAY,
    NOT_TOLD,
    WEEK,
    WEEKS,
    Context,
    Part,
    Span,
    monday,
    on,
    shifted,
    valid,
    whole,
)

# Nobody plans by such counts; a larger one is no date.
MOST_AHEAD = {"hour": 240, "day": 366, "week": 104, "fortnight": 52, "month": 24, "quarter": 8, "year": 3}
# What a small language's idiom counts as a day more than a week or two: "in acht Tagen", "quinze jours".
IDIOMS = {8: 7, 15: 14}


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
    # "sold in a day" says how long it took.
    if context.way or (count == 1 and unit == "day"):
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


def weekend(part: Part, context: Context) -> Span:
    """Reckon "the weekend"; during one it may be this or the next, and isn't told."""
    which = part.which()
    saturday = monday(context.day) + DAY * 5
    if which == "l" or context.way == "past":
        return Span(saturday - WEEK, saturday - DAY * 6)
    if which == "n" or context.way or context.day.weekday() > 4:
        return NOT_TOLD
    return Span(saturday, saturday + DAY)


def time_alone(part: Part, context: Context) -> Span | None:
    """Reckon "by 5pm", "before noon": today's, where that is still ahead when it is written."""
    at = next((one.value for one in part.found if isinstance(one.value, time)), None)
    named = part.named("P")
    if part.is_range or (at is None and named not in ("noon", "close")):
        return None
    meant = at or (time(12) if named == "noon" else time(23, 59))
    assert context.written is not None
    return on(context.day) if context.written.time() < meant and not context.way else NOT_TOLD
