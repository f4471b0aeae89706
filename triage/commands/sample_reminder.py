"""The word at the end of ``triage status`` that a weekly sample waits: once a week, and only if asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import typer

from triage.config import Config
from triage.errors import LedgerUnusable

WEEK = timedelta(days=7)


def remind(config: Config, now: datetime) -> None:
    """Say it where it is due and remember that; a ledger that is busy is left in peace."""
    if not config.learning.weekly_sample:
        return
    try:
        is_due = _is_due(config, now)
    except LedgerUnusable:
        return
    if is_due:
        typer.echo(
            "A week's mail can be sampled: `triage review --sample` shows how often the flags are right."
        )


def _is_due(config: Config, now: datetime) -> bool:
    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger
    from triage.views.sample import window_after

    path = ledger_path(config)
    if not path.exists():
        return False
    with open_ledger(path) as ledger, ledger.together():
        told, windows = ledger.reminded_of_sample(), ledger.sample_windows()
        if told is not None and now - told < WEEK:
            return False
        span = window_after(windows[-1].ended if windows else None, now)
        accounts = [account.name for account in config.accounts]
        own = [one for account in config.accounts for one in (account.address, *account.aliases)]
        if span is None or not ledger.drawable(accounts, *span, own):
            return False
        ledger.note_reminder(now)
    return True
