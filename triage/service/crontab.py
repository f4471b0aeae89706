"""Lines of the user's crontab between two marks; every other line stays as it is, to the byte."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.errors import ServiceRefused
from triage.service.job import Job, State, Tools

BEGIN = "# >>> inbox-triage, written by `triage service install --cron`"
END = "# <<< inbox-triage"


def schedule(minutes: int) -> str:
    """The five fields for about every so many minutes."""
    if minutes < 60:
        return f"*/{minutes} * * * *"
    hours = minutes // 60
    return f"0 */{hours} * * *" if hours < 24 else "0 0 * * *"


def line_of(job: Job) -> str:
    """The line that runs the job; cron would take a bare % for the end of the line."""
    command = shlex.join(job.command(log=True)).replace("%", "\\%")
    return f"{schedule(job.every_minutes)} {command} >/dev/null 2>&1"


def with_block(text: str, job: Job) -> str:
    """The crontab with our block in it, in the place of an older one or at the end."""
    block = f"{BEGIN}\n{line_of(job)}\n{END}\n"
    before, old, after = _parts(text)
    if old:
        return before + block + after
    return text + ("" if text.endswith("\n") or not text else "\n") + block


def without_block(text: str) -> str:
    """The crontab as it would be without us."""
    before, _, after = _parts(text)
    return before + after


def _parts(text: str) -> tuple[str, str, str]:
    """What is before our block, the block, and what is after it; a block without its end is no block."""
    lines = text.splitlines(keepends=True)
    plain = [line.rstrip("\n") for line in lines]
    if BEGIN not in plain or END not in plain[plain.index(BEGIN) :]:
        return text, "", ""
    first = plain.index(BEGIN)
    last = plain.index(END, first) + 1
    return "".join(lines[:first]), "".join(lines[first:last]), "".join(lines[last:])


@dataclass(frozen=True)
class Crontab:
    """The user's crontab, by the program of this name."""

    tools: Tools
    name: str = "cron"

    def files(self, job: Job) -> Mapping[Path, str]:
        """No file: cron keeps its own; shown is the block."""
        return {Path("crontab"): f"{BEGIN}\n{line_of(job)}\n{END}\n"}

    def commands(self, job: Job) -> Sequence[Sequence[str]]:
        """The crontab is handed over whole."""
        return [("crontab", "-")]

    def install(self, job: Job) -> str:
        """Put our block into the crontab."""
        if not self.tools.has("crontab"):
            raise ServiceRefused(
                "There is no `crontab` here: install cron (on Debian: apt-get install cron), or use "
                "`triage service install` without --cron."
            )
        before = self._read()
        after = with_block(before, job)
        if after != before:
            self._write(after)
        note = ""
        if job.needs_keyring:
            note = " Cron has no keyring: give each account a password_command."
        return f"Cron runs a sweep ({schedule(job.every_minutes)}); its log is {job.log}.{note}"

    def uninstall(self) -> bool:
        """Take our block out; a crontab that held nothing else is removed."""
        before = self._read() if self.tools.has("crontab") else ""
        after = without_block(before)
        if after == before:
            return False
        self._write(after)
        return True

    def state(self) -> State:
        """Whether our block is in the crontab."""
        if not self.tools.has("crontab"):
            return State(self.name, False, None, "not installed")
        block = _parts(self._read())[1]
        line = block.splitlines()[1] if block.count("\n") > 2 else ""
        return State(self.name, bool(block), None, line or "not installed")

    def _read(self) -> str:
        answer = self.tools.run("crontab", "-l")
        if answer.is_good:
            return answer.out
        if "no crontab" in answer.err.lower():
            return ""
        raise ServiceRefused(f"The crontab can't be read ({answer.last_words}): try `crontab -l`.")

    def _write(self, text: str) -> None:
        command = ("crontab", "-") if text else ("crontab", "-r")
        answer = self.tools.run(*command, text=text)
        if not answer.is_good:
            raise ServiceRefused(f"The crontab can't be changed ({answer.last_words}): try `crontab -e`.")
