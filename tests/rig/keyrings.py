"""Keyrings by the library's own rules: one in memory, a locked one, one that waits for a person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


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
