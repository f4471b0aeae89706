"""`doctor --prove` names the hosts of a sign-in, and allows those of the configured provider alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.keyrings import Drawer
from tests.rig.mailbox import Mailbox
from tests.rig.oauth_accounts import config_for, oauth_lines, signed_in
from tests.rig.oauth_provider import Provider
from triage.commands import prove as proving
from triage.commands.checks import Check
from triage.config import Config
from triage.config.oauth import OAuth
from triage.oauth.providers import hosts_of


@pytest.mark.dovecot
def test_a_renewal_goes_to_the_configured_provider(
    alice: Mailbox, provider: Provider, drawer: Drawer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider is called by another name than the mail server, so that the two are told apart."""
    lines = oauth_lines(provider).replace("http://127.0.0.1", "http://localhost")
    config = config_for(alice, tmp_path, tmp_path / "cache", f'auth = "oauth"\n{lines}')
    signed_in(config.accounts[0], provider, ago=timedelta(hours=2))
    network = network_of(config)
    assert network.ok, network.remedy
    assert "127.0.0.1 (mail), localhost (sign-in) alone" in network.detail
    signed_in(config.accounts[0], provider, ago=timedelta(hours=2))
    monkeypatch.setattr(proving, "hosts_of", lambda account: {account.host: "mail"})
    assert "localhost" in network_of(config).remedy


def network_of(config: Config) -> Check:
    """What a real pass shows of the network."""
    found = proving.prove(config, config.accounts[0], datetime.now(UTC), for_real=True)
    return {row.check: row for row in found}["network"]


def options(provider: str, **more: str) -> OAuth:
    return OAuth.model_validate({"provider": provider, "client_id": "x", **more})


@pytest.mark.parametrize(
    ("configured", "hosts"),
    [
        (options("google"), {"oauth2.googleapis.com"}),
        (options("google", token_endpoint="https://Own.example/t"), {"own.example", "oauth2.googleapis.com"}),
        (options("microsoft"), {"login.microsoftonline.com"}),
        (options("microsoft", authority="https://login.partner.example"), {"login.partner.example"}),
        (
            options(
                "other",
                authorization_endpoint="https://page.example/a",
                token_endpoint="https://token.example:8443/t",
                device_endpoint="https://device.example/d",
            ),
            {"token.example", "device.example"},
        ),
    ],
)
def test_the_hosts_are_those_of_the_configuration(configured: OAuth, hosts: set[str]) -> None:
    """The page to sign in is the browser's: the program itself never goes there."""
    assert hosts_of(configured) == hosts
