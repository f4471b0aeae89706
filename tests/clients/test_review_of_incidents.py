"""Looking back: what belongs to one incident, when it is over, what lay behind it, what to change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from triage.clients.agreement import Agreement
from triage.clients.incident import CAUSES, Contact
from triage.clients.profile import Client, Project
from triage.clients.review import CHANGES, QUIET, Episode, episodes, guess, still_open, suggestion
from triage.clients.timeline import Letter

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTILE = ("hostility",)


def letter(day: float, *, answered_after: float | None = 1, flagged: tuple[str, ...] = HOSTILE) -> Letter:
    at = START + timedelta(days=day)
    closed = None if answered_after is None else at + timedelta(hours=answered_after)
    return Letter(
        int(day * 100), f"<{day}@client.example>", at, "Logo", flagged, 2 if flagged else 0,
        due=at + timedelta(hours=24), closed=closed, closed_how="answered",
    )  # fmt: skip


def contact(one: Letter, **traits: int) -> Contact:
    return Contact(one.message_id, one.at, flagged=one.flagged, severity=one.severity, traits=traits)


def test_flags_close_to_each_other_are_one_incident() -> None:
    found = episodes([letter(9), letter(0), letter(6.9), letter(30), letter(31, flagged=())])
    assert [[one.id for one in episode.letters] for episode in found] == [[0, 690, 900], [3000]]
    assert (found[0].begun, found[0].ended) == (START, START + timedelta(days=9))


def test_no_flag_is_no_incident() -> None:
    assert episodes([letter(0, flagged=()), letter(1, flagged=())]) == ()


def test_severity_and_labels_of_an_incident_are_those_of_all_its_messages() -> None:
    episode = Episode((letter(0), letter(1, flagged=("payment_issue", "hostility"))))
    assert episode.labels == ("hostility", "payment_issue")
    assert episode.severity == 2


@pytest.mark.parametrize(
    ("answered_after", "days", "why"),
    [
        (None, 30, "one message still awaits your answer"),
        (1, 3, "quiet for 2 of 7 days"),
        (1, 0, "quiet for 0 of 7 days"),
        (1, 8, ""),
        (24 * 5, 8, "quiet for 3 of 7 days"),
        (24 * 5, 13, ""),
    ],
)
def test_an_incident_is_over_when_it_is_answered_and_quiet(
    answered_after: float | None, days: int, why: str
) -> None:
    (episode,) = episodes([letter(0, answered_after=answered_after)])
    assert still_open(episode, START + timedelta(days=days), QUIET) == why


def test_a_message_that_awaited_no_answer_keeps_nothing_open() -> None:
    episode = Episode((Letter(1, "<1@x.example>", START, "Logo", HOSTILE, 1),))
    assert still_open(episode, START + timedelta(days=8)) == ""


def test_the_cause_is_what_most_of_its_messages_speak_of() -> None:
    letters = letter(0), letter(1), letter(2)
    contacts = [
        contact(letters[0], deadline=1),
        contact(letters[1], deadline=2),
        contact(letters[2], quality=9),
    ]
    found = guess(Episode(letters), contacts)
    assert found.cause == "missed_deadline"
    assert found.reason == "2 of its 3 messages speak of a date that passed"


def test_messages_outside_the_incident_have_no_say() -> None:
    inside, outside = letter(0), letter(40)
    assert guess(Episode((inside,)), [contact(outside, quality=5)]).cause == "expectation_unmet"


def test_a_label_tells_a_cause_where_words_do_not() -> None:
    for label, cause in (("payment_issue", "money"), ("scope_pressure", "policy_not_understood")):
        one = letter(0, flagged=(label,))
        assert guess(Episode((one,)), [contact(one)]).cause == cause


def test_a_late_answer_is_a_cause_where_nothing_else_speaks() -> None:
    one = letter(0, answered_after=30)
    assert guess(Episode((one,)), [contact(one)]).cause == "poor_communication"


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_changes_and_another_one_the_second_time(cause: str) -> None:
    known = next(one for one in CAUSES if one == cause)
    assert len(set(CHANGES[known])) >= 2
    assert suggestion(known, None) != suggestion(known, None, 2)


def client(**terms: object) -> Client:
    return Client("Pell & Sons", projects=(Project("Website", agreement=Agreement(**terms)),))  # type: ignore[arg-type]


def test_a_clause_that_is_missing_comes_before_a_habit() -> None:
    assert "agree on deposit" in suggestion("money", client())
    assert "agree on dates" in suggestion("missed_deadline", client())
    agreed = client(deadline=date(2026, 5, 1), rush_percent=50)
    assert suggestion("missed_deadline", agreed) == CHANGES["missed_deadline"][0]


def test_a_closed_project_needs_no_clause() -> None:
    done = Client("Pell & Sons", projects=(Project("Website", is_closed=True),))
    assert suggestion("money", done) == CHANGES["money"][0]
