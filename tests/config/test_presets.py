"""Every preset leads to an account that the configuration accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.loading import check_config
from triage.presets import PRESETS, guess_host, guess_preset

NAMES = ("gmail", "microsoft365", "outlook", "fastmail", "icloud", "yahoo", "proton", "other")


def test_the_usual_providers_are_there() -> None:
    assert tuple(PRESETS) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name != "other"])
def test_a_preset_makes_an_account(name: str) -> None:
    preset = PRESETS[name]
    account = {
        "name": name,
        "address": "anna@studio.example",
        "host": preset.host,
        "port": preset.port,
        "security": preset.security,
        "auth": preset.auth,
        "trusted_authserv_ids": list(preset.trusted_authserv_ids),
    }
    if preset.auth == "oauth":
        account["oauth"] = {"provider": preset.oauth_provider, "client_id": "c", "tenant": preset.tenant}
    check_config({"freelancer": {"name": "Anna"}, "accounts": [account]}, Path("config.toml"))
    assert preset.note


def test_no_domain_belongs_to_two() -> None:
    domains = [domain for preset in PRESETS.values() for domain in preset.domains]
    assert len(set(domains)) == len(domains)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anna@GMAIL.com", "gmail"),
        ("anna@hotmail.com", "outlook"),
        ("anna@yahoo.co.uk", "yahoo"),
        ("anna@me.com", "icloud"),
        ("anna@proton.me", "proton"),
        ("anna@studio.example", "other"),
        ("anna@notgmail.com", "other"),
        ("", "other"),
    ],
)
def test_the_domain_tells_the_provider(address: str, name: str) -> None:
    assert guess_preset(address) == name


def test_the_usual_host_is_guessed() -> None:
    assert guess_host("anna@Studio.example") == "imap.studio.example"
