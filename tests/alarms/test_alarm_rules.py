"""The rules themselves: what is told when, over weeks of runs at whatever times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alarms.test_quiet_hours import ZONES
from triage.alarms.kinds import KINDS
from triage.alarms.lead import tell_from
from triage.alarms.quiet import QuietHours
from triage.alarms.rules import (
    FOREVER,
    SPACING,
    UNKNOWN_GAP,
    About,
    Alarm,
    Awaited,
    Event,
    Facts,
    Rules,
    Trouble,
    alarms,
    due_now,
    next_look,
    usual_gap,
    without_burst,
)
from triage.clock.working_time import WorkingTime

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
RULES = Rules(WorkingTime(BERLIN), QuietHours(BERLIN, time(22), time(7)))
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """A time in Berlin; 9 March 2026 is a Monday."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=BERLIN)


def message(number: int, due: datetime, received: datetime | None = None) -> Awaited:
    """A message that awaits an answer, by default of a day before its deadline."""
    return Awaited(About(number, "studio", due=due), received or due - 24 * HOUR, due)


def told_at(awaited: Awaited, *looks: str, gap: timedelta = 5 * MINUTE) -> list[tuple[str, str]]:
    """The kinds told by looks at these times, never the same key twice."""
    found: list[tuple[str, str]] = []
    keys: set[str] = set()
    for look in looks:
        every = alarms(Facts(BEGUN, (awaited,)), RULES, at(look))
        for alarm in due_now(every, RULES, at(look), gap):
            if alarm.key not in keys:
                keys.add(alarm.key)
                found.append((alarm.kind, look))
    return found


def test_a_deadline_is_told_two_hours_before_and_once_it_is_missed() -> None:
    told = told_at(message(7, at("10T14:00")), "10T11:55", "10T12:00", "10T12:05", "10T13:55", "10T14:00")
    assert told == [("deadline_near", "10T12:00"), ("deadline_missed", "10T14:00")]


def test_what_falls_due_at_night_is_told_in_the_evening_and_missed_in_the_morning() -> None:
    told = told_at(message(7, at("10T23:30")), "10T14:55", "10T15:00", "10T22:30", "10T23:35", "11T07:00")
    assert told == [("deadline_near", "10T15:00"), ("deadline_missed", "11T07:00")]


def test_a_deadline_that_comes_and_goes_at_night_is_told_as_missed() -> None:
    """A quick promise: mail of 23:00 that was due at one in the morning."""
    night = message(7, at("11T01:00"), at("10T23:00"))
    assert told_at(night, "10T23:05", "11T00:30", "11T07:00") == [("deadline_missed", "11T07:00")]


def test_a_machine_that_slept_past_the_moment_tells_as_soon_as_it_wakes() -> None:
    assert told_at(message(7, at("10T14:00")), "10T09:00", "10T13:40") == [("deadline_near", "10T13:40")]


def test_a_snoozed_message_is_told_of_again() -> None:
    first, later = message(7, at("10T14:00")), message(7, at("11T14:00"), at("09T14:00"))
    keys = {one.key for m in (first, later) for one in alarms(Facts(BEGUN, (m,)), RULES, at("10T12:00"))}
    assert len([key for key in keys if key.startswith("deadline_near")]) == 2


def test_the_same_deadline_in_another_zone_is_the_same_alarm() -> None:
    due = at("10T14:00")
    here, there = (message(7, moment) for moment in (due, due.astimezone(ZoneInfo("Asia/Tokyo"))))
    keys = [[one.key for one in alarms(Facts(BEGUN, (m,)), RULES, at("10T12:00"))] for m in (here, there)]
    assert keys[0] == keys[1]


def test_what_was_missed_before_alarms_were_wanted_is_no_news() -> None:
    old = message(7, BEGUN - HOUR, BEGUN - 30 * HOUR)
    assert alarms(Facts(BEGUN, (old,)), RULES, at("10T12:00")) == []


def test_from_cron_the_last_run_in_time_tells() -> None:
    """Once a day at nine: what is due at two tomorrow night could not be told any more."""
    daily = 24 * HOUR
    assert told_at(message(7, at("10T14:00")), "09T09:00", "10T09:00", gap=daily) == [
        ("deadline_near", "10T09:00")
    ]
    assert told_at(message(7, at("11T08:30")), "10T09:00", gap=daily) == [("deadline_near", "10T09:00")]


def test_a_run_every_half_hour_tells_no_earlier_than_it_must() -> None:
    looks = ("10T11:00", "10T11:30", "10T12:00")
    assert told_at(message(7, at("10T14:00")), *looks, gap=30 * MINUTE) == [("deadline_near", "10T12:00")]


def test_mail_dated_in_the_future_breaks_nothing() -> None:
    odd = message(7, at("10T14:00"), at("20T09:00"))
    assert told_at(odd, "10T11:00", "10T13:00") == [("deadline_near", "10T13:00")]


def login(since: str, times: int = 2) -> Facts:
    return Facts(BEGUN, troubles=(Trouble("studio", "login", at(since), times),))


def kinds_due(facts: Facts, now: str, rules: Rules = RULES) -> list[str]:
    return [one.kind for one in due_now(alarms(facts, rules, at(now)), rules, at(now), MINUTE)]


def test_a_login_is_broken_after_an_hour() -> None:
    assert kinds_due(login("10T10:00"), "10T10:59") == []
    assert kinds_due(login("10T10:00"), "10T11:00") == ["login_broken"]
    assert kinds_due(login("10T21:30"), "10T23:00") == []
    assert kinds_due(login("10T21:30"), "11T07:00") == ["login_broken"]


@pytest.mark.parametrize(
    ("times", "now", "kinds"),
    [(2, "10T18:00", []), (3, "10T15:59", []), (3, "10T16:00", ["no_pass"]), (9, "10T21:00", ["no_pass"])],
)
def test_an_account_out_of_reach_is_told_after_hours_and_tries(
    times: int, now: str, kinds: list[str]
) -> None:
    facts = Facts(BEGUN, troubles=(Trouble("studio", "other", at("10T10:00"), times),))
    assert kinds_due(facts, now) == kinds


def test_only_the_kinds_that_are_wanted_are_told() -> None:
    events = tuple(Event(kind, "1", About(1)) for kind in KINDS if kind in ("forged", "given_up"))
    few = Rules(RULES.working, RULES.quiet, kinds=frozenset({"forged"}))
    assert kinds_due(Facts(BEGUN, events=events), "10T12:00", few) == ["forged"]
    assert kinds_due(Facts(BEGUN, events=events), "10T12:00") == ["forged", "given_up"]


DIGEST = Rules(RULES.working, RULES.quiet, digest_at=time(8))


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        ("10T07:59", []),
        ("10T08:00", ["digest:2026-03-10"]),
        ("10T21:59", ["digest:2026-03-10"]),
        ("10T23:30", []),
        ("11T00:30", []),
        ("11T09:00", ["digest:2026-03-11"]),
        ("29T08:00", ["digest:2026-03-29"]),
    ],
)
def test_the_digest_comes_at_its_time_or_later_that_day(now: str, keys: list[str]) -> None:
    due = due_now(alarms(Facts(BEGUN), DIGEST, at(now)), DIGEST, at(now), MINUTE)
    assert [one.key for one in due] == keys


def test_after_three_the_next_wait_ten_minutes_but_for_an_urgent_deadline() -> None:
    now = at("10T12:00")
    event = Alarm("forged", "forged:1", About(1), now)
    urgent = Alarm("deadline_near", "deadline_near:2", About(2), now, now + 20 * MINUTE)
    told = [now - 9 * MINUTE] * 3
    assert without_burst([event, urgent], RULES, now, told) == [urgent]
    assert without_burst([event, urgent], RULES, now, told[:2]) == [event, urgent]
    assert without_burst([event, urgent], RULES, now, [now - SPACING] * 9) == [event, urgent]


@pytest.mark.parametrize(
    ("minutes", "gap"),
    [([], UNKNOWN_GAP), ([0], UNKNOWN_GAP), ([0, 5], 5 * MINUTE), ([0, 5, 10, 15, 800, 805], 5 * MINUTE)],
)
def test_how_often_the_program_runs_shows_in_its_last_runs(minutes: list[int], gap: timedelta) -> None:
    assert usual_gap([BEGUN + MINUTE * minute for minute in minutes]) == gap


def test_the_next_look_is_when_the_first_falls_due() -> None:
    now = at("10T09:00")
    found = alarms(Facts(BEGUN, (message(7, at("10T14:00")), message(8, at("11T23:00")))), RULES, now)
    assert next_look(found, RULES, now, {}) == at("10T12:00")
    assert next_look(found[1:], RULES, now, {}) == at("10T14:00")
    assert next_look([], RULES, now, {}) is None
    waiting = {found[0].key: at("10T12:30")}
    assert next_look(found[:1], RULES, now, waiting) == at("10T12:30")
    assert next_look(found[:1], RULES, now, {found[0].key: at("10T14:30")}) is None


def test_what_is_due_by_now_wants_a_look_now_and_at_night_one_in_the_morning() -> None:
    event = [Alarm("forged", "forged:1", About(1), at("10T12:00"))]
    assert next_look(event, RULES, at("10T13:00"), {}) == at("10T13:00")
    assert next_look(event, RULES, at("10T23:00"), {}) == at("11T07:00")


def test_a_run_that_falls_into_quiet_hours_is_no_chance_although_they_end_before_the_deadline() -> None:
    """Runs at 12:00, 22:30 and 9:00: that of the evening tells nothing, none comes when the night ends."""
    rules = Rules(WorkingTime(BERLIN, opens=time(7)), RULES.quiet, lead=HOUR)
    every = alarms(Facts(BEGUN, (message(1, at("11T08:15")),)), rules, at("10T12:00"))
    (near,) = (one for one in every if one.kind == "deadline_near")
    assert at("10T12:00") < near.at
    assert near.late_at > at("11T07:00")
    gap = timedelta(hours=10, minutes=30)
    assert near in due_now(every, rules, at("10T12:00"), gap)
    assert near not in due_now(every, rules, at("10T12:00"), 15 * MINUTE)


def test_whose_runs_all_fall_into_quiet_hours_is_told_now() -> None:
    every = alarms(Facts(BEGUN, (message(1, at("11T18:00")),)), RULES, at("09T12:00"))
    always_quiet = Rules(RULES.working, QuietHours(BERLIN, time(12, 1), time(12)))
    assert [one.kind for one in due_now(every, always_quiet, at("09T12:00"), 7 * HOUR)] == ["deadline_near"]


# --------------------------------------------------------------------------------------------- weeks of runs

zones = st.sampled_from(ZONES).map(ZoneInfo)
START = datetime(2026, 3, 20, 12, tzinfo=UTC)
spans = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda span: span[0] < span[1])
rulebooks = st.builds(
    lambda zone, hours, night, lead: Rules(
        WorkingTime(zone, opens=time(hours[0]), closes=time(hours[1])),
        QuietHours(zone, time(night[0]), time(night[1])),
        lead=timedelta(minutes=lead),
        digest_at=time(12),
    ),
    zones, spans, st.tuples(st.integers(0, 23), st.integers(0, 23)), st.integers(10, 360),
)  # fmt: skip
letters = st.lists(
    st.tuples(st.integers(0, 6 * 24 * 60), st.integers(1, 72 * 60)).map(
        lambda pair: (START + MINUTE * pair[0], START + MINUTE * sum(pair))
    ),
    max_size=3,
).map(lambda pairs: [message(i, due, received) for i, (received, due) in enumerate(pairs)])


def lived_through(
    letters: Sequence[Awaited], rules: Rules, looks: Sequence[datetime], gap: timedelta
) -> dict[str, datetime]:
    """When each key was told by these looks; a message is known from its arrival on."""
    told: dict[str, datetime] = {}
    for now in looks:
        known = tuple(one for one in letters if one.received <= now)
        for alarm in due_now(alarms(Facts(START, known), rules, now), rules, now, gap):
            told.setdefault(alarm.key, now)
    return told


def near_key(awaited: Awaited) -> str:
    return f"deadline_near:{awaited.about.id}:{awaited.due:%Y%m%dT%H%M%SZ}"


@settings(max_examples=40, deadline=None)
@given(letters, rulebooks, st.lists(st.integers(0, 9 * 24 * 60), max_size=30), st.integers(1, 1500))
def test_nothing_is_told_in_quiet_hours_or_about_a_past_deadline(
    letters: list[Awaited], rules: Rules, minutes: list[int], gap: int
) -> None:
    looks = [START + MINUTE * minute for minute in sorted(minutes)]
    told = lived_through(letters, rules, looks, gap * MINUTE)
    assert not any(rules.quiet.is_quiet(now) for now in told.values())
    for one in letters:
        assert told.get(near_key(one), one.received) < one.due


@settings(max_examples=25, deadline=None)
@given(letters, rulebooks, st.integers(30, 26 * 60), st.integers(0, 600))
def test_who_runs_regularly_hears_of_every_deadline_before_it(
    letters: list[Awaited], rules: Rules, period: int, offset: int
) -> None:
    """Whatever the period: if a run outside quiet hours knew of the message in time, one of them told."""
    looks = [START + MINUTE * minute for minute in range(offset, 9 * 24 * 60, period)]
    told = lived_through(letters, rules, looks, period * MINUTE)
    for one in letters:
        chances = [now for now in looks if one.received <= now < one.due and not rules.quiet.is_quiet(now)]
        assert (near_key(one) in told) == bool(chances)


@settings(max_examples=40, deadline=None)
@given(letters, rulebooks, st.lists(st.integers(0, 9 * 24 * 60), max_size=40))
def test_any_run_after_the_moment_tells(letters: list[Awaited], rules: Rules, minutes: list[int]) -> None:
    """A laptop that wakes at odd times: the first run from the moment on tells, however odd the times."""
    looks = [START + MINUTE * minute for minute in sorted(minutes)]
    told = lived_through(letters, rules, looks, MINUTE)
    for one in letters:
        moment = tell_from(one.due, rules.lead, one.received, rules.working, rules.quiet)
        chances = [now for now in looks if moment <= now < one.due and not rules.quiet.is_quiet(now)]
        if chances:
            assert told[near_key(one)] <= chances[0]


@settings(max_examples=40, deadline=None)
@given(letters, rulebooks, st.integers(0, 9 * 24 * 60))
def test_nothing_falls_due_before_the_next_look(letters: list[Awaited], rules: Rules, minute: int) -> None:
    """A daemon that sleeps until the next look misses nothing that it knew of."""
    now = START + MINUTE * minute
    known = tuple(one for one in letters if one.received <= now)
    found = alarms(Facts(START, known), rules, now)
    ahead = next_look(found, rules, now, {})
    until = ahead or now + timedelta(days=30)
    assert until >= now
    moment = now
    while moment < until and moment < now + timedelta(days=2):
        assert due_now(found, rules, moment, timedelta(0)) == []
        moment += 37 * MINUTE
    if ahead is not None:
        assert due_now(found, rules, ahead, timedelta(0)) != []


def test_a_fortnight_of_quiet_cant_be_asked_for() -> None:
    """Quiet of 23 hours and 59 minutes still leaves a minute, and everything is told in it."""
    rules = Rules(WorkingTime(BERLIN), QuietHours(BERLIN, time(12, 1), time(12)))
    event = Facts(BEGUN, events=(Event("forged", "1", About(1)),))
    (alarm,) = alarms(event, rules, at("10T13:00"))
    assert alarm.at == at("11T12:00")
    assert alarm.until == FOREVER


def test_the_days_of_a_digest_are_those_where_the_user_is() -> None:
    """On the 10th at 23:30 in Berlin it is the 11th in Tokyo, half past seven in the morning."""
    from triage.clock.travel import Journey

    there = Journey(date(2026, 3, 9), date(2026, 3, 20), ZoneInfo("Asia/Tokyo"))
    rules = Rules(WorkingTime(BERLIN, journeys=(there,)), QuietHours(BERLIN), digest_at=time(7, 30))
    now = at("10T23:30")
    assert [one.key for one in due_now(alarms(Facts(BEGUN), rules, now), rules, now, MINUTE)] == [
        "digest:2026-03-11"
    ]
