"""What wakes a waiting thread: from another thread, from a signal, or at the end of its time."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic


class Bell:
    """A pair of sockets, so that it can be waited for beside a connection, on Windows too."""

    def __init__(self) -> None:
        self.socket, self._far = socket.socketpair()
        for end in (self.socket, self._far):
            end.setblocking(False)

    def ring(self) -> None:
        """Wake whoever waits now, or else the next wait."""
        with suppress(OSError):  # full of rings that nobody has heard yet, or closed
            self._far.send(b"\0")

    def fileno(self) -> int:
        """What ``signal.set_wakeup_fd`` takes: each signal rings."""
        return self._far.fileno()

    def wait(self, seconds: float) -> bool:
        """Whether it was rung within these seconds."""
        readable, _, _ = select.select([self.socket], [], [], max(0.0, seconds))
        return bool(readable) and self.hush()

    def hush(self) -> bool:
        """Forget the rings so far; whether there were any."""
        heard = False
        with suppress(OSError):
            while self.socket.recv(4096):
                heard = True
        return heard

    def close(self) -> None:
        """Give the sockets back."""
        self.socket.close()
        self._far.close()


class Time:
    """The clock on the wall, the seconds that the machine was awake, and waiting; tests bring their own."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds that nobody can set; on Linux and macOS they stand still while the machine sleeps."""
        return monotonic()

    def wait(self, bell: Bell, seconds: float) -> None:
        """Until the bell rings, and no longer than this."""
        bell.wait(seconds)
