"""What an alarm says: ids, counts and times; a client's name or subject only where the user allows it.

A push lies on a lock screen for anybody to read, and passes through a service that isn't the user's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from triage.alarms.kinds import AlarmKind
from triage.alarms.rules import Alarm

# Control characters, and the marks that turn a line round or hide in it.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_LONGEST = 80

_TITLES: Mapping[AlarmKind, str] = {
    "deadline_near": "An answer is due",
    "deadline_missed": "An answer is late",
    "draft_ready": "A draft is ready for a severe message",
    "payment_step": "A payment reminder is ready",
    "forged": "A message may be a fraud",
    "given_up": "A message could not be handled",
    "login_broken": "The login is refused",
    "no_pass": "Mail can't be read",
}
_COUNTED: Mapping[AlarmKind, tuple[str, str]] = {
    "deadline_near": ("1 answer is due", "{} answers are due"),
    "deadline_missed": ("1 answer is late", "{} answers are late"),
    "draft_ready": ("1 draft for a severe message", "{} drafts for severe messages"),
    "payment_step": ("1 payment reminder is ready", "{} payment reminders are ready"),
    "forged": ("1 message may be a fraud", "{} messages may be frauds"),
    "given_up": ("1 message could not be handled", "{} messages could not be handled"),
    "login_broken": ("1 login is refused", "{} logins are refused"),
    "no_pass": ("1 account can't be read", "{} accounts can't be read"),
}


@dataclass(frozen=True, slots=True)
class Push:
    """One notification, and the keys of the alarms that it tells."""

    title: str
    body: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """How much may be read on a lock screen, and in whose time."""

    zone: tzinfo
    client: bool = False
    subject: bool = False


def pushes(alarms: Sequence[Alarm], shown: Shown, now: datetime, at_most: int) -> list[Push]:
    """One notification each, or one for all where there are more than ``at_most``."""
    if len(alarms) > at_most:
        return [_summary(alarms, shown, now)]
    return [
        Push(_TITLES[alarm.kind], _body(alarm, shown, now), (alarm.key,))
        for alarm in alarms
        if alarm.kind in _TITLES
    ]


def clock_time(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A time as the user reads it: of today alone, of other days with the day."""
    local = moment.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if is_today else f"{local:%Y-%m-%d %H:%M}"


def time_left(due: datetime, now: datetime) -> str:
    """How long it is until then, in hours and minutes."""
    hours, minutes = divmod(max(0, int((due - now).total_seconds())) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def one_line(text: str) -> str:
    """A client's words fit for a screen: one line, nothing that turns or hides, not too long."""
    plain = " ".join(_UNSHOWN.sub(" ", text).split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _body(alarm: Alarm, shown: Shown, now: datetime) -> str:
    said = [_says(alarm, shown, now), *_revealed(alarm, shown)]
    return "\n".join(line for line in said if line)


def _says(alarm: Alarm, shown: Shown, now: datetime) -> str:
    about = alarm.about
    due = clock_time(about.due, now, shown.zone) if about.due else ""
    message = f"Message {about.id}"
    match alarm.kind:
        case "deadline_near":
            left = time_left(about.due or now, now)
            return f"{message} is to be answered by {due}: {left} left."
        case "deadline_missed":
            return f"{message} was to be answered by {due}."
        case "draft_ready":
            return f"{message}: the draft lies in Drafts. Read the facts by: triage show {about.id} --calm"
        case "payment_step":
            return "Its draft lies in Drafts; nothing is sent until you send it."
        case "forged":
            return f"{message}: {about.what}. Don't pay, don't open links. Why: triage explain {about.id}"
        case "given_up":
            return f"{message} failed several times and is left to you. Where it is: triage status"
        case "login_broken":
            return f"{_account(alarm)} has let nobody in since {due}. What to do: triage doctor"
        case _:
            return f"{_account(alarm)} could not be read since {due}. What to do: triage doctor"


def _account(alarm: Alarm) -> str:
    """The account's short name, unless the user has named it by an address."""
    name = one_line(alarm.about.account)
    return "An account" if "@" in name or not name else f"The account {name}"


def _revealed(alarm: Alarm, shown: Shown) -> Iterator[str]:
    if shown.client and alarm.about.client:
        yield one_line(alarm.about.client)
    if shown.subject and alarm.about.subject:
        yield one_line(alarm.about.subject)


def _summary(alarms: Sequence[Alarm], shown: Shown, now: datetime) -> Push:
    """One notification for all: how many of what, and the first deadline that can still be kept."""
    counted = Counter(alarm.kind for alarm in alarms)
    parts = [_count(kind, number) for kind, number in counted.items() if kind in _COUNTED]
    ahead = [a.about.due for a in alarms if a.kind == "deadline_near" and a.about.due]
    first = f" The first deadline is {clock_time(min(ahead), now, shown.zone)}." if ahead else ""
    body = f"{', '.join(parts)}.{first} All of it: triage digest"
    return Push(f"{len(alarms):,} things to look at", body, tuple(alarm.key for alarm in alarms))


def _count(kind: AlarmKind, number: int) -> str:
    one, many = _COUNTED[kind]
    return one if number == 1 else many.format(f"{number:,}")
