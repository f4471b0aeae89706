"""A provider, a Dovecot that asks it about tokens, and a keyring, for the tests of signing in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.certificates import make_certificates
from tests.rig.dovecot import Dovecot, is_installed
from tests.rig.keyrings import Drawer, used
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.oauth_provider import Knobs, Provider


@pytest.fixture(scope="session")
def lasting_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider that Dovecot asks, for the whole run; by HTTPS too, which Microsoft's library wants."""
    with Provider(make_certificates(tmp_path_factory.mktemp("certificates"))) as provider:
        yield provider


@pytest.fixture(scope="session")
def tokens_dovecot(lasting_provider: Provider) -> Iterator[Dovecot]:
    """A Dovecot that takes tokens of the provider."""
    if not is_installed():
        if os.environ.get("REQUIRE_DOVECOT") == "1":
            pytest.fail("DOVECOT ABSENT and REQUIRE_DOVECOT=1 is set: install dovecot-imapd", pytrace=False)
        pytest.skip("DOVECOT ABSENT: install dovecot-imapd to run this test")
    with Dovecot(300, introspection=f"{lasting_provider.base}/introspect") as server:
        yield server


@pytest.fixture
def provider(lasting_provider: Provider) -> Provider:
    """The provider with every knob at rest and nothing granted."""
    lasting_provider.knobs = Knobs()
    lasting_provider.forget()
    return lasting_provider


@pytest.fixture
def alice(tokens_dovecot: Dovecot, provider: Provider) -> Mailbox:
    """A fresh mailbox whose owner signs in at the provider."""
    mailbox = on_dovecot(tokens_dovecot, tokens_dovecot.user("alice"))
    provider.knobs.user = mailbox.username
    return mailbox


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """A keyring that works."""
    backend = Drawer()
    with used(backend):
        yield backend


@pytest.fixture(autouse=True)
def _state_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock of a renewal lies where the user's state does."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
