"""``triage service``: have it run by itself, by the system's own means."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, emit, exits
from triage.config import load_config
from triage.config.paths import default_paths
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.service.job import Job, Way

service = typer.Typer(
    help="Have the program run by itself: systemd, launchd, the Task Scheduler, or cron.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@service.command("install")
@exits
def install(
    timer: Annotated[bool, typer.Option("--timer", help="A sweep by the clock, not the daemon.")] = False,
    cron: Annotated[bool, typer.Option("--cron", help="A sweep by cron.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written and run.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Write what the system needs, enable it and start it; again, where anything has changed."""
    from triage.service.ways import job_for, ways

    settings = load_config(config)
    found = ways(settings.paths.state)
    if timer and cron:
        raise ConfigError("--timer and --cron: take one of the two.")
    if cron and found[-1].name != "cron":
        raise ConfigError("--cron: there is no cron on this system; --timer does the same.")
    way = found[-1] if cron else found[0]
    job = job_for(settings, way, by_clock=timer or cron)
    if dry_run:
        _show(way, job, json)
        return
    said = way.install(job)
    for other in found:
        if other is not way and other.state().is_installed:
            other.uninstall()
            said += f" What {other.name} ran before is removed."
    if json:
        emit({"way": way.name, "kind": job.kind, "installed": True, "detail": said})
    else:
        typer.echo(said)


@service.command("status")
@exits
def status(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Say what is installed and whether it runs."""
    from triage.service.ways import ways

    states = [way.state() for way in ways(_state_folder(config))]
    if json:
        for state in states:
            files = [str(path) for path in state.files]
            told = {"way": state.way, "installed": state.is_installed, "active": state.is_active}
            emit(told | {"detail": state.detail, "files": files})
        return
    installed = [state for state in states if state.is_installed]
    for state in installed:
        typer.echo(f"{state.way}: {state.detail}")
    if not installed:
        typer.echo("Nothing is installed: `triage service install` has the program run by itself.")


@service.command("uninstall")
@exits
def uninstall(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Stop it and remove every trace of it; your mail, settings and ledger stay."""
    from triage.service.ways import ways

    removed = [way.name for way in ways(_state_folder(config)) if way.uninstall()]
    if json:
        emit({"removed": removed})
    elif removed:
        typer.echo(f"Stopped and removed from {' and '.join(removed)}.")
    else:
        typer.echo("Nothing was installed.")


def _state_folder(config: Path | None) -> Path:
    """Also where the configuration is gone or broken: the service is to be stopped then too."""
    try:
        return load_config(config).paths.state
    except ConfigError:
        return default_paths().state


def _show(way: Way, job: Job, json: bool) -> None:
    """What an installation would write and run."""
    files = {str(path): text for path, text in way.files(job).items()}
    commands = [list(command) for command in way.commands(job)]
    if json:
        emit({"way": way.name, "kind": job.kind, "installed": False, "files": files, "commands": commands})
        return
    for path, text in files.items():
        typer.echo(f"# {path}\n{text}")
    for command in commands:
        typer.echo(f"$ {shlex.join(command)}")
