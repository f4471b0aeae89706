"""A systemd user unit: the daemon with watchdog and restart, or a timer that makes up for sleep."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from triage.errors import ServiceRefused
from triage.service.job import Answer, Job, State, Tools, write_if_new

DAEMON, SWEEP, TIMER = "inbox-triage.service", "inbox-triage-sweep.service", "inbox-triage-sweep.timer"

#: What a user's own systemd can enforce without privileges, and what passwords by command still work with.
_HARDENING = """\
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
_DAEMON = """\
# Written by `triage service install`; `triage service uninstall` removes it.
[Unit]
Description=Inbox Triage: flags client mail and leaves drafts
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
WatchdogSec=180
TimeoutStopSec=60
KillMode=mixed
{hardening}
[Install]
WantedBy=default.target
"""
_SWEEP = """\
# Written by `triage service install --timer`; `triage service uninstall` removes it.
[Unit]
Description=Inbox Triage: one pass over client mail

[Service]
Type=oneshot
ExecStart={command}
TimeoutStartSec=30min
SuccessExitStatus=1 3 5
{hardening}"""
_TIMER = """\
# Written by `triage service install --timer`; `triage service uninstall` removes it.
[Unit]
Description=Inbox Triage: a pass every {words}

[Timer]
OnCalendar={calendar}
OnStartupSec=30
Persistent=true
AccuracySec=20

[Install]
WantedBy=timers.target
"""


def quoted(words: Sequence[str]) -> str:
    """An ExecStart line that gives exactly these words (systemd.service(5), "Command lines")."""
    # NOTE: "$$" stands for "$" in arguments alone, and a program's own path can't say it at all
    first = ["/usr/bin/env"] if "$" in words[0] else []
    return " ".join(_quoted(word) for word in [*first, *words])


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def calendar(minutes: int) -> str:
    """The OnCalendar expression for about every so many minutes."""
    if minutes < 60:
        return f"*:0/{minutes}"
    hours = minutes // 60
    return f"0/{hours}:00" if hours < 24 else "daily"


@dataclass(frozen=True)
class Systemd:
    """The user's own systemd; ``folder`` is where it looks for units."""

    tools: Tools
    folder: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    name: str = "systemd"

    def files(self, job: Job) -> Mapping[Path, str]:
        """One unit for the daemon; a service and its timer for the sweep."""
        command = quoted(job.command())
        if job.kind == "daemon":
            return {self.folder / DAEMON: _DAEMON.format(command=command, hardening=_HARDENING)}
        words = "minute" if job.every_minutes == 1 else f"{job.every_minutes} minutes"
        return {
            self.folder / SWEEP: _SWEEP.format(command=command, hardening=_HARDENING),
            self.folder / TIMER: _TIMER.format(words=words, calendar=calendar(job.every_minutes)),
        }

    def commands(self, job: Job) -> Sequence[Sequence[str]]:
        """Reading, enabling and starting."""
        unit = DAEMON if job.kind == "daemon" else TIMER
        verbs = (("daemon-reload",), ("enable", unit), ("restart", unit))
        return [("systemctl", "--user", *verb) for verb in verbs]

    def install(self, job: Job) -> str:
        """Write the units, enable and start them."""
        if not self.tools.has("systemctl"):
            raise ServiceRefused(
                "There is no systemd here: `triage service install --cron` does the same by cron."
            )
        files = self.files(job)
        self._remove([unit for unit in self._units() if unit not in files])
        write_if_new(files)
        for command in self.commands(job):
            answer = self.tools.run(*command)
            if not answer.is_good:
                raise ServiceRefused(_refusal(answer, next(iter(files))))
        what = "The daemon runs" if job.kind == "daemon" else "A sweep runs by the clock"
        return f"{what} as the systemd unit {self._unit(job)} and starts at every login.{self._linger()}"

    def uninstall(self) -> bool:
        """Stop, disable and remove the units; one that systemd can't be told of is removed all the same."""
        units = self._units()
        self._remove(units)
        return bool(units)

    def state(self) -> State:
        """What systemd says of the unit that is installed."""
        units = self._units()
        if not units:
            return State(self.name, False, None, "not installed")
        unit = next((one.name for one in units if one.name in (DAEMON, TIMER)), units[0].name)
        asked = self.tools.run(
            "systemctl", "--user", "show", unit, "--property=ActiveState,SubState,StatusText"
        )
        told = dict(line.split("=", 1) for line in asked.out.splitlines() if "=" in line)
        if not asked.is_good or "ActiveState" not in told:
            return State(self.name, True, None, f"{unit}: {asked.last_words}", tuple(units))
        words = f"{unit}: {told['ActiveState']} ({told.get('SubState', '')})"
        text = told.get("StatusText", "")
        is_active = told["ActiveState"] in ("active", "reloading", "activating")
        return State(self.name, True, is_active, f"{words}; {text}" if text else words, tuple(units))

    def _unit(self, job: Job) -> str:
        return DAEMON if job.kind == "daemon" else TIMER

    def _units(self) -> list[Path]:
        return [path for name in (DAEMON, TIMER, SWEEP) if (path := self.folder / name).is_file()]

    def _remove(self, units: Sequence[Path]) -> None:
        if not units:
            return
        self.tools.run("systemctl", "--user", "disable", "--now", *(unit.name for unit in units))
        for unit in units:
            unit.unlink(missing_ok=True)
            # what `enable` made; systemd removes it itself where it can be told
            for wants in ("default.target.wants", "timers.target.wants"):
                (self.folder / wants / unit.name).unlink(missing_ok=True)
        self.tools.run("systemctl", "--user", "daemon-reload")

    def _linger(self) -> str:
        user = self.environ.get("USER") or self.environ.get("LOGNAME") or ""
        told = self.tools.run("loginctl", "show-user", user, "--property=Linger", "--value").out.strip()
        if told != "no":
            return ""
        return " It ends when you log out: `loginctl enable-linger` keeps it running."


def _refusal(answer: Answer, written: Path) -> str:
    if "bus" in answer.err.lower() or "XDG_RUNTIME_DIR" in answer.err:
        return (
            f"{written} is written, but your user has no systemd session here: log in at the desktop, or run "
            "`loginctl enable-linger` and log in again, then repeat `triage service install`; or use --cron."
        )
    return (
        f"{written} is written, but systemd refuses it ({answer.last_words}): see `systemctl --user status`."
    )
