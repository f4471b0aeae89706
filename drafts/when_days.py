"""From the letters of a moment to days of the calendar: each shape has its reckoning."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drafts.when_ahead import (
    ago,
    ahead,
    day_,
    time_alone,
    unit,
    weekday,
    weekday_and_day,
    weekday_named,
    weekday_of_week,
    weekend,
    weeks_from_day,
    weeks_from_weekday,
)
from drafts.when_dates import (
    date_,
    day_of_month,
    days_,
    edge,
    edge_of_month,
    edge_of_quarter,
    edge_of_year,
    feast,
    figures,
    month_span,
    quarter_span,
    week_number,
)
from drafts.when_shapes import Hit
from drafts.when_spans import NOT_TOLD, Around, Context, Part, Span, sane
from drafts.when_words import Token

Reckoning = Callable[[Part, Context], Span | None]


def days_of(hit: Hit, found: list[Token], context: Context, around: Around) -> Span | None:
    """Return the days of a hit; None where its words are no moment, an empty Span where it can't be told."""
    part = Part(found, around)
    has_year = hit.shape in WITHOUT_DAY and part.number("Y") is not None
    if context.written is None and not has_year and hit.shape != "figures":
        return NOT_TOLD
    try:
        return sane(RECKONINGS[hit.shape](part, context))
    except (ValueError, OverflowError):
        return NOT_TOLD


RECKONINGS: Mapping[str, Reckoning] = {
    "figures": figures,
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
    "month": month_span,
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
