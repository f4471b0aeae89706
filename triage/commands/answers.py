"""What ``triage init`` needs to know: from options, from the person at the terminal, or the usual."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import typer

from triage.config import Config
from triage.config.fields import is_address
from triage.config.zone import is_zone, like, system_zone
from triage.errors import ConfigError
from triage.presets import PRESETS, Preset, guess_host, guess_preset


@dataclass(frozen=True)
class Given:
    """The options as they were given; None where one was left out."""

    name: str | None = None
    sign_off: str | None = None
    time_zone: str | None = None
    address: str | None = None
    alias: tuple[str, ...] = ()
    provider: str | None = None
    host: str | None = None
    port: int | None = None
    security: str | None = None
    ca_file: str | None = None
    username: str | None = None
    account_name: str | None = None
    password_command: str | None = None
    token_command: str | None = None
    client_id: str | None = None
    tenant: str | None = None
    client_secret_command: str | None = None
    drafts: str | None = None
    sent: str | None = None


@dataclass
class Asker:
    """Asks for what no option gave; when it may not ask, takes the usual and collects what is missing."""

    may_ask: bool
    missing: list[str] = field(default_factory=list)

    def text(
        self,
        option: str,
        given: str | None,
        question: str,
        usual: str | None = None,
        problem: Callable[[str], str | None] = lambda _text: None,
    ) -> str:
        """The option's value, an answer that has no problem, or what is usual."""
        if given is not None:
            return given
        if not self.may_ask:
            if usual is None:
                self.missing.append(
                    f"{option}: is missing; it has to be given where nothing may be asked (--yes)."
                )
            return usual or ""
        while True:
            answer = str(typer.prompt(question, default=usual, err=True)).strip()
            wrong = problem(answer)
            if wrong is None:
                return answer
            typer.echo(f"  {wrong}", err=True)

    def check(self) -> None:
        """Raise ConfigError for all that is missing."""
        if self.missing:
            raise ConfigError(*self.missing)


def ask_freelancer(asker: Asker, given: Given) -> dict[str, dict[str, object]]:
    """The tables that all accounts share: who signs, and the time zone."""
    name = asker.text("--name", given.name, "Your name, as you sign", problem=_not_empty)
    sign_off = asker.text(
        "--sign-off", given.sign_off, "How you close a letter (Enter: the language's usual)", usual=""
    )
    zone = asker.text("--time-zone", given.time_zone, "Your time zone", system_zone(), _zone_problem)
    freelancer: dict[str, object] = {"name": name}
    if sign_off:
        freelancer["sign_off"] = sign_off
    return {"freelancer": freelancer, "clock": {"time_zone": zone}}


def ask_account(asker: Asker, given: Given, taken: Collection[str]) -> dict[str, object]:
    """One account's table, only what differs from the usual; ``taken`` are names of other accounts."""
    address = asker.text("--address", given.address, "Your mail address", problem=_address_problem)
    preset = ask_preset(asker, given, address)
    usual_host = preset.host or (guess_host(address) if asker.may_ask else None)
    host = asker.text("--host", given.host or preset.host or None, "IMAP server", usual_host)
    username = asker.text("--username", given.username, "Login name", address)
    name = asker.text(
        "--account-name", given.account_name, "A short name for this account", _free_name(address, taken)
    )
    security = given.security or preset.security
    found: dict[str, object] = {"name": name, "address": address, "aliases": list(given.alias), "host": host}
    found |= {
        "security": security,
        "port": given.port or _port(preset, given),
        "ca_file": _ca_file(asker, preset, given),
    }
    found |= {"username": username, "drafts": given.drafts, "sent": given.sent}
    found |= {"trusted_authserv_ids": list(preset.trusted_authserv_ids)}
    found |= dict(_way_in(asker, preset, given))
    return {key: value for key, value in found.items() if value not in (None, [], "")}


def ask_preset(asker: Asker, given: Given, address: str) -> Preset:
    """The provider's preset; with a host given nothing is asked."""
    usual = "other" if given.host else guess_preset(address)
    if given.provider is None and given.host is None and asker.may_ask and usual == "other":
        for name, preset in PRESETS.items():
            typer.echo(f"  {name:13} {preset.title}", err=True)
    chosen = given.provider or (
        usual if given.host else asker.text("--provider", None, "Provider", usual, _provider_problem)
    )
    if (problem := _provider_problem(chosen)) is not None:
        raise ConfigError(f"--provider: {problem}")
    preset = PRESETS[chosen]
    if preset.note and asker.may_ask:
        typer.echo(f"  {preset.note}", err=True)
    return preset


def _ca_file(asker: Asker, preset: Preset, given: Given) -> str | None:
    """The certificates to trust; a provider that signs its own asks for them."""
    if given.ca_file or not preset.has_own_certificate:
        return given.ca_file
    answer = asker.text("--ca-file", None, "The exported certificate (a .pem file)", problem=_file_problem)
    return str(Path(answer).expanduser().resolve()) if answer else None


def taken_names(config: Config | None) -> set[str]:
    """Names of the accounts that are there already."""
    return {account.name for account in config.accounts} if config else set()


def _way_in(asker: Asker, preset: Preset, given: Given) -> Iterator[tuple[str, object]]:
    if given.token_command:
        yield "auth", "token"
        yield "token_command", given.token_command
    elif given.client_id or (preset.auth == "oauth" and not given.password_command):
        yield "auth", "oauth"
        yield from _sign_in(asker, preset, given)
    else:
        yield "password_command", given.password_command


def _sign_in(asker: Asker, preset: Preset, given: Given) -> Iterator[tuple[str, object]]:
    if not preset.oauth_provider:
        raise ConfigError(
            "--client-id: this provider's endpoints aren't known here: write the keys under `oauth` into the "
            "configuration by hand (docs/oauth.md), then run `triage authorize`."
        )
    client_id = asker.text(
        "--client-id", given.client_id, "Client id of your registration", problem=_not_empty
    )
    yield "oauth.provider", preset.oauth_provider
    yield "oauth.client_id", client_id
    yield "oauth.tenant", given.tenant or preset.tenant
    yield "oauth.client_secret_command", given.client_secret_command


def _port(preset: Preset, given: Given) -> int:
    """The preset's port, unless another security was asked for."""
    if given.security is None or given.security == preset.security:
        return preset.port
    return 993 if given.security == "tls" else 143


def _free_name(address: str, taken: Collection[str]) -> str:
    """The domain's first word, with a number where it is taken."""
    stem = address.rpartition("@")[2].partition(".")[0].lower() or "mail"
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _not_empty(text: str) -> str | None:
    return None if text else "Please fill it in."


def _address_problem(text: str) -> str | None:
    return None if is_address(text) else "That is no mail address, such as anna@studio.example."


def _provider_problem(text: str) -> str | None:
    return None if text in PRESETS else f"Please choose one of {', '.join(PRESETS)}."


def _file_problem(text: str) -> str | None:
    return None if Path(text).expanduser().is_file() else "There is no such file."


def _zone_problem(text: str) -> str | None:
    if is_zone(text):
        return None
    meant = like(text)
    return f"There is no such zone; did you mean {meant}?" if meant else "There is no such zone."
