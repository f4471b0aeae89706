"""Each refusal is one sentence that says what to do; which one, by names and numbers alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ConfigError, ExitCode, SignInNeeded, SignInUnreachable, TriageError
from triage.oauth.grant import Grant, Tokens
from triage.oauth.refusals import _BY_NAME, _BY_NUMBER, Case, Doing, Refused, told

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def case(
    provider: str = "microsoft", doing: Doing = "renew", *, age: timedelta = 90 * DAY, idle: timedelta = DAY
) -> Case:
    """An account that signed in so long ago, and had its last token so long ago."""
    begun = Grant.begun(Tokens("a", timedelta(hours=1), "r"), "i", NOW - age)
    grant = begun.renewed(Tokens("b", timedelta(hours=1)), NOW - min(idle, age))
    return Case("studio", provider, doing, NOW, grant)


def refused(number: int, name: str = "invalid_grant") -> Refused:
    """As Microsoft says it."""
    words = f"AADSTS{number}: Words for mara@studio.example.\r\nTrace ID: 255d1aef\r\nTimestamp: 2026"
    return Refused.of({"error": name, "error_description": words, "error_codes": [number]})


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (50076, SignInNeeded, "second factor now: run `triage authorize studio`"),
        (50079, SignInNeeded, "second factor"),
        (53003, SignInNeeded, "conditional access blocks .*administrator"),
        (53000, SignInNeeded, "conditional access .*this machine"),
        (70043, SignInNeeded, "from time to time"),
        (65001, SignInNeeded, "no consent of yours"),
        (65004, SignInNeeded, "accept that it reads mail"),
        (90094, SignInNeeded, "only an administrator consent"),
        (700082, SignInNeeded, "lay unused or has reached its age"),
        (70008, SignInNeeded, "lay unused"),
        (50173, SignInNeeded, "revoked or your password was changed"),
        (50057, SignInNeeded, "locked"),
        (50020, SignInNeeded, r"in this tenant.*oauth\.tenant"),
        (70019, SignInNeeded, "not entered in time"),
        (700016, ConfigError, r"oauth\.client_id or oauth\.tenant"),
        (90002, ConfigError, "no such tenant"),
        (50194, ConfigError, "one tenant alone"),
        (9002331, ConfigError, '"consumers"'),
        (7000218, ConfigError, '"Allow public client flows"'),
        (50011, ConfigError, "http://localhost"),
        (70011, ConfigError, "IMAP.AccessAsUser.All"),
        (500133, SignInNeeded, "clock right"),
        (90033, SignInUnreachable, "next pass tries again"),
    ],
)
def test_microsofts_numbers(number: int, kind: type[TriageError], words: str) -> None:
    error = told(refused(number), case())
    assert type(error) is kind
    with pytest.raises(kind, match=words):
        raise error
    assert f"AADSTS{number}" in str(error)


def test_a_number_that_is_not_known_leads_to_its_page() -> None:
    error = told(refused(54321, "interaction_required"), case())
    assert isinstance(error, SignInNeeded)
    assert (
        "run `triage authorize studio`; https://login.microsoftonline.com/error?code=54321 says more."
        in str(error)
    )
    assert "has ended this sign-in" in str(told(refused(54321), case()))
    assert "took too long" in str(told(refused(54321), case(doing="sign in")))


def test_a_number_that_only_the_list_holds() -> None:
    found = Refused.of({"error": "invalid_grant", "error_description": "no number", "error_codes": [50076]})
    assert found.number == 50076


@pytest.mark.parametrize(
    ("age", "idle", "words"),
    [
        (7 * DAY + timedelta(hours=1), timedelta(hours=2), "after seven days.*in testing.*publish"),
        (7 * DAY - timedelta(minutes=20), timedelta(hours=1), "in testing"),
        # the laptop slept over the seventh day
        (12 * DAY, 6 * DAY, "in testing"),
        (2 * DAY, DAY, "revoked, your password was changed"),
        # it has been renewed after the seventh day: that is no testing
        (12 * DAY, 2 * DAY, "revoked"),
        (400 * DAY, 200 * DAY, "six months"),
    ],
)
def test_what_google_may_mean_by_an_end(age: timedelta, idle: timedelta, words: str) -> None:
    error = told(Refused("invalid_grant"), case("google", age=age, idle=idle))
    with pytest.raises(SignInNeeded, match=words):
        raise error
    assert "`triage authorize studio`" in str(error)


def test_google_wants_one_to_sign_in_from_time_to_time() -> None:
    answer = {"error": "invalid_grant", "error_description": "reauth", "error_subtype": "invalid_rapt"}
    assert "organisation's Google policy" in str(told(Refused.of(answer), case("google")))


@pytest.mark.parametrize(
    ("name", "doing", "kind", "words"),
    [
        ("access_denied", "sign in", SignInNeeded, "declined.*test users"),
        ("access_denied", "renew", SignInNeeded, "ended this sign-in"),
        ("authorization_declined", "sign in", SignInNeeded, "declined on the other device"),
        ("expired_token", "sign in", SignInNeeded, "not entered in time"),
        ("invalid_grant", "sign in", SignInNeeded, "took too long"),
        ("invalid_grant", "renew", SignInNeeded, "revoked, or lay unused"),
        ("invalid_client", "renew", ConfigError, "client-secret-stdin"),
        ("unauthorized_client", "sign in", ConfigError, "desktop programs"),
        ("invalid_scope", "sign in", ConfigError, r"oauth\.scopes"),
        ("server_error", "renew", SignInUnreachable, "unwell for the moment"),
        ("temporarily_unavailable", "sign in", SignInUnreachable, "unwell"),
        ("consent_required", "renew", SignInNeeded, "consent anew"),
        ("something_else", "renew", SignInNeeded, r"\(something_else\)"),
        ("", "renew", SignInNeeded, r"\(no reason\)"),
    ],
)
def test_names_by_the_rules(name: str, doing: Doing, kind: type[TriageError], words: str) -> None:
    with pytest.raises(kind, match=words):
        raise told(Refused(name), case("other", doing))


@pytest.mark.parametrize("minutes", [-90, 12])
def test_a_clock_that_is_wrong_is_named_first(minutes: int) -> None:
    error = told(Refused("invalid_grant", skew=timedelta(minutes=minutes)), case("google"))
    assert f"clock is {abs(minutes)} minutes off: set it right" in str(error)
    assert "clock" not in str(told(Refused("invalid_grant", skew=timedelta(minutes=4)), case("google")))


ANSWERS = st.dictionaries(
    st.sampled_from(["error", "error_description", "error_codes", "error_subtype", "state"]),
    st.text()
    | st.none()
    | st.integers()
    | st.lists(st.integers() | st.text())
    | st.sampled_from(sorted(_BY_NAME)),
)


@given(ANSWERS, st.sampled_from(["google", "microsoft", "other"]), st.sampled_from(["renew", "sign in"]))
def test_whatever_is_answered_makes_one_sentence(
    answer: dict[str, object], provider: str, doing: Doing
) -> None:
    error = told(Refused.of(answer), case(provider, doing))
    assert "\n" not in str(error)
    assert str(error).endswith(".")
    assert "{" not in str(error)
    assert error.exit_code in (ExitCode.LOGIN_REFUSED, ExitCode.USAGE, ExitCode.UNREACHABLE)


@given(st.text(min_size=3), st.sampled_from(sorted(_BY_NAME)))
def test_the_providers_words_are_never_repeated(words: str, name: str) -> None:
    answer = {"error": name, "error_description": f"<<{words}>>", "error_uri": f"<<{words}>>"}
    error = told(Refused.of(answer), case("other"))
    assert f"<<{words}>>" not in str(error)
    assert f"<<{words}>>" not in repr(Refused.of(answer))


@pytest.mark.parametrize("name", ["mara@studio.example", "a" * 60, "INVALID", "two words", "ya29.a0Af"])
def test_what_is_no_name_is_not_shown(name: str) -> None:
    assert name not in str(told(Refused.of({"error": name, "error_subtype": name}), case("other")))


def test_no_number_stands_twice_and_every_sentence_says_what_to_do() -> None:
    numbers = [number for group, _, _ in _BY_NUMBER for number in group]
    assert len(numbers) == len(set(numbers))
    for _, kind, sentence in _BY_NUMBER:
        does = ("run {again}", "correct oauth", "set oauth", "switch on", "add the", "tries again")
        assert any(word in sentence for word in does), sentence
        assert kind is not SignInNeeded or "{again}" in sentence
