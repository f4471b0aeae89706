"""What systemd is told of the daemon: ready, how it goes, alive, stopping (sd_notify(3))."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

_MOST = 200


class Supervisor:
    """The socket that NOTIFY_SOCKET names; where there is none, nobody listens and nothing happens."""

    def __init__(self, environ: Mapping[str, str] = os.environ, pid: int | None = None) -> None:
        name = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + name[1:] if name.startswith("@") else name
        self.watchdog_s = _watchdog(environ, os.getpid() if pid is None else pid)

    @property
    def is_there(self) -> bool:
        """Whether anybody listens."""
        return bool(self._address)

    def ready(self, status: str) -> None:
        """The daemon works, also after a new reading of the configuration."""
        self._tell("READY=1", _status(status))

    def status(self, status: str) -> None:
        """One line for ``systemctl status``."""
        self._tell(_status(status))

    def alive(self) -> None:
        """The watchdog's ping."""
        if self.watchdog_s is not None:
            self._tell("WATCHDOG=1")

    def reloading(self) -> None:
        """The configuration is being read anew; ``ready`` follows."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1", _status("stopping"))

    def _tell(self, *lines: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
            ours.setblocking(False)  # a listener that has stopped listening must not stop us
            ours.sendto("\n".join(lines).encode(), self._address)


def _status(text: str) -> str:
    return "STATUS=" + " ".join(text.split())[:_MOST]


def _watchdog(environ: Mapping[str, str], pid: int) -> float | None:
    """Seconds within which systemd wants to hear of this process (sd_watchdog_enabled(3))."""
    told, whose = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not told.isdecimal() or int(told) == 0 or (whose and whose != str(pid)):
        return None
    return int(told) / 1_000_000
