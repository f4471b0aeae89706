"""The ways to run by itself that a system has: the first is the usual one."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from triage.config import Config
from triage.service.crontab import Crontab
from triage.service.job import Job, Tools, Way, job_of
from triage.service.launchd import Launchd
from triage.service.schtasks import TaskScheduler, windowless
from triage.service.systemd import Systemd


def ways(
    state: Path,
    platform: str = sys.platform,
    environ: Mapping[str, str] = os.environ,
    tools: Tools | None = None,
) -> list[Way]:
    """What this system has, cron last; ``state`` is the folder for what has no usual place."""
    tools = tools or Tools()
    home = Path(environ.get("HOME") or Path.home())
    if platform == "win32":
        user = "\\".join(filter(None, (environ.get("USERDOMAIN", ""), environ.get("USERNAME", ""))))
        return [TaskScheduler(tools, state, user)]
    if platform == "darwin":
        uid = os.getuid() if hasattr(os, "getuid") else 0
        return [Launchd(tools, home / "Library" / "LaunchAgents", uid), Crontab(tools)]
    settings = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(settings) if Path(settings).is_absolute() else home / ".config"
    return [Systemd(tools, folder / "systemd" / "user", environ), Crontab(tools)]


def job_for(config: Config, way: Way, by_clock: bool) -> Job:
    """The job as this way runs it: cron knows no daemon, Windows would open a window for it."""
    is_daemon = not by_clock and not isinstance(way, Crontab)
    job = job_of(config, "daemon" if is_daemon else "sweep")
    return replace(job, python=windowless(job.python)) if isinstance(way, TaskScheduler) else job
