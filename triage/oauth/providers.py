"""Which client speaks with which provider; its library is loaded only then."""

from __future__ import annotations

from urllib.parse import urlsplit

from triage.config.oauth import OAuth
from triage.errors import ConfigError
from triage.oauth.client import Client


def hosts_of(options: OAuth) -> frozenset[str]:
    """The hosts that are asked for tokens, in small letters; the page to sign in is opened by the browser."""
    if options.provider == "microsoft":
        addresses = [options.authority]
    else:
        from triage.oauth.standard import endpoints_of

        addresses = endpoints_of(options)
    return frozenset((urlsplit(address).hostname or "").lower() for address in addresses)


def client_for(options: OAuth, secret: str | None) -> Client:
    """The client for this provider; ``secret`` is the registration's, where it has one."""
    if options.provider == "microsoft":
        from triage.oauth.microsoft import Microsoft

        return Microsoft(options)
    from triage.oauth.standard import Standard

    if options.provider == "google" and not secret:
        raise ConfigError(
            "Google's registrations for desktop programs have a client secret too: store it with "
            "`triage authorize` and --client-secret-stdin, or set oauth.client_secret_command."
        )
    return Standard(options, secret)
