"""Servers and mailboxes to measure on: delivered onto the disk, since a server would take minutes for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from tests.bench.measure import ROOT
from tests.rig.dovecot import Dovecot, User
from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.maildir import Maildir
from tests.rig.many_accounts import many_accounts

HERE = Path(__file__).parent
# Where the tests keep the trained classifier too; training is no part of the figures.
MODEL = ROOT / ".pytest_cache" / "d" / "model"


@dataclass
class Bench:
    """A server, a folder for configurations and ledgers, and the commands that are measured."""

    server: Dovecot
    folder: Path

    def __post_init__(self) -> None:
        self._numbers = count()

    def box(self, letters: Iterable[tuple[datetime, bytes]] = ()) -> Mailbox:
        """A fresh mailbox with these messages, by arrival."""
        user = self._user()
        maildir = self.maildir(user)
        for arrival, raw in letters:
            maildir.put("INBOX", raw, arrived=arrival.timestamp())
        return on_dovecot(self.server, user)

    def crowded_box(self, size: int) -> Mailbox:
        """A mailbox of so many old messages: one file under so many names."""
        user = self._user()
        old = (datetime.now(UTC) - timedelta(days=400)).timestamp()
        name = self.maildir(user).put("INBOX", letter(1), flags="S", arrived=old)
        cur = user.home / "Maildir" / "cur"
        first = cur / f"{name}:2,S"
        # a file system allows so many names of one file (ext4: 65,000)
        for number in range(1, size):
            if number % 30_000 == 0:
                name = self.maildir(user).put("INBOX", letter(1), flags="S", arrived=old)
                first = cur / f"{name}:2,S"
            else:
                os.link(first, cur / f"{number}.link:2,S")
        return on_dovecot(self.server, user)

    def _user(self) -> User:
        """A fresh user; the server makes the folders when they are first opened."""
        user = self.server.user("load")
        with self.server.client(user) as client:
            client.select_folder("INBOX")
        return user

    def maildir(self, user: User) -> Maildir:
        """The mail of a user on the disk."""
        place = user.home.stat()
        return Maildir(user.home, (place.st_uid, place.st_gid))

    def config(self, *mailboxes: Mailbox, port: int = 0) -> Path:
        """A configuration with a ledger of its own; ``port`` leads there by way of a proxy."""
        state = self.folder / str(next(self._numbers))
        state.mkdir()
        ports = [port or mailbox.port for mailbox in mailboxes]
        return many_accounts(mailboxes, ports, state, MODEL)


def sweep(config: Path) -> list[str]:
    """The real command."""
    return [sys.executable, "-m", "triage", "sweep", "--json", "--config", str(config)]


def altered(script: str, config: Path) -> list[str]:
    """The real command, with one thing changed by a script of this folder."""
    return [sys.executable, "-m", f"tests.bench.{script}", str(config)]


def bare(script: str, mailbox: Mailbox, *arguments: str, port: int = 0) -> list[str]:
    """A bare script against the same mailbox."""
    told = (mailbox.host, str(port or mailbox.port), mailbox.username, mailbox.password, *arguments)
    return [sys.executable, str(HERE / script), *told]
