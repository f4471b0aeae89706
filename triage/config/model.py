"""What can be set, key by key; config.example.toml says in words what each is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from triage.config.alarms import Alarms
from triage.config.clock import Clock
from triage.config.fields import (
    Command,
    Distinct,
    ExistingFile,
    FilePlace,
    FilledLine,
    Flag,
    Folder,
    HostName,
    LanguageCode,
    LegalText,
    Line,
    MailAddress,
    Port,
    is_loopback,
)
from triage.config.oauth import OAuth
from triage.config.paths import CLIENTS_NAME, PHRASES_NAME, Paths, default_paths
from triage.config.section import Section

Hours = Annotated[float, Field(strict=True, gt=0, le=24 * 14)]
Wait = Annotated[int, Field(strict=True, ge=1, le=365)]
TLS_PORT, PLAIN_PORT = 993, 143


class Freelancer(Section):
    """Who signs the replies, and how; an empty greeting or sign-off takes the language's usual one."""

    name: FilledLine
    greeting: Line = ""
    sign_off: Line = ""


class Account(Section):
    """One mailbox and the way in."""

    name: FilledLine
    address: MailAddress
    aliases: Annotated[tuple[MailAddress, ...], Distinct] = ()
    host: HostName
    allow_plaintext: Flag = False
    security: Literal["tls", "starttls", "plaintext"] = "tls"
    port: Port = TLS_PORT
    ca_file: ExistingFile | None = None
    username: FilledLine = ""
    auth: Literal["password", "token", "oauth"] = "password"
    password_command: Command | None = None
    token_command: Command | None = None
    oauth: OAuth | None = Field(default=None, validate_default=True)
    folders: Annotated[tuple[FilledLine, ...], Field(min_length=1), Distinct] = ("INBOX",)
    drafts: FilledLine | None = None
    sent: FilledLine | None = None
    trusted_authserv_ids: Annotated[tuple[FilledLine, ...], Distinct] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        """The port follows from the security, the login name from the address, the kind from the command."""
        if not isinstance(data, dict):
            return data
        usual: dict[str, object] = {"port": TLS_PORT if data.get("security", "tls") == "tls" else PLAIN_PORT}
        if data.get("address"):
            usual["username"] = data["address"]
        if "token_command" in data:
            usual["auth"] = "token"
        elif "oauth" in data:
            usual["auth"] = "oauth"
        return usual | data

    @field_validator("security")
    @classmethod
    def _is_safe(cls, security: str, info: ValidationInfo) -> str:
        """A password in clear leaves the machine only when the user has said so."""
        if security == "plaintext" and not info.data.get("allow_plaintext") and "host" in info.data:
            _refuse_beyond_loopback(info.data["host"])
        return security

    @field_validator("port")
    @classmethod
    def _fits_security(cls, port: int, info: ValidationInfo) -> int:
        security = info.data.get("security")
        if port == TLS_PORT and security in ("starttls", "plaintext"):
            raise ValueError(f'993 is the port of security = "tls"; set that, or port = {PLAIN_PORT}')
        if port == PLAIN_PORT and security == "tls":
            raise ValueError(f'143 is the port of security = "starttls"; set that, or port = {TLS_PORT}')
        return port

    @field_validator("token_command")
    @classmethod
    def _fits_auth(cls, command: str | None, info: ValidationInfo) -> str | None:
        if command is not None and info.data.get("auth") == "password":
            raise ValueError('is only for auth = "token"; set that, or use password_command')
        if command is not None and info.data.get("auth") == "oauth":
            raise ValueError('is only for auth = "token"; with auth = "oauth" remove it')
        if command is not None and info.data.get("password_command") is not None:
            raise ValueError("stands beside password_command; keep one of the two")
        return command

    @field_validator("password_command")
    @classmethod
    def _fits_password(cls, command: str | None, info: ValidationInfo) -> str | None:
        if command is not None and info.data.get("auth") == "token":
            raise ValueError('is only for auth = "password"; use token_command')
        if command is not None and info.data.get("auth") == "oauth":
            raise ValueError('is only for auth = "password"; with auth = "oauth" remove it')
        return command

    @field_validator("oauth")
    @classmethod
    def _fits_sign_in(cls, oauth: OAuth | None, info: ValidationInfo) -> OAuth | None:
        if oauth is None and info.data.get("auth") == "oauth":
            raise ValueError('is missing; auth = "oauth" needs its provider and client_id')
        if oauth is not None and info.data.get("auth") in ("password", "token"):
            raise ValueError('is only for auth = "oauth"; set that, or remove it')
        return oauth

    @property
    def secret_command(self) -> str | None:
        """The command that prints the password or the token, whichever this account logs in with."""
        return self.token_command if self.auth == "token" else self.password_command

    @property
    def secret_kind(self) -> Literal["password", "token"]:
        """What the server is shown."""
        return "password" if self.auth == "password" else "token"


def _refuse_beyond_loopback(host: str) -> None:
    if not is_loopback(host):
        raise ValueError(
            '"plaintext" would send the password unprotected over the network; '
            'set "tls" or "starttls", or allow_plaintext = true if you accept that'
        )


class Drafting(Section):
    """What a draft may say and offer; nothing is offered that isn't allowed here."""

    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1), Distinct] = (
        "en",
        "de",
        "es",
        "fr",
        "pt",
    )
    offer_call: Flag = False
    call_link: Line = ""
    offer_rush: Flag = True
    offer_instalments: Flag = False
    allow_discount: Flag = False
    allow_refund: Flag = False
    walk_away: Flag = False
    payment_details: Line = ""
    update_after_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 0
    ask_feedback: Flag = False
    learn_voice: Flag = True


class Ladder(Section):
    """The payment ladder: days that each step waits, and the freelancer's own words for a final notice."""

    enabled: Flag = True
    reminder_after_days: Wait = 3
    second_reminder_after_days: Wait = 7
    formal_demand_after_days: Wait = 7
    final_notice_after_days: Wait = 8
    pause_after_days: Wait = 7
    legal_text: LegalText = Field(default_factory=dict)

    @field_validator("final_notice_after_days")
    @classmethod
    def _leaves_time_to_pay(cls, days: int) -> int:
        # an empty pass need not know the ladder
        from triage.clients.ladder import DEMAND_DAYS

        if days <= DEMAND_DAYS:
            raise ValueError(
                f"must be at least {DEMAND_DAYS + 1}: the formal demand gives {DEMAND_DAYS} days to pay"
            )
        return days


class Learning(Section):
    """Where the user sorts mail to correct judgements; the program itself moves and flags nothing."""

    hostility: FilledLine | None = None
    scope_pressure: FilledLine | None = None
    payment_issue: FilledLine | None = None
    clear: FilledLine | None = None
    keywords: Flag = False
    weekly_sample: Flag = False

    @field_validator("clear")
    @classmethod
    def _is_apart(cls, clear: str | None, info: ValidationInfo) -> str | None:
        if clear is not None and clear in info.data.values():
            raise ValueError("is the folder of a label too; one folder can't say both")
        return clear

    @property
    def folders(self) -> dict[str, dict[str, bool]]:
        """What lying in each folder says: label → whether it applies."""
        said: dict[str, dict[str, bool]] = {}
        for label in ("hostility", "scope_pressure", "payment_issue"):
            if (folder := getattr(self, label)) is not None:
                said.setdefault(folder, {})[label] = True
        if self.clear is not None:
            said[self.clear] = {"hostility": False, "scope_pressure": False, "payment_issue": False}
        return said


class Daemon(Section):
    """How the daemon watches."""

    poll_minutes: Annotated[float, Field(strict=True, ge=1, le=24 * 60)] = 5
    on_battery: Literal["normal", "careful"] = "careful"


class Storage(Section):
    """Where the program keeps what it remembers and what it can make again."""

    state_folder: Folder | None = None
    cache_folder: Folder | None = None
    clients_file: FilePlace | None = None
    phrases_file: FilePlace | None = None


class Log(Section):
    """How much is said, on stderr or in a file that is begun anew at its size; so many old ones are kept."""

    level: Literal["debug", "info", "warning", "error"] = "warning"
    file: FilePlace | None = None
    megabytes: Annotated[float, Field(strict=True, ge=0.01, le=1000)] = 5
    keep: Annotated[int, Field(strict=True, ge=1, le=100)] = 3


class Config(Section):
    """The whole file. ``paths`` says where it was read and where state and cache lie."""

    freelancer: Freelancer
    accounts: Annotated[tuple[Account, ...], Field(min_length=1)]
    clock: Clock = Field(default_factory=Clock)
    drafting: Drafting = Drafting()
    ladder: Ladder = Field(default_factory=Ladder)
    learning: Learning = Learning()
    alarms: Alarms = Alarms()
    daemon: Daemon = Daemon()
    storage: Storage = Storage()
    log: Log = Log()
    _path: Path | None = PrivateAttr(default=None)

    @field_validator("learning")
    @classmethod
    def _is_not_watched(cls, learning: Learning, info: ValidationInfo) -> Learning:
        """All mail of a watched folder would count as sorted by hand."""
        for account in info.data.get("accounts", ()):
            places = {*account.folders, account.drafts, account.sent} - {None}
            if shared := places & {*learning.folders}:
                raise ValueError(f'"{min(shared)}" is a folder of the account {account.name}; name another')
        return learning

    @property
    def paths(self) -> Paths:
        """The file itself, and the places it names or else the usual ones."""
        usual = default_paths()
        path = self._path or usual.config
        return Paths(
            path,
            self.storage.state_folder or usual.state,
            self.storage.cache_folder or usual.cache,
            self.storage.clients_file or path.with_name(CLIENTS_NAME),
            self.storage.phrases_file or path.with_name(PHRASES_NAME),
        )

    def read_from(self, path: Path) -> Config:
        """The same configuration, knowing where it was read."""
        copy = self.model_copy()
        copy._path = path
        return copy
