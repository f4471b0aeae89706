"""Microsoft 365 and Outlook.com through msal, as a public client.

The library's own cache of tokens is not used: it is longer than a keyring's entry on Windows may be.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from triage.config.oauth import OAuth
from triage.errors import ConfigError
from triage.oauth.client import DeviceCode, Visit
from triage.oauth.grant import Tokens, tokens_from
from triage.oauth.refusals import Refused
from triage.oauth.wire import reaching, session_for, skew_of, unwell

_SCOPES = ("https://outlook.office.com/IMAP.AccessAsUser.All",)
# The library asks for these by itself and refuses to be told.
_RESERVED = {"openid", "profile", "offline_access"}
_PUBLIC = "login.microsoftonline.com"
_PENDING = ("authorization_pending", "slow_down")


class Microsoft:
    """One tenant, by its discovery document."""

    posts = True

    def __init__(self, options: OAuth) -> None:
        self._options = options
        self._host = urlsplit(options.authority).netloc
        self._skew = timedelta()
        self._scopes = [scope for scope in options.scopes or _SCOPES if scope not in _RESERVED]

    def visit(self, redirect: str, username: str, *, is_pasted: bool) -> Visit:
        """The page; its answer comes as a form, or where it shall be pasted in the address."""
        with self._asking() as app, warnings.catch_warnings():
            if is_pasted:
                warnings.filterwarnings("ignore", message="response_mode")
            flow = app.initiate_auth_code_flow(
                self._scopes,
                redirect_uri=redirect,
                login_hint=username,
                response_mode="query" if is_pasted else "form_post",
            )
        return Visit(flow["auth_uri"], flow["state"], flow)

    def redeem(self, visit: Visit, answer: dict[str, str]) -> Tokens:
        """The code with its verifier for tokens."""
        with self._asking() as app:
            return self._tokens(app.acquire_token_by_auth_code_flow(visit.held, answer))

    def device_code(self) -> DeviceCode:
        """A code to be entered at microsoft.com/devicelogin."""
        with self._asking() as app:
            flow = app.initiate_device_flow(scopes=self._scopes)
            if "user_code" not in flow:
                raise Refused.of(flow, self._skew)
            waits = float(flow["interval"]), float(flow["expires_in"])
            return DeviceCode(flow["user_code"], flow["verification_uri"], *waits, held=flow)

    def poll(self, code: DeviceCode) -> Tokens | None:
        """One question; the library makes the interval longer when it is told to."""
        with self._asking() as app:
            told = app.acquire_token_by_device_flow(code.held, exit_condition=lambda _: True)
        code.interval = max(code.interval, float(code.held.get("interval", 5)))
        return None if told.get("error") in _PENDING else self._tokens(told)

    def renew(self, refresh: str) -> Tokens:
        """A newer refresh token comes with it; the old one stays good for a while."""
        with self._asking() as app:
            return self._tokens(app.acquire_token_by_refresh_token(refresh, self._scopes))

    def revoke(self, refresh: str) -> bool:
        """Microsoft has no endpoint for it."""
        return False

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        """The library's application; what it raises inside becomes ours, with nothing of its texts."""
        import msal
        from msal.exceptions import MsalError

        with session_for(self._options) as session, reaching(self._host):
            session.hooks["response"].append(self._note_clock)
            try:
                yield self._application(msal, session)
            except (MsalError, ValueError, KeyError, TypeError, AttributeError):
                raise unwell(self._host) from None

    def _note_clock(self, response: Any, *_: object, **__: object) -> None:
        """The library keeps answers to itself; their Date shows whether this machine's clock is right."""
        self._skew = skew_of(response)

    def _application(self, msal: Any, session: Any) -> Any:
        """Another authority than Microsoft's own is not asked about there (instance discovery)."""
        try:
            return msal.PublicClientApplication(
                self._options.client_id,
                authority=f"{self._options.authority}/{self._options.tenant}",
                instance_discovery=None if self._host == _PUBLIC else False,
                http_client=session,
            )
        except ValueError:
            raise ConfigError(
                f"{self._host} knows no tenant of this name: correct oauth.tenant "
                "(common, organizations, consumers, or your own)."
            ) from None

    def _tokens(self, told: dict[str, Any]) -> Tokens:
        if "error" in told:
            raise Refused.of(told, self._skew)
        tokens = tokens_from(told)
        if tokens is None:
            raise unwell(self._host)
        return tokens
