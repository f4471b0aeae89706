"""A reply in Sent closes what it answers, also where a phone or a new mail has lost the thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triage.mail.answers import Answers

ARRIVED = datetime(2026, 3, 10, 20, tzinfo=UTC)
LATER = ARRIVED + timedelta(hours=2)


def answers(subject: str = "Re: Homepage", to: str = "Jo@client.example", at: datetime = LATER) -> Answers:
    found = Answers()
    found.note(["<a@client.example>"], [to], subject, at)
    return found


def test_what_a_reply_refers_to_is_answered_whatever_its_subject() -> None:
    assert (
        answers("Something else").time_of("<a@client.example>", "x@y.example", "Homepage", ARRIVED) == LATER
    )


@pytest.mark.parametrize("subject", ["Homepage", "RE: homepage", "AW: Homepage"])
def test_without_a_thread_client_and_subject_and_time_tell(subject: str) -> None:
    assert answers(subject).time_of(None, "jo@client.example", "Homepage", ARRIVED) == LATER


def test_another_client_another_subject_or_an_earlier_mail_answers_nothing() -> None:
    assert answers().time_of(None, "max@client.example", "Homepage", ARRIVED) is None
    assert answers().time_of(None, "jo@client.example", "Invoice", ARRIVED) is None
    assert (
        answers(at=ARRIVED - timedelta(hours=1)).time_of(None, "jo@client.example", "Homepage", ARRIVED)
        is None
    )


def test_mail_without_a_subject_is_told_apart_by_its_thread_alone() -> None:
    assert answers("").time_of(None, "jo@client.example", "", ARRIVED) is None
