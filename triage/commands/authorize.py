"""``triage authorize``: sign in by OAuth, or out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, accounts_of, exits
from triage.commands.signing_in import Way, lead, log_in
from triage.config import Account, load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.oauth.grant import Grant

AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]
DeviceOption = Annotated[bool, typer.Option("--device", help="By a code that you enter on another device.")]
PasteOption = Annotated[
    bool, typer.Option("--paste", help="By a browser elsewhere; you paste its last address.")
]
PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="Wait for the browser at this port. Default: any.")
]
SecretOption = Annotated[
    bool, typer.Option("--client-secret-stdin", help="Read the client's secret from stdin and store it.")
]


@exits
def authorize(
    account: AccountArgument,
    config: ConfigOption = None,
    device: DeviceOption = False,
    paste: PasteOption = False,
    port: PortOption = 0,
    client_secret_stdin: SecretOption = False,
    test: Annotated[bool, typer.Option("--test/--no-test", help="Log in before it is stored.")] = True,
    revoke: Annotated[bool, typer.Option("--revoke", help="Sign out instead.")] = False,
) -> None:
    """Sign in by OAuth and keep what is granted in the keyring; or sign out."""
    from triage.oauth.options import options_of

    (chosen,) = accounts_of(load_config(config), [account])
    options_of(chosen)
    if revoke:
        _sign_out(chosen)
        return
    way = Way(device, paste, port)
    sign_in(chosen, way, read_client_secret(chosen, from_stdin=client_secret_stdin), is_tested=test)


def sign_in(account: Account, way: Way, client_secret: str | None, *, is_tested: bool) -> None:
    """Lead the user through it, try the login out, keep what was granted."""
    from triage.imap.session import Secret
    from triage.oauth.vault import kept_grant

    kept_grant(account.name, account.username)  # without a keyring there is no use in signing in
    grant = lead(account, way, client_secret)
    if is_tested:
        log_in(account, Secret("token", grant.access))
    _keep(account, grant, client_secret)
    typer.echo("Signed in. Stored in the keyring; it is renewed by itself.", err=True)


def _keep(account: Account, grant: Grant, client_secret: str | None) -> None:
    """Put the grant, and the client's secret where one was given, into the keyring."""
    from triage.oauth.options import options_of
    from triage.oauth.vault import keep_client_secret, keep_grant

    if client_secret is not None:
        keep_client_secret(account.name, options_of(account).client_id, client_secret)
    keep_grant(account.name, account.username, grant)


def read_client_secret(account: Account, *, from_stdin: bool) -> str | None:
    """The registration's secret, where it is given now; None where none is needed or it is stored already."""
    from triage.oauth.options import client_secret_of, options_of

    options = options_of(account)
    if from_stdin:
        if options.client_secret_command is not None:
            raise ConfigError("Its secret comes from oauth.client_secret_command: remove that first.")
        secret = sys.stdin.readline().strip()
        if not secret:
            raise ConfigError("There is no client secret on stdin.")
        return secret
    if options.provider != "google" or client_secret_of(account) or not sys.stdin.isatty():
        return None
    return str(typer.prompt("Client secret of your registration", hide_input=True, err=True)).strip()


def _sign_out(account: Account) -> None:
    from triage.oauth.options import options_of
    from triage.oauth.sign_in import sign_out
    from triage.oauth.vault import forget_client_secret

    pages = {
        "google": "myaccount.google.com/connections",
        "microsoft": "myapps.microsoft.com, or account.live.com/consent/Manage for a personal account",
    }
    page = pages.get(options_of(account).provider, "your provider's page")
    ending = sign_out(account)
    forget_client_secret(account.name, options_of(account).client_id)
    words = {
        "none": "Nobody was signed in.",
        "ended": "Signed out: the sign-in is ended at the provider and forgotten here.",
        "forgotten": f"Signed out here. To end it at the provider too, remove the client at {page}.",
    }
    typer.echo(words[ending], err=True)
