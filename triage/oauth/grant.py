"""What a provider has granted: a token for the server, and one to get the next; never shown, never logged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from triage.config.oauth import OAuth

# A token is renewed this long before its end: a pass that begins shall be able to end with it.
MARGIN = timedelta(minutes=5)
# RFC 6749 leaves it open how long a token lives; most live for an hour.
UNTOLD_LIFE = timedelta(minutes=30)
_LONGEST_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Tokens:
    """One answer of a token endpoint; ``refresh`` is None where the earlier one stays good."""

    access: str = field(repr=False)
    lives: timedelta
    refresh: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """One sign-in as it is kept; ``issuer`` tells with which settings it was made."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    issued: datetime
    expires: datetime
    signed_in: datetime
    issuer: str

    @classmethod
    def begun(cls, tokens: Tokens, issuer: str, now: datetime) -> Grant:
        """The grant of a fresh sign-in; the tokens must hold a refresh token."""
        return cls(tokens.access, tokens.refresh or "", now, now + tokens.lives, now, issuer)

    def renewed(self, tokens: Tokens, now: datetime) -> Grant:
        """The same sign-in with newer tokens."""
        refresh = tokens.refresh or self.refresh
        return replace(self, access=tokens.access, refresh=refresh, issued=now, expires=now + tokens.lives)

    def is_fresh(self, now: datetime) -> bool:
        """Whether the token can be used for a while; never where the clock was set back behind its issue."""
        margin = min(MARGIN, (self.expires - self.issued) / 4)
        return self.issued - MARGIN <= now < self.expires - margin

    def as_text(self) -> str:
        """ASCII, to be kept."""
        times = {name: getattr(self, name).astimezone(UTC).isoformat() for name in _TIMES}
        return json.dumps({**times, "access": self.access, "refresh": self.refresh, "issuer": self.issuer})


_TIMES = ("issued", "expires", "signed_in")


def grant_from(text: str) -> Grant | None:
    """A grant that was kept; None where the text is none."""
    try:
        told = json.loads(text)
        times = {name: datetime.fromisoformat(told[name]) for name in _TIMES}
        return Grant(
            access=str(told["access"]), refresh=str(told["refresh"]), issuer=str(told["issuer"]), **times
        )
    except (ValueError, KeyError, TypeError):
        return None


def issuer_of(options: OAuth) -> str:
    """A fingerprint of all that makes a grant another's: provider, client, endpoints, scopes."""
    asked = options.model_dump(
        mode="json", exclude={"client_secret_command", "ca_file", "revocation_endpoint"}
    )
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def tokens_from(told: dict[str, object]) -> Tokens | None:
    """The tokens in an endpoint's answer (RFC 6749, 5.1); None where there is none."""
    access, refresh = told.get("access_token"), told.get("refresh_token")
    if not isinstance(access, str) or not access or not access.isprintable():
        return None
    kept = refresh if isinstance(refresh, str) and refresh else None
    return Tokens(access, _life(told.get("expires_in")), kept)


def _life(told: object) -> timedelta:
    """Some servers send the seconds as text, some not at all."""
    try:
        seconds = float(told)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return UNTOLD_LIFE
    return timedelta(seconds=seconds) if 1 <= seconds < _LONGEST_LIFE.total_seconds() else UNTOLD_LIFE
