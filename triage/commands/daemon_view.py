"""How the daemon is: one line, or one JSON object."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from triage.commands.common import emit
from triage.heartbeat import AccountBeat, Beat, is_running, read_beat


def show_daemon(folder: Path, now: datetime, json: bool) -> None:
    """Say whether a daemon runs, when it last looked, when it looks next, and what it waits for."""
    running, beat = is_running(folder), read_beat(folder)
    if json:
        emit(record_of(running, beat))
    else:
        typer.echo(line_of(running, beat, now))


def record_of(running: bool, beat: Beat | None) -> dict[str, Any]:
    """The JSON line of ``status --daemon``; what a daemon that has ended wrote is its past alone."""
    accounts = [_account(one, running) for one in (beat.accounts if beat else ())]
    lasts = [one["last_pass"] for one in accounts if one["last_pass"]]
    nexts = [one["next_pass"] for one in accounts if one["next_pass"]]
    waiting = "; ".join(dict.fromkeys(str(one["waiting"]) for one in accounts if one["waiting"]))
    return {
        "running": running,
        "pid": beat.pid if beat and running else None,
        "since": beat.since.isoformat() if beat and running else None,
        "last_pass": max(lasts, default=None),
        "next_pass": min(nexts, default=None),
        "waiting": waiting if running else "",
        "accounts": accounts,
    }


def line_of(running: bool, beat: Beat | None, now: datetime) -> str:
    """One line for people, with times of this machine's zone."""
    passes = [one.last_pass for one in beat.accounts if one.last_pass] if beat else []
    last = f"last pass {_ago(max(passes), now)}" if passes else "no pass yet"
    if not running:
        return f"No daemon is running ({last}): `triage service install` starts one."
    if beat is None:
        return "The daemon is starting."
    parts = [f"The daemon runs (process {beat.pid}); {last}"]
    for one in beat.accounts:
        when = f"next {one.next_pass.astimezone():%H:%M}, " if one.next_pass else ""
        why = f" ({one.error.rstrip('.')})" if one.error else ""
        parts.append(f"{one.account}: {when}waiting for {one.waiting}{why}")
    return "; ".join(parts) + "."


def _account(one: AccountBeat, running: bool) -> dict[str, Any]:
    names = ("last_pass", "last_ok", "next_pass") if running else ("last_pass", "last_ok")
    times = {name: moment.isoformat() if (moment := getattr(one, name)) else None for name in names}
    waiting = one.waiting if running else ""
    told = {"account": one.account, "next_pass": None, **times, "waiting": waiting}
    return told | {"error": one.error}


def _ago(moment: datetime, now: datetime) -> str:
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{moment.astimezone():%Y-%m-%d %H:%M}"
    return f"{hours} h {minutes:02} min ago" if hours else f"{minutes} min ago"
