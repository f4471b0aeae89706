"""Both libraries against a provider that keeps to the rules: PKCE, codes, renewal, refusals, no network."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.rig.browser import last_address
from tests.rig.certificates import make_certificates
from tests.rig.oauth_provider import DEVICE_GRANT, Provider
from triage.config.oauth import OAuth
from triage.errors import ConfigError, SignInUnreachable, TriageError
from triage.oauth.client import Client
from triage.oauth.providers import client_for
from triage.oauth.redirect import pasted_answer
from triage.oauth.refusals import Refused

REDIRECT = "http://127.0.0.1:8765"
ODD_LIFE = b'{"access_token": "abc", "token_type": "Bearer", "expires_in": "soon"}'
KINDS = ("google", "microsoft", "other")


def options(provider: Provider, kind: str, **more: Any) -> OAuth:
    """A provider of this kind, at the tests' own."""
    places = {
        "authorization_endpoint": f"{provider.base}/authorize",
        "token_endpoint": f"{provider.base}/token",
        "revocation_endpoint": f"{provider.base}/revoke",
    }
    if kind == "microsoft":
        places = {"authority": provider.secure, "ca_file": str(provider.ca_file)}
    elif kind == "other":
        places["device_endpoint"] = f"{provider.base}/device"
    return OAuth.model_validate({"provider": kind, "client_id": "mine", **places, **more})


Make = Callable[..., Client]


@pytest.fixture
def client(provider: Provider) -> Make:
    """A client of one kind, with a client secret where the kind has one."""

    def make(kind: str, **more: Any) -> Client:
        return client_for(options(provider, kind, **more), None if kind == "microsoft" else "s3cret")

    return make


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_pasted", [True, False])
def test_a_page_leads_to_tokens(provider: Provider, client: Make, kind: str, is_pasted: bool) -> None:
    one = client(kind)
    visit = one.visit(REDIRECT, "mara@studio.example", is_pasted=is_pasted)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(visit.address).query).items()}
    assert visit.address.startswith(f"{provider.base}/authorize?")
    assert (asked["code_challenge_method"], asked["login_hint"]) == ("S256", "mara@studio.example")
    assert asked["state"] == visit.state
    assert len(visit.state) >= 16
    tokens = one.redeem(visit, pasted_answer(last_address(visit.address), visit.state))
    assert provider.active() == [tokens.access]
    assert tokens.lives == timedelta(hours=1)
    assert tokens.refresh


def test_google_is_asked_for_a_lasting_grant(client: Make) -> None:
    visit = client("google").visit(REDIRECT, "mara@studio.example", is_pasted=True)
    asked = parse_qs(urlsplit(visit.address).query)
    assert asked["access_type"] == ["offline"]
    assert asked["prompt"] == ["consent"]
    assert asked["scope"] == ["https://mail.google.com/"]


def test_others_are_asked_what_the_configuration_says(client: Make) -> None:
    visit = client("other", scopes=["mail", "offline_access"]).visit(REDIRECT, "mara", is_pasted=True)
    asked = parse_qs(urlsplit(visit.address).query)
    assert asked["scope"] == ["mail offline_access"]
    assert "access_type" not in asked


def test_microsoft_is_asked_for_imap_and_a_form(client: Make) -> None:
    visit = client("microsoft").visit("http://localhost:1", "mara", is_pasted=False)
    asked = parse_qs(urlsplit(visit.address).query)
    assert "https://outlook.office.com/IMAP.AccessAsUser.All" in asked["scope"][0].split()
    assert "offline_access" in asked["scope"][0].split()
    assert asked["response_mode"] == ["form_post"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_of_another_sign_in_is_of_no_use(provider: Provider, client: Make, kind: str) -> None:
    one = client(kind)
    first = one.visit(REDIRECT, "mara", is_pasted=True)
    second = one.visit(REDIRECT, "mara", is_pasted=True)
    stolen = pasted_answer(last_address(first.address), first.state)
    with pytest.raises(Refused, match="invalid_grant"):
        one.redeem(second, {"state": second.state, "code": stolen["code"]})
    assert provider.active() == []


@pytest.mark.parametrize("kind", ["microsoft", "other"])
@pytest.mark.filterwarnings("error")
def test_a_code_on_another_device(provider: Provider, client: Make, kind: str) -> None:
    provider.knobs.pending = 2
    one = client(kind)
    code = one.device_code()
    assert (code.user_code, code.address) == ("ABCD-EFGH", f"{provider.base}/verify")
    found = []
    for _ in range(3):
        time.sleep(code.interval)
        found.append(one.poll(code))
    assert found[:2] == [None, None]
    assert found[2] is not None
    assert provider.active() == [found[2].access]
    assert provider.count(DEVICE_GRANT) == 3


@pytest.mark.parametrize("kind", ["microsoft", "other"])
def test_a_provider_that_is_asked_too_often_is_asked_less(
    provider: Provider, client: Make, kind: str
) -> None:
    one = client(kind)
    code = one.device_code()
    provider.refuse(DEVICE_GRANT, error="slow_down")
    assert one.poll(code) is None
    assert code.interval == 6.0


@pytest.mark.parametrize("kind", ["microsoft", "other"])
@pytest.mark.parametrize(
    ("act", "name"), [("decline", "authorization_declined"), ("let_codes_expire", "expired_token")]
)
def test_a_code_that_comes_to_nothing(
    provider: Provider, client: Make, kind: str, act: str, name: str
) -> None:
    one = client(kind)
    code = one.device_code()
    getattr(provider, act)()
    with pytest.raises(Refused, match=name):
        one.poll(code)


def test_google_gives_no_mail_by_code(client: Make) -> None:
    with pytest.raises(ConfigError, match=r"no access to mail: sign in by browser; .* --paste"):
        client("google").device_code()


def test_google_wants_the_secret_of_its_client(provider: Provider) -> None:
    with pytest.raises(ConfigError, match="client-secret-stdin"):
        client_for(options(provider, "google"), None)


def test_a_provider_without_a_page_or_without_codes(provider: Provider) -> None:
    no_page = OAuth.model_validate(
        {
            "provider": "other",
            "client_id": "c",
            "token_endpoint": provider.base,
            "device_endpoint": provider.base,
        }
    )
    with pytest.raises(ConfigError, match="sign in with --device"):
        client_for(no_page, None).visit(REDIRECT, "mara", is_pasted=True)
    no_code = options(provider, "other").model_copy(update={"device_endpoint": None})
    with pytest.raises(ConfigError, match="without --device"):
        client_for(no_code, None).device_code()


@pytest.mark.parametrize("kind", KINDS)
def test_a_renewal(provider: Provider, client: Make, kind: str) -> None:
    before = provider.grant("alice")
    tokens = client(kind).renew(before)
    assert provider.active() == [tokens.access]
    assert tokens.refresh not in (None, before)
    with pytest.raises(Refused, match="invalid_grant"):
        client(kind).renew(before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_renewal_that_brings_no_new_refresh_token(provider: Provider, client: Make, kind: str) -> None:
    provider.knobs.rotates = False
    before = provider.grant("alice")
    assert client(kind).renew(before).refresh is None
    assert client(kind).renew(before).access in provider.active()


@pytest.mark.parametrize(
    ("told", "lives"),
    [
        ("120", timedelta(minutes=2)),
        ("", timedelta(minutes=30)),
        ("-5", timedelta(minutes=30)),
    ],
)
@pytest.mark.parametrize("kind", ["microsoft", "other"])
def test_a_life_that_is_told_oddly(
    provider: Provider, client: Make, kind: str, told: str, lives: timedelta
) -> None:
    provider.knobs.told_life = told
    tokens = client(kind).renew(provider.grant("alice"))
    assert tokens.lives == lives


@pytest.mark.parametrize("secret", ["", "s3cret"])
def test_the_clients_secret_is_shown_where_there_is_one(provider: Provider, secret: str) -> None:
    provider.knobs.secret = secret
    one = client_for(options(provider, "other"), secret or None)
    visit = one.visit(REDIRECT, "mara", is_pasted=True)
    one.redeem(visit, pasted_answer(last_address(visit.address), visit.state))
    one.renew(provider.grant("alice"))
    shown = [form.get("client_secret", "") for path, form in provider.asked if path == "/token"]
    assert shown == [secret, secret]
    assert all(form["client_id"] == "mine" for path, form in provider.asked if path == "/token")


def test_a_wrong_secret_is_refused(provider: Provider, client: Make) -> None:
    provider.knobs.secret = "another"
    with pytest.raises(Refused, match="invalid_client"):
        client("google").renew(provider.grant("alice"))


@pytest.mark.parametrize("kind", ["google", "other"])
def test_an_end_at_the_provider(provider: Provider, client: Make, kind: str) -> None:
    grant = provider.grant("alice")
    assert client(kind).revoke(grant)
    with pytest.raises(Refused):
        client(kind).renew(grant)
    provider.refuse("revoke", error="invalid_token")
    assert client(kind).revoke(grant), "what is gone already is ended"


def test_where_there_is_no_end(provider: Provider, client: Make) -> None:
    assert not client("microsoft").revoke(provider.grant("alice"))
    assert not client_for(
        options(provider, "other").model_copy(update={"revocation_endpoint": None}), None
    ).revoke("x")


class TestUnwell:
    """What is no answer is told as one sentence, with no words of the provider or the library."""

    @pytest.fixture(params=KINDS)
    def one(self, request: pytest.FixtureRequest, client: Make) -> Client:
        """Each kind of client."""
        return client(request.param)

    @pytest.mark.parametrize("status", [500, 503, 429])
    def test_a_status_of_trouble(self, provider: Provider, one: Client, status: int) -> None:
        provider.knobs.status = status
        with pytest.raises(SignInUnreachable, match=r"may be down for the moment.*next pass tries again"):
            one.renew(provider.grant("alice"))

    @pytest.mark.parametrize(
        "answer", [b"", b"<html>", b"[1]", b"null", b'"x"', b'{"token_type": "Bearer"}', b"\xff", ODD_LIFE]
    )
    def test_an_answer_that_is_none(self, provider: Provider, one: Client, answer: bytes) -> None:
        provider.knobs.answer = answer
        with pytest.raises(SignInUnreachable, match="no answer that can be understood"):
            one.renew(provider.grant("alice"))

    def test_a_token_that_would_break_a_line(self, provider: Provider, one: Client) -> None:
        provider.knobs.answer = b'{"access_token": "a\\r\\nb", "token_type": "Bearer", "expires_in": 3600}'
        with pytest.raises(SignInUnreachable):
            one.renew(provider.grant("alice"))

    def test_an_address_that_leads_elsewhere_gets_nothing(self, provider: Provider, one: Client) -> None:
        with Provider() as thief:
            provider.knobs.leads_to = f"{thief.base}/token"
            with pytest.raises(SignInUnreachable, match="leads to another address"):
                one.renew(provider.grant("alice"))
            assert thief.asked == []

    def test_a_clock_that_is_wrong_is_seen(self, provider: Provider, one: Client) -> None:
        provider.knobs.clock = 3600
        with pytest.raises(Refused) as caught:
            one.renew("unknown")
        assert timedelta(minutes=-61) < caught.value.skew < timedelta(minutes=-59)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_listens(tmp_path: Path, kind: str) -> None:
    with Provider(make_certificates(tmp_path)) as gone:
        found = options(gone, kind)
    with pytest.raises(SignInUnreachable, match=r"127.0.0.1:\d+ can't be reached: check the network"):
        client_for(found, "s").renew("r" * 20)


def https_only(provider: Provider, kind: str) -> dict[str, Any]:
    """Every endpoint by HTTPS."""
    given = options(provider, kind).model_dump(exclude_unset=True, exclude={"ca_file"})
    return {key: str(value).replace(provider.base, provider.secure) for key, value in given.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_https_with_a_certificate_of_ones_own(provider: Provider, kind: str) -> None:
    given = https_only(provider, kind)
    trusted = OAuth.model_validate({**given, "ca_file": str(provider.ca_file)})
    assert client_for(trusted, "s").renew(provider.grant("alice")).access in provider.active()
    with pytest.raises(SignInUnreachable, match=r"certificate.*clock.*oauth.ca_file"):
        client_for(OAuth.model_validate(given), "s").renew(provider.grant("alice"))


def test_a_tenant_that_does_not_exist(client: Make) -> None:
    with pytest.raises(ConfigError, match=r"oauth.tenant"):
        client("microsoft", tenant="nowhere").renew("r" * 20)


@pytest.mark.parametrize("kind", KINDS)
def test_no_error_carries_what_the_provider_said(provider: Provider, client: Make, kind: str) -> None:
    """The provider's words hold an address; the libraries' errors hold requests with tokens."""
    grant = provider.grant("alice")
    provider.refuse("refresh_token", error="invalid_grant", error_description=f"mara@studio.example {grant}")
    with pytest.raises(Refused) as refused:
        client(kind).renew(grant)
    provider.knobs.status = 503
    with pytest.raises(TriageError) as unwell:
        client(kind).renew(grant)
    for caught in (refused.value, unwell.value):
        shown = f"{caught!r} {caught} {caught.__cause__} {vars(caught)}"
        assert grant not in shown
        assert "studio.example" not in shown
        assert caught.__cause__ is None
