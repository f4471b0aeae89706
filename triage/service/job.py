"""What is to be run, as every way of running it needs to know; and the system's tools, asked by name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from triage.config import Config
from triage.errors import ServiceRefused
from triage.files import write_private

Kind = Literal["daemon", "sweep"]
_TOOL_S = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """One program with its configuration: the daemon, or a sweep every so many minutes.

    ``log`` is for systems that keep no journal: they hand what is said to nobody.
    """

    kind: Kind
    python: Path
    config: Path
    log: Path
    every_minutes: int
    needs_keyring: bool = False

    def command(self, *, log: bool = False) -> list[str]:
        """Program and arguments; with ``log`` it keeps a log of its own."""
        # -P: what lies in the folder it is started in is none of its modules
        words = [str(self.python), "-P", "-m", "triage", self.kind, "--config", str(self.config)]
        return [*words, "--log-file", str(self.log)] if log else words


def job_of(config: Config, kind: Kind, python: str = sys.executable) -> Job:
    """The job for this configuration; raises ServiceRefused for a path that no service file can hold."""
    log = config.log.file or config.paths.state / "triage.log"
    # the environment's own python, not what it is a link to
    program, settings, log = Path(python).absolute(), config.paths.config.absolute(), log.absolute()
    for path in (program, settings, log):
        if any(ord(sign) < 32 or sign == "\x7f" for sign in str(path)):
            raise ServiceRefused("A path holds a line break or control character: move it, then try again.")
    needs_keyring = any(account.secret_command is None for account in config.accounts)
    return Job(kind, program, settings, log, max(1, round(config.daemon.poll_minutes)), needs_keyring)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a tool ended, and what it said."""

    code: int
    out: str = ""
    err: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it did what was asked."""
        return self.code == 0

    @property
    def last_words(self) -> str:
        """The last line it said, for a sentence about its failure."""
        lines = (self.err or self.out).strip().splitlines()
        return lines[-1].strip().rstrip(".") if lines else f"exit status {self.code}"


class Tools:
    """The system's programs, found on PATH."""

    def has(self, name: str) -> bool:
        """Whether the program is there."""
        return shutil.which(name) is not None

    def run(self, *command: str, text: str | None = None) -> Answer:
        """Run it to its end with ``text`` as its input; a missing or hanging one is an Answer too."""
        program = shutil.which(command[0])
        if program is None:
            return Answer(127, err=f"{command[0]} is not there")
        try:
            done = subprocess.run(
                [program, *command[1:]],
                input=text or "",
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="surrogateescape",
                timeout=_TOOL_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Answer(126, err=f"{command[0]} can't be run ({type(error).__name__})")
        return Answer(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class State:
    """How one way of running stands: ``detail`` in a few words; None is unknown."""

    way: str
    is_installed: bool
    is_active: bool | None
    detail: str
    files: tuple[Path, ...] = ()


class Way(Protocol):
    """One means of the system to run the program."""

    @property
    def name(self) -> str:
        """How it is called in sentences."""
        ...

    def files(self, job: Job) -> Mapping[Path, str]:
        """Every file that an installation writes, with what is in it; nothing is written."""
        ...

    def commands(self, job: Job) -> Sequence[Sequence[str]]:
        """The tools that an installation runs after that."""
        ...

    def install(self, job: Job) -> str:
        """Write, enable and start; one sentence of what happened. Raises ServiceRefused."""
        ...

    def uninstall(self) -> bool:
        """Stop it and remove every trace; whether there was any. Raises ServiceRefused."""
        ...

    def state(self) -> State:
        """How it stands now."""
        ...


def write_if_new(files: Mapping[Path, str], encoding: str = "utf-8") -> bool:
    """Write what differs from what is there, each file whole or not at all; whether anything did."""
    changed = False
    for path, text in files.items():
        try:
            if path.read_text(encoding=encoding) == text:
                continue
        except (OSError, UnicodeError):
            pass
        try:
            write_private(path, text, encoding)
        except OSError as error:
            raise ServiceRefused(
                f"{path} can't be written ({error.strerror}): give your user the right to."
            ) from None
        changed = True
    return changed
