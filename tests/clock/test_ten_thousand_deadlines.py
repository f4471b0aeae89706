"""Ten thousand random messages in a hundred random calendars: fast and slow agree on every deadline."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.clock.slow_reference import Facts, Walk
from triage.clock.deadline import due_in_working_time
from triage.clock.travel import Journey
from triage.clock.working_time import WorkingTime

# All offsets of these are whole quarters of an hour; among them are those whose clocks change at odd times,
# by half an hour, at midnight, on Ramadan, and those beyond the date line.
ZONES = (
    "Europe/Berlin", "Europe/Lisbon", "Europe/London", "Europe/Dublin", "Europe/Moscow",
    "America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Los_Angeles", "America/Santiago",
    "America/Havana", "America/Mexico_City", "Africa/Cairo", "Africa/Casablanca", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Tokyo", "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Australia/Lord_Howe",
    "Australia/Adelaide", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Apia", "Pacific/Honolulu", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
CASES, EACH = 10_000, 100
DAY = timedelta(days=1)
# The weeks around which clocks change, and those of leap days.
EDGES = (
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 25), date(2026, 11, 1),
    date(2024, 2, 28), date(2028, 2, 28), date(2026, 12, 30), date(2026, 9, 6), date(2026, 4, 24),
    date(2026, 2, 14), date(2027, 6, 15),
)  # fmt: skip


def calendar(chance: random.Random) -> tuple[Facts, date]:
    """A random calendar, and the day around which its messages come."""
    around = chance.choice(EDGES) + chance.randint(-3, 3) * DAY
    opens = chance.randint(4, 12)

    def days(longest: int) -> tuple[date, date]:
        first = around + chance.randint(-4, 6) * DAY
        return first, first + chance.randint(0, longest) * DAY

    journeys: list[tuple[date, date, str]] = []
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        first, last = days(7)
        if all(last < a - 2 * DAY or first > b + 2 * DAY for a, b, _ in journeys):
            journeys.append((first, last, chance.choice(ZONES)))
    facts = Facts(
        zone=chance.choice(ZONES),
        weekdays=frozenset(chance.sample(range(7), chance.randint(1, 7))),
        opens=time(opens, chance.choice((0, 30))),
        closes=time(opens + chance.randint(2, 11), chance.choice((0, 45))),
        off=tuple(days(6) for _ in range(chance.randint(0, 3))),
        holidays=frozenset(around + chance.randint(-4, 6) * DAY for _ in range(chance.randint(0, 2))),
        journeys=tuple(journeys),
    )
    return facts, around


def as_program(facts: Facts) -> WorkingTime:
    """The same as the program's own."""
    return WorkingTime(
        ZoneInfo(facts.zone), facts.weekdays, facts.opens, facts.closes, facts.off, facts.holidays,
        tuple(Journey(first, last, ZoneInfo(zone)) for first, last, zone in facts.journeys),
    )  # fmt: skip


@pytest.mark.parametrize("part", range(4))
def test_fast_and_slow_agree(part: int) -> None:
    chance = random.Random(part)
    wrong = []
    for _ in range(CASES // EACH // 4):
        facts, around = calendar(chance)
        walk, working = Walk(facts), as_program(facts)
        for _ in range(EACH):
            quarters = chance.randint(-3 * 96, 4 * 96)
            received = datetime.combine(around, time(0), UTC) + quarters * timedelta(minutes=15)
            within = timedelta(hours=chance.choice((2, 12, 24, 24, 24, 48)))
            fast, slow = due_in_working_time(received, within, working), walk.due(received, within)
            if fast != slow and not is_one_moment(fast, slow, walk):
                wrong.append((facts, received, within, fast, slow))
    assert wrong[:1] == []


def is_one_moment(fast: datetime, slow: datetime, walk: Walk) -> bool:
    """Whether both mean the same, as far as a walk by quarters can tell."""
    return is_same_gap(fast, slow, walk) or is_departure(fast, slow, walk.facts)


def is_departure(fast: datetime, slow: datetime, facts: Facts) -> bool:
    """A journey breaks a day off: the last moment before it, and the last quarter of an hour."""
    return bool(facts.journeys) and timedelta(0) < fast - slow < timedelta(minutes=15)


def is_same_gap(fast: datetime, slow: datetime, walk: Walk) -> bool:
    """Midnight ends one day and begins the next: with no working day between, both are the same deadline."""
    first, last = sorted((fast.astimezone(UTC), slow.astimezone(UTC)))
    between = first
    while between < last:
        if walk.is_day(between) and walk.is_day(last - timedelta(minutes=15)):
            return False
        between += timedelta(minutes=15)
    return not walk.is_open(fast) and not walk.is_open(slow)
