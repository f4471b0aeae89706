"""A TCP proxy on loopback that breaks connections on purpose; TLS passes through untouched.

    with FaultProxy(server.port) as proxy:
        proxy.faults.cut_before = b"APPENDUID"  # the draft is stored, its OK is lost

``faults`` may be changed at any time from the test's thread and holds for what happens from then on. The
server always hears of the client's end and is waited for: with no link left, it has done what it was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

_CHUNK = 65536
_LAST_WORDS_S = 2.0


@dataclass
class Faults:
    """What goes wrong; the byte counts are of one connection, in one direction."""

    cut_to_client: int | None = None
    """Close after this many bytes to the client, in the middle of a literal if need be."""
    cut_to_server: int | None = None
    """Close after this many bytes from the client: a half-sent APPEND."""
    cut_before: bytes = b""
    """Close when the server is about to send this; it is not sent."""
    reset: bool = False
    """Close by RST instead of FIN."""
    chunk: int = 0
    """Send to the client in segments of at most this many bytes."""
    delay: float = 0.0
    """Seconds to wait before each segment to the client."""
    blackhole: bool = False
    """Pass nothing more in either direction and keep the connection open."""
    refuse: bool = False
    """Accept and close at once."""
    replace: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Pattern and replacement for the server's lines, to hide a capability or spoil an answer."""
    only: int = 0
    """Cuts, silence and refusals strike this connection alone, counted from 1; 0: every one."""
    silent_after: int | None = None
    """After this many bytes to the client pass nothing more in either direction."""
    refuse_command: tuple[bytes, bytes] | None = None
    """A command that matches the pattern never reaches the server: it is answered with its tag and this.

    Or with these lines, where ``TAG`` in them stands for its tag."""
    farewell: bytes = b""
    """What the server says when the connection is cut to the client: a ``* BYE``."""
    meanwhile: Callable[[], None] | None = None
    """Called once, in a thread, while the client's ``at_chunk``-th segment is held back."""
    at_chunk: int = 0


@dataclass
class Traffic:
    """What has passed, over all connections."""

    connections: int = 0
    to_client: int = 0
    to_server: int = 0
    struck: int = 0
    chunks: int = 0
    sent_by_client: bytearray = field(default_factory=bytearray)


class FaultProxy:
    """A context manager that listens on ``port`` and passes everything on to ``target``."""

    host = "127.0.0.1"

    def __init__(self, target: int, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.traffic = Traffic()
        self.port = 0
        self._target = target
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._links: set[_Link] = set()

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        if not self._is_ready.wait(10):
            raise TimeoutError("the proxy does not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def begin(self, faults: Faults) -> None:
        """From now on these faults, and counts from zero."""
        self.faults, self.traffic = faults, Traffic()

    def wait_until_quiet(self, seconds: float = 5.0) -> None:
        """Wait until every connection has ended, at the server too."""
        end = time.monotonic() + seconds
        while self._links:
            if time.monotonic() > end:
                raise TimeoutError("a connection stays open")
            time.sleep(0.001)

    def cut_all(self, saying: bytes = b"") -> None:
        """Close every open connection now, the server's last words being these."""
        self._in_loop(self._cut_all(saying))

    def push(self, data: bytes, *segments: bytes) -> None:
        """Send these bytes to every client, as if the server had; each argument is a segment of its own."""
        self._in_loop(self._push((data, *segments)))

    def _in_loop(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        listener = await asyncio.start_server(self._accept, self.host, 0)
        self.port = listener.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._end.wait()
        listener.close()
        await self._cut_all()
        for _ in range(200):
            if not self._links:
                return
            await asyncio.sleep(0.01)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.traffic.connections += 1
        if self.faults.refuse:
            writer.close()
            return
        number = self.traffic.connections
        far_reader, far_writer = await asyncio.open_connection(self.host, self._target)
        link = _Link(self, number, reader, writer, far_reader, far_writer)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)

    async def _cut_all(self, saying: bytes = b"") -> None:
        for link in list(self._links):
            if saying:
                link.client.write(saying)
            link.cut()

    async def _push(self, segments: tuple[bytes, ...]) -> None:
        for segment in segments:
            for link in list(self._links):
                link.client.write(segment)
                await link.client.drain()
            await asyncio.sleep(0.05)


class _Link:
    """One connection through the proxy: two pumps that stop together."""

    def __init__(
        self,
        proxy: FaultProxy,
        number: int,
        client_reader: asyncio.StreamReader,
        client: asyncio.StreamWriter,
        server_reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._number = number
        self._is_silent = False
        self._client_reader, self.client = client_reader, client
        self._server_reader, self._server = server_reader, server
        self._to_client = self._to_server = 0
        for writer in (client, server):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def run(self) -> None:
        """Pump until one side closes or a fault strikes."""
        pumps = [asyncio.create_task(self._up()), asyncio.create_task(self._down())]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await self._hear_the_server_out()
            self.cut()

    async def _hear_the_server_out(self) -> None:
        """The client is gone: say so to the server, and wait until it has finished what it was doing."""
        if self._proxy.faults.reset:
            return
        self.client.close()
        with contextlib.suppress(OSError, RuntimeError, TimeoutError):
            self._server.write_eof()
            async with asyncio.timeout(_LAST_WORDS_S):
                while await self._server_reader.read(_CHUNK):
                    pass

    def cut(self) -> None:
        """Close both sides."""
        for writer in (self.client, self._server):
            if self._proxy.faults.reset:
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            else:
                writer.close()

    async def _up(self) -> None:
        faults, traffic = self._proxy.faults, self._proxy.traffic
        while data := await self._client_reader.read(_CHUNK):
            await self._pass_gate()
            await self._let_others_act()
            if await self._is_refused(data):
                continue
            limit = faults.cut_to_server if self._is_struck else None
            is_last = limit is not None and self._to_server + len(data) >= limit
            if is_last and limit is not None:
                data = data[: max(0, limit - self._to_server)]
                traffic.struck += 1
            self._to_server += len(data)
            traffic.to_server += len(data)
            traffic.sent_by_client += data
            self._server.write(data)
            await self._server.drain()
            if is_last:
                return

    async def _down(self) -> None:
        while data := await self._server_reader.read(_CHUNK):
            await self._pass_gate()
            data, is_last = self._faulty(data)
            self._to_client += len(data)
            self._proxy.traffic.to_client += len(data)
            self._proxy.traffic.struck += is_last
            await self._write(data)
            if is_last and self._proxy.faults.silent_after is not None:
                self._is_silent = True
            elif is_last:
                return

    def _faulty(self, data: bytes) -> tuple[bytes, bool]:
        """What of these bytes goes on to the client, and whether that is the end."""
        faults = self._proxy.faults
        for pattern, replacement in faults.replace:
            data = re.sub(pattern, replacement, data)
        ends = [len(data)]
        if not self._is_struck:
            return data, False
        for limit in (faults.cut_to_client, faults.silent_after):
            if limit is not None:
                ends.append(max(0, limit - self._to_client))
        if faults.cut_before and faults.cut_before in data:
            ends.append(data.index(faults.cut_before))
        is_last = min(ends) < len(data)
        return data[: min(ends)] + (faults.farewell if is_last else b""), is_last

    async def _write(self, data: bytes) -> None:
        faults = self._proxy.faults
        step = faults.chunk or len(data) or 1
        for start in range(0, len(data), step):
            if faults.delay:
                await asyncio.sleep(faults.delay)
            self.client.write(data[start : start + step])
            await self.client.drain()

    async def _pass_gate(self) -> None:
        while self._proxy.faults.blackhole or self._is_silent:
            await asyncio.sleep(0.02)

    @property
    def _is_struck(self) -> bool:
        return self._proxy.faults.only in (0, self._number)

    async def _is_refused(self, data: bytes) -> bool:
        """Whether the command was answered here, in the server's stead."""
        pattern, answer = self._proxy.faults.refuse_command or (None, b"")
        if pattern is None or not self._is_struck or not re.search(pattern, data):
            return False
        self._proxy.traffic.struck += 1
        tag = data.split(b" ", 1)[0]
        self.client.write(
            (answer.replace(b"TAG", tag) if b"TAG" in answer else tag + b" " + answer) + b"\r\n"
        )
        await self.client.drain()
        return True

    async def _let_others_act(self) -> None:
        """Call ``meanwhile`` when its moment has come, and go on when it is done."""
        faults, traffic = self._proxy.faults, self._proxy.traffic
        traffic.chunks += 1
        act = faults.meanwhile
        if act is not None and traffic.chunks >= faults.at_chunk:
            faults.meanwhile = None
            traffic.struck += 1
            await asyncio.get_running_loop().run_in_executor(None, act)
