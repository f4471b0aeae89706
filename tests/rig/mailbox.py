"""One test's own mailbox on some server, and a second client that tells the truth about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from tests.rig.dovecot import Dovecot, User
from triage.imap.session import Secret, Server, Session, open_session


@dataclass(frozen=True)
class Mailbox:
    """How to reach a mailbox that no other test uses; ``kind`` is ``dovecot`` or ``embedded``."""

    kind: str
    host: str
    port: int
    username: str
    password: str

    @property
    def server(self) -> Server:
        """The product's view of it, in plain text over loopback."""
        return Server(self.host, self.port, "plaintext", self.username, timeout=10)

    @property
    def secret(self) -> Secret:
        """What signs in."""
        return Secret("password", self.password)

    def session(self) -> AbstractContextManager[Session]:
        """A signed-in session of the product's."""
        return open_session(self.server, self.secret)

    @contextmanager
    def second_client(self) -> Iterator[IMAPClient]:
        """A client of its own, with none of the product's code."""
        with IMAPClient(self.host, self.port, ssl=False, timeout=20) as client:
            client.plain_login(self.username, self.password)
            client.normalise_times = False
            yield client

    def deliver(self, *messages: bytes, folder: str = "INBOX", arrived: datetime | None = None) -> None:
        """Put messages without any flag into a folder, as of now or of ``arrived``."""
        with self.second_client() as client:
            for raw in messages:
                client.append(folder, raw, (), arrived or datetime.now(UTC))

    def stored(self, folder: str) -> dict[int, bytes]:
        """The bytes of every message in a folder."""
        return {uid: data[b"BODY[]"] for uid, data in self._all(folder, "BODY.PEEK[]").items()}

    def flags(self, folder: str = "INBOX") -> dict[int, frozenset[bytes]]:
        """The flags of every message, without ``\\Recent``, which is the server's own."""
        found = self._all(folder, "FLAGS")
        return {uid: frozenset(data[b"FLAGS"]) - {b"\\Recent"} for uid, data in found.items()}

    def _all(self, folder: str, item: str) -> dict[int, dict[bytes, Any]]:
        with self.second_client() as client:
            client.select_folder(folder, readonly=True)
            uids = client.search("ALL")
            return dict(sorted(client.fetch(uids, [item]).items())) if uids else {}


def on_dovecot(server: Dovecot, user: User) -> Mailbox:
    """The mailbox of a Dovecot user."""
    return Mailbox("dovecot", server.host, server.port, user.name, user.password)
