"""A grant: when it is fresh, that it shows nothing of itself, and that no keyring loses or mixes one."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.errors import KeyringLocked

from tests.rig.keyrings import Drawer, Locked, Narrow, used
from triage.config.oauth import OAuth
from triage.errors import CredentialError
from triage.oauth.grant import Grant, Tokens, grant_from, issuer_of, tokens_from
from triage.oauth.vault import (
    forget_client_secret,
    forget_grant,
    keep_client_secret,
    keep_grant,
    kept_client_secret,
    kept_grant,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WINDOWS = 1200


def grant(life: timedelta = timedelta(hours=1), *, access: str = "acc-1", refresh: str = "ref-1") -> Grant:
    """A grant signed in at NOW."""
    return Grant.begun(Tokens(access, life, refresh), "issuer", NOW)


@pytest.mark.parametrize(
    ("life", "after", "is_fresh"),
    [
        (timedelta(hours=1), timedelta(), True),
        (timedelta(hours=1), timedelta(minutes=54), True),
        (timedelta(hours=1), timedelta(minutes=56), False),
        (timedelta(hours=1), timedelta(hours=2), False),
        (timedelta(minutes=2), timedelta(seconds=80), True),
        (timedelta(minutes=2), timedelta(seconds=91), False),
        (timedelta(hours=1), -timedelta(minutes=4), True),
        # the clock was set back: what was told of the end means nothing any more
        (timedelta(hours=1), -timedelta(hours=3), False),
        (timedelta(days=30), -timedelta(days=1), False),
    ],
)
def test_a_token_is_renewed_before_its_end(life: timedelta, after: timedelta, is_fresh: bool) -> None:
    assert grant(life).is_fresh(NOW + after) is is_fresh


def test_a_renewal_keeps_the_day_of_the_sign_in_and_an_old_refresh_token() -> None:
    later = NOW + timedelta(days=3)
    renewed = grant().renewed(Tokens("acc-2", timedelta(minutes=10)), later)
    assert (renewed.access, renewed.refresh, renewed.signed_in) == ("acc-2", "ref-1", NOW)
    assert (renewed.issued, renewed.expires) == (later, later + timedelta(minutes=10))
    assert renewed.renewed(Tokens("acc-3", timedelta(minutes=10), "ref-2"), later).refresh == "ref-2"


def test_nothing_of_it_is_shown() -> None:
    one = grant(access="acc-sesame", refresh="ref-sesame")
    tokens = Tokens("acc-sesame", timedelta(hours=1), "ref-sesame")
    assert "sesame" not in f"{one!r} {one} {tokens!r} {tokens} {[one]} {copy.copy(one)}"


@given(st.text(min_size=1), st.text(), st.timedeltas(timedelta(seconds=1), timedelta(days=300)))
def test_what_is_kept_is_read_back(access: str, refresh: str, life: timedelta) -> None:
    one = grant(life, access=access, refresh=refresh)
    assert grant_from(one.as_text()) == one
    assert one.as_text().isascii()


@given(st.text() | st.sampled_from(["{}", "[]", "null", '{"access": 1}', grant().as_text()[:-9]]))
def test_what_is_no_grant_is_none(text: str) -> None:
    assert grant_from(text) is None


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": None},
        {"access_token": "a\nb"},
        {"access_token": "\x01"},
    ],
)
def test_an_answer_without_a_token(told: dict[str, object]) -> None:
    assert tokens_from(told) is None


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.lists(st.integers())))
def test_any_life_that_may_be_told_is_a_sound_one(told: object) -> None:
    tokens = tokens_from({"access_token": "a", "expires_in": told})
    assert tokens is not None
    assert timedelta() < tokens.lives <= timedelta(days=365)


def options(**changes: Any) -> OAuth:
    base = {"provider": "google", "client_id": "mine"}
    return OAuth.model_validate(base | changes)


def test_other_settings_make_another_issuer() -> None:
    usual = issuer_of(options())
    assert usual == issuer_of(options(client_secret_command="pass show x"))
    changed = [
        options(client_id="other"),
        options(tenant="x"),
        options(scopes=["mail"]),
        options(provider="microsoft"),
    ]
    assert len({usual, *map(issuer_of, changed)}) == 5


def long() -> Grant:
    """A grant as long as Microsoft's."""
    return grant(access="A" * 2600, refresh="R" * 1900)


@pytest.mark.parametrize("one", [grant(), long()], ids=["short", "long"])
def test_every_keyring_keeps_it_whole(one: Grant) -> None:
    with used(Narrow()):
        assert kept_grant("studio", "mara") is None
        keep_grant("studio", "mara", one, WINDOWS)
        assert kept_grant("studio", "mara") == one
        assert kept_grant("other", "mara") is None
        assert kept_grant("studio", "someone") is None


@settings(deadline=None)  # each look into the keyring is a thread of its own
@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000)), min_size=1, max_size=6))
def test_the_newest_is_kept_and_nothing_else_stays(sizes: list[tuple[int, int]]) -> None:
    drawer = Narrow()
    with used(drawer):
        for access, refresh in sizes:
            newest = grant(access="a" * access, refresh="r" * refresh)
            keep_grant("studio", "mara", newest, WINDOWS)
            assert kept_grant("studio", "mara") == newest
        needed = -(-len(newest.as_text()) // WINDOWS)
        assert len(drawer.secrets) == (1 if needed == 1 else 1 + needed)
        assert forget_grant("studio", "mara")
        assert drawer.secrets == {}
        assert not forget_grant("studio", "mara")


class Dying(Narrow):
    """A keyring in a program that is killed before its n-th change."""

    def __init__(self, before: dict[tuple[str, str], str], changes: int) -> None:
        super().__init__()
        self.secrets = dict(before)
        self.changes = changes

    def _spend(self) -> None:
        self.changes -= 1
        if self.changes < 0:
            raise KeyringLocked("as dead as one that is killed")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store it, or die."""
        self._spend()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        """Remove it, or die."""
        self._spend()
        super().delete_password(service, username)


@pytest.mark.parametrize("changes", range(12))
@pytest.mark.parametrize(
    ("before", "after"), [(4500, 4500), (4500, 10), (10, 4500), (2000, 8000), (8000, 2000)]
)
def test_killed_at_any_point_one_of_the_two_is_whole(before: int, after: int, changes: int) -> None:
    old, new = grant(access="o" * before), grant(access="n" * after)
    first = Narrow()
    with used(first):
        keep_grant("studio", "mara", old, WINDOWS)
    dying = Dying(first.secrets, changes)
    with used(dying):
        try:
            keep_grant("studio", "mara", new, WINDOWS)
        except CredentialError:
            assert kept_grant("studio", "mara") in (old, new)
        else:
            assert kept_grant("studio", "mara") == new
        dying.changes = 1000
        keep_grant("studio", "mara", new, WINDOWS)
        assert kept_grant("studio", "mara") == new


def test_parts_that_do_not_fit_are_no_grant() -> None:
    drawer = Drawer()
    with used(drawer):
        keep_grant("studio", "mara", long(), WINDOWS)
        name = next(key for key in drawer.secrets if "-oauth-" in key[0])
        drawer.secrets[name] = drawer.secrets[name][:-1] + "x"
        assert kept_grant("studio", "mara") is None
        del drawer.secrets[name]
        assert kept_grant("studio", "mara") is None
        assert forget_grant("studio", "mara")
        assert drawer.secrets == {}


@pytest.mark.parametrize(
    "head", ["parts", "parts a", "parts a x 1", "parts a 99999999999 1", "parts a 0 1", "nonsense"]
)
def test_a_head_that_is_none(head: str) -> None:
    drawer = Drawer()
    with used(drawer):
        drawer.secrets["inbox-triage-oauth:studio", "mara"] = head
        assert kept_grant("studio", "mara") is None


def test_a_locked_keyring_is_told() -> None:
    with used(Locked()), pytest.raises(CredentialError, match="unlock it"):
        kept_grant("studio", "mara")


def test_a_clients_secret_is_an_entry_of_its_own(drawer: Drawer) -> None:
    keep_client_secret("studio", "mine", "s3cret")
    keep_grant("studio", "mara", grant())
    assert kept_client_secret("studio", "mine") == "s3cret"
    assert kept_client_secret("studio", "another") is None
    assert forget_client_secret("studio", "mine")
    assert not forget_client_secret("studio", "mine")
    assert kept_grant("studio", "mara") == grant()


def test_names_of_accounts_are_kept_apart(drawer: Drawer) -> None:
    """No account's name makes its entries another's, nor a password's."""
    names = ["studio", "client", "a0", "a0:studio", "client:studio"]
    for name in names:
        keep_grant(name, "mara", grant(access=name))
        keep_client_secret(name, "mara", name)
    assert [kept.access for name in names if (kept := kept_grant(name, "mara"))] == names
    assert [kept_client_secret(name, "mara") for name in names] == names
    assert not any(service.startswith("inbox-triage:") for service, _ in drawer.secrets)
