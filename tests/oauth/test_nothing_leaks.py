"""With every logger at its loudest and every traceback printed, no token is seen."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.rig.browser import visit
from tests.rig.keyrings import Drawer
from tests.rig.mailbox import Mailbox
from tests.rig.oauth_accounts import HOUR, config_for, oauth_lines, signed_in
from tests.rig.oauth_provider import Provider
from triage.access import enter
from triage.config import Account
from triage.errors import TriageError
from triage.oauth.client import DeviceCode, Visit
from triage.oauth.renewal import usable_token
from triage.oauth.sign_in import SignIn, sign_out
from triage.oauth.vault import keep_grant

pytestmark = pytest.mark.dovecot
KINDS = ("google", "microsoft", "other")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger of every library at DEBUG, as a careless user would set them."""
    caplog.set_level(logging.DEBUG)
    names = ("requests_oauthlib", "oauthlib", "msal", "urllib3", "google", "triage")
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield caplog
    for name in names:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(params=KINDS)
def account(request: pytest.FixtureRequest, alice: Mailbox, provider: Provider, tmp_path: Path) -> Account:
    """An account at each kind of provider."""
    place = tmp_path / "client secret"
    place.write_text("GOCSPX-sesame\n")
    command = f"oauth.client_secret_command = '''cat \"{place}\"'''"
    more = [] if request.param == "microsoft" else [command]
    return config_for(alice, tmp_path, tmp_path, oauth_lines(provider, request.param, more)).accounts[0]


def quiet(provider: Provider, *said: str) -> None:
    """No secret of the provider stands in any of this."""
    everything = "".join(said)
    assert [secret for secret in (*provider.secrets_issued(), "GOCSPX-sesame") if secret in everything] == []


def signing_in(account: Account) -> SignIn:
    """By a browser that is back at once."""

    def show(step: Visit | DeviceCode) -> None:
        if isinstance(step, Visit):
            visit(step.address)

    secret = None if account.oauth and account.oauth.provider == "microsoft" else "GOCSPX-sesame"
    return SignIn(account, now, show, lambda: "", lambda _: None, patience=20, client_secret=secret)


def test_a_whole_life(
    account: Account, provider: Provider, drawer: Drawer, loud: pytest.LogCaptureFixture
) -> None:
    sign_in = signing_in(account)
    grant = sign_in.by_browser()
    keep_grant(account.name, account.username, grant)
    usable_token(account, now, refused=grant.access)
    with enter(account) as session:
        session.examine("INBOX")
    shown = repr(sign_in) + repr(grant)
    sign_out(account)
    assert len(provider.secrets_issued()) >= 3
    quiet(provider, loud.text, shown)


def refuse(provider: Provider) -> None:
    provider.refuse("refresh_token", error="invalid_grant", error_description="AADSTS50173: words")


def unwell(provider: Provider) -> None:
    provider.knobs.status = 503


def garble(provider: Provider) -> None:
    """A token in an answer that no library can read: some write it into their log."""
    secret = provider.token("alice")
    provider.knobs.answer = (
        f'{{"access_token": "{secret}", "refresh_token": "{provider.grant("alice")}"'.encode()
    )


def oddly(provider: Provider) -> None:
    secret = provider.token("alice")
    provider.knobs.answer = f'{{"access_token": "{secret}", "token_type": "mac", "expires_in": "x"}}'.encode()


@pytest.mark.parametrize("fault", [refuse, unwell, garble, oddly])
def test_a_renewal_that_fails(
    account: Account,
    provider: Provider,
    drawer: Drawer,
    loud: pytest.LogCaptureFixture,
    fault: Callable[[Provider], None],
) -> None:
    signed_in(account, provider, ago=2 * HOUR)
    fault(provider)
    with pytest.raises(TriageError) as caught:
        usable_token(account, now)
    trace = "".join(traceback.format_exception(caught.value))
    assert "During handling" not in trace, "what the library raised stays inside"
    quiet(provider, loud.text, trace, *map(repr, attributes(caught.value)))


def test_a_login_that_is_refused(
    account: Account, provider: Provider, drawer: Drawer, loud: pytest.LogCaptureFixture
) -> None:
    signed_in(account, provider)
    provider.expire_all()
    provider.knobs.life = -1
    with pytest.raises(TriageError) as caught, enter(account):
        pass
    quiet(provider, loud.text, "".join(traceback.format_exception(caught.value)))


def attributes(error: BaseException) -> Iterator[Any]:
    """All that an error carries along."""
    yield from vars(error).values()
    yield from error.args
    yield error.__cause__
