"""Watching folders: one thread and one connection for each, asleep until the server has news."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from triage.access import enter
from triage.config import Account
from triage.containment import contained
from triage.daemon.bell import Bell
from triage.errors import TriageError
from triage.imap.folders import find_folders
from triage.imap.route import keep_alive, peer_of
from triage.imap.session import Secret, Session
from triage.imap.watch import wait_for_mail

logger = logging.getLogger(__name__)

#: IDLE ends before the half hour after which servers may hang up (RFC 2177).
WATCH_S = 25 * 60.0
#: Connections that wait, of one account: some servers allow ten in all, and other programs want theirs.
MOST_WATCHES = 5
_SETTLE_S = 2.0

#: What a watch tells: that there is news, that it listens, that its connection broke.
Tell = Callable[["Watch", str], None]


@dataclass(eq=False)
class Watch:
    """One folder; ``folder`` None is the one for sent mail, found by asking the server.

    It listens from ``go`` until it has told of news or of a break, then waits for the next ``go``: until a
    pass is over the same mail would be announced again and again.
    """

    account: Account
    folder: str | None
    secret: Secret | None
    tell: Tell
    bell: Bell = field(default_factory=Bell)
    uidnext: int | None = None
    _go: threading.Event = field(default_factory=threading.Event)
    peer: Any = None
    _ending: threading.Event = field(default_factory=threading.Event)
    _lost: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to wait for the first ``go``."""
        name = f"watch {self.account.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_listening(self) -> bool:
        """Whether it has been told to go and has told of nothing since."""
        return self._go.is_set()

    def go(self, seen_to: dict[str, int]) -> None:
        """A pass has seen the folders up to these UIDs."""
        if self.folder in seen_to:
            missed = self.is_listening and self.uidnext is not None and seen_to[self.folder] > self.uidnext
            self.uidnext = seen_to[self.folder]
            if missed:  # mail that the server has not told of: the connection may be dead
                self.renew()
        self._go.set()

    def renew(self) -> None:
        """Leave the connection without a word and make a new one."""
        self._lost.set()
        self.bell.ring()

    def end(self) -> None:
        """Come to an end soon."""
        self._ending.set()
        self._go.set()
        self.bell.ring()

    def join(self) -> None:
        """Wait a little for the end; a thread in a dead connection ends with the process."""
        if self._thread is not None:
            self._thread.join(_SETTLE_S)
            if not self._thread.is_alive():
                self.bell.close()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._go.wait()
            if self._ending.is_set():
                return
            try:
                if contained(self._connected, lambda _: None, f"{self.account.name}: watching") is None:
                    self._pause("broken")
            except TriageError as error:
                if self._lost.is_set():  # broken off on purpose: a new connection follows at once
                    continue
                logger.info("%s: watching ended: %s", self.account.name, error)
                self._pause("broken")

    def _pause(self, word: str) -> None:
        self._go.clear()
        if not self._ending.is_set():
            self.tell(self, word)

    def _connected(self) -> bool:
        """One connection's life: True where it ended by intent."""
        self._lost.clear()
        self.bell.hush()
        with enter(self.account, self.secret) as session:
            keep_alive(session.client.socket())
            self.peer = peer_of(session.client.socket())
            folder = self._found(session)
            if folder is None:
                self._ending.set()
                return True
            self._listen(session, folder)
            if self._lost.is_set():
                session.abandon()
        return True

    def _found(self, session: Session) -> str | None:
        if self.folder is None:
            self.folder = find_folders(session, drafts=self.account.drafts, sent=self.account.sent).sent
        return self.folder

    def _listen(self, session: Session, folder: str) -> None:
        while not self._ending.is_set() and not self._lost.is_set():
            self.tell(self, "listening")
            has_news = wait_for_mail(
                session,
                folder,
                WATCH_S,
                self._ending.is_set,
                uidnext=self.uidnext,
                wake=self.bell.socket,
                is_lost=self._lost.is_set,
            )
            self.bell.hush()
            if has_news:
                self._go.clear()
                self.tell(self, "news")
                self._go.wait()


def watches_of(account: Account, secret: Secret | None, tell: Tell) -> list[Watch]:
    """A watch for each folder of the account and for Sent; what is over MOST_WATCHES is left to the poll."""
    others = [folder for folder in account.folders if folder != account.sent]
    folders: list[str | None] = [*others[:1], account.sent, *others[1:]]
    return [Watch(account, folder, secret, tell) for folder in folders[:MOST_WATCHES]]
