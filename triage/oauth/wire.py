"""HTTP to a provider: encrypted or to this machine itself, never led elsewhere; answers are judged here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException, SSLError

from triage.config.fields import is_loopback
from triage.config.oauth import OAuth
from triage.errors import SignInUnreachable
from triage.oauth.refusals import Refused

CONNECT_S, READ_S = 10.0, 30.0
_LATER = "nothing is lost, the next pass tries again."
# At their debug level these write requests and answers out, with every token in them.
_TALKATIVE = ("requests_oauthlib", "oauthlib", "msal", "google", "google_auth_oauthlib", "urllib3")


def session_for(options: OAuth) -> requests.Session:
    """A session for this provider; see ``prepared``."""
    session = requests.Session()
    prepared(session, options)
    return session


def prepared(session: Any, options: OAuth) -> Any:
    """The session with our rules: a time limit, no redirects, plain HTTP to this machine alone."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    session.max_redirects = 0  # a token endpoint that leads elsewhere would take the token along
    session.mount("https://", _Adapter(options.ca_file))
    session.mount("http://", _Adapter(options.ca_file))
    for address in (options.token_endpoint, options.device_endpoint, options.revocation_endpoint):
        if address is not None and address.startswith("http://"):
            session.mount(as_secure(_origin(address)), _Adapter(None, is_plain=True))
            session.trust_env = False  # no proxy leads to this machine
    return session


def as_secure(address: str) -> str:
    """The address with https for http: the libraries take no other, and ``prepared`` takes it back."""
    return f"https://{address.removeprefix('http://')}" if address.startswith("http://") else address


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


class _Adapter(HTTPAdapter):
    """Sends with a time limit; ``is_plain``: to a server on this machine without encryption."""

    def __init__(self, ca_file: Path | None, *, is_plain: bool = False) -> None:
        super().__init__()
        self._ca_file = ca_file
        self._is_plain = is_plain

    def send(self, request: Any, *args: Any, **settings: Any) -> Any:
        """As the library does, within our limits."""
        if self._is_plain:
            request.url = f"http://{request.url.removeprefix('https://')}"
        parts = urlsplit(request.url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise requests.exceptions.InvalidSchema("not encrypted")
        if self._ca_file is not None:  # the library would let REQUESTS_CA_BUNDLE go before it
            settings["verify"] = str(self._ca_file)
        settings["timeout"] = settings.get("timeout") or (CONNECT_S, READ_S)
        return super().send(request, *args, **settings)


@contextmanager
def reaching(host: str) -> Iterator[None]:
    """Turn what the network raises inside into SignInUnreachable; no error of the library goes along."""
    try:
        yield
    except SSLError:
        raise SignInUnreachable(
            f"The certificate of the sign-in service {host} can't be trusted: check this machine's clock, "
            "and oauth.ca_file for a server of your own; " + _LATER
        ) from None
    except requests.exceptions.TooManyRedirects:
        raise SignInUnreachable(
            f"The sign-in service {host} leads to another address, where no secret is sent: "
            "correct the endpoints under `oauth`."
        ) from None
    except RequestException:
        raise SignInUnreachable(
            f"The sign-in service {host} can't be reached: check the network; {_LATER}"
        ) from None


def judged(response: Any, host: str) -> dict[str, Any]:
    """The JSON that was answered; raises Refused for a refusal, SignInUnreachable for what is none."""
    if response.status_code >= 500 or response.status_code == 429:
        raise unwell(host, response.status_code)
    try:
        told = response.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise unwell(host, response.status_code)
    if "error" in told or response.status_code >= 400:
        raise Refused.of(told, skew_of(response))
    return told


def unwell(host: str, status: int = 0) -> SignInUnreachable:
    """The service answers, but not as one that is well."""
    told = f" (status {status})" if status else ""
    return SignInUnreachable(
        f"The sign-in service {host} gives no answer that can be understood{told}: it may be down for the "
        f"moment, or an endpoint under `oauth` is wrong; {_LATER}"
    )


def skew_of(response: Any) -> timedelta:
    """How far this machine's clock is ahead of the service's by its Date header; 0 where there is none."""
    try:
        told = parsedate_to_datetime(response.headers.get("Date", ""))
        return datetime.now(UTC) - told.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return timedelta()
