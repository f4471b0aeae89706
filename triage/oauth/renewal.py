"""A token that the server will take: the kept one while it lasts, else a new one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from triage.config import Account, default_paths
from triage.errors import CredentialError, SignInNeeded
from triage.files import locked
from triage.oauth.grant import Grant, issuer_of
from triage.oauth.options import client_secret_of, options_of
from triage.oauth.providers import client_for
from triage.oauth.refusals import Case, Refused, told
from triage.oauth.vault import keep_grant, kept_grant

log = logging.getLogger(__name__)

# Longer than a provider is waited for.
_LOCK_S = 60.0


def usable_token(account: Account, clock: Callable[[], datetime], *, refused: str = "") -> str:
    """An access token with some life left; ``refused`` is one that the server would not take.

    Raises SignInNeeded, SignInUnreachable, CredentialError, ConfigError.
    """
    grant = granted(account)
    if _is_usable(grant, clock(), refused):
        return grant.access
    with _alone(account):
        grant = granted(account)  # another program may have been faster
        if not _is_usable(grant, clock(), refused):
            grant = _renewed(account, grant, clock)
    return grant.access


@contextmanager
def _alone(account: Account) -> Iterator[None]:
    """No two programs renew at once: where each refresh token is for one use, a second one ends the sign-in.

    The keyring is the user's and not a configuration's, and so is the place of the lock.
    """
    key = hashlib.sha256(f"{account.name}\0{account.username}".encode()).hexdigest()[:16]
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(default_paths().state / f"sign-in-{key}.lock", _LOCK_S))
        except TimeoutError:
            raise CredentialError(
                "Another program has been renewing this sign-in for a minute: end it."
            ) from None
        except OSError as error:
            log.info("%s: renewing without a lock (%s)", account.name, error.strerror)
        yield


def granted(account: Account) -> Grant:
    """What is kept of the account's sign-in; raises SignInNeeded where there is none of use."""
    grant = kept_grant(account.name, account.username)
    if grant is None:
        raise SignInNeeded(
            f"Nobody has signed in for this account yet: run `triage authorize {account.name}`."
        )
    if grant.issuer != issuer_of(options_of(account)):
        raise SignInNeeded(
            "The keys under `oauth` have changed since the sign-in for this account: run "
            f"`triage authorize {account.name}`."
        )
    return grant


def _is_usable(grant: Grant, now: datetime, refused: str) -> bool:
    return grant.is_fresh(now) and grant.access != refused


def _renewed(account: Account, grant: Grant, clock: Callable[[], datetime]) -> Grant:
    options = options_of(account)
    try:
        tokens = client_for(options, client_secret_of(account)).renew(grant.refresh)
    except Refused as refused:
        raise told(refused, Case(account.name, options.provider, "renew", clock(), grant)) from None
    renewed = grant.renewed(tokens, clock())
    try:
        keep_grant(account.name, account.username, renewed)
    except CredentialError as error:
        # the token is good all the same; whether the old refresh token is, the next renewal shows
        log.warning("%s: the renewed sign-in can't be kept: %s", account.name, error)
    return renewed
