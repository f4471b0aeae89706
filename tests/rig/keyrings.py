"""Keyrings by the library's own rules: in memory, in a file, narrow, locked, waiting for a person."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from triage.files import locked, write_private


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """What is stored."""
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store it."""
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Remove it."""
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError("nothing there")


class Narrow(Drawer):
    """A keyring whose entries hold 2560 bytes of UTF-16, as on Windows."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store it, if it fits."""
        if len(password.encode("utf-16-le")) > 2560:
            raise PasswordSetError("too long")
        super().set_password(service, username, password)


class FileDrawer(KeyringBackend):
    """A keyring in the file that TEST_KEYRING names, which several programs may use at once.

    A program takes it by PYTHON_KEYRING_BACKEND, see ``environment``.
    """

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def _path(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def get_password(self, service: str, username: str) -> str | None:
        """What is stored."""
        return self.secrets().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store it."""
        with locked(self._path.with_suffix(".lock"), 20):
            write_private(self._path, json.dumps(self.secrets() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Remove it."""
        with locked(self._path.with_suffix(".lock"), 20):
            kept = self.secrets()
            if kept.pop(f"{service} {username}", None) is None:
                raise PasswordDeleteError("nothing there")
            write_private(self._path, json.dumps(kept))

    def secrets(self) -> dict[str, str]:
        """All that is stored."""
        if not self._path.exists():
            return {}
        found: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        return found


def environment(path: Path) -> dict[str, str]:
    """What makes this file the keyring of a program that is started from the root of the repository."""
    return {"PYTHON_KEYRING_BACKEND": "tests.rig.keyrings.FileDrawer", "TEST_KEYRING": str(path)}


class Locked(Drawer):
    """A keyring whose owner isn't there."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refuse."""
        raise KeyringLocked("words that may hold hunter2")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse."""
        raise KeyringLocked("words that may hold hunter2")


class Waiting(Drawer):
    """A keyring that shows a window to nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        """Wait for a click that never comes."""
        self.closed.wait(30)
        return None


@contextmanager
def used(backend: KeyringBackend) -> Iterator[None]:
    """Make this the keyring inside."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
