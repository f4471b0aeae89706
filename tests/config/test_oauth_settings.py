"""The keys of a sign-in: what fits together, what is refused, and that no secret goes out unencrypted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config import Account
from triage.config.loading import check_config, parse_toml
from triage.config.oauth import is_endpoint
from triage.config.writing import account_text
from triage.errors import ConfigError

OTHER = {
    "provider": "other",
    "client_id": "c",
    "token_endpoint": "https://x.example/t",
    "device_endpoint": "https://x.example/d",
}


def account(**more: Any) -> Account:
    """The one account of a configuration."""
    base = {"name": "studio", "address": "anna@studio.example", "host": "imap.studio.example"}
    config = check_config({"freelancer": {"name": "Anna"}, "accounts": [base | more]}, Path("config.toml"))
    return config.accounts[0]


def problems(**more: Any) -> tuple[str, ...]:
    """What is wrong with an account."""
    with pytest.raises(ConfigError) as caught:
        account(**more)
    return caught.value.problems


def test_the_least_that_google_needs() -> None:
    found = account(oauth={"provider": "google", "client_id": "mine.apps.example"})
    assert (found.auth, found.secret_kind, found.secret_command) == ("oauth", "token", None)
    assert found.oauth is not None
    assert (found.oauth.tenant, found.oauth.scopes) == ("common", ())


def test_a_password_stays_the_usual() -> None:
    assert (account().auth, account().oauth, account().secret_kind) == ("password", None, "password")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"auth": "oauth"},
            'accounts[0].oauth: is missing; auth = "oauth" needs its provider and client_id.',
        ),
        (
            {"auth": "password", "oauth": {"provider": "google", "client_id": "c"}},
            'accounts[0].oauth: is only for auth = "oauth"; set that, or remove it.',
        ),
        (
            {"oauth": {"provider": "google", "client_id": "c"}, "password_command": "pass"},
            'accounts[0].password_command: is only for auth = "password"; with auth = "oauth" remove it.',
        ),
        ({"oauth": {"provider": "google"}}, "accounts[0].oauth.client_id: is missing; add it."),
        (
            {"oauth": {"provider": "yahoo", "client_id": "c"}},
            'must be one of "google", "microsoft" or "other".',
        ),
        ({"oauth": {"provider": "other", "client_id": "c"}}, "names no token_endpoint"),
        (
            {"oauth": {"provider": "other", "client_id": "c", "token_endpoint": "https://x.example"}},
            "names neither authorization_endpoint nor device_endpoint",
        ),
        (
            {"oauth": {"provider": "microsoft", "client_id": "c", "token_endpoint": "https://x.example"}},
            'accounts[0].oauth.token_endpoint: is not for provider = "microsoft"',
        ),
        ({"oauth": OTHER | {"scopes": ["mail offline"]}}, "names several in one"),
        ({"oauth": OTHER | {"scopes": ["mail", "mail"]}}, "names something twice"),
        ({"oauth": OTHER | {"tenant": "a/b"}}, "must be common, organizations"),
        ({"oauth": OTHER | {"authority": "http://127.0.0.1:8080"}}, "must begin with https://"),
        ({"oauth": OTHER | {"ca_file": "/nowhere.pem"}}, "there is no such file"),
        ({"oauth": "google"}, "must be a table of keys"),
    ],
)
def test_what_does_not_fit_is_told(given: dict[str, Any], sentence: str) -> None:
    assert any(sentence in problem for problem in problems(**given)), problems(**given)


def test_a_token_command_and_a_sign_in_exclude_each_other() -> None:
    both = {"oauth": {"provider": "google", "client_id": "c"}, "token_command": "print"}
    assert any("remove" in problem for problem in problems(**both))
    assert any("token_command: is only for" in problem for problem in problems(auth="oauth", **both))


@pytest.mark.parametrize("key", ["client_secret", "refresh_token", "token", "password"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(key: str) -> None:
    (problem,) = problems(oauth={"provider": "google", "client_id": "c", key: "GOCSPX-sesame"})
    assert "secrets don't belong in this file" in problem
    assert "sesame" not in problem


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://login.studio.example/token", True),
        ("https://login.studio.example:8443", True),
        ("http://127.0.0.1:8080/token", True),
        ("http://localhost/token", True),
        ("http://[::1]:8080/token", True),
        ("http://login.studio.example/token", False),
        ("http://127.0.0.1.studio.example/token", False),
        ("http://localhost.studio.example/", False),
        ("http://127.0.0.1@studio.example/", False),
        ("https://user:pw@studio.example/", False),
        ("https://studio.example/#part", False),
        ("https:///token", False),
        ("https://studio.example:99999/", False),
        ("https://studio.example /", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("studio.example/token", False),
        ("", False),
    ],
)
def test_where_a_secret_may_be_sent(address: str, is_safe: bool) -> None:
    assert is_endpoint(address) is is_safe
    if address and not is_safe:
        (problem,) = problems(oauth=OTHER | {"token_endpoint": address})
        assert "accounts[0].oauth.token_endpoint: must be an address such as https://" in problem


@given(st.text(), st.from_regex(r"[a-z0-9.@:\[\]-]*", fullmatch=True))
def test_no_address_breaks_the_check(text: str, host: str) -> None:
    assert is_endpoint(text) in (True, False)
    assert not is_endpoint(f"http://{host}.example/")


def test_what_is_written_is_read_back() -> None:
    values = {
        "name": "third", "address": "a@b.example", "host": "h.example", "auth": "oauth",
        "oauth.provider": "microsoft", "oauth.client_id": "id", "oauth.tenant": "consumers",
    }  # fmt: skip
    text = f'[freelancer]\nname = "A"\n{account_text(values)}'
    (found,) = check_config(parse_toml(text, Path("c")), Path("c")).accounts
    assert found.oauth is not None
    assert (found.auth, found.oauth.provider, found.oauth.tenant) == ("oauth", "microsoft", "consumers")
    assert "password_command" not in text


def test_a_table_of_its_own_does_as_well() -> None:
    text = """
[freelancer]
name = "A"
[[accounts]]
name = "s"
address = "a@b.example"
host = "h.example"
[accounts.oauth]
provider = "google"
client_id = "c"
"""
    (found,) = check_config(parse_toml(text, Path("c")), Path("c")).accounts
    assert found.auth == "oauth"
