"""The way packets take to a server: found without sending any, to see that the network has changed."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from typing import Any

_FIRST_PROBE_S, _BETWEEN_S, _PROBES = 60, 15, 4


def keep_alive(sock: socket.socket) -> None:
    """Have the system ask after a quiet connection, so that a dead one ends after two minutes, not never."""
    options: list[tuple[str, int]] = [
        ("TCP_KEEPALIVE" if sys.platform == "darwin" else "TCP_KEEPIDLE", _FIRST_PROBE_S),
        ("TCP_KEEPINTVL", _BETWEEN_S),
        ("TCP_KEEPCNT", _PROBES),
    ]
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in options:
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def peer_of(sock: socket.socket) -> Any:
    """The server's address, as the connection was made; None where it is gone."""
    try:
        return sock.getpeername()
    except OSError:
        return None


def source_towards(peer: Any) -> str:
    """By which of its addresses this machine would reach the server now; empty where there is no way.

    A UDP socket is connected for the answer; that sends nothing (RFC 1122, 4.1.4).
    """
    family = socket.AF_INET6 if len(peer) == 4 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(peer)
            return str(probe.getsockname()[0])
    except OSError:
        return ""
