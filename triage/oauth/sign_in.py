"""A sign-in from its beginning to the grant, by browser, by pasted address or by code, and its end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from triage.config import Account
from triage.config.oauth import OAuth
from triage.errors import SignInNeeded, TriageError
from triage.oauth.client import Client, DeviceCode, Visit
from triage.oauth.grant import Grant, Tokens, issuer_of
from triage.oauth.options import client_secret_of, options_of
from triage.oauth.providers import client_for
from triage.oauth.redirect import listening, pasted_answer
from triage.oauth.refusals import Case, Refused, told
from triage.oauth.vault import forget_grant, kept_grant

Ending = Literal["ended", "forgotten", "none"]

PATIENCE_S = 600.0
# Where a pasted sign-in ends: nothing listens there, and the browser shows the address all the same.
_NOWHERE_PORT = 8765


@dataclass
class SignIn:
    """One account's sign-in; ``show`` gives the user an address or a code, ``ask`` takes a line back."""

    account: Account
    clock: Callable[[], datetime]
    show: Callable[[Visit | DeviceCode], None]
    ask: Callable[[], str]
    sleep: Callable[[float], object]
    patience: float = PATIENCE_S
    client_secret: str | None = field(default=None, repr=False)

    @property
    def options(self) -> OAuth:
        """The account's provider; raises ConfigError where it has none."""
        return options_of(self.account)

    def by_browser(self, port: int = 0) -> Grant:
        """The user's browser on this machine, or one whose port leads here."""
        with listening(self._host, port) as receiver:
            visit = self._begun(receiver.address, is_pasted=False)
            receiver.expect(visit.state)
            self.show(visit)
            return self._redeemed(visit, receiver.answer(self.patience))

    def by_paste(self, port: int = 0) -> Grant:
        """A browser anywhere; the user copies the address on which it ends."""
        visit = self._begun(f"http://{self._host}:{port or _NOWHERE_PORT}", is_pasted=True)
        self.show(visit)
        return self._redeemed(visit, pasted_answer(self.ask(), visit.state))

    def by_code(self) -> Grant:
        """A code that the user enters on any device."""
        try:
            client = self._client()
            code = client.device_code()
            self.show(code)
            return self._granted(self._awaited(client, code))
        except Refused as refused:
            raise told(refused, self._case()) from None

    def _awaited(self, client: Client, code: DeviceCode) -> Tokens:
        waited = 0.0
        while waited < code.lives:
            waited += code.interval
            self.sleep(code.interval)
            if (tokens := client.poll(code)) is not None:
                return tokens
        raise Refused("expired_token")

    def _begun(self, redirect: str, *, is_pasted: bool) -> Visit:
        try:
            return self._client().visit(redirect, self.account.username, is_pasted=is_pasted)
        except Refused as refused:
            raise told(refused, self._case()) from None

    def _redeemed(self, visit: Visit, answer: dict[str, str]) -> Grant:
        try:
            if "error" in answer:
                raise Refused.of(answer)
            return self._granted(self._client().redeem(visit, answer))
        except Refused as refused:
            raise told(refused, self._case()) from None

    def _granted(self, tokens: Tokens) -> Grant:
        if tokens.refresh is None:
            raise SignInNeeded(
                "The provider granted access for an hour only, without a refresh token: allow offline access "
                'in the registration, or name its scope in oauth.scopes ("offline_access" with many).'
            )
        return Grant.begun(tokens, issuer_of(self.options), self.clock())

    def _client(self) -> Client:
        return client_for(self.options, self.client_secret or client_secret_of(self.account))

    def _case(self) -> Case:
        return Case(self.account.name, self.options.provider, "sign in", self.clock())

    @property
    def _host(self) -> str:
        """Microsoft lets any port of ``localhost`` pass; Google advises against names."""
        return "localhost" if self.options.provider == "microsoft" else "127.0.0.1"


def sign_out(account: Account) -> Ending:
    """End the account's grant at the provider, and forget it here whatever comes of that."""
    options = options_of(account)
    grant = kept_grant(account.name, account.username)
    is_ended = False
    if grant is not None:
        # a provider that can't be asked, or knows the grant no more, is no reason to keep it
        with suppress(Refused, TriageError):
            is_ended = client_for(options, client_secret_of(account)).revoke(grant.refresh)
    if not forget_grant(account.name, account.username):
        return "none"
    return "ended" if is_ended else "forgotten"
