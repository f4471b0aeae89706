"""``triage sweep``: one pass over every account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

if TYPE_CHECKING:
    from triage.commands.progress import SweepObserver
    from triage.config import Account, Config
    from triage.order import Order


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
        codes = [
            _swept(settings, chosen, each, observer, json)
            for chosen, each in _orders(accounts_of(settings, account), order)
        ]
    raise typer.Exit(max(codes, default=0))


def _orders(accounts: Sequence[Account], order: Order) -> Iterator[tuple[Account, Order]]:
    """Each account with its order, until the user has enough."""
    for chosen in accounts:
        if order.stop():
            return
        # what all of them have found is told at the end, in one summary where it is much
        yield chosen, replace(order, tells_alarms=chosen is accounts[-1])


def _swept(settings: Config, chosen: Account, order: Order, observer: SweepObserver, json: bool) -> int:
    """One account's pass, and what is said of it."""
    from triage.sweep import sweep as sweep_account

    summary = sweep_account(settings, chosen, order)
    note_in_log(summary.account, summary.error)
    if json:
        emit(observer.record(summary))
    else:
        observer.summary(summary)
    return int(summary.exit_code)
