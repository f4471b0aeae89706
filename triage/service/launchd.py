"""A launchd agent of the user's: the daemon, kept alive, or a sweep at intervals that sleep only delays."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.errors import ServiceRefused
from triage.service.job import Job, State, Tools, write_if_new

LABEL = "inbox-triage"


def agent(job: Job) -> dict[str, Any]:
    """The agent's property list (launchd.plist(5)); restarted only where it failed."""
    common = {
        "Label": LABEL,
        "ProgramArguments": job.command(log=True),
        "RunAtLoad": True,
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardOutPath": "/dev/null",
        "StandardErrorPath": "/dev/null",
    }
    if job.kind == "daemon":
        return common | {"KeepAlive": {"SuccessfulExit": False}, "ThrottleInterval": 60, "ExitTimeOut": 60}
    return common | {"StartInterval": job.every_minutes * 60}


@dataclass(frozen=True)
class Launchd:
    """The user's launchd; ``folder`` is LaunchAgents, ``uid`` names the login session."""

    tools: Tools
    folder: Path
    uid: int
    name: str = "launchd"

    @property
    def _path(self) -> Path:
        return self.folder / f"{LABEL}.plist"

    def files(self, job: Job) -> Mapping[Path, str]:
        """One property list."""
        return {self._path: plistlib.dumps(agent(job)).decode("utf-8")}

    def commands(self, job: Job) -> Sequence[Sequence[str]]:
        """Loading it, which starts it too; an older one is unloaded first."""
        session = f"gui/{self.uid}"
        return [
            ("launchctl", "enable", f"{session}/{LABEL}"),
            ("launchctl", "bootstrap", session, str(self._path)),
        ]

    def install(self, job: Job) -> str:
        """Write the agent and load it."""
        if not self.tools.has("launchctl"):
            raise ServiceRefused("There is no `launchctl` here: `triage service install --cron` uses cron.")
        write_if_new(self.files(job))
        self.tools.run("launchctl", "bootout", f"gui/{self.uid}/{LABEL}")
        for command in self.commands(job):
            answer = self.tools.run(*command)
            if not answer.is_good:
                raise ServiceRefused(
                    f"{self._path} is written, but launchd refuses it ({answer.last_words}): log in at the "
                    "desktop, then repeat `triage service install`."
                )
        what = "The daemon runs" if job.kind == "daemon" else "A sweep runs by the clock"
        return f"{what} as the launchd agent {LABEL} and starts at every login; its log is {job.log}."

    def uninstall(self) -> bool:
        """Unload the agent and remove its file."""
        was_there = self._path.is_file()
        if was_there:
            self.tools.run("launchctl", "bootout", f"gui/{self.uid}/{LABEL}")
            self._path.unlink(missing_ok=True)
        return was_there

    def state(self) -> State:
        """What launchd says of the agent."""
        if not self._path.is_file():
            return State(self.name, False, None, "not installed")
        answer = self.tools.run("launchctl", "print", f"gui/{self.uid}/{LABEL}")
        told = [line.strip() for line in answer.out.splitlines() if line.strip().startswith("state = ")]
        words = told[0].removeprefix("state = ") if told else "not loaded"
        return State(self.name, True, words == "running" if told else False, words, (self._path,))
