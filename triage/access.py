"""How an account, its messages and the ledger are reached."""

from __future__ import annotations

from pathlib import Path

from triage.config import Account, Config
from triage.credentials import secret_for
from triage.imap.inbox import open_inbox
from triage.imap.session import Secret, Server, open_session
from triage.ledger.contract import MessageRow


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


def secret_of(account: Account) -> Secret:
    """The account's password or token, from its command or the keyring; raises CredentialError."""
    kind, value = secret_for(
        account.name, account.username, command=account.secret_command, kind=account.auth
    )
    return Secret(kind, value)


def fetch_again(account: Account, row: MessageRow) -> bytes | None:
    """The bytes of a message claimed earlier; None where it has left its place."""
    with open_session(server_of(account), secret_of(account)) as session:
        inbox = open_inbox(session, row.folder)
        if inbox.uidvalidity != row.uidvalidity or not row.uid:
            return None
        return next((fetched.raw for fetched in inbox.fetch([row.uid])), None)
