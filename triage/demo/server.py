"""An IMAP server in memory, in a thread of this process: for the demo, and for tests where Dovecot is absent.

pymap speaks the protocol. What it lacks for a mail tool's demo is added here: keywords that persist, and the
marks of RFC 6154 on the usual folders. It is never the measure of what a real server does.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from argparse import Namespace
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any

_HOST = "127.0.0.1"
_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_USES = {
    "Drafts": b"Drafts",
    "Entwürfe": b"Drafts",
    "Sent": b"Sent",
    "Gesendet": b"Sent",
    "Archive": b"Archive",
    "Archiv": b"Archive",
    "Junk": b"Junk",
    "Spam": b"Junk",
    "Trash": b"Trash",
    "Papierkorb": b"Trash",
}

log = logging.getLogger(__name__)

_Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Any], Coroutine[Any, Any, None]]


class EmbeddedServer:
    """A context manager that serves plain IMAP on a free loopback port as long as it is entered.

    ``users`` maps names to passwords, ``folders`` users to the names of their folders besides INBOX.

        with EmbeddedServer(users={"alice": "password"}, folders={"alice": ["Drafts"]}) as server:
            IMAPClient(server.host, server.port, ssl=False)
    """

    host = _HOST

    def __init__(
        self, *, users: Mapping[str, str], folders: Mapping[str, Sequence[str]] | None = None, port: int = 0
    ) -> None:
        self.port = port
        self._users = dict(users)
        self._folders = dict(folders or {})
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded IMAP server", daemon=True)
        self._failure: BaseException | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> EmbeddedServer:
        self._thread.start()
        if not self._is_ready.wait(_START_SECONDS):
            raise TimeoutError("the embedded IMAP server does not start")
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_STOP_SECONDS)

    def add_user(self, name: str, password: str, folders: Sequence[str] = ()) -> None:
        """Give a new user an empty INBOX and these folders, while the server runs."""
        self._in_loop(self._add(name, password, folders))

    def _in_loop(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_START_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (OSError, ImportError, ValueError) as error:
            self._failure = error
        finally:
            self._is_ready.set()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        handler = await self._backend()
        for name, password in self._users.items():
            await self._add(name, password, self._folders.get(name, ()))
        listener = await asyncio.start_server(handler, _HOST, self.port)
        self.port = listener.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._end.wait()
        listener.close()
        await self._hang_up()

    async def _backend(self) -> _Handler:
        """pymap's own server over its in-memory backend; importing it takes a while, so only here."""
        # pymap greets with the machine's full name, which may cost a slow DNS look-up
        os.environ.setdefault("FQDN", "localhost")
        from proxyprotocol.reader import ProxyProtocolReader
        from pymap.backend.dict import DictBackend
        from pymap.imap import IMAPServer
        from pysasl.hashing import Cleartext

        _extend_pymap()
        backend, config = await DictBackend.init(
            _arguments(), hash_context=Cleartext(), reject_dnsbl=False, secure_auth=False
        )
        config.apply_context()
        self._login, self._config = backend.login, config
        handler: _Handler = ProxyProtocolReader(config.proxy_protocol).get_callback(
            self._tracked(IMAPServer(backend.login, config))
        )
        return handler

    async def _add(self, name: str, password: str, folders: Sequence[str]) -> None:
        from pymap.backend.dict import Identity
        from pymap.user import Passwords, UserMetadata

        hashed = await Passwords(self._config).hash_password(password)
        self._login.users_dict[name] = UserMetadata(self._config, name, password=hashed)
        async with Identity(name, self._login, None, frozenset()).new_session() as session:
            for folder in folders:
                await session.mailbox_set.add_mailbox(folder)
                await session.mailbox_set.set_subscribed(folder, True)

    def _tracked(self, serve: _Serve) -> _Serve:
        """The same, with every open connection remembered so that it can be closed at the end."""

        async def remember(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, info: Any) -> None:
            self._writers.add(writer)
            try:
                await serve(reader, writer, info)
            except (EOFError, OSError):
                log.debug("a client of the embedded server hung up without LOGOUT")
            finally:
                self._writers.discard(writer)

        return remember

    async def _hang_up(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        for _ in range(100):
            if not self._writers:
                return
            await asyncio.sleep(0.01)


def _arguments() -> Namespace:
    """What pymap's own command line would give."""
    return Namespace(
        host=_HOST,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        demo_data=False,
        demo_user="",
        demo_password="",
        passlib_cfg=None,
        proxy_protocol=None,
        inherited_sockets=None,
    )


def _extend_pymap() -> None:
    """Keywords by STORE, and SPECIAL-USE marks in LIST; doing it twice changes nothing."""
    from pymap.backend import dict as backend
    from pymap.backend.dict.mailbox import MailboxData
    from pymap.backend.session import BaseSession
    from pymap.config import BackendCapability
    from pymap.parsing.specials.flag import Recent, Wildcard, get_system_flags

    kept = frozenset((get_system_flags() - {Recent}) | {Wildcard})
    abilities = BackendCapability(idle=True, object_id=True, multi_append=True, custom=[b"SPECIAL-USE"])

    async def list_mailboxes(session: Any, *args: Any, **options: Any) -> tuple[list[Any], Any]:
        lines, selected = await BaseSession.list_mailboxes(session, *args, **options)
        marked = [
            (name, delimiter, [*marks, _USES[name]] if name in _USES else marks)
            for name, delimiter, marks in lines
        ]
        return marked, selected

    for owner, name, addition in (
        (MailboxData, "permanent_flags", property(lambda _: kept)),
        (backend.Config, "backend_capability", property(lambda _: abilities)),
        (backend.Session, "list_mailboxes", list_mailboxes),
    ):
        setattr(owner, name, addition)
