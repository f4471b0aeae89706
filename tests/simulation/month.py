"""The simulation: virtual time, real passes over a real server, every promise asked after each."""

from __future__ import annotations

import heapq
import random
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from typer.testing import CliRunner

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import on_dovecot
from tests.rig.maildir import Maildir
from tests.rig.settings import config_text
from tests.simulation.judging import PopulationJudge
from tests.simulation.population import Letter, month_of_letters
from tests.simulation.promises import alarm_breaches, breaches
from tests.simulation.world import HOUR, Plan, World, utc
from triage.access import ledger_path
from triage.commands import app
from triage.conclude import Judge
from triage.config import Config, load_config
from triage.ledger.contract import Obligation
from triage.ledger.sqlite import open_ledger_copy
from triage.notify.delivery import Delivery, Outcome
from triage.order import Order, Summary
from triage.sweep import sweep

OCTOBER = Plan(
    first=utc("2026-10-01T00:00"),
    days=31,
    journey=(date(2026, 10, 12), date(2026, 10, 16)),
    outages=(
        (utc("2026-10-07T10:00"), utc("2026-10-07T15:30")),
        (utc("2026-10-22T08:00"), utc("2026-10-23T11:00")),
    ),
    resets=(utc("2026-10-20T12:00"),),
)
#: The clocks go back in the night to the 25th, a Sunday.
DAYS_OF_THE_CHANGE = Plan(
    first=utc("2026-10-22T00:00"),
    days=5,
    outages=((utc("2026-10-23T09:00"), utc("2026-10-23T11:00")),),
    resets=(utc("2026-10-26T12:00"),),
    poll=timedelta(hours=1),
    share=0.5,
    seed=4,
)
#: Dealt like cards, so that each comes in every score of letters, whatever the seed.
_FATES = (
    ("laptop", 6), ("phone", 3), ("alias", 2), ("send the draft", 2), ("edit and send", 2), ("delete", 1),
    ("done", 2), ("never", 2),
)  # fmt: skip


@dataclass
class Simulation:
    """One stretch of time; ``judge_of`` None: the real classifier from ``cache``."""

    plan: Plan
    world: World
    config: Config
    judge_of: Callable[[], Judge] | None = PopulationJudge
    now: datetime = field(init=False)
    passes: list[datetime] = field(default_factory=list)
    refused: int = 0
    told: list[tuple[datetime, str]] = field(default_factory=list)
    drafted: dict[str, datetime] = field(default_factory=dict)
    _events: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _deck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.plan.first
        self._chance = random.Random(self.plan.seed)
        for letter in self.world.letters:
            self._at(letter.arrived, lambda _, one=letter: self._arrive(one))  # type: ignore[misc]
        for moment in self.plan.resets:
            self._at(moment, lambda _: self.world.reset())

    def run(self) -> Iterator[datetime]:
        """Pass by pass; AssertionError with all that is broken."""
        for moment in self.plan.polls():
            self._live_until(moment)
            self.now = moment
            self._pass()
            yield moment
        broken = list(alarm_breaches(self.world, self.passes, self.told))
        assert not broken, "\n".join(broken)

    # ------------------------------------------------------------------------------------------- the program

    def _pass(self) -> None:
        """One pass; where the server can't be reached it says so and changes nothing."""
        account = self.config.accounts[0]
        if self.plan.is_out(self.now):
            account = account.model_copy(update={"port": closed_port()})
        order = Order(
            clock=lambda: self.now, judge_of=self.judge_of, notifier=self._notify, next_pass_in=self.plan.poll
        )
        summary = sweep(self.config, account, order)
        if self.plan.is_out(self.now):
            assert summary.error is not None
            self.refused += 1
            return
        self._check(summary)

    def _check(self, summary: Summary) -> None:
        assert summary.error is None, summary.error
        assert summary.failed == 0
        self.passes.append(self.now)
        for _, draft in self.world.drafts():
            self.drafted.setdefault(str(draft["In-Reply-To"]), self.now)
        broken = list(breaches(self.world, self.now, self.known()))
        assert not broken, f"after the pass of {self.now:%Y-%m-%d %H:%M}Z: " + "; ".join(broken)

    def known(self) -> list[Obligation]:
        """What the program takes to await an answer."""
        with open_ledger_copy(ledger_path(self.config)) as ledger:
            return ledger.open_obligations()

    def _notify(self, deliveries: Sequence[Delivery]) -> list[list[Outcome]]:
        for delivery in deliveries:
            self.told += [(self.now, key) for push in delivery.pushes for key in push.keys]
        return [[Outcome(True) for _ in delivery.pushes or (None,)] for delivery in deliveries]

    # --------------------------------------------------------------------------------------------- the people

    def _at(self, moment: datetime, what: Callable[[datetime], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), what))

    def _live_until(self, moment: datetime) -> None:
        while self._events and self._events[0][0] <= moment:
            at, _, what = heapq.heappop(self._events)
            what(at)

    def _arrive(self, letter: Letter) -> None:
        self.world.deliver(letter)
        if letter.client.is_machine or not letter.saying.awaits:
            return
        fate = self._fate()
        wait = self._chance.randint(2, 130) * timedelta(minutes=15)
        at = letter.arrived + wait + timedelta(minutes=7)
        if fate != "phone":
            at = self.plan.next_awake(at)
        if self._chance.random() < 0.25:
            self._at(letter.arrived + HOUR, lambda at: self._distract(letter, at))
        if fate != "never":
            self._at(at, lambda at: self._deal_with(letter, fate, at))

    def _fate(self) -> str:
        """The next card; the deck is shuffled anew when it is used up."""
        if not self._deck:
            self._deck = [fate for fate, times in _FATES for _ in range(times)]
            self._chance.shuffle(self._deck)
        return self._deck.pop()

    def _distract(self, letter: Letter, at: datetime) -> None:
        if letter.answered is None:
            self.world.distract(letter, at)

    def _deal_with(self, letter: Letter, fate: str, at: datetime) -> None:
        """What the freelancer does about a letter, if it wasn't answered with a later one."""
        if letter.answered is not None:
            return
        if fate in ("laptop", "phone", "alias"):
            self.world.reply(letter, at, fate)
        elif fate == "done":
            self._done(letter, at)
        elif fate == "send the draft":
            if not self.world.send_draft(letter, at):
                self.world.reply(letter, at, "laptop")
        elif fate == "edit and send" and self.world.edit_draft(letter, at):
            self._at(self.plan.next_awake(at + 2 * HOUR), lambda at: self._send_edited(letter, at))
        else:
            self.world.throw_away(letter, at) if fate == "delete" else None
            self._at(at + 9 * HOUR, lambda at: self._deal_with(letter, "phone", at))

    def _send_edited(self, letter: Letter, at: datetime) -> None:
        if letter.message_id in self.world.edited:
            self.world.send_edited(letter, at)

    def _done(self, letter: Letter, at: datetime) -> None:
        """By the command; a message that no pass has seen yet can't be named."""
        if letter.message_id not in {one.row.key for one in self.known()}:
            self._at(self.plan.next_awake(at + HOUR), lambda at: self._deal_with(letter, "done", at))
            return
        given = ["done", letter.message_id, "--config", str(self.config.paths.config)]
        result = CliRunner().invoke(app, given)
        assert result.exit_code == 0, result.output
        self.world.close(letter, at, how="done")
        self.world.log.append((at, "done", letter))


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def simulation(
    plan: Plan, server: Dovecot, folder: Path, judge_of: Callable[[], Judge] | None = PopulationJudge
) -> Simulation:
    """A simulation on a fresh mailbox of this server, its state in ``folder``."""
    user = server.user("alice")
    letters = month_of_letters(plan.first, plan.days, plan.seed, plan.share)
    world = World(Maildir(user.home, server.mail_ids), plan, letters)
    text = config_text(on_dovecot(server, user), folder, folder / "cache")
    travel = ""
    if plan.journey:
        first, last = plan.journey
        travel = f'travel = [{{ days = "{first}/{last}", time_zone = "America/Los_Angeles" }}]\n'
    text = text.replace("[clock]\n", f"[clock]\n{travel}") + "[alarms]\ndesktop = true\n"
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return Simulation(plan, world, load_config(path), judge_of)
