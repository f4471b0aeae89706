"""Alarms composed: what the ledger knows, by the rules, told by desktop or push, each once.

A pass and the daemon call ``tell_alarms``; ``next_alarm_at`` says when it is worth calling again. An alarm is
claimed in the ledger before it is told, so two processes never tell the same and a crash tells none twice.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from triage.access import ledger_path
from triage.alarm_facts import facts_of, namer, rules_of
from triage.alarms.digest import digest_push
from triage.alarms.rules import (
    SPACING,
    Alarm,
    TroubleKind,
    alarms,
    due_now,
    next_look,
    usual_gap,
    without_burst,
)
from triage.client_file import load_book
from triage.config import Config
from triage.containment import contained
from triage.errors import ExitCode, TriageError
from triage.ledger.sqlite import SqliteLedger, open_ledger
from triage.notify.delivery import Notifier, deliver
from triage.order import BROKE_OFF
from triage.telling import Told, channels_of, send, shown_by, tell

if TYPE_CHECKING:
    from triage.alarms.digest import Digest
    from triage.order import Order, Summary

logger = logging.getLogger(__name__)

T = TypeVar("T")


def tell_alarms(
    config: Config,
    ledger: SqliteLedger,
    now: datetime,
    notifier: Notifier = deliver,
    *,
    gap: timedelta | None = None,
) -> list[Told]:
    """Tell what is due and was never told; nothing in quiet hours, one summary where there is much.

    ``gap`` is how long the next call will be in coming, by default what it was lately: a deadline that it
    would come too late for is told now. A way that fails is tried again by later calls, a few times.
    """
    if not config.alarms.is_on:
        return []
    now = now.astimezone(UTC)
    begun, looks = ledger.look_for_alarms(now)
    rules = rules_of(config)
    found = untold(config, ledger, now, begun)
    due = due_now(found, rules, now, usual_gap([*looks, now]) if gap is None else gap)
    due = list(without_burst(due, rules, now, ledger.alarms_tried_since(now - SPACING)))
    if not due:
        return []
    taken = ledger.claim_alarms([one.key for one in due], channels_of(config), now)
    return tell(config, ledger, rules, now, due, taken, notifier)


def next_alarm_at(config: Config, ledger: SqliteLedger, now: datetime) -> datetime | None:
    """When ``tell_alarms`` will have something to tell by what is known now; None where there is nothing.

    ``now`` where something is due already.
    """
    if not config.alarms.is_on:
        return None
    now, rules = now.astimezone(UTC), rules_of(config)
    found = untold(config, ledger, now)
    told = ledger.alarms_tried_since(now - SPACING)
    free = {one.key for one in without_burst(found, rules, now, told)}
    waits = {one.key: max(told) + SPACING for one in found if one.key not in free}
    waits |= {row.key: row.retry_at for row in ledger.alarm_rows([one.key for one in found]) if row.is_open}
    return next_look(found, rules, now, waits)


def untold(config: Config, ledger: SqliteLedger, now: datetime, begun: datetime | None = None) -> list[Alarm]:
    """All alarms there are or will be, without those that were told, or tried too often.

    ``begun``: since when alarms are looked for, by default what the ledger says.
    """
    book = functools.cache(lambda: load_book(config))
    named = namer(book) if config.alarms.show_client else str
    facts = facts_of(config, ledger, begun or ledger.alarms_begun() or now, named)
    found = alarms(facts, rules_of(config), now)
    rows = ledger.alarm_rows([one.key for one in found])
    known, open_ones = {row.key for row in rows}, {row.key for row in rows if row.is_open}
    return [one for one in found if one.key not in known or one.key in open_ones]


def tell_digest(
    config: Config, ledger: SqliteLedger, digest: Digest, notifier: Notifier = deliver
) -> list[Told]:
    """Tell a digest now because the user asks for it; today's isn't told again by itself then."""
    rules = rules_of(config)
    key = f"digest:{rules.working.local(digest.at).date().isoformat()}"
    taken = ledger.claim_alarms([key], channels_of(config), digest.at)
    push = digest_push(digest, shown_by(config, rules, digest.at), [key])
    said = {channel: [push] for channel in channels_of(config)}
    found = []
    for channel, (outcome,) in send(config, said, notifier).items():
        if taken[channel]:
            ledger.alarms_done([key], channel, is_told=outcome.is_told)
        found.append(Told(key, "digest", channel, outcome.is_told, outcome.why))
    return found


def after_pass(config: Config, order: Order, summary: Summary) -> None:
    """The alarms' part of a pass, whether it went well or not; never breaks it, and takes seconds at most."""
    trouble = _trouble_of(summary)
    is_telling = config.alarms.is_on and order.tells_alarms and not order.stop()
    if order.dry_run or summary.exit_code == ExitCode.LEDGER_UNUSABLE or not (trouble or is_telling):
        return

    def work() -> None:
        with open_ledger(ledger_path(config)) as ledger:
            if trouble:
                ledger.note_trouble(summary.account, trouble, order.clock())
            if is_telling:
                notifier = order.notifier or deliver
                told = tell_alarms(config, ledger, order.clock(), notifier, gap=order.next_pass_in)
                summary.alarms = len({one.key for one in told if one.is_told})

    _apart(work)


def between_passes(config: Config, order: Order) -> datetime | None:
    """The alarms' part of a daemon between two passes; when it wants to be called again, None for never."""

    def work() -> datetime | None:
        now = order.clock()
        with open_ledger(ledger_path(config)) as ledger:
            tell_alarms(config, ledger, now, order.notifier or deliver, gap=order.next_pass_in)
            return next_alarm_at(config, ledger, now)

    return _apart(work) if config.alarms.is_on else None


def _apart(work: Callable[[], T]) -> T | None:
    """Whatever goes wrong with alarms is told in one sentence and touches nothing else."""
    try:
        return contained(work, lambda _: None, "alarms")
    except TriageError as error:
        logger.warning("alarms: %s", error)
        return None


def _trouble_of(summary: Summary) -> TroubleKind | None:
    """What keeps an account from being read, if it lasts; a pass that was stopped is no trouble."""
    if summary.error is None:
        return None
    if summary.exit_code == ExitCode.SOME_FAILED and not summary.error.startswith(BROKE_OFF):
        return None
    return "login" if summary.exit_code == ExitCode.LOGIN_REFUSED else "other"
