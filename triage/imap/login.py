"""Signing in: password by AUTHENTICATE PLAIN or LOGIN, token by XOAUTH2 or OAUTHBEARER."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from triage.errors import LoginRefused, TokenRefused
from triage.imap.trouble import response_code

#: Codes of a NO that speak of the token; none at all is usual.
_ABOUT_TOKEN = frozenset({"", "AUTHENTICATIONFAILED", "EXPIRED"})


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or an OAuth access token; its repr hides the value."""

    kind: Literal["password", "token"]
    value: str = field(repr=False)


class _Bearer:
    """SASL answers of XOAUTH2 and OAUTHBEARER (RFC 7628).

    A refused token brings a second challenge with the reason; it must be answered before the server says NO.
    """

    def __init__(self, first: str, ending: bytes) -> None:
        self._first: str | None = first
        self._ending = ending
        self.is_refused = False

    def __call__(self, challenge: bytes) -> bytes:
        if self._first is not None and not challenge:
            first, self._first = self._first, None
            return first.encode()
        self.is_refused = True
        return self._ending


def sign_in(client: IMAPClient, where: str, username: str, secret: Secret) -> None:
    """Sign in by the safest way that the server offers; raises LoginRefused or the library's errors."""
    if client._imap.state != "NONAUTH":
        return  # PREAUTH: the server knows us already
    _check_sendable(where, username, secret)
    offered = {name.upper() for name in client.capabilities()}
    if secret.kind == "token":
        _by_token(client, where, username, secret.value, offered)
    elif b"AUTH=PLAIN" in offered:
        _authenticate(client, "PLAIN", lambda _: f"\0{username}\0{secret.value}".encode())
    elif b"LOGINDISABLED" in offered:
        raise LoginRefused(f'{where} takes no login without encryption: set security to "tls" or "starttls".')
    else:
        _by_login_command(client._imap, username, secret.value)


def _check_sendable(where: str, username: str, secret: Secret) -> None:
    if not secret.value or any(sign in username + secret.value for sign in "\0\r\n"):
        raise LoginRefused(
            f"The user name or {secret.kind} for {where} is empty or holds a line break: store it again with "
            "`triage init`."
        )


def _by_token(client: IMAPClient, where: str, username: str, token: str, offered: set[bytes]) -> None:
    if b"AUTH=XOAUTH2" in offered:
        answers = _Bearer(f"user={username}\1auth=Bearer {token}\1\1", b"")
        mechanism = "XOAUTH2"
    elif b"AUTH=OAUTHBEARER" in offered:
        identity = username.replace("=", "=3D").replace(",", "=2C")
        answers = _Bearer(f"n,a={identity},\1auth=Bearer {token}\1\1", b"\1")
        mechanism = "OAUTHBEARER"
    else:
        raise LoginRefused(f'{where} offers no sign-in by token: set auth to "password" for this account.')
    try:
        _authenticate(client, mechanism, answers)
    except IMAPClientError as error:
        # Exchange refuses without a challenge; with another code it is no word about the token
        if isinstance(error, IMAPClientAbortError) or response_code(str(error)) not in _ABOUT_TOKEN:
            raise
        raise TokenRefused(
            f"{where} refuses the sign-in token: it has expired or was revoked; sign in again with "
            "`triage authorize`, or see what token_command prints."
        ) from None


def _authenticate(client: IMAPClient, mechanism: str, answer: Callable[[bytes], bytes]) -> None:
    """AUTHENTICATE by imaplib itself: imapclient reports a broken connection as a refused login."""
    client._imap.authenticate(mechanism, answer)


def _by_login_command(imap: Any, username: str, password: str) -> None:
    """LOGIN with the password as a literal: imaplib's own can't send what is outside ASCII."""
    imap.literal = password.encode()
    typ, data = imap._simple_command("LOGIN", imap._quote(username).encode())
    if typ != "OK":
        raise IMAPClientError(data[-1].decode("utf-8", "replace"))
    imap.state = "AUTH"
