"""When this machine's clock can't be right: a pass is told, and its deadlines are read safely."""

from __future__ import annotations

from datetime import datetime, timedelta

# Clocks are put right by minutes all the time.
_USUAL = timedelta(minutes=10)


def set_back_by(now: datetime, last_pass: datetime | None) -> timedelta | None:
    """By how much the clock stands before the last pass, or None where nothing is odd."""
    if last_pass is None or last_pass - now <= _USUAL:
        return None
    return last_pass - now


def doubt(now: datetime, last_pass: datetime | None) -> str | None:
    """The sentence that tells it."""
    gap = set_back_by(now, last_pass)
    if gap is None:
        return None
    hours = gap / timedelta(hours=1)
    return (
        f"this machine's clock stands {hours:.1f} hours before the last pass: set it right; "
        "deadlines are counted from the mail's arrival all the same"
    )
