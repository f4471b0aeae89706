"""``triage init``: from a mail address to a configuration that works, tested before it is written."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from triage.commands.answers import Asker, Given, ask_account, ask_freelancer, taken_names
from triage.commands.authorize import read_client_secret, sign_in
from triage.commands.common import ConfigOption, accounts_of, exits
from triage.commands.signing_in import Way, log_in
from triage.config import Account, Config, default_config_path, load_config
from triage.config.loading import check_config, parse_toml
from triage.config.writing import Values, account_text, config_text
from triage.credentials import printed_by, store_secret
from triage.errors import ConfigError, CredentialError, LoginRefused
from triage.files import write_private
from triage.presets import PRESETS

MAX_TRIES = 3


NameOption = Annotated[str | None, typer.Option("--name", help="Your name, as you sign.")]
SignOffOption = Annotated[str | None, typer.Option("--sign-off", help="How you close a letter.")]
ZoneOption = Annotated[str | None, typer.Option("--time-zone", help="Default: this machine's.")]
AddressOption = Annotated[str | None, typer.Option("--address", help="The address your clients write to.")]
AliasOption = Annotated[list[str] | None, typer.Option("--alias", help="Another address; may be repeated.")]
ProviderOption = Annotated[str | None, typer.Option("--provider", help=f"One of {', '.join(PRESETS)}.")]
HostOption = Annotated[str | None, typer.Option("--host", help="The IMAP server.")]
PortOption = Annotated[int | None, typer.Option("--port", help="Its port.")]
SecurityOption = Annotated[str | None, typer.Option("--security", help="tls, starttls or plaintext.")]
CaOption = Annotated[str | None, typer.Option("--ca-file", help="Certificates (PEM) to trust instead.")]
UserOption = Annotated[str | None, typer.Option("--username", help="Login name. Default: the address.")]
AccountOption = Annotated[str | None, typer.Option("--account-name", help="A short name for the account.")]
PasswordOption = Annotated[str | None, typer.Option("--password-command", help="Prints the password.")]
TokenOption = Annotated[str | None, typer.Option("--token-command", help="Prints an OAuth access token.")]
ClientOption = Annotated[str | None, typer.Option("--client-id", help="Your OAuth registration's id.")]
TenantOption = Annotated[str | None, typer.Option("--tenant", help="Microsoft tenant. Default: by provider.")]
ClientSecretOption = Annotated[
    str | None, typer.Option("--client-secret-command", help="Prints the OAuth client's secret.")
]
DeviceOption = Annotated[bool, typer.Option("--device", help="Sign in by a code, on another device.")]
PasteOption = Annotated[bool, typer.Option("--paste", help="Sign in by a browser elsewhere.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")]
DraftsOption = Annotated[
    str | None, typer.Option("--drafts", help="Drafts folder. Default: found by itself.")
]
SentOption = Annotated[str | None, typer.Option("--sent", help="Sent folder. Default: found by itself.")]
AddOption = Annotated[bool, typer.Option("--add", help="Add an account to the configuration there is.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace the configuration there is.")]
StoreOption = Annotated[str | None, typer.Option("--store", help="Only store this account's password anew.")]
TestOption = Annotated[bool, typer.Option("--test/--no-test", help="Log in before anything is written.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is usual.")]


@exits
def init(
    config: ConfigOption = None,
    name: NameOption = None,
    sign_off: SignOffOption = None,
    time_zone: ZoneOption = None,
    address: AddressOption = None,
    alias: AliasOption = None,
    provider: ProviderOption = None,
    host: HostOption = None,
    port: PortOption = None,
    security: SecurityOption = None,
    ca_file: CaOption = None,
    username: UserOption = None,
    account_name: AccountOption = None,
    password_command: PasswordOption = None,
    token_command: TokenOption = None,
    client_id: ClientOption = None,
    tenant: TenantOption = None,
    client_secret_command: ClientSecretOption = None,
    device: DeviceOption = False,
    paste: PasteOption = False,
    password_stdin: StdinOption = False,
    drafts: DraftsOption = None,
    sent: SentOption = None,
    add: AddOption = False,
    overwrite: OverwriteOption = False,
    store: StoreOption = None,
    test: TestOption = True,
    yes: YesOption = False,
) -> None:
    """Set up a mailbox: ask, log in, show Drafts and Sent, store the password, write the configuration.

    The password is never an option: it is asked for, read from stdin, or printed by a program of yours.
    """
    path = (config or default_config_path()).expanduser().resolve()
    wizard = Wizard(path, Asker(may_ask=not yes), password_stdin, test, Way(device, paste))
    if store is not None:
        return wizard.store_anew(store)
    given = Given(
        name, sign_off, time_zone, address, tuple(alias or ()), provider, host, port, security,
        ca_file and str(Path(ca_file).expanduser().resolve()), username, account_name,
        password_command, token_command, client_id, tenant, client_secret_command, drafts, sent,
    )  # fmt: skip
    return wizard.set_up(given, is_added=wizard.is_to_be_added(add, overwrite))


@dataclass
class Wizard:
    """The steps of ``init``; all it says goes to stderr."""

    path: Path
    asker: Asker
    from_stdin: bool
    is_tested: bool
    way: Way

    def is_to_be_added(self, add: bool, overwrite: bool) -> bool:
        """Whether the account joins a configuration that is there; one is never replaced unasked."""
        if add or overwrite or not self.path.exists():
            return add and self.path.exists()
        if not self.asker.may_ask:
            raise ConfigError(
                f"There is a configuration at {self.path} already: give --add to add an account, "
                "or --overwrite to replace it."
            )
        typer.echo(f"There is a configuration at {self.path} already.", err=True)
        if typer.confirm("Add an account to it?", default=True, err=True):
            return True
        typer.confirm("Replace it, with all its accounts?", default=False, abort=True, err=True)
        return False

    def set_up(self, given: Given, *, is_added: bool) -> None:
        """Everything for one account, up to the written file."""
        before = load_config(self.path) if is_added else None
        shared = {} if is_added else ask_freelancer(self.asker, given)
        account = ask_account(self.asker, given, taken_names(before))
        self.asker.check()
        checked = self._checked(shared, account)
        if checked.auth == "oauth":
            self._sign_in(checked)
        elif (secret := self._secret(checked)) is not None:
            secret = self._tested(shared, account, secret)
            self._keep(account, secret)
        text = self._text(shared, account)
        check_config(parse_toml(text, self.path), self.path)
        write_private(self.path, text)
        is_left = checked.auth == "oauth" and not self.is_tested
        step = f"`triage authorize {checked.name}`, " if is_left else ""
        steps = f"{step}`triage doctor`, then `triage sweep --dry-run`"
        typer.echo(f"Written: {self.path}\nNext: {steps}.", err=True)

    def store_anew(self, name: str) -> None:
        """Ask for the password of an account that is there, test it, keep it in the keyring."""
        from triage.imap.session import Secret

        settings = load_config(self.path)
        (account,) = accounts_of(settings, [name])
        if account.auth == "oauth":
            raise ConfigError(f"This account has no password: sign in with `triage authorize {name}`.")
        if account.secret_command is not None:
            raise ConfigError(
                "This account's password comes from its command: remove password_command or token_command "
                "from the configuration to keep it in the keyring."
            )
        secret = self._ask_secret(account.secret_kind)
        if self.is_tested:
            log_in(account, Secret(account.secret_kind, secret))
        store_secret(account.name, account.username, secret)
        typer.echo("Stored in the keyring.", err=True)

    def _text(self, shared: dict[str, dict[str, object]], account: Values) -> str:
        """The file as it will be: a new one, or the one that is there with one table more."""
        if shared:
            return config_text(shared, [account])
        return f"{self.path.read_text(encoding='utf-8-sig').rstrip()}\n\n{account_text(account)}"

    def _checked(self, shared: dict[str, dict[str, object]], account: Values) -> Account:
        """The account as the file would give it; raises ConfigError before anything is asked in vain."""
        text = self._text(shared, account)
        found: Config = check_config(parse_toml(text, self.path), self.path)
        return found.accounts[-1]

    def _secret(self, account: Account) -> str | None:
        """The password or token to test; None where there is nothing to test and nothing to keep."""
        if account.secret_command is not None:
            kind = f"{account.secret_kind}_command"
            return printed_by(account.secret_command, kind) if self.is_tested else None
        return self._ask_secret(account.secret_kind)

    def _sign_in(self, account: Account) -> None:
        """By OAuth; nobody has to be there where nothing is tested."""
        if self.is_tested:
            sign_in(account, self.way, read_client_secret(account, from_stdin=False), is_tested=True)

    def _ask_secret(self, kind: str) -> str:
        if self.from_stdin:
            secret = sys.stdin.readline().rstrip("\r\n")
        elif self.asker.may_ask:
            secret = str(typer.prompt(kind.capitalize(), hide_input=True, err=True))
        else:
            secret = ""
        if not secret:
            raise ConfigError(
                f"There is no {kind}: give it on stdin with --password-stdin, or name a program "
                "with --password-command."
            )
        return secret

    def _ask_command(self, kind: str) -> str:
        return self.asker.text(f"--{kind}-command", None, f"A program that prints the {kind}")

    def _tested(self, shared: dict[str, dict[str, object]], account: Values, secret: str) -> str:
        """The secret that the server accepts; a refused one is asked for again a few times."""
        from triage.imap.session import Secret

        checked = self._checked(shared, account)
        tries = MAX_TRIES if self.asker.may_ask and not self.from_stdin and not checked.secret_command else 1
        while self.is_tested:
            try:
                log_in(checked, Secret(checked.secret_kind, secret))
                break
            except LoginRefused as error:
                tries -= 1
                if not tries:
                    raise
                typer.echo(f"  {error}", err=True)
                secret = self._ask_secret(checked.secret_kind)
        return secret

    def _keep(self, account: dict[str, object], secret: str) -> None:
        """Into the keyring; where there is none, a program that prints the secret takes its place."""
        if account.get("password_command") or account.get("token_command"):
            return
        try:
            store_secret(str(account["name"]), str(account["username"]), secret)
        except CredentialError as error:
            if not self.asker.may_ask:
                raise
            typer.echo(f"  {error}", err=True)
            account["password_command"] = self._working_command(secret)

    def _working_command(self, secret: str) -> str:
        """A command that prints this very secret."""
        while True:
            command = self._ask_command("password")
            try:
                if printed_by(command, "password_command") == secret:
                    return command
                typer.echo("  It prints another password than the one that works.", err=True)
            except CredentialError as error:
                typer.echo(f"  {error}", err=True)
