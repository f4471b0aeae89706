"""What the program promises, asked of the mailbox, the ledger and every file; each breach is a sentence."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from tests.chaos.letters import LETTER_WORD, USER_WORD, Letter
from tests.chaos.machine import Machine
from tests.chaos.nursery import Outcome
from tests.chaos.world import FOLDERS, Draft, World, matter_of
from tests.rig.dovecot import TELLTALE_PASSWORD

_SECRETS = {"a letter's text": LETTER_WORD, "the user's text": USER_WORD, "the password": TELLTALE_PASSWORD}


_ON_THE_WAY = " UNION ALL ".join(
    f"SELECT subject, state FROM {table} WHERE state IN ('planned', 'appending')"
    for table in ("ladder_step", "own_mail")
)


@dataclass(frozen=True, slots=True)
class Before:
    """What was so when a pass began."""

    drafts: frozenset[str]
    answered: frozenset[int]
    thrown_away: frozenset[str]
    is_forgetful: bool


def before(world: World) -> Before:
    """What is so now."""
    return Before(
        frozenset(draft.stored.name for draft in world.drafts()),
        frozenset(one.number for one in world.letters if one.answered),
        frozenset(world.thrown_away),
        world.is_forgetful,
    )


def breaches(world: World, began: Before) -> Iterator[str]:
    """What must hold at every moment, in the middle of a pass or after its death."""
    yield from _touched(world)
    yield from _doubled(world)
    for draft in world.drafts():
        yield from _unfit(world, draft)
        if draft.stored.name not in began.drafts:
            yield from _unwanted(draft, began)
    for machine in world.machines:
        yield from _leaked(machine)


def _touched(world: World) -> Iterator[str]:
    """All that isn't the program's is as the people left it."""
    for folder in FOLDERS:
        found = {name: (one.flags, one.raw) for name, one in world.mail.stored(folder).items()}
        for name, (flags, raw) in world.others[folder].items():
            if name not in found:
                yield f"{folder}: message {name} is gone"
            elif found[name] != (flags, raw):
                yield f"{folder}: message {name} has changed: flags {flags!r} are now {found[name][0]!r}"
        if folder != "Drafts" and set(found) - set(world.others[folder]):
            yield f"{folder}: there are messages that nobody put there"


def _doubled(world: World) -> Iterator[str]:
    drafts = world.drafts()
    for message_id, times in Counter(draft.message_id for draft in drafts).items():
        if times > 1:
            yield f"draft {message_id} is there {times} times"
    heirs = [draft for name, draft in world.heirs.items() if name in world.others["Drafts"]]
    there = Counter(draft.matter for draft in (*drafts, *heirs))
    wanted = Counter(matter_of(one) for one in world.letters if one.wanted != "nothing")
    wanted.update(world.own)
    for matter, times in there.items():
        if times > wanted[matter]:
            yield f"{times} drafts for {wanted[matter]} letters: {matter}"


def _unfit(world: World, draft: Draft) -> Iterator[str]:
    headers = BytesHeaderParser().parsebytes(draft.stored.raw)
    if "D" not in draft.stored.flags:
        yield f"draft {draft.message_id} lacks its flag"
    if not headers.get("X-Draft-Reference") or headers.get("Cc") or headers.get("Bcc"):
        yield f"draft {draft.message_id} has headers that it should not have"
    clients = {world.of(number).client for number in draft.answers} | ({draft.own} if draft.own else set())
    if not any(client in headers.get("To", "") for client in clients):
        yield f"draft {draft.message_id} goes to somebody else"


def _unwanted(draft: Draft, began: Before) -> Iterator[str]:
    if draft.answers and set(draft.answers) <= began.answered:
        yield f"a new draft for a letter answered before: {draft.matter}"
    if draft.message_id in began.thrown_away and not began.is_forgetful:
        yield f"a draft that the user threw away is back: {draft.matter}"


def _leaked(machine: Machine) -> Iterator[str]:
    for path in machine.folder.rglob("*"):
        if path.is_file() and path.name != "secret":
            content = path.read_bytes()
            for what, word in _SECRETS.items():
                if word.encode() in content:
                    yield f"{what} stands in {path.name}"
            if path.is_relative_to(machine.state) and path.stat().st_mode & 0o077:
                yield f"{path.name} can be read by others"


def misbehaviour(outcome: Outcome, allowed: frozenset[int]) -> Iterator[str]:
    """Whether a pass ended in another way than it may."""
    error = str(outcome.summary.get("error", ""))
    if outcome.code is None:
        yield "the pass hangs"
    elif outcome.code not in allowed:
        yield f"exit status {outcome.code}, which is none of {sorted(allowed)}: {error}"
    if "fault of the program" in error:
        yield error
    if outcome.code in (3, 4, 5) and not error and outcome.summary:
        yield f"exit status {outcome.code} without a word"


def unfinished(world: World) -> Iterator[str]:
    """What must hold after undisturbed passes, besides: nothing is lost, nothing is left begun."""
    there = Counter(draft.matter for draft in world.drafts())
    for one in world.letters:
        if one.wanted == "draft" and not one.dealt_with and not there[matter_of(one)]:
            yield f"letter {one.number} ({one.kind}) is lost: there is no draft for it"
    for client in sorted(set(world.own) - world.own_dealt_with):
        if not there[client]:
            yield f"{client} was to be written to: there is no draft for it"
    yield from _twins_lost(world, there)
    for machine in world.machines:
        yield from _left_begun(world, machine)
    if not world.is_forgetful:
        yield from _left_over(world)


def _twins_lost(world: World, there: Counter[str]) -> Iterator[str]:
    """Letters of one Message-ID get a draft each."""
    by_matter: dict[str, list[Letter]] = {}
    for one in world.letters:
        by_matter.setdefault(matter_of(one), []).append(one)
    for matter, twins in by_matter.items():
        due = sum(one.wanted == "draft" for one in twins)
        if due > there[matter] and not any(one.dealt_with for one in twins):
            yield f"of {due} letters with one Message-ID {there[matter]} have a draft"


def _left_begun(world: World, machine: Machine) -> Iterator[str]:
    """The ledger has finished with every message in the inbox."""
    with closing(sqlite3.connect(machine.ledger)) as connection:
        rows = connection.execute("SELECT key, state, reason FROM message").fetchall()
        on_the_way = connection.execute(_ON_THE_WAY).fetchall()
        damage = connection.execute("PRAGMA quick_check").fetchone()[0]
    if damage != "ok":
        yield f"the ledger is damaged: {damage}"
    for subject, state in on_the_way:
        yield f"the draft {subject!r} is left {state}"
    for key, state, reason in rows:
        if state not in ("settled", "given_up") or not reason:
            yield f"message {key} is left {state} ({reason})"
    known = {key for key, _, _ in rows}
    for one in world.letters:
        if one.folder == "INBOX" and one.message_id and one.message_id not in known:
            yield f"letter {one.number} is unknown to the ledger"


def _left_over(world: World) -> Iterator[str]:
    for draft in world.drafts():
        if draft.answers and all(world.of(number).answered for number in draft.answers):
            yield f"an untouched draft is left although the letter was answered: {draft.matter}"
