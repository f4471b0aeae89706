"""Waiting for mail: IDLE (RFC 2177) where the server offers it, asking every minute where not.

imapclient's own ``idle_check`` is not used: it loses a push that is split over segments or arrives together
with the continuation line, and takes a dead connection for a quiet one. Here whole lines are read, the buffer
before the socket, and the end of the stream is an error.
"""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from triage.imap.inbox import open_inbox
from triage.imap.session import Session

#: Routers forget quiet connections after ten minutes or so, servers after 29 (RFC 2177).
_IDLE_SECONDS = 540.0
_POLL_SECONDS = 45.0
#: How often ``stop`` is asked when there is no socket to be woken by.
_STOP_SECONDS = 1.0
_EXISTS = re.compile(rb"\* (\d+) EXISTS\b", re.IGNORECASE)
_BYE = re.compile(rb"\* BYE\b", re.IGNORECASE)


def wait_for_mail(
    session: Session,
    folder: str,
    timeout: float,
    stop: Callable[[], bool],
    *,
    uidnext: int | None = None,
    wake: socket.socket | None = None,
    is_lost: Callable[[], bool] = lambda: False,
) -> bool:
    """Wait at most ``timeout`` seconds; True as soon as the server announces new mail in the folder.

    ``uidnext``, as the last pass saw it, closes the gap between that pass and this call. ``stop`` is asked
    every second, or, where a ``wake`` socket is given, only when that becomes readable, which ends the wait.
    ``is_lost`` is asked then too: whether the network that the connection went over has gone, so that nothing
    is to be said over it any more. Raises MailboxUnreachable when the connection ends.
    """
    box = open_inbox(session, folder)
    if uidnext is not None and box.uidnext > uidnext:
        return True
    wait = _Wait(session, box.exists, time.monotonic() + timeout, stop, wake, is_lost)
    return wait.run()


@dataclass
class _Wait:
    """One call of ``wait_for_mail``: ``known`` is the number of messages that are no news."""

    session: Session
    known: int
    end: float
    stop: Callable[[], bool]
    wake: socket.socket | None
    is_lost: Callable[[], bool]
    has_news: bool = False
    is_woken: bool = False

    def run(self) -> bool:
        """Rounds of IDLE, or of sleep and NOOP, until news, the end of time or ``stop``."""
        can_idle = self.session.has("IDLE")
        while not self._is_over():
            with self.session.guarded():
                if can_idle:
                    can_idle = self._idle_round()
                else:
                    self._wait_for_line(time.monotonic() + _POLL_SECONDS)
                    self._check_network()
                    self._ask()
        return self.has_news

    def _is_over(self) -> bool:
        return self.has_news or self.is_woken or time.monotonic() >= self.end or self.stop()

    def _idle_round(self) -> bool:
        """One IDLE from start to DONE; False when the server refuses the command."""
        imap: Any = self.session.client._imap
        tag = imap._command("IDLE")
        while imap._get_response() is not None:  # None is the continuation line
            if imap.tagged_commands[tag]:
                imap.tagged_commands.pop(tag)
                return False
        self._take_untagged(imap)
        until = time.monotonic() + _IDLE_SECONDS
        while not self._is_over() and time.monotonic() < until:
            if self._wait_for_line(until):
                self._take(self._line())
        self._finish(imap, tag)
        return True

    def _check_network(self) -> None:
        """A dead connection answers no DONE: waiting for that would only cost the time-out."""
        if self.is_woken and self.is_lost():
            raise IMAPClientAbortError("the network has changed")

    def _finish(self, imap: Any, tag: bytes) -> None:
        self._check_network()
        imap.send(b"DONE\r\n")
        typ, _ = imap._command_complete("IDLE", tag)
        self._take_untagged(imap)
        if typ != "OK":
            raise IMAPClientError("IDLE failed")

    def _ask(self) -> None:
        """NOOP, for servers without IDLE."""
        self.session.client._imap.noop()
        self._take_untagged(self.session.client._imap)

    def _take_untagged(self, imap: Any) -> None:
        """What imaplib read on the way to a continuation or tagged line."""
        for count in imap.untagged_responses.pop("EXISTS", []):
            self._count(int(count))

    def _take(self, line: bytes) -> None:
        if _BYE.match(line):
            raise IMAPClientAbortError("BYE")
        if found := _EXISTS.match(line):
            self._count(int(found.group(1)))

    def _count(self, exists: int) -> None:
        """A count that grew is news; one that shrank, because someone deletes mail, is the new measure."""
        self.has_news = self.has_news or exists > self.known
        self.known = exists

    def _wait_for_line(self, until: float) -> bool:
        """Whether a line can be read; waits for one until ``until``, the end, or ``stop``."""
        until = min(until, self.end)
        while not self._is_buffered():
            left = until - time.monotonic()
            if left <= 0 or self.is_woken or self.stop():
                return False
            if self._select(left if self.wake else min(left, _STOP_SECONDS)):
                return True
        return True

    def _select(self, seconds: float) -> bool:
        """Whether the server has sent something within these seconds."""
        sock = self.session.client.socket()
        readable: list[Any]
        readable, _, _ = select.select([sock, self.wake] if self.wake else [sock], [], [], seconds)
        self.is_woken = self.is_woken or self.wake in readable
        return sock in readable

    def _is_buffered(self) -> bool:
        """Whether bytes wait in imaplib's buffer or in that of TLS, where ``select`` can't see them."""
        sock: Any = self.session.client.socket()
        if getattr(sock, "pending", int)():
            return True
        seconds = sock.gettimeout()
        sock.setblocking(False)
        try:
            return bool(self._stream().peek(1))
        except OSError:  # nothing there: TLS says so by an error
            return False
        finally:
            sock.settimeout(seconds)

    def _line(self) -> bytes:
        line: bytes = self.session.client._imap.readline()
        if not line:
            raise EOFError
        return line

    def _stream(self) -> Any:
        imap: Any = self.session.client._imap
        return getattr(imap, "_file", None) or imap.file
