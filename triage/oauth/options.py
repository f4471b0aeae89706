"""What an account says of its provider, and the secret of its client."""

from __future__ import annotations

from triage.config import Account
from triage.config.oauth import OAuth
from triage.credentials import printed_by
from triage.errors import ConfigError
from triage.oauth.vault import kept_client_secret

_COMMAND = "oauth.client_secret_command"


def options_of(account: Account) -> OAuth:
    """The account's provider; raises ConfigError where it has none."""
    if account.oauth is None:
        raise ConfigError(
            f'The account {account.name} doesn\'t sign in by OAuth: set auth = "oauth" and the table `oauth` '
            "(docs/oauth.md), or store its password with `triage init --store`."
        )
    return account.oauth


def client_secret_of(account: Account) -> str | None:
    """The secret of the client's registration, by command or from the keyring; None where there is none."""
    options = options_of(account)
    if options.client_secret_command is not None:
        return printed_by(options.client_secret_command, _COMMAND)
    return None if options.provider == "microsoft" else kept_client_secret(account.name, options.client_id)
