"""``triage sweep``: one pass over every account."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    LogFileOption,
    VerboseOption,
    accounts_of,
    emit,
    exits,
    note_in_log,
    parse_moment,
    settings_with_log,
    stop_on_signals,
)
from triage.errors import ExitCode

if TYPE_CHECKING:
    from triage.commands.progress import SweepObserver
    from triage.config import Account, Config
    from triage.order import Order, Summary

# Waiting for ten servers shall take little longer than waiting for one; each may hold 16 MB of mail.
AT_ONCE = 8


@exits
def sweep(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    since: Annotated[str | None, typer.Option(help="Look back to this ISO 8601 date or time.")] = None,
    now: Annotated[
        str | None, typer.Option(help="Take this as the present, for tests and rehearsals.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print every intended write, write nothing.")
    ] = False,
    log_file: LogFileOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Read new mail once, flag it, and leave drafts.

    Reads above the last message seen; the first time, the last 24 hours. Changes no flag and sends nothing.
    """
    from triage.commands.progress import observer_for
    from triage.order import Order, shared_judge

    settings = settings_with_log(config, verbose, log_file)
    fixed = parse_moment(now, "--now")
    with stop_on_signals() as stop, observer_for(json=json, dry_run=dry_run) as observer:
        order = Order(
            clock=(lambda: fixed) if fixed else (lambda: datetime.now(UTC)),
            since=parse_moment(since, "--since"),
            dry_run=dry_run,
            stop=stop,
            observer=observer,
            judge_of=shared_judge(settings, observer, stop),
        )
        codes = _pass_over(settings, accounts_of(settings, account), order, observer, json)
    raise typer.Exit(max(codes, default=0))


def _pass_over(
    settings: Config, accounts: Sequence[Account], order: Order, observer: SweepObserver, json: bool
) -> list[int]:
    """All accounts, a few at a time, and what is said of each, in their order; the exit codes."""
    from triage.side_by_side import side_by_side

    observers = [observer.of(each.name) if len(accounts) > 1 else observer for each in accounts]
    passes = [
        functools.partial(_swept, settings, each, replace(order, observer=watching, tells_alarms=False))
        for each, watching in zip(accounts, observers, strict=True)
    ]
    codes = []
    for each, watching, summary in zip(accounts, observers, side_by_side(passes, AT_ONCE), strict=True):
        if each is accounts[-1]:
            _tell_alarms(settings, order, summary)
        if summary is not None:
            codes.append(_told(summary, watching, json))
    return codes


def _swept(settings: Config, account: Account, order: Order) -> Summary | None:
    """One account's pass, whatever becomes of the others'; None once the user has enough."""
    from triage.containment import contained
    from triage.order import Summary
    from triage.sweep import sweep as sweep_account

    if order.stop():
        return None
    broken = Summary(account.name)
    return (
        contained(lambda: sweep_account(settings, account, order), broken.break_off, account.name) or broken
    )


def _tell_alarms(settings: Config, order: Order, last: Summary | None) -> None:
    """What all of them have found is told at the end, in one summary where it is much."""
    if settings.alarms.is_on and last is not None:
        from triage.alarms_due import after_pass

        # trouble was noted by each pass for itself
        told = replace(last, error=None, exit_code=ExitCode.DONE)
        after_pass(settings, order, told)
        last.alarms = told.alarms


def _told(summary: Summary, observer: SweepObserver, json: bool) -> int:
    """What is said of one account's pass; its exit code."""
    note_in_log(summary.account, summary.error)
    if json:
        emit(observer.record(summary))
    else:
        observer.summary(summary)
    return int(summary.exit_code)
