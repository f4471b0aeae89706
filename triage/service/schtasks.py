"""A task of Windows' scheduler: the daemon from each logon on, or a sweep at intervals."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from triage.errors import ServiceRefused
from triage.service.job import Answer, Job, State, Tools, write_if_new

TASK = "Inbox Triage"
_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
#: Neither battery nor a missing network ends or delays it: the program minds both itself.
_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "AllowStartOnDemand": "true",
    "Enabled": "true",
    "Hidden": "false",
    "RunOnlyIfIdle": "false",
    "WakeToRun": "false",
    "ExecutionTimeLimit": "PT0S",
    "Priority": "7",
}
_RESTART = {"Interval": "PT1M", "Count": "999"}


def task_xml(job: Job, user: str) -> str:
    """The task (schema 1.2 of the scheduler), run as ``user`` with no more rights than they have."""
    task = Element("Task", {"version": "1.2", "xmlns": _NAMESPACE})
    about = SubElement(task, "RegistrationInfo")
    SubElement(about, "Description").text = "Flags client mail, leaves drafts. By `triage service install`."
    _trigger(SubElement(task, "Triggers"), job, user)
    principal = SubElement(SubElement(task, "Principals"), "Principal", {"id": "Author"})
    _fill(principal, {"UserId": user, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"})
    settings = SubElement(task, "Settings")
    _fill(settings, _SETTINGS)
    if job.kind == "daemon":
        _fill(SubElement(settings, "RestartOnFailure"), _RESTART)
    action = SubElement(SubElement(task, "Actions", {"Context": "Author"}), "Exec")
    program, *arguments = job.command(log=True)
    _fill(action, {"Command": program, "Arguments": subprocess.list2cmdline(arguments)})
    indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{tostring(task, encoding="unicode")}\n'


def _trigger(triggers: Element, job: Job, user: str) -> None:
    """At logon; for a sweep also every so many minutes, for ever."""
    if job.kind == "daemon":
        _fill(SubElement(triggers, "LogonTrigger"), {"Enabled": "true", "UserId": user})
        return
    trigger = SubElement(triggers, "TimeTrigger")
    # in the past: the first run is at once, the next by the interval
    _fill(trigger, {"Enabled": "true", "StartBoundary": "2020-01-01T00:00:00"})
    _fill(SubElement(trigger, "Repetition"), {"Interval": f"PT{job.every_minutes}M"})


def _fill(parent: Element, values: Mapping[str, str]) -> None:
    for name, text in values.items():
        SubElement(parent, name).text = text


def windowless(python: Path) -> Path:
    """The interpreter that opens no window, where there is one beside the other."""
    beside = python.with_name("pythonw.exe")
    return beside if beside.is_file() else python


@dataclass(frozen=True)
class TaskScheduler:
    """The scheduler, by ``schtasks``; the task's file stays in ``folder``."""

    tools: Tools
    folder: Path
    user: str
    name: str = "Task Scheduler"

    @property
    def _path(self) -> Path:
        return self.folder / "scheduled-task.xml"

    def files(self, job: Job) -> Mapping[Path, str]:
        """The file that the task is made from."""
        return {self._path: task_xml(job, self.user)}

    def commands(self, job: Job) -> Sequence[Sequence[str]]:
        """Making the task, over an older one, and starting it."""
        return [
            ("schtasks", "/Create", "/TN", TASK, "/XML", str(self._path), "/F"),
            ("schtasks", "/Run", "/TN", TASK),
        ]

    def install(self, job: Job) -> str:
        """Make the task and start it."""
        if not self.tools.has("schtasks"):
            raise ServiceRefused("There is no `schtasks` here: it comes with Windows; repair the system.")
        write_if_new(self.files(job), "utf-16")
        self.tools.run("schtasks", "/End", "/TN", TASK)
        for command in self.commands(job):
            answer = self.tools.run(*command)
            if not answer.is_good:
                raise ServiceRefused(
                    f"{self._path} is written, but the Task Scheduler refuses it ({answer.last_words}): open "
                    "a window of the user it shall run for, and try again."
                )
        what = "The daemon runs" if job.kind == "daemon" else "A sweep runs by the clock"
        return f'{what} as the scheduled task "{TASK}", from each logon on; its log is {job.log}.'

    def uninstall(self) -> bool:
        """End and delete the task, and remove its file."""
        was_there = self._path.is_file() or self._asked().is_good
        if was_there:
            self.tools.run("schtasks", "/End", "/TN", TASK)
            self.tools.run("schtasks", "/Delete", "/TN", TASK, "/F")
            self._path.unlink(missing_ok=True)
        return was_there

    def state(self) -> State:
        """What the scheduler says of the task; its words are in the system's language."""
        answer = self._asked()
        if not answer.is_good:
            return State(self.name, False, None, "not installed")
        row = next(iter(answer.out.strip().splitlines()), "").strip('"').split('","')
        return State(self.name, True, None, row[-1] if row else "installed", (self._path,))

    def _asked(self) -> Answer:
        return self.tools.run("schtasks", "/Query", "/TN", TASK, "/FO", "CSV", "/NH")
