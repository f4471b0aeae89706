"""A witness of what the process does while mail is read: connections, commands to servers, programs."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from triage.notify.delivery import HEARD

# All that can hand a message to a mail server, in the standard library and beside it.
SENDING_MODULES = (
    "smtplib", "smtpd", "aiosmtplib", "aiosmtpd", "lmtplib", "yagmail", "redmail", "exchangelib",
    "twisted.mail.smtp", "sendgrid", "mailersend",
)  # fmt: skip
SENDING_PORTS = frozenset({24, 25, 465, 587, 588, 2525, 2465, 2587})
# With these nothing is changed: what a rehearsal may say to a server.
READING = frozenset(
    """
    AUTHENTICATE CAPABILITY CHECK CLOSE COMPRESS DONE ENABLE EXAMINE FETCH GETQUOTA GETQUOTAROOT ID IDLE LIST
    LOGIN LOGOUT LSUB NAMESPACE NOOP SEARCH SELECT SORT STARTTLS STATUS THREAD UNSELECT XLIST
    """.split()  # noqa: SIM905
)
_LITERAL = b"+"
_CONNECT = "socket.connect"


@dataclass
class Witness:
    """What was seen: names asked for, addresses connected to, IMAP verbs, programs, sending modules.

    Nothing of a command but its verb is kept: its arguments hold the password.
    """

    asked: set[str] = field(default_factory=set)
    connected: set[tuple[str, int]] = field(default_factory=set)
    local: set[str] = field(default_factory=set)
    verbs: set[str] = field(default_factory=set)
    programs: list[str] = field(default_factory=list)
    sending: set[str] = field(default_factory=set)
    told: set[tuple[str, str, int]] = field(default_factory=set)
    """What the process that tells alarms has met: event, host and port."""

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note one audit event of the interpreter (PEP 578)."""
        if event == _CONNECT:
            self._connect(arguments[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self.asked.add(_text(arguments[0]).lower())
        elif event == "imaplib.send":
            self._speak(arguments[1])
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
            self.programs.append(event)
        elif event == HEARD:
            self.told.add((str(arguments[0]), str(arguments[1]).lower(), int(str(arguments[2]))))
        elif event.startswith("smtplib."):
            self.sending.add(event)
        elif event == "import" and arguments[0] in SENDING_MODULES:
            self.sending.add(str(arguments[0]))

    def _connect(self, address: object) -> None:
        if isinstance(address, tuple):
            self.connected.add((_text(address[0]), int(address[1])))
        else:
            self.local.add(_text(address))

    def _speak(self, data: object) -> None:
        line = data if isinstance(data, bytes) else b""
        words = line.split(b"\r\n", 1)[0].split(b" ", 3)
        if len(words) >= 2 and words[0].isalnum() and words[0] != _LITERAL:
            verb = words[2] if words[1].upper() == b"UID" and len(words) > 2 else words[1]
            self.verbs.add(verb.upper().decode("ascii", "replace"))

    def strangers(self, hosts: set[str]) -> list[str]:
        """Connections to anything but these hosts, as ``address:port``; another name asked for is one too."""
        return _strangers(self.connected, self.asked, hosts)

    def strangers_of_alarms(self, hosts: set[str]) -> list[str]:
        """The same for the process that tells alarms."""
        return _strangers(self.alarmed, {host for event, host, _ in self.told if event != _CONNECT}, hosts)

    @property
    def alarmed(self) -> set[tuple[str, int]]:
        """The addresses and ports that alarms went to."""
        return {(host, port) for event, host, port in self.told if event == _CONNECT}

    @property
    def sends(self) -> list[str]:
        """Signs of sending: modules loaded, and connections to the ports of mail servers."""
        loaded = [name for name in SENDING_MODULES if name in sys.modules]
        ports = [f"port {port}" for _, port in sorted(self.connected | self.alarmed) if port in SENDING_PORTS]
        return [*sorted({*self.sending, *loaded}), *ports]

    @property
    def changing(self) -> list[str]:
        """IMAP commands that change something on a server."""
        return sorted(self.verbs - READING)


@contextmanager
def witnessed() -> Iterator[Witness]:
    """Watch the whole process, all its threads, while the block runs.

    The interpreter lets no hook be taken out again; this one is deaf afterwards.
    """
    witness = Witness()
    ears = [witness]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if ears:
            witness.hear(event, arguments)

    sys.addaudithook(hook)
    try:
        yield witness
    finally:
        ears.clear()


def _strangers(connected: set[tuple[str, int]], asked: set[str], hosts: set[str]) -> list[str]:
    known = {address for host in hosts for address in _addresses(host)}
    told = [f"{host}:{port}" for host, port in sorted(connected) if host not in known]
    return told + sorted(name for name in asked - hosts if not _is_number(name))


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)} | {host}
    except OSError:
        return {host}


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return not name
    return True


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
