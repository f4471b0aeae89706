"""Passwords and tokens: from the account's own command, else from the system's keyring; never logged."""

from __future__ import annotations

import os
import queue
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

from triage.errors import CredentialError

Kind = Literal["password", "token"]
T = TypeVar("T")

SERVICE = "inbox-triage"
COMMAND_SECONDS = 60.0
KEYRING_SECONDS = 120.0
"""Long enough for a person to unlock it; a pass from cron, where nobody can, ends then."""


def secret_for(account_name: str, username: str, *, command: str | None, kind: Kind) -> tuple[Kind, str]:
    """The account's password or token: what the command prints first, else what the keyring holds."""
    if command is not None:
        return kind, printed_by(command, f"{kind}_command")
    value = stored_secret(account_name, username)
    if not value:
        raise CredentialError(
            f"No {kind} is stored for this account: run `triage init --store` with the account's name, "
            f"or set {kind}_command in its configuration."
        )
    return kind, value


def printed_by(command: str, key: str, seconds: float = COMMAND_SECONDS) -> str:
    """The first line that a command prints; no shell stands between, and what else it says is dropped."""
    try:
        process = subprocess.Popen(
            words_of(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it isn't quoted rightly"
        raise CredentialError(f"{key} can't be started ({reason}): check the program's name.") from None
    with process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise CredentialError(
                f"{key} gave no answer within {seconds:g} seconds: it must not wait for input."
            ) from None
    if process.returncode:
        raise CredentialError(
            f"{key} failed with exit status {process.returncode}: run it by hand to see why."
        )
    return _first_line(output, key)


def _first_line(output: bytes, key: str) -> str:
    line = output.partition(b"\n")[0].removesuffix(b"\r")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise CredentialError(
            f"{key} printed something that isn't UTF-8: it must print the secret alone."
        ) from None
    if not text:
        raise CredentialError(f"{key} printed nothing: its first line must be the secret.")
    return text


def words_of(command: str) -> list[str]:
    """Program and arguments as a shell would part them, ``~`` being the home folder.

    On Windows the backslash is a folder's and escapes nothing.
    """
    if os.name == "nt":
        words = [word.strip('"') for word in shlex.split(command, posix=False)]
    else:
        words = shlex.split(command)
    return [str(Path(word).expanduser()) if word.startswith("~") else word for word in words]


def stored_secret(account_name: str, username: str) -> str | None:
    """What the keyring holds for this account; raises CredentialError where there is no usable keyring."""
    return kept(_service(account_name), username)


def store_secret(account_name: str, username: str, value: str) -> None:
    """Put the secret into the keyring, in place of an earlier one."""
    keep(_service(account_name), username, value)


def delete_secret(account_name: str, username: str) -> bool:
    """Take the secret out of the keyring; False where there was none."""
    return drop(_service(account_name), username)


def kept(service: str, username: str, seconds: float | None = None) -> str | None:
    """One entry of the keyring; raises CredentialError where there is no usable one, or not soon enough."""
    import keyring

    return _asked(lambda: keyring.get_password(service, username), seconds)


def keep(service: str, username: str, value: str) -> None:
    """Put one entry into the keyring, in place of an earlier one."""
    import keyring

    _asked(lambda: keyring.set_password(service, username, value))


def drop(service: str, username: str) -> bool:
    """Take one entry out of the keyring; False where there was none."""
    import keyring

    if kept(service, username) is None:
        return False
    _asked(lambda: keyring.delete_password(service, username))
    return True


def _service(account_name: str) -> str:
    return f"{SERVICE}:{account_name}"


def _asked(call: Callable[[], T], seconds: float | None = None) -> T:
    """The keyring's answer, or CredentialError: none there, locked, refused, or waiting for a person.

    A thread asks, since a locked keyring may wait for ever for somebody at a screen.
    """
    from keyring.errors import KeyringError

    expected: tuple[type[Exception], ...] = (KeyringError, OSError, RuntimeError, ValueError)
    expected += _windows_errors()
    answers: queue.SimpleQueue[tuple[bool, T | BaseException]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put((True, call()))
        except expected as error:
            answers.put((False, error))

    threading.Thread(target=ask, daemon=True).start()
    try:
        is_answer, answer = answers.get(timeout=KEYRING_SECONDS if seconds is None else seconds)
    except queue.Empty:
        raise _no_keyring("it waits to be unlocked") from None
    if not is_answer:
        raise _no_keyring(type(answer).__name__) from None
    return answer  # type: ignore[return-value]


def _windows_errors() -> tuple[type[Exception], ...]:
    """What the Windows keyring raises for an entry that is too long; its module is loaded with it."""
    modules = (sys.modules.get(name) for name in ("pywintypes", "win32ctypes.pywin32.pywintypes"))
    return tuple(module.error for module in modules if module is not None)


def _no_keyring(reason: str) -> CredentialError:
    return CredentialError(
        f"The system's keyring can't be used here ({reason}): unlock it, "
        "or set password_command (for tokens: token_command) in the configuration."
    )
