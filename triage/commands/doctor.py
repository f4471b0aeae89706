"""``triage doctor``: every check with its remedy in one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from triage.commands.alarm_checks import check_alarms
from triage.commands.checks import Check, broken_configuration, check_account, check_machine
from triage.commands.common import ConfigOption, JsonOption, accounts_of, emit, exits
from triage.config import load_config
from triage.errors import ConfigError, ExitCode


@exits
def doctor(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="Run a pass under guard as well, and show that promises are kept.")
    ] = False,
    for_real: Annotated[
        bool, typer.Option("--for-real", help="With --prove: a real pass, which may leave drafts.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check the configuration and everything it leads to, and say how to put right what is wrong."""
    if for_real and not prove:
        raise ConfigError("--for-real goes with --prove.")
    code = ExitCode.DONE
    now = datetime.now(UTC)
    checks = proofs(config, account, now, for_real=for_real) if prove else examine(config, account, now)
    for check in checks:
        if code == ExitCode.DONE:
            code = check.exit_code
        if json:
            emit(check.as_record())
        else:
            typer.echo(line_of(check))
    if code != ExitCode.DONE:
        raise typer.Exit(int(code))


def examine(config: Path | None, names: list[str] | None, now: datetime) -> Iterator[Check]:
    """All checks, as they are made; a configuration that can't be read ends them at once."""
    try:
        settings = load_config(config)
        accounts = accounts_of(settings, names)
    except ConfigError as error:
        yield from broken_configuration(error)
        return
    yield from check_machine(settings)
    yield from check_alarms(settings)
    for account in accounts:
        yield from check_account(settings, account, now)


def proofs(config: Path | None, names: list[str] | None, now: datetime, *, for_real: bool) -> Iterator[Check]:
    """All checks, and then a pass under guard over each account that can be reached."""
    broken: set[str] = set()
    for check in examine(config, names, now):
        if not check.ok and check.check in ("configuration", "secret", "connection", "login"):
            broken.add(check.account)
        yield check
    if "" in broken:
        return
    from triage.commands.prove import prove

    settings = load_config(config)
    for account in accounts_of(settings, names):
        if account.name not in broken:
            yield from prove(settings, account, now, for_real=for_real)


def line_of(check: Check) -> str:
    """One row for the eye: a tick or a cross, what was looked at, and the detail or the remedy."""
    mark = typer.style(_sign(check.ok), fg="green" if check.ok else "red", bold=True)
    place = f"{check.account}: " if check.account else ""
    words = check.detail if check.ok else check.remedy
    return f"{mark} {place}{check.check}" + (f" – {words}" if words else "")


def _sign(ok: bool) -> str:
    """Tick or cross; words where the output can't hold them."""
    sign = "✓" if ok else "✗"
    try:
        sign.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "ok  " if ok else "FAIL"
    return sign
