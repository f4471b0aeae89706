"""``triage digest``: the morning's view of what awaits an answer, of drafts, money and trouble."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, accounts_of, emit, exits, parse_moment
from triage.config import load_config
from triage.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from triage.alarms.digest import Digest
    from triage.config import Config


@exits
def digest(
    config: ConfigOption = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Push it by the ways that [alarms] names, too.")
    ] = False,
    unfold: Annotated[bool, typer.Option("--unfold", help="Show hostile subjects, too.")] = False,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    json: JsonOption = False,
) -> None:
    """Show what awaits an answer, by deadline and with hostile mail folded; drafts, money owed, trouble."""
    from triage.access import ledger_path
    from triage.commands.digest_view import print_digest, records
    from triage.digest import digest_of
    from triage.ledger.sqlite import open_ledger_copy

    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    names = [chosen.name for chosen in accounts_of(settings, account)]
    with open_ledger_copy(ledger_path(settings)) as ledger:
        found = digest_of(settings, ledger, moment, names)
    if json:
        for record in records(found, unfold=unfold):
            emit(record)
    else:
        print_digest(found, settings.clock.zone, unfold=unfold)
    if send:
        _send(settings, found)


def _send(config: Config, found: Digest) -> None:
    """Push it, and remember that today's was told; raises where there is no way, or none that worked."""
    from triage.access import ledger_path
    from triage.alarms_due import tell_digest
    from triage.ledger.sqlite import open_ledger
    from triage.notify.delivery import deliver

    if not config.alarms.is_on:
        raise ConfigError(
            "--send: the configuration names no way to push: set alarms.desktop = true, "
            "or run `triage alarms store`."
        )
    with open_ledger(ledger_path(config)) as ledger:
        told = tell_digest(config, ledger, found, deliver)
    failed = [one for one in told if not one.is_told]
    for one in failed:
        typer.echo(f"triage: the digest could not be told by {one.channel}: {one.why}", err=True)
    if failed:
        raise typer.Exit(int(ExitCode.SOME_FAILED))
