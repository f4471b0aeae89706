"""``triage daemon``: sweep on a schedule and when mail arrives, until told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    accounts_of,
    configure_logging,
    emit,
    exits,
)
from triage.config import load_config


@exits
def daemon(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Sweep every few minutes and when mail arrives, until SIGTERM or Ctrl-C; stops cleanly within a pass."""
    from triage.daemon import Daemon
    from triage.order import Summary

    settings = load_config(config)
    configure_logging(verbose, settings.log.level)
    stop = threading.Event()

    def tell(summary: Summary) -> None:
        if json:
            emit(summary.as_record())

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    code = Daemon(settings, accounts_of(settings, account), stop, on_pass=tell).run()
    raise typer.Exit(int(code))
