"""An IMAP server that says exactly what it is told to: for servers that can't be had, and for broken ones."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import BinaryIO

from triage.imap.session import Secret, Server

#: Pattern of a command without its tag, and what is answered: lines; ``TAG`` stands for the command's tag.
Script = Sequence[tuple[bytes, bytes]]

_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")
_ALWAYS: Script = [
    (rb"LOGIN ", b"TAG OK in"),
    (rb"LOGOUT", b"* BYE bye\nTAG OK out"),
    (rb"EXAMINE", b"* 3 EXISTS\n* OK [UIDVALIDITY 7] .\n* OK [UIDNEXT 4] .\nTAG OK [READ-ONLY] done"),
    (rb".*", b"TAG OK done"),
]


class ScriptedServer:
    """Serves one connection after another; ``commands`` holds what the clients sent, literals included."""

    def __init__(self, listener: socket.socket, script: Script, greeting: bytes, capabilities: bytes) -> None:
        self.port: int = listener.getsockname()[1]
        self.commands: list[bytes] = []
        self._listener = listener
        self._greeting = greeting
        told = b"* CAPABILITY IMAP4rev1 " + capabilities + b"\nTAG OK done"
        self._script = [*script, (rb"CAPABILITY", told), *_ALWAYS]

    @property
    def server(self) -> Server:
        """The product's view of it."""
        return Server("127.0.0.1", self.port, "plaintext", "mara", timeout=2)

    @property
    def secret(self) -> Secret:
        """Any password will do."""
        return Secret("password", "password")

    def serve(self) -> None:
        """Until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, connection.makefile("rb") as reader:
                    self._converse(connection, reader)

    def _converse(self, connection: socket.socket, reader: BinaryIO) -> None:
        self._say(connection, self._greeting)
        tag = b""
        while line := reader.readline():
            while found := _LITERAL.search(line):
                connection.sendall(b"+ go on\r\n")
                line += reader.read(int(found.group(1))) + reader.readline()
            if re.match(rb"[A-Z]{4}\d+ ", line):
                tag, _, line = line.partition(b" ")
            self.commands.append(line.rstrip(b"\r\n"))
            answer = next(answer for pattern, answer in self._script if re.match(pattern, line, re.DOTALL))
            if answer == b"CLOSE":
                return
            self._say(connection, answer.replace(b"TAG", tag))

    def _say(self, connection: socket.socket, words: bytes) -> None:
        connection.sendall(words.replace(b"\n", b"\r\n") + b"\r\n")


@contextmanager
def scripted(
    *script: tuple[bytes, bytes], greeting: bytes = b"* OK hello", capabilities: bytes = b"IDLE"
) -> Iterator[ScriptedServer]:
    """A running ScriptedServer; what the script leaves out is answered with OK."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = ScriptedServer(listener, script, greeting, capabilities)
        thread = Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
