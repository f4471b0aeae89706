"""Dates and times as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date

HALF_HOUR = 30


def promised(hear_by: datetime, now: datetime) -> datetime:
    """Return the moment to name: ``hear_by`` brought down to a half hour, unless that has passed."""
    rounded = hear_by.replace(minute=hear_by.minute // HALF_HOUR * HALF_HOUR, second=0, microsecond=0)
    return rounded if rounded > now else hear_by.replace(second=0, microsecond=0)


def clock_words(moment: datetime, clock: str) -> str:
    """Say the time of day: "10 am" or "2:30 pm" on a half-day clock, else as ``clock`` has it.

    ``clock`` is "half-day", or two patterns with ``{hour}`` and ``{minute}``, a bar between them, the first
    for full hours: "{hour} Uhr|{hour}:{minute} Uhr".
    """
    if clock != "half-day":
        full, part = clock.split("|")
        return (part if moment.minute else full).format(hour=moment.hour, minute=f"{moment.minute:02d}")
    if (moment.hour, moment.minute) == (12, 0):
        return "noon"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'am' if moment.hour < 12 else 'pm'}"


def hear_by_words(hear_by: datetime, now: datetime, language: str, patterns: Mapping[str, str]) -> str:
    """Say when the client hears, in the zone ``hear_by`` is in; the weekday always stands in it.

    ``patterns`` has "today", "tomorrow", "week" (the six days after), "far" and "year", each with
    ``{weekday}``, ``{date}`` and ``{time}``: a draft that is sent a day later still names the right day.
    """
    moment = promised(hear_by, now)
    days = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    near = {0: "today", 1: "tomorrow"}.get(days, "week" if days < 7 else "far")
    name = "year" if moment.year != now.year and days >= 7 else near
    return patterns[name].format(
        weekday=format_date(moment, "EEEE", locale=language),
        date=date_words(moment, patterns, language, with_year=name == "year"),
        time=clock_words(moment, patterns["clock"]),
    )


def date_words(day: date, patterns: Mapping[str, str], language: str, *, with_year: bool) -> str:
    """Say a date; the first of a month as ``patterns`` has it under "first", where it does: "1er avril"."""
    pattern = patterns["date_year" if with_year else "date"]
    if day.day == 1 and "first" in patterns:
        pattern = pattern.replace("d ", f"'{patterns['first']}' ", 1)
    return format_date(day, pattern, locale=language)
