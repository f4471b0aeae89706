"""The client file in the user's editor: a copy is changed, and takes the file's place once it is right."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import typer

from triage.client_file.loading import check_text, read_text
from triage.client_file.writing import HEAD, replace_text
from triage.commands.common import say
from triage.errors import ConfigError, TriageError

_USUAL = ("sensible-editor", "nano", "vim", "vi", "notepad")


def edit_in_editor(path: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Let the user change a copy; returns the sentence on what has become of it.

    Raises TriageError where what the user wrote can't be taken, or the editor fails: the file is as before
    then, and a copy that was changed is kept.
    """
    path = path.expanduser().resolve()
    before = read_text(path, may_be_missing=True)
    shown = HEAD if before is None else before
    copy = _copy_of(path, shown)
    try:
        after = _edited(copy, path, environ)
        if after != shown:
            replace_text(path, before, after)
    except TriageError as error:
        if not copy.exists() or copy.read_bytes() == shown.encode():
            copy.unlink(missing_ok=True)
            raise
        told = error.problems if isinstance(error, ConfigError) else (str(error),)
        raise ConfigError(*told, f"What you wrote is kept in {copy}; {path.name} is as before.") from None
    copy.unlink()
    return "Nothing was changed." if after == shown else f"Written: {path}"


def _edited(copy: Path, path: Path, environ: Mapping[str, str]) -> str:
    """What the user made of the copy, as often as they like; raises ConfigError where it stays wrong."""
    while True:
        _open_editor(copy, environ)
        if not copy.exists():
            raise ConfigError("The copy you were to edit is gone: nothing was changed.")
        try:
            text = read_text(copy) or ""
            check_text(text, path.name)
        except ConfigError as error:
            if not sys.stdin.isatty():
                raise
            say(error)
            if not typer.confirm("Go on editing?", default=True, err=True):
                raise
        else:
            return text


def _copy_of(path: Path, text: str) -> Path:
    """A private copy (0600) beside the file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}-", suffix=path.suffix)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path.parent} can't be written ({error.strerror}): check its rights.") from None
    return Path(name)


def _open_editor(copy: Path, environ: Mapping[str, str]) -> None:
    """Run the editor until it is closed; raises TriageError where there is none or it fails."""
    command = _editor(environ)
    try:
        code = subprocess.run([*command, str(copy)], check=False).returncode
        why = f"ended with status {code}" if code else ""
    except OSError as error:
        why = f"can't be started ({error.strerror})"
    if why:
        raise TriageError(f"The editor {command[0]} {why}: nothing was changed; set EDITOR to another one.")


def _editor(environ: Mapping[str, str]) -> list[str]:
    chosen = environ.get("VISUAL") or environ.get("EDITOR")
    if chosen:
        command = shlex.split(chosen, posix=os.name == "posix")
        if command:
            return [command[0].strip('"'), *command[1:]]
    found = next((name for name in _USUAL if shutil.which(name)), None)
    if found is None:
        raise ConfigError("There is no editor: set the variable EDITOR to the program you write with.")
    return [found]
