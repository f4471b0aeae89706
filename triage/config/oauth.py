"""The table ``oauth`` of an account: who issues its tokens, and to which client."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationInfo, field_validator, model_validator

from triage.config.fields import Command, Distinct, ExistingFile, FilledLine, is_loopback
from triage.config.section import Section

Provider = Literal["google", "microsoft", "other"]


def _endpoint(text: str) -> str:
    """Tokens and secrets go there: only encrypted, or to this machine itself."""
    if not is_endpoint(text):
        raise ValueError(
            "must be an address such as https://login.studio.example/token; "
            "http is only for a server on this machine (127.0.0.1, localhost)"
        )
    return text.rstrip("/")


def is_endpoint(text: str) -> bool:
    """Whether a secret may be sent to this address: https, or http that never leaves this machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = not (parts.username or parts.password or parts.fragment or any(map(str.isspace, text)))
    return (
        is_plain
        and bool(host)
        and (parts.scheme == "https" or (parts.scheme, is_loopback(host)) == ("http", True))
    )


def _scope(text: str) -> str:
    if any(map(str.isspace, text)):
        raise ValueError('names several in one; give each its own quotes, such as ["mail", "offline_access"]')
    return text


Endpoint = Annotated[FilledLine, AfterValidator(_endpoint)]
Scope = Annotated[FilledLine, AfterValidator(_scope)]


class OAuth(Section):
    """Where the freelancer signs in; ``client_id`` is of a registration of the freelancer's own.

    The endpoints are those of another provider, or stand in for the known ones; ``authority`` is Microsoft's.
    """

    provider: Provider
    client_id: FilledLine
    client_secret_command: Command | None = None
    tenant: FilledLine = "common"
    authority: Endpoint = "https://login.microsoftonline.com"
    authorization_endpoint: Endpoint | None = None
    token_endpoint: Endpoint | None = None
    device_endpoint: Endpoint | None = None
    revocation_endpoint: Endpoint | None = None
    scopes: Annotated[tuple[Scope, ...], Distinct] = ()
    ca_file: ExistingFile | None = None

    @field_validator("authority")
    @classmethod
    def _is_secure(cls, authority: str) -> str:
        """The library takes no other, not even on this machine."""
        if not authority.startswith("https://"):
            raise ValueError("must begin with https://; name a certificate of your own in oauth.ca_file")
        return authority

    @field_validator("tenant")
    @classmethod
    def _is_one_word(cls, tenant: str) -> str:
        """It becomes a part of an address."""
        if not all(sign.isalnum() or sign in ".-_" for sign in tenant):
            raise ValueError("must be common, organizations, consumers, a domain or the tenant's id")
        return tenant

    @field_validator(
        "authorization_endpoint", "token_endpoint", "device_endpoint", "revocation_endpoint", mode="after"
    )
    @classmethod
    def _is_not_microsoft(cls, endpoint: str | None, info: ValidationInfo) -> str | None:
        if endpoint is not None and info.data.get("provider") == "microsoft":
            raise ValueError(
                'is not for provider = "microsoft", whose endpoints follow from authority and tenant'
            )
        return endpoint

    @model_validator(mode="after")
    def _leads_somewhere(self) -> OAuth:
        if self.provider == "other" and self.token_endpoint is None:
            raise ValueError('names no token_endpoint, which provider = "other" needs')
        if self.provider == "other" and self.authorization_endpoint is None and self.device_endpoint is None:
            raise ValueError(
                "names neither authorization_endpoint nor device_endpoint; one is needed to sign in"
            )
        return self
