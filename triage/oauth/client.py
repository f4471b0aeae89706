"""What can be asked of a provider, whichever library speaks with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from triage.oauth.grant import Tokens


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that the user shall see; ``held`` is what the client needs to redeem the answer."""

    address: str = field(repr=False)
    state: str = field(repr=False)
    held: Any = field(repr=False)


@dataclass(slots=True)
class DeviceCode:
    """A code to be entered on another device; ``interval`` and ``lives`` in seconds."""

    user_code: str
    address: str
    interval: float
    lives: float
    held: Any = field(repr=False)


class Client(Protocol):
    """One provider. Each method raises ``Refused`` for a refusal and SignInUnreachable without an answer.

    ``posts``: the answer of the page comes as a form to the loopback address, not in its address line.
    """

    posts: bool

    def visit(self, redirect: str, username: str, *, is_pasted: bool) -> Visit:
        """Begin a sign-in by browser that ends at ``redirect`` (PKCE, RFC 7636)."""

    def redeem(self, visit: Visit, answer: dict[str, str]) -> Tokens:
        """The tokens for what the page answered."""

    def device_code(self) -> DeviceCode:
        """Begin a sign-in by code (RFC 8628)."""

    def poll(self, code: DeviceCode) -> Tokens | None:
        """The tokens once the user has entered the code; None until then. ``interval`` may grow."""

    def renew(self, refresh: str) -> Tokens:
        """New tokens for an old refresh token."""

    def revoke(self, refresh: str) -> bool:
        """End the grant at the provider (RFC 7009); False where the provider has no way to."""
