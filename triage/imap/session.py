"""One connection to an IMAP server: opened safely, signed in, closed for good at the first break."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from triage.errors import ConfigError, MailboxUnreachable
from triage.imap.login import Secret, sign_in
from triage.imap.trouble import (
    FOREIGN,
    LIBRARY_ERRORS,
    UNREADABLE_ANSWERS,
    Doing,
    explained,
    is_fatal,
    response_code,
)

__all__ = ["Examined", "FetchRefused", "Secret", "Server", "Session", "open_session"]

log = logging.getLogger(__name__)

#: imaplib stops at lines over 1 MB, which the UIDs of a large mailbox or one hostile BODYSTRUCTURE exceed.
_LONGEST_LINE = 64_000_000
_FAREWELL_SECONDS = 3.0
#: A NO with one of these says that the server is unwell, not that the one message is.
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT"})

_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)

Answer = dict[bytes, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mailbox is and how to get there; ``timeout`` in seconds, for connecting and for each read.

    ``lag``: the seconds that it may take to show a message it has stored.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "plaintext"]
    username: str = field(repr=False)
    ca_file: Path | None = None
    allow_plaintext: bool = False
    timeout: float = 30.0
    lag: float = 5.0

    @property
    def where(self) -> str:
        """``host:port``, as the sentences for the user name it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the connection never leaves this machine."""
        name = self.host.lower().rstrip(".")
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")


@dataclass(frozen=True, slots=True)
class Examined:
    """What EXAMINE told about a folder; ``uidnext`` is None where the server keeps it to itself (Courier).

    ``Session.pinned`` finds out in its stead. ``keywords`` are those defined in it, in lower case.
    """

    folder: str
    uidvalidity: int
    uidnext: int | None
    exists: int
    keywords: frozenset[str] = frozenset()


class FetchRefused(MailboxUnreachable):
    """A FETCH was answered with NO, or with something unreadable; the session itself is still good."""


class Session:
    """One signed-in connection; the first broken command closes it, and it is never used again.

    Reading is by EXAMINE and BODY.PEEK, so that no flag ever changes; ``pinned`` tells the one exception.
    """

    def __init__(self, client: IMAPClient, server: Server) -> None:
        self.client = client
        self.server = server
        self.selected: Examined | None = None
        self.capabilities: frozenset[str] = frozenset()
        self._is_open = True

    @property
    def where(self) -> str:
        """``host:port`` of the server."""
        return self.server.where

    @property
    def is_open(self) -> bool:
        """Whether commands can still be sent."""
        return self._is_open

    def has(self, capability: str) -> bool:
        """Whether the server, once signed in, names this capability."""
        return capability.upper() in self.capabilities

    @contextlib.contextmanager
    def guarded(self, doing: Doing = "read", folder: str = "", key: str = "folders") -> Iterator[None]:
        """Turn what the library raises inside into the program's errors; a break closes the session."""
        if not self._is_open:
            raise MailboxUnreachable(
                f"The connection to {self.where} is closed: the next pass opens a new one."
            )
        try:
            yield
        except LIBRARY_ERRORS as error:
            if is_fatal(error):
                self.abandon()
            raise explained(error, self.where, doing, folder, key, self._farewell()) from error

    def _farewell(self) -> str:
        """What the server said as it closed; while a literal is sent no error's text holds it."""
        said = self.client._imap.untagged_responses.get("BYE") or [b""]
        return bytes(said[-1] or b"").decode("utf-8", "replace")

    def attempt(self, command: Callable[[], _T]) -> _T | None:
        """The command's result, or None where the server says NO or BAD to it."""
        with self.guarded():
            try:
                return command()
            except IMAPClientError as error:
                if is_fatal(error):
                    raise
                return None

    def examine(self, folder: str, key: str = "folders") -> Examined:
        """Open a folder read-only (EXAMINE); ``key`` is the configuration key that an error names."""
        self.selected = None
        with self.guarded("open", folder, key):
            answer = self.client.select_folder(folder, readonly=True)
            if not {b"UIDVALIDITY", b"EXISTS"} <= answer.keys():
                raise ProtocolError("EXAMINE without what it must tell")
            self.selected = Examined(
                folder,
                int(answer[b"UIDVALIDITY"]),
                answer.get(b"UIDNEXT"),
                int(answer[b"EXISTS"]),
                _keywords(answer.get(b"FLAGS", ())),
            )
        return self.selected

    def pinned(self, examined: Examined) -> Examined:
        """The same folder opened anew where EXAMINE told no UIDNEXT, with UIDs that last and a lower bound.

        NOTE: Courier forgets the UIDs it gives to new mail unless a client says SELECT; a message delivered
        later could take over one that was read. EXAMINE right after it leaves nothing that could expunge.
        """
        if examined.uidnext is not None:
            return examined
        self.selected = None
        self.attempt(lambda: self.client.select_folder(examined.folder))
        opened = self.examine(examined.folder)
        self.selected = replace(opened, uidnext=self._last_uid(opened.exists) + 1)
        return self.selected

    def _last_uid(self, exists: int) -> int:
        """The UID of the last message of the open folder; 0 in an empty one."""
        if exists == 0:
            return 0
        with self.guarded():
            # NOTE: "*" in SEARCH matches nothing on Courier; a number names the last message everywhere
            _, lines = self.client._imap.fetch(str(exists), "(UID)")
        told = [found for line in lines if isinstance(line, bytes) and (found := _UID.search(line))]
        if told:
            return max(int(found.group(1)) for found in told)
        return max(self.search(["ALL"]), default=0)

    def leave(self) -> None:
        """Close the folder opened by ``examine``: CLOSE after EXAMINE expunges nothing (RFC 9051, 6.4.1)."""
        if self.selected is None:
            return
        self.selected = None
        # a NO changes nothing that matters: pymap gives one, being in a read-only folder
        self.attempt(self.client.close_folder)

    def noop(self) -> None:
        """Let the server tell what is new: Courier hides one's own APPEND from SEARCH until then."""
        with self.guarded():
            self.client.noop()

    def search(self, criteria: Sequence[object]) -> list[int]:
        """UIDs of the messages that match, in ascending order."""
        with self.guarded():
            return sorted(set(self.client.search(list(criteria))))

    def fetch(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
        """One UID FETCH; absent UIDs have vanished. Raises FetchRefused where only this command failed."""
        with self.guarded():
            try:
                found: dict[int, Answer] = self.client.fetch(list(uids), list(items))
            except UNREADABLE_ANSWERS as error:
                raise FetchRefused(f"{self.where} sent a message that can't be read.") from error
            except IMAPClientError as error:
                # imaplib keeps the replies that came before a NO and would hand them to the next FETCH
                self.client._imap.untagged_responses.pop("FETCH", None)
                if isinstance(error, IMAPClientAbortError) or response_code(str(error)) in _PASSING:
                    raise
                raise FetchRefused(f"{self.where} refuses to hand out a message.") from error
        return found

    def close(self) -> None:
        """Say LOGOUT and close; never raises and never waits long."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            self.client.socket().settimeout(_FAREWELL_SECONDS)
            self.client.logout()
        except LIBRARY_ERRORS:
            self._hang_up()

    def abandon(self) -> None:
        """Close at once without a word: after a timeout or a break the connection is out of step."""
        if self._is_open:
            self._is_open = False
            self._hang_up()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.client.shutdown()


@contextlib.contextmanager
def open_session(server: Server, secret: Secret) -> Iterator[Session]:
    """Connect, encrypt, sign in; closed at the end, abandoned on any error.

    Raises ConfigError (plaintext to another machine, unusable CA file), MailboxUnreachable, LoginRefused.
    """
    session = Session(_connect(server), server)
    try:
        _greet(session, secret)
        yield session
    except BaseException:
        session.abandon()
        raise
    session.close()


def _keywords(flags: Sequence[bytes]) -> frozenset[str]:
    """The flags that are no system flags; FLAGS names those in use (RFC 9051, 7.3.5)."""
    names = (bytes(flag).decode("ascii", "replace").lower() for flag in flags)
    return frozenset(name for name in names if not name.startswith("\\"))


def _connect(server: Server) -> IMAPClient:
    _check_plaintext(server)
    context = None if server.security == "plaintext" else _tls_context(server)
    try:
        client = IMAPClient(
            server.host,
            server.port,
            ssl=server.security == "tls",
            ssl_context=context,
            timeout=server.timeout,
        )
    except LIBRARY_ERRORS as error:
        raise _no_connection(error, server) from error
    client.ssl_context = context
    _tune(client)
    return client


def _no_connection(error: BaseException, server: Server) -> Exception:
    """A greeting that is neither OK nor PREAUTH is a server that says: later; what is none, no mail server.

    imaplib tells the latter in these words alone.
    """
    if isinstance(error, IMAPClientError) and str(error).startswith("unexpected response"):
        return MailboxUnreachable(FOREIGN.format(where=server.where))
    told = explained(error, server.where, "read", "", "")
    return told if isinstance(told, MailboxUnreachable) else MailboxUnreachable(str(told))


def _tune(client: IMAPClient) -> None:
    """What both libraries need to be told before the first command."""
    # without it each command waits 44 ms for a delayed ACK on Cyrus, Courier and pymap
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.normalise_times = False
    # imapclient sets 5, which formats every byte of every message for a log that must not hold them
    client._imap.debug = 0
    _allow_long_lines(client._imap)


def _allow_long_lines(imap: Any) -> None:
    def readline() -> bytes:
        stream = getattr(imap, "_file", None) or imap.file  # renamed in Python 3.14, replaced by STARTTLS
        line: bytes = stream.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise IMAPClientAbortError("line too long")
        return line

    imap.readline = readline


def _greet(session: Session, secret: Secret) -> None:
    """STARTTLS where it is asked for, then the login, then the capabilities that hold from now on."""
    server = session.server
    with session.guarded("read"):
        if server.security == "starttls":
            _start_tls(session)
    with session.guarded("login"):
        sign_in(session.client, server.where, server.username, secret)
        session.capabilities = frozenset(
            name.decode("ascii", "replace").upper() for name in session.client.capabilities()
        )


def _start_tls(session: Session) -> None:
    """Never goes on in plain text: a greeting of PREAUTH or a missing STARTTLS ends it (RFC 9051, 11.1)."""
    client = session.client
    if client._imap.state != "NONAUTH" or not client.has_capability("STARTTLS"):
        raise MailboxUnreachable(
            f'{session.where} offers no STARTTLS: set security to "tls" and its port (usually 993).'
        )
    client.starttls(client.ssl_context)


def _check_plaintext(server: Server) -> None:
    if server.security != "plaintext" or server.is_loopback:
        return
    if not server.allow_plaintext:
        raise ConfigError(
            f"{server.where}: without encryption anyone on the way can read the password and the mail; set "
            'security to "tls" or "starttls", or allow_plaintext = true if you accept that.'
        )
    log.warning("%s: the connection is not encrypted; password and mail can be read on the way", server.where)


def _tls_context(server: Server) -> ssl.SSLContext:
    """Verifying by the system's authorities, or by ``ca_file`` alone, be it the server's own certificate."""
    if server.ca_file is None:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:
        raise ConfigError(
            f"{server.where}: the key ca_file names a file that holds no certificate (PEM): correct it."
        ) from error
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    # Python 3.13 asks private authorities for extensions that many of them never wrote
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
