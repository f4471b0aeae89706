"""What must hold after every pass; each breach is a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time

from tests.simulation.population import Letter
from tests.simulation.world import HOLDING_BEFORE, HOUR, PROMISED, World
from triage.ledger.contract import Obligation


def breaches(world: World, now: datetime, known: list[Obligation]) -> Iterator[str]:
    """All of them."""
    yield from _of_obligations(world, known)
    yield from _of_drafts(world, now)
    yield from _doubled(world)
    yield from _touched(world)


def _of_obligations(world: World, known: list[Obligation]) -> Iterator[str]:
    """Every obligation is known, with its deadline; nothing else is."""
    found = {one.row.key: one for one in known}
    wanted = {one.message_id: one for one in world.awaiting()}
    for name, letter in wanted.items():
        if name not in found:
            yield f"{_told(letter)} awaits an answer and is not known to"
        elif found[name].due != world.due(letter):
            yield f"{_told(letter)} is due {world.due(letter):%d %H:%M}, not {found[name].due:%d %H:%M}"
    said = {one.message_id: one for one in world.delivered}
    for name in found.keys() - wanted.keys():
        yield f"{_told(said[name])} awaits nothing and is counted"


def _of_drafts(world: World, now: datetime) -> Iterator[str]:
    """Every due draft is there: of flagged letters at once, of others when their time has come."""
    answered_by = {str(draft["In-Reply-To"]) for _, draft in world.drafts()} | world.edited.keys()
    for letter in world.awaiting():
        is_due = letter.saying.flagged or now >= letter.arrived + PROMISED - HOLDING_BEFORE
        if is_due and not letter.thrown_away and not _covering(world, letter) & answered_by:
            yield f"{_told(letter)} has no draft"
    drafted = {str(draft["In-Reply-To"]) for _, draft in world.drafts()}
    for letter in world.delivered:
        if letter.answered is not None and letter.message_id in drafted:
            yield f"{_told(letter)} is answered and has a draft still"


def _covering(world: World, letter: Letter) -> set[str]:
    """The letters whose draft will do: any of its matter, for a flagged one itself or a later one."""
    kin = (one for one in world.delivered if one.matter == letter.matter)
    later = (one for one in kin if not letter.saying.flagged or one.arrived >= letter.arrived)
    return {one.message_id for one in later if one.saying.flagged or not letter.saying.flagged}


def _doubled(world: World) -> Iterator[str]:
    times = Counter(str(draft["In-Reply-To"]) for _, draft in world.drafts())
    times.update(world.edited.keys())
    yield from (f"{name} has {number} drafts" for name, number in times.items() if number > 1)


def _touched(world: World) -> Iterator[str]:
    """Mail of people is as they left it, with its flags."""
    for folder, wanted in world.untouched.items():
        found = {name: (one.flags, one.raw) for name, one in world.mail.stored(folder).items()}
        for name, was in wanted.items():
            if found.get(name) != was:
                yield f"{folder}: a message has changed"
        if folder != "Drafts" and found.keys() - wanted.keys():
            yield f"{folder}: a message that nobody put there"


def _told(letter: Letter) -> str:
    return f"letter {letter.number} ({letter.client.name}, {letter.matter}, {letter.arrived:%d %H:%M}Z)"


def alarm_breaches(world: World, passes: list[datetime], told: list[tuple[datetime, str]]) -> Iterator[str]:
    """Alarms come before their deadline, never at night, never twice, and where there was a chance at all."""
    keys = Counter(key for _, key in told)
    yield from (f"{key} was told {number} times" for key, number in keys.items() if number > 1)
    for at, key in told:
        local = at.astimezone(world.plan.zone(at)).time()
        if local >= time(22) or local < time(7):
            yield f"{key} was told at night, at {local}"
        due = key.rpartition(":")[2]
        if key.startswith("deadline_near") and f"{at:%Y%m%dT%H%M%SZ}" >= due:
            yield f"{key} was told too late, at {at:%d %H:%M}"
    warned = {key.rpartition(":")[2] for _, key in told if key.startswith("deadline_near")}
    for letter in world.delivered:
        end = letter.arrived + PROMISED
        was_missed = letter.saying.awaits and (letter.answered is None or letter.answered > end)
        near = [at for at in passes if letter.arrived < at and end - HOUR <= at < end]
        chances = [at for at in near if _sets_deadline(world, letter, at)]
        if was_missed and len(chances) > 2 and f"{end:%Y%m%dT%H%M%SZ}" not in warned:
            yield f"{_told(letter)} was missed without a warning"


def _sets_deadline(world: World, letter: Letter, at: datetime) -> bool:
    """Whether no older letter of its matter was open then: else the older one's deadline was told of."""
    older = (one for one in world.delivered if one.matter == letter.matter and one.arrived < letter.arrived)
    return not any(one.saying.awaits and (one.answered is None or one.answered > at) for one in older)
