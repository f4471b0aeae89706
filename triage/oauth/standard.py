"""Google, and every provider that keeps to RFC 6749, through google-auth-oauthlib."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from triage.config.oauth import OAuth
from triage.errors import ConfigError
from triage.oauth.client import DeviceCode, Visit
from triage.oauth.grant import Tokens, tokens_from
from triage.oauth.refusals import Refused
from triage.oauth.wire import as_secure, judged, prepared, reaching, session_for, unwell

_GOOGLE = {
    "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
    "token_endpoint": "https://oauth2.googleapis.com/token",
    "revocation_endpoint": "https://oauth2.googleapis.com/revoke",
}
_GOOGLE_SCOPES = ("https://mail.google.com/",)
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PENDING = ("authorization_pending", "slow_down")


# What the program itself speaks to; the page for consent is the browser's.
_ASKED = ("token_endpoint", "device_endpoint", "revocation_endpoint")


def endpoints_of(options: OAuth) -> list[str]:
    """The addresses that are asked for tokens, by the configuration or Google's own."""
    known = _GOOGLE if options.provider == "google" else {}
    return [address for name in _ASKED if (address := getattr(options, name) or known.get(name))]


class Standard:
    """One provider by its endpoints; Google's are known."""

    posts = False

    def __init__(self, options: OAuth, secret: str | None) -> None:
        self._options = options
        self._secret = secret
        self._is_google = options.provider == "google"

    def visit(self, redirect: str, username: str, *, is_pasted: bool) -> Visit:
        """The page for consent; Google grants for long only where asked for offline access and consent."""
        if (page := self._endpoint("authorization_endpoint")) is None:
            raise ConfigError("This provider has no oauth.authorization_endpoint: sign in with --device.")
        flow = self._flow(redirect)
        flow.oauth2session.scope = list(self._scopes) or None
        state = secrets.token_urlsafe(24)
        google = {"access_type": "offline", "prompt": "consent"}
        asked = google if self._is_google else {"access_type": None}
        # the library says https where the page is on this machine without it
        address, _ = flow.authorization_url(state=state, login_hint=username, **asked)
        return Visit(page + address.removeprefix(as_secure(page)), state, (redirect, flow.code_verifier))

    def redeem(self, visit: Visit, answer: dict[str, str]) -> Tokens:
        """The code with its verifier for tokens."""
        redirect, verifier = visit.held
        flow = self._flow(redirect, verifier)
        secret = {"client_secret": self._secret or None}
        with self._asking():
            told = flow.fetch_token(code=answer.get("code", ""), include_client_id=True, **secret)
        return self._tokens(told)

    def device_code(self) -> DeviceCode:
        """A code, where the provider gives any that opens mail."""
        if self._is_google:
            raise ConfigError(
                "Google's sign-in by code gives no access to mail: sign in by browser; on a machine without "
                "one, `triage authorize` with --paste lets you use the browser of another."
            )
        if self._endpoint("device_endpoint") is None:
            raise ConfigError(
                "This provider has no oauth.device_endpoint: sign in by browser, without --device."
            )
        told = self._post("device_endpoint", {**self._client(), "scope": " ".join(self._scopes)})
        try:
            page = told.get("verification_uri") or told["verification_url"]
            waits = float(told.get("interval", 5)), float(told.get("expires_in", 900))
            return DeviceCode(str(told["user_code"]), str(page), *waits, held=str(told["device_code"]))
        except (KeyError, ValueError, TypeError):
            raise unwell(self._host("device_endpoint")) from None

    def poll(self, code: DeviceCode) -> Tokens | None:
        """One question (RFC 8628, 3.4); ``slow_down`` adds five seconds to all that follow."""
        asked = {**self._client(), "grant_type": _DEVICE_GRANT, "device_code": code.held}
        try:
            return self._tokens(self._post("token_endpoint", asked))
        except Refused as refused:
            if refused.name not in _PENDING:
                raise
            code.interval += 5 if refused.name == "slow_down" else 0
            return None

    def renew(self, refresh: str) -> Tokens:
        """The scopes stay those that were granted."""
        session = self._flow("").oauth2session
        with self._asking():
            address = as_secure(self._endpoint("token_endpoint") or "")
            told = session.refresh_token(address, refresh_token=refresh, **self._client())
        tokens = self._tokens(told)
        return Tokens(tokens.access, tokens.lives, tokens.refresh if tokens.refresh != refresh else None)

    def revoke(self, refresh: str) -> bool:
        """Google's answer to a token that is gone already is a refusal, and as good."""
        if self._endpoint("revocation_endpoint") is None:
            return False
        asked = {"token": refresh, "token_type_hint": "refresh_token", **self._client()}
        try:
            self._post("revocation_endpoint", asked, is_empty=True)
        except Refused as refused:
            if refused.name not in ("invalid_token", "invalid_grant"):
                raise
        return True

    @property
    def _scopes(self) -> tuple[str, ...]:
        return self._options.scopes or (_GOOGLE_SCOPES if self._is_google else ())

    def _endpoint(self, name: str) -> str | None:
        """The configured one, else Google's where that is the provider."""
        chosen: str | None = getattr(self._options, name)
        return chosen or (_GOOGLE.get(name) if self._is_google else None)

    def _host(self, name: str) -> str:
        return urlsplit(self._endpoint(name) or "").netloc

    def _client(self) -> dict[str, str]:
        shown = {"client_id": self._options.client_id, "client_secret": self._secret or ""}
        return {name: value for name, value in shown.items() if value}

    def _flow(self, redirect: str, verifier: str | None = None) -> Any:
        """The library's flow; without scopes, since it takes an answer with others for an error."""
        from google_auth_oauthlib.flow import Flow

        client = {
            "client_id": self._options.client_id,
            "client_secret": self._secret or None,
            "auth_uri": as_secure(self._endpoint("authorization_endpoint") or ""),
            "token_uri": as_secure(self._endpoint("token_endpoint") or ""),
        }
        flow = Flow.from_client_config(
            {"installed": client}, scopes=None, redirect_uri=redirect, code_verifier=verifier
        )
        session = prepared(flow.oauth2session, self._options)
        for kind in ("access_token_response", "refresh_token_response"):
            session.register_compliance_hook(kind, self._examined)
        return flow

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What the library finds wrong with an answer becomes ours, with nothing of its texts."""
        from oauthlib.oauth2 import OAuth2Error

        host = self._host("token_endpoint")
        with reaching(host):
            try:
                yield
            except (OAuth2Error, ValueError, TypeError):
                raise unwell(host) from None

    def _examined(self, response: Any) -> Any:
        """Judge the answer before the library does: its errors hold the answer's words."""
        told = judged(response, self._host("token_endpoint"))
        if tokens_from(told) is None or str(told.get("token_type", "")).lower() != "bearer":
            raise unwell(self._host("token_endpoint"))
        return response

    def _tokens(self, told: dict[str, Any]) -> Tokens:
        tokens = tokens_from(told)
        if tokens is None:
            raise unwell(self._host("token_endpoint"))
        return tokens

    def _post(self, endpoint: str, asked: dict[str, str], *, is_empty: bool = False) -> dict[str, Any]:
        """One request that no library has a call for; ``is_empty``: its answer has no content (RFC 7009)."""
        address = self._endpoint(endpoint) or ""
        with reaching(self._host(endpoint)), session_for(self._options) as session:
            response = session.post(address, data=asked, headers={"Accept": "application/json"})
            if is_empty and response.status_code in (200, 204):
                return {}
            return judged(response, self._host(endpoint))
