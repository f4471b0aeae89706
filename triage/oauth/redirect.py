"""Where the browser ends up after a sign-in: a loopback address of ours (RFC 8252, 7.3), or a pasted line."""

from __future__ import annotations

import contextlib
import hmac
import os
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from triage.errors import ConfigError, SignInNeeded

_LONGEST_FORM = 64_000
_READ_S = 10.0
_LOOK_S = 0.5
_DONE = "Signed in as far as the browser goes. You can close this page; the terminal says how it went."
_FAILED = "The sign-in was not finished. You can close this page; the terminal says why."
_STRANGE = "This page belongs to a sign-in that was begun elsewhere, or is over."

Answer = dict[str, str]


class Receiver:
    """Listens on this machine alone; ``address`` is what the provider shall send the browser to."""

    def __init__(self, host: str, servers: list[_Server], answers: queue.SimpleQueue[Answer]) -> None:
        self.address = f"http://{host}:{servers[0].server_port}"
        self._servers = servers
        self._answers = answers

    def expect(self, state: str) -> None:
        """From now on take the answer to the sign-in of this state: a browser may be back at once."""
        for server in self._servers:
            server.state = state

    def answer(self, seconds: float) -> Answer:
        """What the provider answered; raises SignInNeeded after ``seconds``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # a wait without an end would keep Ctrl-C from working on Windows
            with contextlib.suppress(queue.Empty):
                return self._answers.get(timeout=_LOOK_S)
        raise SignInNeeded(f"Nobody signed in within {seconds / 60:.0f} minutes: start again when you can.")


@contextmanager
def listening(host: str, port: int = 0) -> Iterator[Receiver]:
    """A receiver at this loopback host; a port of 0 takes any that is free.

    ``localhost`` may mean ::1 to a browser: where that port is free there too, it is served as well.
    """
    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    servers = [_bound(_Server, port, answers)]
    if host == "localhost":
        with contextlib.suppress(ConfigError):
            servers.append(_bound(_Server6, servers[0].server_port, answers))
    threads = [threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield Receiver(host, servers, answers)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def pasted_answer(line: str, state: str) -> Answer:
    """The answer in the address of the page on which the browser ended; raises SignInNeeded for another's."""
    answer = _flat(urlsplit(line.strip()).query)
    if not answer.keys() & {"code", "error"}:
        raise SignInNeeded(
            "That is not the address of the last page: copy the whole of it, with code= in it, and try again."
        )
    if not _is_ours(answer, state):
        raise SignInNeeded("That address belongs to another sign-in: start again and paste the newest one.")
    return answer


def _bound(kind: type[_Server], port: int, answers: queue.SimpleQueue[Answer]) -> _Server:
    try:
        server = kind((kind.host, port), _Handler)
    except (OSError, OverflowError):
        raise ConfigError(
            f"Port {port} on this machine is taken or not allowed: name another with --port."
        ) from None
    server.answers = answers
    return server


class _Server(ThreadingHTTPServer):
    """Browsers open connections that they don't use: each has a thread of its own."""

    daemon_threads = True
    # without it a port of one's choice is blocked for a minute; on Windows it would let others take it over
    allow_reuse_address = os.name == "posix"
    host = "127.0.0.1"
    state = ""
    answers: queue.SimpleQueue[Answer]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news; the library would write a traceback."""


class _Server6(_Server):
    """The same on the other loopback address."""

    address_family = socket.AF_INET6
    host = "::1"


class _Handler(BaseHTTPRequestHandler):
    """Takes the one answer that carries our state; everything else is told that it is strange."""

    server: _Server
    timeout = _READ_S

    def do_GET(self) -> None:
        """The answer in the address line."""
        self._take(_flat(urlsplit(self.path).query))

    def do_POST(self) -> None:
        """The answer as a form."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST_FORM:
            self._say(400, _STRANGE)
            return
        self._take(_flat(self.rfile.read(int(length)).decode("ascii", "replace")))

    def _take(self, answer: Answer) -> None:
        if not (answer.keys() & {"code", "error"} and _is_ours(answer, self.server.state)):
            self._say(400, _STRANGE)
            return
        self._say(200, _FAILED if "error" in answer else _DONE)
        self.server.answers.put(answer)

    def _say(self, status: int, words: str) -> None:
        body = words.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Never: the first line of a request holds the code."""


def _flat(query: str) -> Answer:
    try:
        return {name: values[-1] for name, values in parse_qs(query, max_num_fields=50).items()}
    except ValueError:
        return {}


def _is_ours(answer: Answer, state: str) -> bool:
    return bool(state) and hmac.compare_digest(answer.get("state", "").encode(), state.encode())
