"""The daemon's one loop: it decides, and sleeps between its timers; passes and watches have threads."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue

from triage.config import Account, Config
from triage.containment import contained
from triage.daemon.alarm_clock import AlarmClock
from triage.daemon.bell import Bell, Time
from triage.daemon.passes import Passes
from triage.daemon.plan import Plan, has_jumped, interval
from triage.daemon.timetable import Timetable
from triage.daemon.watching import Watch, watches_of
from triage.errors import ConfigError, ExitCode
from triage.heartbeat import Beat, daemon_lock, write_beat
from triage.imap.route import source_towards
from triage.order import Order, Summary
from triage.power import Power, power_now
from triage.supervisor import Supervisor

logger = logging.getLogger(__name__)

#: So often the loop looks whether the machine has slept or changed networks, and tells the watchdog.
TICK_S = 20.0
#: A pass that has taken this long hangs: the watchdog hears no more, and systemd starts the daemon anew.
HUNG_S = 45 * 60.0
_JITTER = 0.15

Reread = Callable[[], tuple[Config, Sequence[Account]]]


def _jitter() -> float:
    return random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311, nothing secret hangs on it


@dataclass(eq=False)
class Served:
    """One account with its plan and its watches."""

    account: Account
    plan: Plan
    watches: list[Watch]
    route: str | None = None  # our address on it; empty where there is none

    def is_rerouted(self) -> bool:
        """Whether packets to its server take another way than at the last look, or none, or one again."""
        peer = next((watch.peer for watch in self.watches if watch.peer is not None), None)
        if peer is None:
            return False
        before, self.route = self.route, source_towards(peer)
        return before is not None and before != self.route


@dataclass
class _Passed:
    served: Served
    summary: Summary
    holding_at: datetime | None


@dataclass
class _Told:
    watch: Watch
    word: str


@dataclass
class Daemon:
    """Runs until ``end`` is called; a pass under way then ends at its next message.

    ``reread`` gives the configuration anew, for ``reload``. All other fields are for tests to replace.
    """

    config: Config
    accounts: Sequence[Account]
    order: Order = field(default_factory=Order)
    on_pass: Callable[[Summary], None] = lambda _: None
    reread: Reread | None = None
    time: Time = field(default_factory=Time)
    supervisor: Supervisor = field(default_factory=Supervisor)
    power: Callable[[], Power] = power_now
    jitter: Callable[[], float] = _jitter
    tick_s: float = TICK_S
    bell: Bell = field(default_factory=Bell)
    _ending: threading.Event = field(default_factory=threading.Event)
    _reloading: threading.Event = field(default_factory=threading.Event)
    _events: SimpleQueue[_Passed | _Told] = field(default_factory=SimpleQueue)
    _served: list[Served] = field(default_factory=list)
    _told: str = ""

    def end(self) -> None:
        """Come to a clean end; may be called from anywhere, a signal handler too."""
        self._ending.set()
        self.bell.ring()

    def reload(self) -> None:
        """Read the configuration anew as soon as no pass is running; a broken one is told and not taken."""
        self._reloading.set()
        self.bell.ring()

    def run(self) -> ExitCode:
        """Serve every account until the end; raises PassRunning where another daemon does."""
        self._folder = self.config.paths.state
        self._since = self.time.now()
        self._woken = (self._since, self.time.elapsed())
        with daemon_lock(self._folder):
            self._serve()
            self.supervisor.ready("started")
            while not self._ending.is_set():
                self._turn()
            self.supervisor.stopping()
            self._leave()
        self.bell.close()
        return ExitCode.DONE

    @property
    def worker_pid(self) -> int | None:
        """The process that judges, where there is one."""
        return self._passes.worker_pid

    # ---------------------------------------------------------------------------------------- begin and end

    def _serve(self) -> None:
        self._passes = Passes(self.config, self.order, self._ending.is_set)
        self._alarms = AlarmClock(self.config, self.order, self.bell.ring)
        self._pool = ThreadPoolExecutor(len(self.accounts), thread_name_prefix="pass")
        self._timetable = Timetable(self.time)
        self._timetable.every("tick", self.tick_s, self._look_after)
        now = self.time.now()
        for account in self.accounts:
            watches = watches_of(account, self.order.secret, self._hear)
            self._served.append(Served(account, Plan(account.name, now), watches))
            for watch in watches:
                watch.start()

    def _leave(self) -> None:
        """End the watches and the process that judges; passes end by themselves."""
        watches = [watch for one in self._served for watch in one.watches]
        for watch in watches:
            watch.end()
        self._timetable.close()
        self._passes.end()
        self._pool.shutdown(wait=True)
        self._alarms.join()
        for watch in watches:
            watch.join()
        self._take_events()
        self._served.clear()

    # ------------------------------------------------------------------------------------------- one turn

    def _turn(self) -> None:
        if self._reloading.is_set() and self._is_idle:
            self._reloading.clear()
            self._take_new_config()
        wait_s = self._do_what_is_due()
        self._alarms.look(self.time.now(), is_idle=self._is_idle)
        self._beat()
        self._sleep(wait_s)
        self._take_events()

    @property
    def _is_idle(self) -> bool:
        """Whether no pass is running."""
        return all(one.plan.running_since is None for one in self._served)

    def _do_what_is_due(self) -> float:
        """Begin passes and look after the rest; the seconds until the timetable has something more."""
        while True:
            self._put_in_timetable()
            acts, wait_s = self._timetable.due()
            for act in acts:
                act()
            if not acts:
                return self.tick_s if wait_s is None else min(wait_s, self.tick_s)

    def _put_in_timetable(self) -> None:
        """A job for each account whose plan waits; while a new configuration waits, none."""
        for one in self._served:
            if one.plan.running_since is None and not self._reloading.is_set():
                self._timetable.at(f"pass {one.account.name}", one.plan.next_at, partial(self._begin, one))

    def _begin(self, one: Served) -> None:
        if one.plan.is_due(self.time.now()) and not self._reloading.is_set():
            has_news = one.plan.begin(self.time.elapsed())
            self._pool.submit(self._pass, one, has_news, self._poll)

    def _sleep(self, seconds: float) -> None:
        """Until something is due or rings; afterwards it shows whether the machine has slept."""
        self.time.wait(self.bell, seconds)
        # from one waking to the next: it may have slept while this loop worked, too
        before, self._woken = self._woken, (self.time.now(), self.time.elapsed())
        wall_s, awake_s = (self._woken[0] - before[0]).total_seconds(), self._woken[1] - before[1]
        if has_jumped(seconds, wall_s, awake_s):
            logger.info("the machine has slept, or its clock was set: all accounts are looked at now")
            self._timetable.every("tick", self.tick_s, self._look_after)
            self._start_afresh(self._served, "a pass, since the machine has woken")
            self._look_after()  # now and not at a tick: on another network, too, one pass is enough

    def _start_afresh(self, served: Sequence[Served], why: str) -> None:
        now = self.time.now()
        for one in served:
            one.plan.resume(now, why)
            for watch in one.watches:
                watch.renew()

    def _look_after(self) -> None:
        """What each tick looks at."""
        rerouted = [one for one in self._served if one.is_rerouted()]
        if rerouted:
            logger.info("the network has changed: connections are made anew")
            self._start_afresh(rerouted, "a pass, since the network has changed")
        elapsed = self.time.elapsed()
        self._passes.release(elapsed)
        begun = [one.plan.running_since for one in self._served if one.plan.running_since is not None]
        if not begun or elapsed - min(begun) < HUNG_S:
            self.supervisor.alive()

    # ---------------------------------------------------------------------------------------------- passes

    def _pass(self, one: Served, has_news: bool, next_in: timedelta) -> None:
        """In a thread of the pool; whatever comes of it, the loop hears."""
        failed = Summary(one.account.name)
        summary = contained(
            lambda: self._passes.run(one.account, has_news, next_in, self.time.elapsed),
            failed.break_off,
            failed.account,
        )
        holding_at = self._passes.next_holding(one.account)
        self._events.put(_Passed(one, summary or failed, holding_at))
        self.bell.ring()

    def _hear(self, watch: Watch, word: str) -> None:
        """In a watch's thread."""
        self._events.put(_Told(watch, word))
        self.bell.ring()

    def _take_events(self) -> None:
        while True:
            try:
                event = self._events.get_nowait()
            except Empty:
                return
            if isinstance(event, _Passed):
                self._after_pass(event.served, event.summary, event.holding_at)
            else:
                self._after_word(event.watch, event.word)

    def _after_pass(self, one: Served, summary: Summary, holding_at: datetime | None) -> None:
        if self._ending.is_set() and summary.exit_code == ExitCode.SOME_FAILED:
            return  # it was stopped, which is no news
        plan, before = one.plan, one.plan.error
        plan.end(summary, self.time.now(), self._poll, self.jitter())
        _log_news(summary, before)
        self._alarms.ask(self.time.now())
        if summary.error is None:
            plan.not_after(holding_at, "a holding reply that falls due")
            if not plan.has_news:
                for watch in one.watches:
                    watch.go(summary.seen_to)
        self.on_pass(summary)

    def _after_word(self, watch: Watch, word: str) -> None:
        one = next((one for one in self._served if watch in one.watches), None)
        if one is None or self._ending.is_set():
            return
        if word == "news":
            one.plan.ask(self.time.now(), "a pass, since there is new mail")
        elif word == "listening":
            one.plan.broken = 0
        else:
            one.plan.lose_watch(self.time.now(), self._poll, self.jitter())

    @property
    def _poll(self) -> timedelta:
        poll = timedelta(minutes=self.config.daemon.poll_minutes)
        return interval(poll, self.power()) if self.config.daemon.on_battery == "careful" else poll

    # ------------------------------------------------------------------------------- configuration and beat

    def _take_new_config(self) -> None:
        if self.reread is None:
            return
        self.supervisor.reloading()
        try:
            config, accounts = self.reread()
            if config.paths.state != self._folder:
                raise ConfigError("storage.state_folder: takes effect when the daemon is started anew.")
        except ConfigError as error:
            for problem in error.problems:
                logger.error("the configuration is not taken, the old one stays: %s", problem)
        else:
            self._leave()
            self.config, self.accounts = config, accounts
            self._serve()
            logger.info("the configuration was read anew")
        self.supervisor.ready("configuration read")

    def _beat(self) -> None:
        """Write down how it goes, when that has changed."""
        accounts = tuple(one.plan.beat() for one in self._served)
        told = repr(accounts)
        if told != self._told:
            self._told = told
            write_beat(self._folder, Beat(os.getpid(), self._since, accounts))
            self.supervisor.status("; ".join(f"{one.account}: waiting for {one.waiting}" for one in accounts))


def _log_news(summary: Summary, before: str | None) -> None:
    """Say in the log what is news: a failure once, and its end."""
    if summary.error is None and before is not None:
        logger.warning("%s: well again", summary.account)
    elif summary.error is not None and summary.error != before:
        logger.warning("%s: %s", summary.account, summary.error)
