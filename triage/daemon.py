"""The daemon: a pass over each account on a schedule and whenever the server announces new mail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.access import secret_of, server_of
from triage.config import Account, Config
from triage.errors import ExitCode, TriageError
from triage.imap.session import open_session
from triage.imap.watch import wait_for_mail
from triage.order import Order, Summary, shared_judge
from triage.sweep import sweep

logger = logging.getLogger(__name__)

# IDLE ends before the half hour after which servers may hang up (RFC 2177).
WATCH_S = 25 * 60.0
# A failing account is tried again after one poll, two, four … and at least this often.
MAX_BACK_OFF = timedelta(hours=1)
# A laptop changes networks: the first try comes soon.
RECONNECT = timedelta(seconds=5)
SETTLE_S = 2.0


@dataclass
class Watched:
    """One account as the daemon sees it: its failures in a row, and whether the last pass went well."""

    account: Account
    failures: int = 0
    last_error: str | None = None
    is_well: threading.Event = field(default_factory=threading.Event)
    has_passed: threading.Event = field(default_factory=threading.Event)
    uidnext: int | None = None
    broken_watches: int = 0

    def note(self, summary: Summary) -> None:
        """Remember how a pass went; say it in the log when that is news."""
        self.uidnext = summary.uidnext if summary.uidnext is not None else self.uidnext
        self.has_passed.set()
        if summary.error is None:
            if self.last_error is not None:
                logger.warning("%s: well again", self.account.name)
            self.failures, self.last_error = 0, None
            self.is_well.set()
            return
        if summary.error != self.last_error:
            logger.warning("%s: %s", self.account.name, summary.error)
        self.failures, self.last_error = self.failures + 1, summary.error
        self.is_well.clear()

    def reconnect_after(self, poll: timedelta) -> timedelta:
        """How soon a pass tries the connection after a watch broke: soon at first, then less often."""
        factor: int = 2 ** min(self.broken_watches, 16)
        self.broken_watches += 1
        return min(RECONNECT * factor, poll)

    def back_off(self, poll: timedelta) -> timedelta:
        """How long to wait before the next try."""
        return min(poll * 2 ** min(self.failures, 16), max(MAX_BACK_OFF, poll)) if self.failures else poll


@dataclass
class Daemon:
    """Runs until ``stop`` is set; a pass under way then ends at its next message."""

    config: Config
    accounts: Sequence[Account]
    stop: threading.Event
    order: Order = field(default_factory=Order)
    on_pass: Callable[[Summary], None] = lambda _: None
    _scheduler: Any = None

    def run(self) -> ExitCode:
        """Schedule every account, watch their inboxes, wait for the end."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        # kept from pass to pass, and never trained by two accounts at once
        self.order = replace(
            self.order, judge_of=self.order.judge_of or shared_judge(self.config, stop=self.stop.is_set)
        )
        watched = [Watched(account) for account in self.accounts]
        pool = ThreadPoolExecutor(max_workers=len(watched))
        self._scheduler = BackgroundScheduler(executors={"default": pool}, timezone=UTC)
        for one in watched:
            self._schedule(one)
        self._scheduler.start()
        threads = [threading.Thread(target=self._watch, args=(one,), daemon=True) for one in watched]
        for thread in threads:
            thread.start()
        self._wait()
        self._scheduler.shutdown(wait=True)
        for thread in threads:
            thread.join(timeout=SETTLE_S)
        return ExitCode.DONE

    def _wait(self) -> None:
        # A wait without a timeout would keep signal handlers from running on Windows.
        while not self.stop.wait(1.0):
            pass

    def _schedule(self, one: Watched) -> None:
        """Coalesced and never too late: after a night's sleep one pass runs, not a hundred."""
        self._scheduler.add_job(
            self._pass,
            "interval",
            args=(one,),
            id=one.account.name,
            seconds=self._poll.total_seconds(),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )

    @property
    def _poll(self) -> timedelta:
        return timedelta(minutes=self.config.daemon.poll_minutes)

    def _pass(self, one: Watched) -> None:
        if self.stop.is_set():
            return
        summary = sweep(self.config, one.account, replace(self.order, stop=self.stop.is_set))
        if summary.exit_code == ExitCode.SOME_FAILED and self.stop.is_set():
            return
        one.note(summary)
        self.on_pass(summary)
        if one.failures:
            self._run_at(one, datetime.now(UTC) + one.back_off(self._poll))

    def _run_at(self, one: Watched, moment: datetime) -> None:
        if not self.stop.is_set():
            self._scheduler.modify_job(one.account.name, next_run_time=moment)

    def _watch(self, one: Watched) -> None:
        """Ask for a pass when mail is announced; an unwell account is left to the poll."""
        while not self.stop.is_set():
            if not one.is_well.wait(1.0):
                continue
            try:
                self._watch_once(one)
            except TriageError as error:
                logger.info("%s: watching ended: %s", one.account.name, error)
                one.is_well.clear()
                self._run_at(one, datetime.now(UTC) + one.reconnect_after(self._poll))

    def _watch_once(self, one: Watched) -> None:
        secret = self.order.secret or secret_of(one.account)
        with open_session(server_of(one.account), secret) as session:
            folder = one.account.folders[0]
            while not self.stop.is_set() and one.is_well.is_set():
                has_news = wait_for_mail(session, folder, WATCH_S, self.stop.is_set, uidnext=one.uidnext)
                one.broken_watches = 0
                if has_news:
                    one.has_passed.clear()
                    self._run_at(one, datetime.now(UTC))
                    self._wait_for_pass(one)

    def _wait_for_pass(self, one: Watched) -> None:
        """Until that pass is over the same mail would be announced again and again."""
        while not (self.stop.is_set() or one.has_passed.wait(1.0)):
            pass
