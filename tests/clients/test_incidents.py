"""Incidents: what counts as one, its causes, the trend, and how quickly the client was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.rig.lives import Life, day
from triage.clients.incident import CAUSES, Contact, answering, causes_of, incidents_of, trend


def contact(**fields: object) -> Contact:
    return replace(Contact("<1@x.example>", day(0)), **fields)  # type: ignore[arg-type]


def test_a_flagged_message_is_an_incident() -> None:
    (found,) = incidents_of([contact(flagged=("hostility",), severity=2)])
    assert (found.labels, found.severity) == (("hostility",), 2)


def test_an_unsure_message_is_one_only_if_its_words_bear_it_out() -> None:
    doubtful = contact(unsure=("payment_issue",), severity=1)
    assert incidents_of([doubtful]) == ()
    assert incidents_of([replace(doubtful, traits={"scope": 2})]) == ()
    (found,) = incidents_of([replace(doubtful, traits={"late": 1})])
    assert found.labels == ("payment_issue",)


def test_an_apology_for_hard_words_is_no_new_outburst() -> None:
    sorry = contact(flagged=("hostility",), severity=1, traits={"apology": 1})
    assert incidents_of([sorry]) == ()
    assert incidents_of([replace(sorry, traits={"apology": 1, "abuse": 1})]) != ()
    (late,) = incidents_of([replace(sorry, flagged=("hostility", "payment_issue"))])
    assert late.labels == ("payment_issue",)


def test_own_mail_is_never_an_incident() -> None:
    assert incidents_of([contact(is_own=True, flagged=("hostility",), severity=3)]) == ()


def test_a_flag_without_a_grade_is_mild() -> None:
    (found,) = incidents_of([contact(flagged=("hostility",))])
    assert found.severity == 1


@pytest.mark.parametrize(
    ("fields", "causes"),
    [
        ({"flagged": ("scope_pressure",)}, ("policy_not_understood",)),
        ({"flagged": ("payment_issue",)}, ("money",)),
        ({"flagged": ("hostility",), "traits": {"quality": 1}}, ("quality",)),
        ({"flagged": ("hostility",), "traits": {"deadline": 2, "silence": 1}},
         ("poor_communication", "missed_deadline")),
        ({"flagged": ("hostility",), "traits": {"inconsistent": 1, "expectation": 1}},
         ("expectation_unmet", "inconsistent_message")),
        ({"flagged": ("hostility", "payment_issue"), "traits": {"service": 1}}, ("service", "money")),
        ({"flagged": ("hostility",)}, ()),
    ],
)  # fmt: skip
def test_causes_follow_from_labels_and_words(fields: dict[str, object], causes: tuple[str, ...]) -> None:
    assert causes_of(contact(**fields)) == causes


def test_a_cause_that_the_user_named_wins() -> None:
    flagged = contact(flagged=("scope_pressure",), severity=1)
    (found,) = incidents_of([flagged], {"<1@x.example>": ["poor_communication"]})
    assert found.causes == ("poor_communication",)


def test_the_playbooks_causes_are_all_there() -> None:
    assert len(CAUSES) == 8


@pytest.mark.parametrize(
    ("life", "heading"),
    [
        (Life(), "steady"),
        (Life().good(0, 100, 200), "steady"),
        (Life().good(0).hostile(150, 180), "worsening"),
        (Life().good(0).hostile(30, 60), "easing"),
        (Life().good(0).hostile(50, 150), "steady"),
        (Life().good(0).hostile(150, severity=1), "steady"),
        (Life().good(0).hostile(30).hostile(150, severity=3), "steady"),
        (Life().good(0).hostile(30, severity=1).hostile(150, severity=3), "worsening"),
    ],
)
def test_the_trend_compares_two_windows(life: Life, heading: str) -> None:
    assert trend(life.contacts, day(190)) == heading


def test_the_window_shrinks_with_a_short_acquaintance() -> None:
    life = Life().good(0).hostile(25, 28)
    assert trend(life.contacts, day(30)) == "worsening"


def test_answers_are_counted_from_messages_that_await_one() -> None:
    asked = contact()
    answered = [
        replace(asked, answered=day(0) + timedelta(hours=hours)) for hours in (2, 20, 30)
    ]  # fmt: skip
    thanks = replace(asked, awaits=False)
    told = answering([*answered, asked, thanks, replace(asked, is_own=True)])
    assert (told.awaited, told.answered, told.within_24h) == (4, 3, 2)
    assert told.median == timedelta(hours=20)


def test_an_answer_before_the_question_took_no_time() -> None:
    told = answering([contact(answered=day(0) - timedelta(minutes=5))])
    assert told.median == timedelta()


def test_without_answers_there_is_no_median() -> None:
    assert answering([contact()]).median is None
