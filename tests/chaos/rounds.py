"""A round: one mailbox, some letters, faults one after another, and after each the question what holds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.chaos.machine import Machine
from tests.chaos.nursery import Nursery, Outcome, PassOrder
from tests.chaos.promises import before, breaches, misbehaviour, unfinished
from tests.chaos.world import ACTS, World
from tests.rig.dovecot import Dovecot
from tests.rig.maildir import Maildir
from tests.rig.proxy import FaultProxy, Faults

WELL = frozenset({0})
#: Undisturbed passes after which all must be settled.
SETTLING = 2


class BrokenPromise(AssertionError):
    """What the program promises didn't hold; the text tells the whole round."""


@dataclass
class Stage:
    """What all rounds share: the server, the proxy before it, the nursery, a folder."""

    dovecot: Dovecot
    proxy: FaultProxy
    nursery: Nursery
    folder: Path
    cache: Path

    def round(self, name: str, chance: random.Random, machines: int = 1, *, has_own: bool = True) -> Round:
        """A fresh mailbox and fresh computers; ``has_own``: with clients to be written to unasked."""
        user = self.dovecot.user("storm")
        mail = Maildir(user.home, self.dovecot.mail_ids)
        facts: dict[str, object] = {"port": self.proxy.port, "user": user.name, "cache": self.cache}
        world = World.begun(mail, self.folder / name, machines, chance, has_own=has_own, **facts)
        return Round(self, world, chance)

    def warm_up(self) -> None:
        """One mailbox with every kind of letter, so that no later pass loads or judges what this one has."""
        warm = self.round("warm", random.Random(0))
        for number, kind in enumerate(("angry", "more", "late", "civil", "list", "away") * 2):
            warm.world.write(kind)
            if number == 5:
                warm.world.write_again()
        machine = warm.world.machines[0]
        self.nursery.warm_up(warm.order(machine))


@contextmanager
def stage(cache: Path, folder: Path, users: int) -> Iterator[Stage]:
    """Server, proxy and nursery, ready for so many rounds."""
    with (
        Dovecot(users_each=users) as dovecot,
        FaultProxy(dovecot.port) as proxy,
        Nursery(cache) as nursery,
    ):
        made = Stage(dovecot, proxy, nursery, folder, cache)
        # the login process that stays: a new one for each of ten thousand logins is most of the time
        with dovecot.setting("service imap-login {\n service_count = 0\n}\n"):
            made.warm_up()
            yield made


@dataclass
class Round:
    """One mailbox's story; ``told`` is what happened, ``struck`` counts the faults that did."""

    stage: Stage
    world: World
    chance: random.Random
    told: list[str] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    passes: int = 0
    is_full: bool = False

    @property
    def machine(self) -> Machine:
        """The computer that does the next pass."""
        return self.chance.choice(self.world.machines)

    def order(self, machine: Machine) -> PassOrder:
        """An undisturbed pass."""
        folder = machine.folder
        return PassOrder(
            str(machine.config), self.world.now.isoformat(), str(folder / "log"), str(folder / "out")
        )

    # ---------------------------------------------------------------------------------------------- passes

    def run(
        self, *orders: PassOrder, faults: Faults | None = None, allowed: frozenset[int] = WELL
    ) -> list[Outcome]:
        """Run passes side by side under these faults, and hold them to every promise."""
        began = before(self.world)
        self.stage.proxy.begin(faults or Faults())
        outcomes = self.stage.nursery.run(*orders)
        self.stage.proxy.faults.silent_after = None
        self.stage.proxy.wait_until_quiet()
        self.passes += len(orders)
        self.told.append(f"  pass at {self.world.now}: {[(o.code, o.summary) for o in outcomes]}")
        self.world.later()
        found = [one for outcome in outcomes for one in misbehaviour(outcome, allowed)]
        self.judge([*found, *breaches(self.world, began)])
        return outcomes

    def quiet(self) -> None:
        """An undisturbed pass on one computer."""
        self.run(self.order(self.machine))

    def settle(self) -> None:
        """Undisturbed passes on every computer, after which nothing may be left to do."""
        for _ in range(SETTLING):
            for machine in self.world.machines:
                self.run(self.order(machine))
        self.judge(list(unfinished(self.world)))

    def judge(self, found: list[str]) -> None:
        """End the round where a promise is broken."""
        if found:
            raise BrokenPromise("\n".join([*found, "What happened:", *self.told]))

    # -------------------------------------------------------------------------------------- acts and faults

    def act(self, act: Callable[[World], object] | None = None) -> None:
        """Somebody does something."""
        chosen = act or self.chance.choice(ACTS)
        self.tell(chosen.__name__)
        chosen(self.world)

    def tell(self, what: str) -> None:
        """Add a line to the story."""
        self.told.append(what)

    def strike(self, name: str, fault: Callable[[Round], bool]) -> None:
        """A fault happens, with a pass under it; counted where it struck."""
        self.tell(f"fault: {name}")
        self.struck[name] += fault(self)

    def changed(self, **changes: object) -> PassOrder:
        """A pass of the next computer that goes wrong in this way."""
        return replace(self.order(self.machine), **changes)  # type: ignore[arg-type]
