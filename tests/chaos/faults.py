"""The model of the faults: each does one thing to the world or to a pass, and says whether it struck.

A fault ends healed: what follows it is a world that is well again, with whatever the fault has left behind.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.nursery import PassOrder
from tests.chaos.world import World
from tests.rig.dovecot import TELLTALE_PASSWORD
from tests.rig.proxy import Faults

if TYPE_CHECKING:
    from tests.chaos.rounds import Round

Fault = Callable[["Round"], bool]

KILLED = -9
_STEPS = (60, 130, 400)
_BYTES_DOWN = (1_200, 6_000, 14_000)
_BYTES_UP = (600, 2_500, 6_000)
_SECONDS = 0.25
_LOGIN = rb"(?i)^\S+ (AUTHENTICATE|LOGIN) "
_APPEND = rb"(?i)^\S+ APPEND "
_BY_HEADER = rb"(?i)^\S+ UID SEARCH .*HEADER "
_READ = rb"(?i)^\S+ (EXAMINE|UID FETCH|UID SEARCH|NOOP|LIST) "
_ROOM = 320_000


def _upto(chance: random.Random, bounds: tuple[int, ...]) -> int:
    """A number from 1 on: often among the first, now and then beyond what an idle pass reaches."""
    return chance.randint(1, chance.choice(bounds))


# ------------------------------------------------------------------------------------------- the process dies


def killed_at_a_step(round: Round) -> bool:
    """SIGKILL between two steps of input and output."""
    (outcome,) = round.run(
        round.changed(kill_step=_upto(round.chance, _STEPS)), allowed=frozenset({0, KILLED})
    )
    return outcome.code == KILLED


def killed_at_a_moment(round: Round) -> bool:
    """SIGKILL at any instruction, also in the middle of a write of SQLite's."""
    after = round.chance.uniform(0.0, round.chance.choice([0.06, 0.2]))
    (outcome,) = round.run(round.changed(kill_after_s=after), allowed=frozenset({0, KILLED}))
    return outcome.code == KILLED


def power_cut(round: Round) -> bool:
    """SIGKILL, and the ledger keeps no more than was forced to the disk, or any beginning of its log."""
    machine = round.machine
    disk = machine.folder / "disk"
    for left in disk.iterdir():
        left.unlink()
    machine._copy(machine.state, disk)
    order = replace(round.order(machine), kill_step=_upto(round.chance, _STEPS), disk=str(disk))
    (outcome,) = round.run(order, allowed=frozenset({0, KILLED}))
    if outcome.code != KILLED:
        return False
    was_forgetful = machine.is_forgetful
    machine.put_back(disk)
    machine.is_forgetful = was_forgetful
    return True


# -------------------------------------------------------------------------------------- the connection breaks


def _broken(round: Round, faults: Faults, **changes: object) -> bool:
    round.run(round.changed(**changes), faults=faults, allowed=frozenset({0, 3}))
    return round.stage.proxy.traffic.struck > 0


def cut_to_client(round: Round) -> bool:
    """The connection ends after any byte of the server's."""
    only, reset = round.chance.choice([0, 1, 2]), round.chance.random() < 0.3
    return _broken(round, Faults(cut_to_client=_upto(round.chance, _BYTES_DOWN) - 1, only=only, reset=reset))


def cut_to_server(round: Round) -> bool:
    """The connection ends after any byte of ours: a half-sent command, a half-sent APPEND."""
    only, reset = round.chance.choice([0, 1, 2]), round.chance.random() < 0.3
    return _broken(round, Faults(cut_to_server=_upto(round.chance, _BYTES_UP), only=only, reset=reset))


def ok_lost(round: Round) -> bool:
    """The draft is stored and its OK never comes."""
    _want_a_draft(round)
    return _broken(round, Faults(cut_before=b"APPENDUID"))


def lost_and_shown_late(round: Round) -> bool:
    """The OK is lost, and in the next pass the server's index of headers knows nothing of the draft yet."""
    _want_a_draft(round)
    machine = round.machine
    round.run(round.order(machine), faults=Faults(cut_before=b"APPENDUID"), allowed=frozenset({0, 3}))
    was_struck = round.stage.proxy.traffic.struck > 0
    round.run(round.order(machine), faults=Faults(refuse_command=(_BY_HEADER, b"* SEARCH\r\nTAG OK done")))
    return was_struck


def shown_late(round: Round) -> bool:
    """The server's index of headers knows nothing for the time of a pass."""
    _want_a_draft(round)
    return _refused(round, _BY_HEADER, b"* SEARCH\r\nTAG OK done", frozenset({0}))


def sent_away(round: Round) -> bool:
    """The server says goodbye in the middle: restarted, or the session's token is too old; then no entry."""
    _want_a_draft(round)
    only, words = round.chance.choice(
        [(0, b"[UNAVAILABLE] Shutting down"), (1, b"Session expired"), (2, b"Bye")]
    )
    limit = _upto(round.chance, _BYTES_DOWN) - 1
    faults = Faults(cut_to_client=limit, only=only, farewell=b"* BYE " + words + b"\r\n")
    if not _broken(round, faults):
        return False
    if words == b"Session expired":
        _refused(round, _LOGIN, b"NO [EXPIRED] too old", frozenset({4}))
    return True


def silence(round: Round) -> bool:
    """The server, or something on the way, says nothing more from some byte on."""
    faults = Faults(silent_after=_upto(round.chance, _BYTES_DOWN) - 1, only=round.chance.choice([0, 1, 2]))
    return _broken(round, faults, timeout=_SECONDS)


def nobody_there(round: Round) -> bool:
    """The server takes the connection and closes it."""
    round.run(round.changed(), faults=Faults(refuse=True), allowed=frozenset({3}))
    return True


# ----------------------------------------------------------------------------------------- the server refuses


def _want_a_draft(round: Round) -> None:
    if round.chance.random() < 0.8:
        round.act(lambda world: world.write(round.chance.choice(["angry", "more", "late"])))


def _refused(round: Round, pattern: bytes, answer: bytes, allowed: frozenset[int], only: int = 0) -> bool:
    faults = Faults(refuse_command=(pattern, answer), only=only)
    round.run(round.changed(), faults=faults, allowed=allowed)
    return round.stage.proxy.traffic.struck > 0


def append_refused(round: Round) -> bool:
    """NO to every APPEND, with one code or another."""
    _want_a_draft(round)
    answer = round.chance.choice(
        [b"NO [OVERQUOTA] full", b"NO [LIMIT] no more", b"NO [NOPERM] not you", b"NO [UNAVAILABLE] later",
         b"NO [SERVERBUG] oops", b"NO never", b"BAD what"]
    )  # fmt: skip
    return _refused(round, _APPEND, answer, frozenset({0, 1, 3}))


def stored_yet_refused(round: Round) -> bool:
    """The server stores the draft and says NO."""
    _want_a_draft(round)
    faults = Faults(replace=[(rb"OK \[APPENDUID [^\r]*", b"NO [SERVERBUG] after all not")])
    outcomes = round.run(round.changed(), faults=faults, allowed=frozenset({0, 1, 3}))
    return outcomes[0].code != 0


def read_refused(round: Round) -> bool:
    """NO to reading, from the server's side of things."""
    answer = round.chance.choice([b"NO [UNAVAILABLE] later", b"NO [INUSE] busy", b"NO [LIMIT] slow down"])
    return _refused(round, _READ, answer, frozenset({0, 3}))


def login_refused(round: Round) -> bool:
    """The password or token expires: before the pass, or before its second connection."""
    _want_a_draft(round)
    answer = round.chance.choice([b"NO [AUTHENTICATIONFAILED] no", b"NO [EXPIRED] too old"])
    return _refused(round, _LOGIN, answer, frozenset({0, 4}), only=round.chance.choice([1, 2, 2]))


def password_changed(round: Round) -> bool:
    """The server really knows another password."""
    machine = round.machine
    secret = machine.folder / "secret"
    secret.write_text("another one\n")
    round.run(round.order(machine), allowed=frozenset({4}))
    secret.write_text(TELLTALE_PASSWORD + "\n")
    return True


def no_rights(round: Round) -> bool:
    """Drafts may only be read for a while (a real access list)."""
    _want_a_draft(round)
    mail = round.world.mail
    mail.forbid_writing("Drafts", is_forbidden=True)
    (outcome,) = round.run(round.changed(), allowed=frozenset({0, 1, 3}))
    mail.forbid_writing("Drafts", is_forbidden=False)
    return outcome.code != 0


def no_room(round: Round) -> bool:
    """The mailbox is full for a while (a real quota)."""
    _want_a_draft(round)
    mail = round.world.mail
    name = mail.put("Archive", b"Subject: large\r\n\r\n" + b"x" * 76 * (_ROOM // 76))
    round.world.others["Archive"][name] = ("", mail.stored("Archive")[name].raw)
    (outcome,) = round.run(round.changed(), allowed=frozenset({0, 3}))
    mail.remove("Archive", name)
    del round.world.others["Archive"][name]
    return outcome.code != 0


# ------------------------------------------------------------------------------------ the mailbox is rebuilt


def uids_reused(round: Round) -> bool:
    """Another UIDVALIDITY, and the old UIDs belong to other messages."""
    round.world.rebuild(round.chance.choice(["INBOX", "INBOX", "Drafts", "Sent"]))
    round.quiet()
    return True


def wiped(round: Round) -> bool:
    """A folder is lost with all that was in it and made anew."""
    round.world.wipe(round.chance.choice(["INBOX", "Drafts", "Sent"]))
    round.quiet()
    return True


def rebuilt_meanwhile(round: Round) -> bool:
    """The server rebuilds a folder, or loses what was in it, in the middle of a pass."""
    folder = round.chance.choice(["INBOX", "Drafts", "Sent"])
    rebuild = round.chance.choice([World.rebuild, World.rebuild, World.wipe])
    # 2: Dovecot, finding its files half replaced, refuses to open the folder without saying why
    return _meanwhile(round, lambda: rebuild(round.world, folder), allowed=frozenset({0, 2, 3}))


# ---------------------------------------------------------------------------------------- the disk and ledger


def disk_full(round: Round) -> bool:
    """The ledger, the voice or the lock can't grow."""
    _want_a_draft(round)
    machine = round.machine
    order = round.order(machine)
    if round.chance.random() < 0.5:
        # what the pass says must have room: where that is lacking, nobody hears of anything
        log = Path(order.log)
        said = log.stat().st_size if log.exists() else 0
        order = replace(order, file_limit=said + 16_384 + round.chance.choice([0, 30_000, 80_000, 150_000]))
    else:
        order = replace(order, pages_left=round.chance.choice([0, 1, 2, 4]))
    (outcome,) = round.run(order, allowed=frozenset({0, 1, 5}))
    return outcome.code != 0


def ledger_lost(round: Round) -> bool:
    """The ledger is gone."""
    round.machine.put_back(None)
    round.quiet()
    return True


def ledger_set_back(round: Round) -> bool:
    """An old copy of the ledger is put back."""
    machine = round.machine
    if not machine.kept:
        machine.keep_copy()
        return False
    machine.put_back(round.chance.choice(machine.kept))
    round.quiet()
    return True


def ledger_damaged(round: Round) -> bool:
    """The ledger's file is spoilt; the pass says so or never notices; then an earlier one or none is used."""
    machine = round.machine
    files = sorted(path for path in machine.state.glob("ledger.sqlite3*") if path.stat().st_size)
    if not files:
        return False
    _spoil(round.chance.choice(files), round.chance)
    round.run(round.order(machine), allowed=frozenset({0, 1, 3, 5}))
    machine.put_back(round.chance.choice([None, *machine.kept]))
    return True


def _spoil(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    how = chance.choice(["cut", "zeros", "noise"])
    start = chance.randrange(len(content))
    if how == "cut":
        del content[start:]
    else:
        end = min(len(content), start + chance.choice([16, 512, 4096]))
        content[start:end] = bytes(end - start) if how == "zeros" else chance.randbytes(end - start)
    path.write_bytes(content)


# ------------------------------------------------------------------------------------- time and other people


def clock_jumps(round: Round) -> bool:
    """A pass believes that it is another time, then the clock is right again."""
    hours = round.chance.choice([-24 * 400, -48, -3, -0.5, 5, 19, 20, 24 * 30])
    if hours == 24 * 30:  # far ahead all mail is old, unless it was seen before
        if round.world.is_forgetful:
            return False
        round.settle()
    if abs(hours) > 24:  # on another day other reminders are due, or none
        round.world.own_dealt_with |= set(round.world.own)
        round.world.forget_thrown_reminders()
    told = round.world.now + timedelta(hours=hours)
    round.run(round.changed(now=told.isoformat()))
    return True


def two_at_once(round: Round) -> bool:
    """Two programs run at the same time, on one computer or on two; one of them may be killed."""
    _want_a_draft(round)
    machines = [round.world.machines[0], round.world.machines[-1]]
    orders: list[PassOrder] = []
    for number, machine in enumerate(machines):
        order = round.order(machine)
        kill = round.chance.random() < 0.3
        step = _upto(round.chance, _STEPS) if kill else 0
        orders.append(replace(order, out=f"{order.out}-{number}", kill_step=step))
    round.run(*orders, allowed=frozenset({0, 5, KILLED}))
    return True


def _meanwhile(round: Round, act: Callable[[], None], allowed: frozenset[int] = frozenset({0, 3})) -> bool:
    faults = Faults(meanwhile=act, at_chunk=_upto(round.chance, (15, 30, 80)))
    round.run(round.changed(), faults=faults, allowed=allowed)
    return round.stage.proxy.traffic.struck > 0


def people_act_meanwhile(round: Round) -> bool:
    """The user or a client does something in the middle of a pass."""
    return _meanwhile(round, round.act)


FAULTS: dict[str, tuple[int, Fault]] = {
    "killed at a step": (14, killed_at_a_step),
    "killed at a moment": (8, killed_at_a_moment),
    "power cut": (5, power_cut),
    "connection cut, from the server": (10, cut_to_client),
    "connection cut, to the server": (10, cut_to_server),
    "OK after APPEND lost": (4, ok_lost),
    "OK lost and the draft shown late": (3, lost_and_shown_late),
    "index of headers late": (2, shown_late),
    "sent away with BYE": (4, sent_away),
    "silence": (3, silence),
    "nobody there": (1, nobody_there),
    "APPEND refused": (4, append_refused),
    "APPEND stored, yet refused": (3, stored_yet_refused),
    "reading refused": (2, read_refused),
    "login refused": (3, login_refused),
    "password changed": (1, password_changed),
    "no rights": (2, no_rights),
    "no room": (2, no_room),
    "UIDs reused": (4, uids_reused),
    "folder wiped": (2, wiped),
    "folder rebuilt meanwhile": (3, rebuilt_meanwhile),
    "disk full": (4, disk_full),
    "ledger lost": (2, ledger_lost),
    "ledger set back": (4, ledger_set_back),
    "ledger damaged": (2, ledger_damaged),
    "clock jumps": (3, clock_jumps),
    "two at once": (4, two_at_once),
    "people act meanwhile": (10, people_act_meanwhile),
}
"""Every fault with its weight."""


def any_fault(chance: random.Random) -> tuple[str, Fault]:
    """One of them, the frequent ones more often."""
    names = list(FAULTS)
    name = chance.choices(names, [FAULTS[one][0] for one in names])[0]
    return name, FAULTS[name][1]
