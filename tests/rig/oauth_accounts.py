"""Configurations and grants for accounts that sign in at the provider of the tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.rig.mailbox import Mailbox
from tests.rig.oauth_provider import Provider
from triage.config import Account, Config, load_config
from triage.oauth.grant import Grant, Tokens, issuer_of
from triage.oauth.options import options_of
from triage.oauth.vault import keep_grant

HOUR = timedelta(hours=1)


def oauth_lines(provider: Provider, kind: str = "other", more: Iterable[str] = ()) -> str:
    """The table of one account's provider; ``kind`` is whose ways it has."""
    lines = [f'oauth.provider = "{kind}"', 'oauth.client_id = "client-of-mine"', *more]
    if kind == "microsoft":
        lines += [f'oauth.authority = "{provider.secure}"', f"oauth.ca_file = '{provider.ca_file}'"]
    else:
        for key, path in (
            ("authorization_endpoint", "authorize"),
            ("token_endpoint", "token"),
            ("revocation_endpoint", "revoke"),
        ):
            lines.append(f'oauth.{key} = "{provider.base}/{path}"')
        if kind == "other":
            lines.append(f'oauth.device_endpoint = "{provider.base}/device"')
            lines.append('oauth.scopes = ["mail", "offline_access"]')
    return "\n".join(lines)


def config_for(
    mailbox: Mailbox, folder: Path, cache: Path, oauth: str, *, poll: float = 5, port: int | None = None
) -> Config:
    """A configuration whose one account signs in by OAuth."""
    path = folder / "config.toml"
    text = f"""
[freelancer]
name = "Mara Lindqvist"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "{mailbox.host}"
port = {port or mailbox.port}
security = "plaintext"
username = "{mailbox.username}"
{oauth}
[clock]
time_zone = "Europe/Berlin"
[daemon]
poll_minutes = {poll}
[storage]
state_folder = '{folder / "state"}'
cache_folder = '{cache}'
"""
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def signed_in(
    account: Account,
    provider: Provider,
    *,
    life: timedelta = HOUR,
    ago: timedelta = timedelta(),
    now: datetime | None = None,
) -> Grant:
    """Put a grant into the keyring, as if the user had signed in so long ago; its token lives from then."""
    begun = (now or datetime.now(UTC)) - ago
    left = (life - ago).total_seconds()
    access = provider.token(account.username, left)
    tokens = Tokens(access, life, provider.grant(account.username))
    grant = Grant.begun(tokens, issuer_of(options_of(account)), begun)
    keep_grant(account.name, account.username, grant)
    return grant
