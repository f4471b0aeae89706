"""``triage daemon``: sweep on a schedule and when mail arrives, until told to stop."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
    settings_with_log,
)
from triage.config import Account, Config

if TYPE_CHECKING:
    from triage.daemon.loop import Daemon


@exits
def daemon(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    log_file: LogFileOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Sweep every few minutes and when mail arrives, until SIGTERM or Ctrl-C; stops cleanly within a pass."""
    from triage.daemon.loop import Daemon
    from triage.order import Summary

    def read() -> tuple[Config, Sequence[Account]]:
        found = settings_with_log(config, verbose, log_file)
        return found, accounts_of(found, account)

    def tell(summary: Summary) -> None:
        if json:
            emit(summary.as_record())

    settings, chosen = read()
    runner = Daemon(settings, chosen, on_pass=tell, reread=read)
    with _signals(runner):
        code = runner.run()
    raise typer.Exit(int(code))


@contextmanager
def _signals(runner: Daemon) -> Iterator[None]:
    """SIGTERM and Ctrl-C end it, SIGHUP has it read its configuration anew; each rings its bell."""
    acts: dict[str, Callable[[], None]] = {
        "SIGTERM": runner.end,
        "SIGINT": runner.end,
        "SIGHUP": runner.reload,
    }
    before = signal.set_wakeup_fd(runner.bell.fileno(), warn_on_full_buffer=False)
    for name, act in acts.items():
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_, act=act: act())
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
