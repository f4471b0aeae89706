"""``make chaos``: many faults in a bounded time, with progress, and one closing line.

A round that breaks a promise is told in full with what repeats it, and the others go on.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.faults import FAULTS, any_fault
from tests.chaos.rounds import BrokenPromise, Round, Stage, stage

_TELL_EVERY_S = 15.0
_MOST_FAULTS_A_ROUND = 24


@dataclass
class Tally:
    """What has been run so far."""

    struck: Counter[str] = field(default_factory=Counter)
    passes: int = 0
    rounds: int = 0
    broken: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def faults(self) -> int:
        return self.struck.total()

    def line(self) -> str:
        """How far it is."""
        seconds = time.monotonic() - self.began
        return (
            f"{self.faults} faults struck in {self.rounds} rounds and {self.passes} passes, "
            f"{self.faults / seconds:.1f} a second, {seconds:.0f} s; broken promises: {len(self.broken)}"
        )


def play(round: Round, chance: random.Random) -> None:
    """One round to its end: letters, then faults with people acting in between, settled now and then."""
    for _ in range(chance.randint(2, 4)):
        round.act(type(round.world).write)
    if chance.random() < 0.5:
        round.quiet()
    for _ in range(chance.randint(6, _MOST_FAULTS_A_ROUND)):
        for _ in range(chance.randint(0, 2)):
            round.act()
        round.strike(*any_fault(chance))
        if chance.random() < 0.1:
            round.settle()
        if chance.random() < 0.3:
            round.world.machines[0].keep_copy()
    round.settle()


def one_round(on: Stage, seed: int, number: int, tally: Tally) -> None:
    """Play the round of this seed and number and add up what it did."""
    chance = random.Random(f"{seed}:{number}")
    name = f"round-{number}"
    round = on.round(name, chance, machines=2 if chance.random() < 0.25 else 1, has_own=chance.random() < 0.4)
    try:
        play(round, chance)
    except BrokenPromise as broken:
        tally.broken.append(str(broken))
        print(f"\nBROKEN in round {number}: make chaos SEED={seed} ROUND={number}\n{broken}\n", flush=True)
    tally.struck += round.struck
    tally.passes += round.passes
    tally.rounds += 1
    shutil.rmtree(on.folder / name)
    shutil.rmtree(round.world.mail.root.parent, ignore_errors=True)


def run(on: Stage, asked: argparse.Namespace) -> Tally:
    """Rounds until enough faults have struck or the time is up."""
    tally, told = Tally(), time.monotonic()
    numbers = iter(range(asked.round, asked.round + 1) if asked.round is not None else range(10**6))
    for number in numbers:
        if tally.faults >= asked.faults or time.monotonic() - tally.began > asked.seconds:
            break
        one_round(on, asked.seed, number, tally)
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            print(tally.line(), flush=True)
    return tally


def main() -> int:
    """Parse what is asked for, run it, sum it up; the status says whether every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=7200.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--round", type=int)
    parser.add_argument("--cache", type=Path, default=Path(".pytest_cache/d/model"))
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print("Starting Dovecot, loading the classifier (trained first where it isn't yet) ...", flush=True)
    try:
        with stage(asked.cache, folder, users=min(6000, asked.faults + 10)) as on:
            print(f"Up: {asked.faults} faults, seed {asked.seed}.", flush=True)
            tally = run(on, asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name in FAULTS:
        print(f"  {tally.struck[name]:6}  {name}")
    spent = os.times()
    processor = spent.user + spent.system + spent.children_user + spent.children_system
    print(f"chaos: {tally.line()}; {processor:.0f} s of processor, seed {asked.seed}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
