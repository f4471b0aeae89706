"""Dates and times as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_date, format_time

HALF_HOUR = 30


def promised(hear_by: datetime, now: datetime) -> datetime:
    """Return the moment to name: ``hear_by`` brought down to a half hour, unless that has passed."""
    rounded = hear_by.replace(minute=hear_by.minute // HALF_HOUR * HALF_HOUR, second=0, microsecond=0)
    return rounded if rounded > now else hear_by.replace(second=0, microsecond=0)


def clock_words(moment: datetime, language: str) -> str:
    """Say the time of day: "10 am", "2:30 pm"; "10:00" where the day has 24 hours."""
    if language != "en":
        return str(format_time(moment, "HH:mm", locale=language))
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return "noon" if (moment.hour, moment.minute) == (12, 0) else f"{hour}{minutes} {moment:%p}".lower()


def hear_by_words(hear_by: datetime, now: datetime, language: str, patterns: dict[str, str]) -> str:
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
        date=format_date(moment, patterns["date_year" if name == "year" else "date"], locale=language),
        time=clock_words(moment, language),
    )


def is_soon(hear_by: datetime, now: datetime) -> bool:
    """Whether the client hears within a day."""
    return hear_by - now <= timedelta(days=1)
