"""A push service on loopback: keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class PushServer:
    """What arrived, in order, as path and JSON body; ``status`` and ``waits_s`` say how it answers."""

    port: int = 0
    status: int = 200
    waits_s: float = 0.0
    arrived: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def json_address(self) -> str:
        """Its address as a server of one's own."""
        return f"json://127.0.0.1:{self.port}/alarms"

    @property
    def ntfy_address(self) -> str:
        """Its address as an ntfy server."""
        return f"ntfy://127.0.0.1:{self.port}/a-secret-topic"

    @property
    def texts(self) -> list[str]:
        """Title and body of all that arrived."""
        return [f"{body['title']}\n{body['message']}" for _, body in self.arrived]


@contextmanager
def push_server() -> Iterator[PushServer]:
    """A running one; its threads end with it."""
    state = PushServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            state.arrived.append((self.path, json.loads(self.rfile.read(length))))
            time.sleep(state.waits_s)
            self.send_response(state.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
