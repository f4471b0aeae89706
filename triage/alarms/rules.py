"""Which alarms there are, from when on each may be told, and which are to be told now.

Nothing here knows what was told before: an alarm has a key, and the ledger tells no key twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

from triage.alarms.kinds import KINDS, AlarmKind
from triage.alarms.lead import tell_from
from triage.alarms.quiet import QuietHours
from triage.clock.working_time import WorkingTime

TroubleKind = Literal["login", "other"]

# A login that is refused once may be the server's bad minute.
LOGIN_AFTER = timedelta(hours=1)
# A laptop without a network is no news; one that can't read its mail for so long breaks the promise.
NO_PASS_AFTER = timedelta(hours=6)
NO_PASS_TIMES = 3
# After so many alarms at once the next wait so long, so that an afternoon's catching up is no burst.
SPACING = timedelta(minutes=10)
# A deadline as near as this waits for nothing but quiet hours.
URGENT = timedelta(minutes=30)
# Until it is known how often the program runs, a deadline of the next day is told rather than missed.
UNKNOWN_GAP = timedelta(days=1)
LONGEST_GAP = timedelta(days=7)
# Whose looks fall into quiet hours so many times in a row has no next chance that could be relied on.
MOST_NIGHTS = 8
DAY = timedelta(days=1)
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is configured: ``lead`` is the time at work that a warning leaves before a deadline.

    More than ``at_most`` alarms at once become one summary.
    """

    working: WorkingTime
    quiet: QuietHours
    lead: timedelta = timedelta(hours=2)
    at_most: int = 3
    kinds: frozenset[AlarmKind] = frozenset(KINDS)
    digest_at: time | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What an alarm is about; each is told only where the user wants it shown, ids and times aside."""

    id: int | None = None
    account: str = ""
    client: str = ""
    subject: str = ""
    due: datetime | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message that awaits an answer."""

    about: About
    received: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened and is told once; ``key`` tells it from all others of its kind."""

    kind: AlarmKind
    key: str
    about: About


@dataclass(frozen=True, slots=True)
class Trouble:
    """An account that can't be read since then; ``times`` counts the passes that failed in a row."""

    account: str
    kind: TroubleKind
    since: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that alarms depend on; ``begun`` is when alarms were first looked for on this machine."""

    begun: datetime
    awaited: Sequence[Awaited] = ()
    events: Sequence[Event] = ()
    troubles: Sequence[Trouble] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to tell once: not before ``at``, not from ``until`` on.

    ``at`` lies outside quiet hours. ``late_at``: if the next chance comes only then, it is told earlier.
    """

    kind: AlarmKind
    key: str
    about: About
    at: datetime
    until: datetime = FOREVER
    late_at: datetime = FOREVER

    def is_urgent(self, now: datetime) -> bool:
        """Whether waiting for company would cost the deadline."""
        return self.kind == "deadline_near" and self.until - now <= URGENT


def alarms(facts: Facts, rules: Rules, now: datetime) -> list[Alarm]:
    """Every alarm that there is or will be, by these facts; most urgent kinds first, then by deadline."""
    found = [alarm for alarm in _all(facts, rules, now) if alarm.kind in rules.kinds]
    return sorted(found, key=lambda alarm: (KINDS.index(alarm.kind), alarm.about.due or FOREVER, alarm.key))


def _all(facts: Facts, rules: Rules, now: datetime) -> Iterator[Alarm]:
    free = rules.quiet.free_from(now)
    for awaited in facts.awaited:
        if now < awaited.due:
            yield from _of_deadline_near(awaited, rules, now)
        # What was missed before anybody asked for alarms is no news; the digest has it.
        if awaited.due >= facts.begun:
            at = free if awaited.due <= now else rules.quiet.free_from(awaited.due)
            yield Alarm("deadline_missed", _key("deadline_missed", awaited), awaited.about, at)
    for event in facts.events:
        yield Alarm(event.kind, f"{event.kind}:{event.key}", event.about, free)
    for trouble in facts.troubles:
        yield from _of_trouble(trouble, rules)
    yield from digests(rules, now)


def _of_deadline_near(awaited: Awaited, rules: Rules, now: datetime) -> Iterator[Alarm]:
    """Before a deadline, outside quiet hours; where there is no such time left, nothing."""
    due, known = awaited.due.astimezone(UTC), min(awaited.received, now)
    at, late_at = (
        tell_from(due, lead, known, rules.working, rules.quiet) for lead in (rules.lead, rules.lead / 2)
    )
    at = rules.quiet.free_from(at)
    if at < due:
        yield Alarm("deadline_near", _key("deadline_near", awaited), awaited.about, at, due, late_at)


def _key(kind: AlarmKind, awaited: Awaited) -> str:
    """A message and its deadline: one that is moved is told of again."""
    return f"{kind}:{awaited.about.id}:{_stamp(awaited.due)}"


def _of_trouble(trouble: Trouble, rules: Rules) -> Iterator[Alarm]:
    about = About(account=trouble.account, due=trouble.since)
    key = f"{trouble.account}:{_stamp(trouble.since)}"
    if trouble.kind == "login":
        at = rules.quiet.free_from(trouble.since + LOGIN_AFTER)
        yield Alarm("login_broken", f"login_broken:{key}", about, at)
    elif trouble.times >= NO_PASS_TIMES:
        at = rules.quiet.free_from(trouble.since + NO_PASS_AFTER)
        yield Alarm("no_pass", f"no_pass:{key}", about, at)


def _stamp(moment: datetime) -> str:
    """A time in a key: without colons, which part a key."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def due_now(found: Iterable[Alarm], rules: Rules, now: datetime, gap: timedelta) -> list[Alarm]:
    """Those to be told now; ``gap`` is how long the next look will be in coming."""
    if rules.quiet.is_quiet(now):
        return []
    chance = _next_chance(rules.quiet, now.astimezone(UTC), gap)
    return [
        alarm
        for alarm in found
        if alarm.at <= now < alarm.until or (now < alarm.until and chance >= alarm.late_at)
    ]


def _next_chance(quiet: QuietHours, now: datetime, gap: timedelta) -> datetime:
    """The next look outside quiet hours, one each ``gap``: no look comes just because they end."""
    look = now + gap
    for _ in range(MOST_NIGHTS):
        if not quiet.is_quiet(look):
            return look
        left = quiet.free_from(look) - look
        look += max(1, -(-left // gap)) * gap
    return FOREVER


def without_burst(
    found: Sequence[Alarm], rules: Rules, now: datetime, told: Sequence[datetime]
) -> Sequence[Alarm]:
    """Those that may be told although these were told lately; the others wait a few minutes."""
    if sum(now - SPACING < at <= now for at in told) < rules.at_most:
        return found
    return [alarm for alarm in found if alarm.is_urgent(now)]


def next_look(
    found: Iterable[Alarm], rules: Rules, now: datetime, waits: Mapping[str, datetime]
) -> datetime | None:
    """When the first of these is to be told, ``now`` if it is due; None where there is none.

    ``waits`` holds back the alarm of a key: after a failed try, or for others told lately.
    """
    moments = ((alarm, max(alarm.at, now, waits.get(alarm.key, now))) for alarm in found)
    ahead = [rules.quiet.free_from(moment) for alarm, moment in moments if moment < alarm.until]
    return min(ahead, default=None)


def usual_gap(looks: Sequence[datetime]) -> timedelta:
    """How long the next look will be in coming, by the times of the last ones: their median distance."""
    ordered = sorted(looks)
    gaps = sorted(after - before for before, after in pairwise(ordered))
    return min(gaps[len(gaps) // 2], LONGEST_GAP) if gaps else UNKNOWN_GAP


def digests(rules: Rules, now: datetime) -> Iterator[Alarm]:
    """Today's digest and tomorrow's: told at any time after its own, as long as its day lasts."""
    today = rules.working.local(now).date()
    for day in (today, today + DAY) if rules.digest_at is not None else ():
        at = rules.quiet.free_from(_start(day, rules.digest_at, rules, now))
        until = _start(day + DAY, time(0), rules, now)
        yield Alarm("digest", f"digest:{day.isoformat()}", About(), at, until)


def _start(day: date, at: time | None, rules: Rules, now: datetime) -> datetime:
    """A time of day where the user is now."""
    return datetime.combine(day, at or time(0), rules.working.local(now).tzinfo).astimezone(UTC)
