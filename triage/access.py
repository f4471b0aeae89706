"""How an account, its messages and the ledger are reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from triage.config import Account, Config
from triage.credentials import secret_for
from triage.errors import LoginRefused, MailboxUnreachable, SessionExpired, TokenRefused
from triage.imap.inbox import open_inbox
from triage.imap.session import Secret, Server, Session, open_session
from triage.ledger.contract import MessageRow

T = TypeVar("T")

# Tokens live for an hour or so: no pass sees more of them end.
MOST_EXPIRIES = 5


def ledger_path(config: Config) -> Path:
    """Where the ledger of all accounts lies."""
    return config.paths.state / "ledger.sqlite3"


def server_of(account: Account) -> Server:
    """How to reach an account's server."""
    return Server(
        host=account.host,
        port=account.port,
        security=account.security,
        username=account.username,
        ca_file=account.ca_file,
        allow_plaintext=account.allow_plaintext,
    )


def secret_of(account: Account, *, refused: str = "") -> Secret:
    """The account's password or token, from its command or the keyring; raises CredentialError.

    A token by OAuth is renewed before its end, or when it is the one that the server has ``refused``.
    """
    if account.auth == "oauth":
        from triage.oauth.renewal import usable_token

        return Secret("token", usable_token(account, _now, refused=refused))
    kind, value = secret_for(
        account.name, account.username, command=account.secret_command, kind=account.secret_kind
    )
    return Secret(kind, value)


@contextmanager
def enter(account: Account, secret: Secret | None = None) -> Iterator[Session]:
    """A signed-in session with the account's server; a token that it refuses is renewed and tried once more.

    ``secret`` stands in for the account's own. Raises as ``secret_of`` and ``open_session`` do.
    """
    shown = secret or secret_of(account)
    with ExitStack() as stack:
        try:
            session = stack.enter_context(open_session(server_of(account), shown))
        except TokenRefused:
            if account.auth != "oauth":
                raise
            session = stack.enter_context(_entered_anew(account, shown.value))
        yield session


@contextmanager
def _entered_anew(account: Account, refused: str) -> Iterator[Session]:
    renewed = secret_of(account, refused=refused)
    with ExitStack() as stack:
        try:
            session = stack.enter_context(open_session(server_of(account), renewed))
        except TokenRefused:
            raise LoginRefused(
                f"{server_of(account).where} refuses a token issued just now: check `username`, that "
                "IMAP is switched on for this mailbox, and oauth.scopes."
            ) from None
        yield session


def persevere(account: Account, work: Callable[[], T]) -> T:
    """Do the work, and again from its start where the server ended the session with the token.

    For work that knows by itself what of it is done: a pass, whose ledger remembers.
    """
    for _ in range(MOST_EXPIRIES):
        try:
            return work()
        except MailboxUnreachable as error:
            if not _token_is_over(account, error):
                raise
    return work()


def _token_is_over(account: Account, error: MailboxUnreachable) -> bool:
    """By the server's word, or because the token that the session began with has come to its end since."""
    if account.auth == "password":
        return False
    if isinstance(error, SessionExpired):
        return True
    if account.auth != "oauth":
        return False
    from triage.oauth.renewal import granted

    return not granted(account).is_fresh(_now())


def _now() -> datetime:
    return datetime.now(UTC)


def fetch_again(account: Account, row: MessageRow) -> bytes | None:
    """The bytes of a message claimed earlier; None where it has left its place."""
    with enter(account) as session:
        inbox = open_inbox(session, row.folder)
        if inbox.uidvalidity != row.uidvalidity or not row.uid:
            return None
        return next((fetched.raw for fetched in inbox.fetch([row.uid])), None)
