"""A message goes in, a reply that may be sent comes out."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from drafts import History, Policy, Situation, supported_languages, write
from tests.rig.situations import LABELS, situation


def scope_message() -> Situation:
    """A client who wants something small on top."""
    ask = "please also run over the account pages and the wishlist when you have it open"
    return situation(
        f"The plan said checkout flow only, but {ask}. Link and logins same as last time.",
        {"scope_pressure": ask},
        subject="build 2.3",
        severity=1,
    )


def test_an_ask_is_answered_by_name_and_with_its_date() -> None:
    reply = write(scope_message())
    assert reply.is_sendable, reply.lint
    assert reply.text.startswith("Hi Priya,\n\n")
    assert "run over the account pages and the wishlist" in reply.text
    assert "by Tuesday at 10 am" in reply.text
    assert reply.text.endswith("Best regards,\nAlex Reed\n")
    assert reply.moves == ("acknowledge", "restate_agreement", "offer_options", "next_step")


def test_the_same_situation_is_answered_the_same() -> None:
    assert write(scope_message()) == write(scope_message())


def test_a_draft_that_fails_with_the_clients_words_is_written_without_them() -> None:
    asked = "run over the account pages and the wishlist"
    reply = write(scope_message(), clear=lambda text: asked not in text)
    assert reply.is_sendable
    assert asked not in reply.text


def test_a_draft_that_fails_in_any_wording_comes_back_with_its_problems() -> None:
    reply = write(scope_message(), clear=lambda text: False)
    assert [problem.rule for problem in reply.lint] == ["classifier"]
    assert reply.text
    assert not reply.is_sendable


def test_a_language_without_phrasebook_gets_no_text() -> None:
    reply = write(replace(scope_message(), language="fi"))
    assert (reply.text, reply.lint, reply.is_sendable) == ("", (), False)


def test_no_phrase_comes_twice_to_the_same_client_while_others_are_left() -> None:
    first = write(scope_message())
    second = write(replace(scope_message(), said=frozenset(first.phrases)))
    assert not set(first.phrases) & set(second.phrases)


def test_a_holding_reply_is_short_and_promises_only_the_time() -> None:
    reply = write(replace(scope_message(), kind="holding"))
    assert reply.moves == ("acknowledge", "next_step")
    assert reply.is_sendable
    assert 25 <= len(reply.text.split()) <= 60
    assert "by Tuesday at 10 am" in reply.text


def test_the_third_time_is_answered_with_the_whole_row() -> None:
    history = History({"scope_pressure": 2})
    reply = write(replace(scope_message(), history=history))
    assert reply.is_sendable, reply.lint
    moves = (
        "acknowledge",
        "restate_agreement",
        "revision_policy",
        "set_boundary",
        "offer_options",
        "next_step",
    )
    assert reply.moves == moves


def test_a_call_and_a_rush_fee_are_offered_only_where_the_policy_does() -> None:
    sooner = replace(
        scope_message(),
        new_text="We need the film by Thursday instead of the 21st.",
        evidence=(("scope_pressure", "We need the film by Thursday instead of the 21st."),),
    )
    assert "rush fee" in write(sooner).text
    assert "rush fee" not in write(replace(sooner, policy=Policy(offers_rush=False))).text
    rude = replace(
        scope_message(),
        new_text="The build crashes. Are you blind?",
        labels={"hostility": "flagged"},
        severity=2,
        evidence=(("hostility", "Are you blind?"),),
    )
    assert "limit_time" not in write(rude).moves
    call = Policy(offers_call=True, call_link="https://meet.example/alex")
    assert "https://meet.example/alex" in write(replace(rude, policy=call)).text


@given(st.text(max_size=400), st.text(max_size=80), st.text(max_size=40), st.sampled_from(LABELS))
@settings(max_examples=150, deadline=None)
def test_no_message_makes_the_writing_raise(text: str, subject: str, name: str, label: str) -> None:
    for language in supported_languages():
        asked = situation(text, {label: text[:80]}, subject=subject, client_name=name, language=language)
        reply = write(asked)
        assert reply.moves
        assert "{" not in reply.text or "{" in text + subject + name
