"""What systemd hears, on a real socket of its kind."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.supervisor import Supervisor


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """systemd's end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(2)
        yield sock


def heard(listener: socket.socket) -> dict[str, str]:
    """The next datagram, by its names."""
    return dict(line.split("=", 1) for line in listener.recv(4096).decode().splitlines())


def test_ready_status_and_stopping(listener: socket.socket) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": listener.getsockname()})
    supervisor.ready("started")
    assert heard(listener) == {"READY": "1", "STATUS": "started"}
    supervisor.status("two\nlines\tand  more")
    assert heard(listener) == {"STATUS": "two lines and more"}
    supervisor.reloading()
    assert set(heard(listener)) == {"RELOADING", "MONOTONIC_USEC"}
    supervisor.stopping()
    assert heard(listener) == {"STOPPING": "1", "STATUS": "stopping"}


def test_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0inbox-triage-test")
        sock.settimeout(2)
        Supervisor({"NOTIFY_SOCKET": "@inbox-triage-test"}).ready("started")
        assert heard(sock)["READY"] == "1"


def test_the_watchdog_is_answered_only_where_it_asks_this_process(listener: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "7"}
    ours = Supervisor(environ, pid=7)
    assert ours.watchdog_s == 180
    ours.alive()
    assert heard(listener) == {"WATCHDOG": "1"}
    others = Supervisor(environ, pid=8)
    others.alive()
    others.status("still here")
    assert heard(listener) == {"STATUS": "still here"}


@pytest.mark.parametrize("environ", [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}])
def test_without_systemd_nothing_happens(environ: dict[str, str]) -> None:
    supervisor = Supervisor(environ)
    supervisor.ready("started")
    supervisor.alive()
    assert not supervisor.is_there
    assert supervisor.watchdog_s is None


def test_a_listener_that_has_gone_or_is_full_costs_nothing(tmp_path: Path, listener: socket.socket) -> None:
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("started")
    full = Supervisor({"NOTIFY_SOCKET": listener.getsockname()})
    for _ in range(2000):
        full.status("x" * 200)
