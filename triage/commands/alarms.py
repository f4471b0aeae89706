"""``triage alarms``: the ways to tell, kept and tried; what will be told, and when."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, emit, exits, parse_moment
from triage.config import load_config
from triage.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from triage.alarms.rules import Alarm

alarms = typer.Typer(
    help="The ways by which you are told of deadlines, drafts and trouble: keep them, try them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@alarms.command("store")
@exits
def store(
    config: ConfigOption = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read the addresses from standard input.")] = False,
) -> None:
    """Put push addresses into the system's keyring, in place of those that are there."""
    from triage.credentials import keep
    from triage.notify.addresses import addresses_in, scheme_of
    from triage.telling import KEYRING_SERVICE, KEYRING_USER

    settings = load_config(config)
    text = sys.stdin.read() if stdin else typer.prompt("Push address (hidden)", hide_input=True)
    found = addresses_in(text)
    if not found:
        raise ConfigError("alarms store: nothing was given; a push address looks like ntfys://host/topic.")
    services = [scheme_of(address) for address in found]
    keep(KEYRING_SERVICE, KEYRING_USER, "\n".join(found))
    typer.echo(f"Stored: {', '.join(services)}.")
    if not settings.alarms.push:
        typer.echo("Now set `push = true` under [alarms] in the configuration; then: triage alarms test")


@alarms.command("forget")
@exits
def forget(config: ConfigOption = None) -> None:
    """Take the push addresses out of the keyring."""
    from triage.credentials import drop
    from triage.telling import KEYRING_SERVICE, KEYRING_USER

    load_config(config)
    was_there = drop(KEYRING_SERVICE, KEYRING_USER)
    typer.echo("The push addresses are forgotten." if was_there else "No push address was stored.")


@alarms.command("test")
@exits
def try_out(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Tell a test alarm by every way that is configured, at once and in quiet hours, too."""
    from triage.alarms.words import Push
    from triage.notify.delivery import deliver
    from triage.telling import channels_of, send

    settings = load_config(config)
    if not settings.alarms.is_on:
        raise ConfigError(
            "alarms test: nothing is configured: set alarms.desktop = true, or run `triage alarms store`."
        )
    push = Push("Inbox Triage", "This is what an alarm looks like. Nothing is wrong.", ("test",))
    outcomes = send(settings, {channel: [push] for channel in channels_of(settings)}, deliver)
    for channel, (outcome,) in outcomes.items():
        if json:
            emit({"channel": channel, "told": outcome.is_told, "why": outcome.why})
        else:
            words = "told" if outcome.is_told else "not told"
            typer.echo(f"{channel}: {words}" + (f" – {outcome.why}" if outcome.why else ""))
    if not all(outcome.is_told for (outcome,) in outcomes.values()):
        raise typer.Exit(int(ExitCode.SOME_FAILED))


@alarms.command("list")
@exits
def list_(
    config: ConfigOption = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    json: JsonOption = False,
) -> None:
    """Show what will be told and when, by what is known now, and what was tried in vain."""
    from triage.access import ledger_path
    from triage.alarms.words import clock_time
    from triage.alarms_due import untold
    from triage.ledger.sqlite import open_ledger_copy

    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    with open_ledger_copy(ledger_path(settings)) as ledger:
        found = sorted(untold(settings, ledger, moment), key=lambda one: one.at)
        tries = {row.key: row.tries for row in ledger.alarm_rows([one.key for one in found])}
    for one in found:
        if json:
            emit(_record(one, tries.get(one.key, 0)))
        else:
            at = clock_time(max(one.at, moment), moment, settings.clock.zone)
            typer.echo(f"{at:>16}  {one.kind.replace('_', ' ')}{_about(one)}")
    if not found and not json:
        typer.echo("There is nothing to tell.")


def _record(one: Alarm, tries: int) -> dict[str, object]:
    about = one.about
    return {
        "kind": one.kind,
        "at": one.at.isoformat(),
        "id": about.id,
        "account": about.account or None,
        "due": about.due.isoformat() if about.due else None,
        "tries": tries,
    }


def _about(one: Alarm) -> str:
    if one.about.id is not None:
        return f", message {one.about.id}"
    return f", {one.about.account}" if one.about.account else ""
