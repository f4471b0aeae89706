"""A D-Bus session of its own with a notification service that keeps what it is asked to show."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

NAME = "org.freedesktop.Notifications"
# Without this the daemon would read the system's files, which may start real services.
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""


@dataclass
class Bus:
    """The session's address, and each notification as (program, title, body)."""

    address: str
    shown: list[tuple[str, str, str]] = field(default_factory=list)


def is_installed() -> bool:
    """Whether this machine has a D-Bus daemon to run."""
    return shutil.which("dbus-daemon") is not None


@contextmanager
def session_bus(folder: Any, *, with_service: bool = True) -> Iterator[Bus]:
    """A private session; ended with the block."""
    config = folder / "session.conf"
    config.write_text(_CONFIG, encoding="utf-8")
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        bus = Bus(daemon.stdout.readline().strip())
        try:
            if with_service:
                with _service(bus):
                    yield bus
            else:
                yield bus
        finally:
            daemon.terminate()


@contextmanager
def _service(bus: Bus) -> Iterator[None]:
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import Proxy, open_dbus_connection

    ended = threading.Event()
    with open_dbus_connection(bus=bus.address) as connection:
        Proxy(message_bus, connection).RequestName(NAME)
        thread = threading.Thread(target=_serve, args=(connection, bus, ended), daemon=True)
        thread.start()
        yield
        ended.set()
        thread.join(timeout=5)


def _serve(connection: Any, bus: Bus, ended: threading.Event) -> None:
    from jeepney import HeaderFields, MessageType, new_method_return

    while not ended.is_set():
        try:
            message = connection.receive(timeout=0.2)
        except TimeoutError:
            continue
        if message.header.message_type is not MessageType.method_call:
            continue
        if message.header.fields[HeaderFields.member] == "Notify":
            program, _, _, title, body, *_ = message.body
            bus.shown.append((program, title, body))
            connection.send(new_method_return(message, "u", (len(bus.shown),)))
        else:
            connection.send(new_method_return(message, "ssss", ("rig", "rig", "1", "1.2")))
