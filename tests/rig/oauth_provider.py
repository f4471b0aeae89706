"""An OAuth 2.0 provider on loopback: pages, codes, tokens, their end, and every refusal a test asks for.

    with Provider() as provider:
        provider.token("alice")            # a token that the introspection (RFC 7662) calls active
        provider.refuse("refresh_token", error="invalid_grant")
        provider.expire_all()

It knows authorization code with PKCE (RFC 7636), device codes (RFC 8628), refresh with rotation, revocation
(RFC 7009) and a discovery document as Microsoft's. Whatever was asked stands in ``asked``.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.rig.certificates import Certificates

Form = dict[str, str]
Reply = tuple[int, Any, dict[str, str]]
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Token:
    """One access token: whose, and until when (seconds since 1970)."""

    user: str
    expires: float


@dataclass
class Knobs:
    """How the provider behaves from now on."""

    user: str = "alice"
    """Who signs in at the page or enters the code."""
    life: float = 3600.0
    """Seconds that a new access token lives."""
    told_life: float | str | None = None
    """What ``expires_in`` says, if not ``life``; "" leaves it out."""
    length: int = 43
    """Characters of a token: Microsoft's have thousands."""
    rotates: bool = True
    """A refresh token is good once; its second use ends the whole sign-in, as a theft would."""
    offline: bool = True
    """Refresh tokens are handed out at all."""
    secret: str = ""
    """The client secret that must be shown, if any."""
    pending: int = 1
    """How often a device's question is answered with ``authorization_pending``."""
    page_error: Form | None = None
    """The page sends the browser back with this."""
    clock: float = 0.0
    """Seconds that the Date header is ahead."""
    status: int = 0
    """Every token request is answered with this status and no JSON."""
    leads_to: str = ""
    """Every token request is redirected there (307)."""
    answer: bytes | None = None
    """Every token request is answered with these bytes."""
    introspection_status: int = 200
    """What Dovecot is answered."""


@dataclass
class Begun:
    """A page or a device code on its way to a token."""

    user: str
    challenge: str = ""
    redirect: str = ""
    asked: int = 0
    state: str = "pending"


@dataclass
class Memory:
    """What the provider remembers."""

    tokens: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, tuple[str, str]] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Begun] = field(default_factory=dict)
    devices: dict[str, Begun] = field(default_factory=dict)
    refusals: dict[str, list[Form]] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)


class Provider:
    """A context manager that listens at ``base`` by HTTP and, with certificates, at ``secure`` by HTTPS."""

    host = "127.0.0.1"

    def __init__(self, certificates: Certificates | None = None) -> None:
        self.knobs = Knobs()
        self.asked: list[tuple[str, Form]] = []
        self._memory = Memory()
        self._lock = threading.RLock()
        self._servers = [self._listening()]
        self.base = self.secure = f"http://{self.host}:{self._servers[0].server_port}"
        self.ca_file = certificates.ca if certificates else None
        if certificates is not None:
            self._servers.append(self._listening(certificates))
            self.secure = f"https://{self.host}:{self._servers[1].server_port}"

    def _listening(self, certificates: Certificates | None = None) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer((self.host, 0), _handler(self))
        server.daemon_threads = True
        if certificates is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.certificate, certificates.key)
            # the handshake is the thread's of each connection, not the listener's
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        return server

    def __enter__(self) -> Provider:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    # ------------------------------------------------------------------------------------ what tests ask for

    def token(self, user: str, life: float = 3600.0) -> str:
        """A new access token, as if issued long ago."""
        token = self._new_secret()
        with self._lock:
            self._memory.tokens[token] = Token(user, time.time() + life)
        return token

    def grant(self, user: str) -> str:
        """A new refresh token of a sign-in of its own."""
        return self._refresh_token(user, secrets.token_hex(4))

    def expire_all(self) -> None:
        """Every access token is over; refresh tokens stay good."""
        with self._lock:
            for token in self._memory.tokens.values():
                token.expires = 0.0

    def revoke_all(self) -> None:
        """Nothing that was granted is good any more, as when the user takes the consent back."""
        with self._lock:
            self._memory.tokens.clear()
            self._memory.refresh.clear()

    def forget(self) -> None:
        """As if newly started."""
        with self._lock:
            self._memory = Memory()
            self.asked.clear()

    def refuse(self, grant: str, **answer: str) -> None:
        """Answer so to the next request of this grant type (``device`` and ``revoke`` are the endpoints)."""
        with self._lock:
            self._memory.refusals.setdefault(grant, []).append(answer)

    def decline(self) -> None:
        """The user says no on the other device."""
        self._decide("declined")

    def let_codes_expire(self) -> None:
        """Nobody enters the device codes in time."""
        self._decide("expired")

    def active(self) -> list[str]:
        """The access tokens that are good now."""
        with self._lock:
            return [name for name, token in self._memory.tokens.items() if token.expires > time.time()]

    def secrets_issued(self) -> list[str]:
        """Every token and code there ever was: what must stand nowhere."""
        with self._lock:
            return list(self._memory.issued)

    def _new_secret(self, mark: str = "") -> str:
        secret = mark + secrets.token_urlsafe(self.knobs.length)[: self.knobs.length]
        self._memory.issued.append(secret)
        return secret

    def count(self, grant: str) -> int:
        """How many requests of this grant type have come."""
        return sum(form.get("grant_type") == grant for _, form in self.asked)

    def _decide(self, state: str) -> None:
        with self._lock:
            for begun in self._memory.devices.values():
                begun.state = state

    # ---------------------------------------------------------------------------------------- what it answers

    def answer(self, path: str, form: Form) -> Reply:
        """Status, JSON (or bytes) and headers for one request."""
        with self._lock:
            self.asked.append((path, form))
            if path.endswith("/.well-known/openid-configuration"):
                return self._discovered(path)
            routes: dict[str, Callable[[Form], Reply]] = {
                "/authorize": self._page,
                "/token": self._token,
                "/device": self._device,
                "/revoke": self._revoke,
                "/introspect": self._introspect,
            }
            route = routes.get(path)
            return route(form) if route else (404, {"error": "not_found"}, {})

    def _discovered(self, path: str) -> Reply:
        if path.startswith("/nowhere"):
            words = "AADSTS90002: Tenant 'nowhere' not found."
            return 400, {"error": "invalid_tenant", "error_description": words}, {}
        found = {
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.secure}/token",
            "device_authorization_endpoint": f"{self.secure}/device",
        }
        return 200, {"issuer": self.secure, **found}, {}

    def _page(self, form: Form) -> Reply:
        """As if the user signed in and consented at once."""
        back: Form = {"state": form.get("state", "")}
        if self.knobs.page_error is not None:
            back |= self.knobs.page_error
        else:
            code = self._new_secret()
            begun = Begun(self.knobs.user, form.get("code_challenge", ""), form["redirect_uri"])
            self._memory.codes[code] = begun
            back["code"] = code
        if form.get("response_mode") == "form_post":
            return 200, {"post": form["redirect_uri"], "form": back}, {}
        return 302, b"", {"Location": f"{form['redirect_uri']}?{urlencode(back)}"}

    def _token(self, form: Form) -> Reply:
        knobs = self.knobs
        if knobs.status:
            return knobs.status, b"<html>Service Unavailable</html>", {}
        if knobs.leads_to:
            return 307, b"", {"Location": knobs.leads_to}
        if knobs.answer is not None:
            return 200, knobs.answer, {}
        grant = form.get("grant_type", "")
        if waiting := self._memory.refusals.get(grant):
            return 400, waiting.pop(0), {}
        if knobs.secret and form.get("client_secret") != knobs.secret:
            return 401, {"error": "invalid_client", "error_description": "for mara@studio.example"}, {}
        if grant == "authorization_code":
            return self._by_code(form)
        if grant == DEVICE_GRANT:
            return self._by_device(form)
        if grant == "refresh_token":
            return self._by_refresh(form)
        return 400, {"error": "unsupported_grant_type"}, {}

    def _by_code(self, form: Form) -> Reply:
        begun = self._memory.codes.get(form.get("code", ""))
        if begun is None or begun.state == "used" or begun.redirect != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}, {}
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != begun.challenge:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}, {}
        begun.state = "used"
        return self._issued(begun.user, secrets.token_hex(4))

    def _by_device(self, form: Form) -> Reply:
        begun = self._memory.devices.get(form.get("device_code", ""))
        if begun is None or begun.state == "expired":
            return 400, {"error": "expired_token"}, {}
        if begun.state == "declined":
            return 400, {"error": "authorization_declined"}, {}
        begun.asked += 1
        if begun.asked <= self.knobs.pending:
            return 400, {"error": "authorization_pending"}, {}
        return self._issued(begun.user, secrets.token_hex(4))

    def _by_refresh(self, form: Form) -> Reply:
        shown = form.get("refresh_token", "")
        family = self._memory.used.get(shown)
        if family is not None:  # used before: whoever shows it may have stolen it
            gone = [token for token, (_, one) in self._memory.refresh.items() if one == family]
            for token in gone:
                del self._memory.refresh[token]
        if shown not in self._memory.refresh:
            words = "Token has been expired or revoked for mara@studio.example."
            return 400, {"error": "invalid_grant", "error_description": words}, {}
        user, family = self._memory.refresh[shown]
        if self.knobs.rotates:
            del self._memory.refresh[shown]
            self._memory.used[shown] = family
        return self._issued(user, family, None if self.knobs.rotates else shown)

    def _issued(self, user: str, family: str, refresh: str | None = None) -> Reply:
        told: dict[str, Any] = {
            "access_token": self.token(user, self.knobs.life),
            "token_type": "Bearer",
            "scope": "mail profile",
        }
        life = self.knobs.life if self.knobs.told_life is None else self.knobs.told_life
        if life != "":
            told["expires_in"] = life if isinstance(life, str) else int(life)
        if self.knobs.offline and refresh is None:
            told["refresh_token"] = self._refresh_token(user, family)
        return 200, told, {}

    def _refresh_token(self, user: str, family: str) -> str:
        with self._lock:
            token = self._new_secret("r")
            self._memory.refresh[token] = (user, family)
            return token

    def _device(self, form: Form) -> Reply:
        if waiting := self._memory.refusals.get("device"):
            return 400, waiting.pop(0), {}
        code = self._new_secret()
        self._memory.devices[code] = Begun(self.knobs.user)
        page = f"{self.base}/verify"
        told = {"device_code": code, "user_code": "ABCD-EFGH", "verification_uri": page, "interval": 1}
        return 200, {**told, "expires_in": 300}, {}

    def _revoke(self, form: Form) -> Reply:
        if waiting := self._memory.refusals.get("revoke"):
            return 400, waiting.pop(0), {}
        self._memory.refresh.pop(form.get("token", ""), None)
        self._memory.tokens.clear()
        return 200, b"", {}

    def _introspect(self, form: Form) -> Reply:
        if self.knobs.introspection_status != 200:
            return self.knobs.introspection_status, {"error": "server_error"}, {}
        token = self._memory.tokens.get(form.get("token", ""))
        if token is None or token.expires <= time.time():
            return 200, {"active": False}, {}
        told = {"active": True, "username": token.user, "exp": int(token.expires), "token_type": "Bearer"}
        return 200, told, {}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Every request goes to the provider."""

        def do_GET(self) -> None:
            """A page."""
            self._respond("")

        def handle(self) -> None:
            """A client that refuses the certificate is no news."""
            with contextlib.suppress(OSError):
                super().handle()

        def do_POST(self) -> None:
            """A form."""
            self._respond(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

        def _respond(self, body: str) -> None:
            place = urlsplit(self.path)
            form = {name: values[-1] for name, values in parse_qs(f"{place.query}&{body}").items()}
            status, told, headers = provider.answer(place.path, form)
            content = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() + provider.knobs.clock, usegmt=True))
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Type", "application/json")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: ``asked`` tells."""

    return Handler
