"""A sample of the chaos in every test run: each kind of fault, a state machine, the oracle.

``make chaos`` is the whole of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.chaos.faults import FAULTS, KILLED
from tests.chaos.letters import LETTER_WORD
from tests.chaos.own_accord import OWES
from tests.chaos.promises import before, breaches, unfinished
from tests.chaos.rounds import BrokenPromise, Round, Stage, stage
from tests.chaos.world import ACTS, Draft, World
from tests.rig.dovecot import Dovecot
from tests.rig.proxy import Faults

pytestmark = pytest.mark.dovecot
NUMBERS = count(1)


@pytest.fixture(scope="module")
def on(dovecot: Dovecot, model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Server, proxy and nursery for all rounds; ``dovecot`` says where there is none."""
    with stage(model_cache, tmp_path_factory.mktemp("chaos"), users=400) as made:
        yield made


def begun(on: Stage, seed: int, machines: int = 1) -> Round:
    """A round with three letters that are drafted for."""
    made = on.round(f"test-{next(NUMBERS)}", random.Random(seed), machines)
    for kind in ("angry", "more", "late"):
        made.world.write(kind)
    return made


def test_undisturbed_every_letter_gets_what_is_due(on: Stage) -> None:
    round = begun(on, 1)
    for kind in ("civil", "list", "away"):
        round.world.write(kind)
    round.quiet()
    assert len([draft for draft in round.world.drafts() if not draft.own]) == 3
    assert {draft.own for draft in round.world.drafts() if draft.own} == set(round.world.own)
    round.settle()


@pytest.mark.parametrize("portion", range(2))
def test_every_kind_of_fault_leaves_every_promise_kept(on: Stage, portion: int) -> None:
    for number, (name, (_, fault)) in enumerate(list(FAULTS.items())[portion::2]):
        round = begun(on, number)
        round.strike(name, fault)
        if not round.struck[name]:
            round.act(World.write)
            round.strike(name, fault)
        round.settle()


def test_killed_all_along_one_pass(on: Stage) -> None:
    """Deaths one after another, each a little further on: what comes of them is one draft a letter."""
    round = begun(on, 3)
    for step in range(3, 200, 14):
        round.run(round.changed(kill_step=step), allowed=frozenset({0, KILLED}))
    round.settle()
    assert len([draft for draft in round.world.drafts() if not draft.own]) == 3


class Chaos(RuleBasedStateMachine):
    """Faults, people and passes in any order; every pass is held to what must hold at every moment."""

    on: Stage

    @initialize(seed=st.integers(0, 2**32), machines=st.sampled_from([1, 1, 2]))
    def begin(self, seed: int, machines: int) -> None:
        self.round = begun(self.on, seed, machines)

    @rule(act=st.sampled_from(ACTS))
    def somebody_acts(self, act: object) -> None:
        self.round.act(act)  # type: ignore[arg-type]

    @rule(name=st.sampled_from(sorted(FAULTS)), seed=st.integers(0, 2**32))
    def fault(self, name: str, seed: int) -> None:
        self.round.chance.seed(seed)
        self.round.strike(name, FAULTS[name][1])

    @rule()
    def undisturbed(self) -> None:
        self.round.quiet()

    def teardown(self) -> None:
        if hasattr(self, "round"):
            self.round.settle()


def test_faults_and_people_in_any_order(on: Stage) -> None:
    Chaos.on = on
    run_state_machine_as_test(
        Chaos,
        settings=settings(
            max_examples=4,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            database=None,
            # what breaks a promise is told with the shortest story that does
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


# ----------------------------------------------------------------------------- the oracle sees what is wrong


@pytest.fixture
def drafted(on: Stage) -> Round:
    """A round in which all is well and three drafts lie there."""
    round = begun(on, 5)
    round.quiet()
    assert list(breaches(round.world, before(round.world))) == []
    return round


def found(round: Round) -> str:
    """What is found wrong now."""
    return "\n".join([*breaches(round.world, before(round.world)), *unfinished(round.world)])


def reply(world: World) -> Draft:
    """A draft that answers a letter."""
    return next(draft for draft in world.drafts() if not draft.own)


def double(world: World) -> None:
    world.mail.put("Drafts", reply(world).stored.raw, flags="D")


def double_under_another_name(world: World) -> None:
    raw = re.sub(rb"(?m)^Message-ID: .*$", b"Message-ID: <new@studio.example>\r", reply(world).stored.raw)
    world.mail.put("Drafts", raw, flags="D")


def lose(world: World) -> None:
    world.mail.remove("Drafts", reply(world).stored.name)


def lose_reminder(world: World) -> None:
    lost = next(draft for draft in world.drafts() if draft.own == OWES)
    world.mail.remove("Drafts", lost.stored.name)


def double_reminder(world: World) -> None:
    raw = next(draft for draft in world.drafts() if draft.own == OWES).stored.raw
    world.mail.put("Drafts", raw.replace(b"Message-ID: <", b"Message-ID: <again-"), flags="D")


def read(world: World) -> None:
    world.mail.set_flags("INBOX", world.letters[0].name, "S")


def delete(world: World) -> None:
    world.mail.remove("INBOX", world.letters[0].name)


def overwrite(world: World) -> None:
    world.note()
    (name,) = world.others["Drafts"]
    world.mail.remove("Drafts", name)


def answer(world: World) -> None:
    for one in world.letters:
        one.answered = True


def misdirect(world: World) -> None:
    raw = re.sub(rb"(?m)^To: .*$", b"To: eve@other.example\r", reply(world).stored.raw)
    lose(world)
    world.mail.put("Drafts", raw, flags="D")


def leak(world: World) -> None:
    (world.machines[0].state / "notes").write_text(LETTER_WORD)


@pytest.mark.parametrize(
    ("deed", "word"),
    [
        (double, "is there 2 times"),
        (double_under_another_name, "2 drafts for 1 letters"),
        (lose, "is lost"),
        (lose_reminder, "was to be written to"),
        (double_reminder, "2 drafts for 1 letters: ada@tallow.example"),
        (read, "has changed"),
        (delete, "is gone"),
        (overwrite, "is gone"),
        (answer, "is left although"),
        (misdirect, "goes to somebody else"),
        (leak, "a letter's text stands in notes"),
    ],
)
def test_a_broken_promise_is_seen(drafted: Round, deed: object, word: str) -> None:
    deed(drafted.world)  # type: ignore[operator]
    assert word in found(drafted)


def test_what_was_begun_and_never_finished_is_seen(on: Stage) -> None:
    round = begun(on, 6)
    round.run(round.changed(), faults=Faults(cut_before=b"APPENDUID"), allowed=frozenset({3}))
    assert "is left planned" in found(round)


def test_a_way_of_ending_that_is_not_allowed_is_seen(on: Stage) -> None:
    round = begun(on, 7)
    with pytest.raises(BrokenPromise, match="exit status -9"):
        round.run(round.changed(kill_step=5))
