"""What the days a client names mean for the answer: promises past and to come, dates moved and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from drafts import write
from drafts.dates_given import dated, is_kept
from drafts.facts import Topic
from drafts.reading import read
from drafts.resolved import client_deadline
from drafts.situation import Agreement, Situation
from tests.rig.situations import NOW, situation

# NOW is Monday, 10 March 2025, 15:20 in Dublin.
PROMISES = {
    "en": ("Sorry, I forgot your invoice. You'll have the money {}.", "by Wednesday", "on Wednesday"),
    "de": ("Sorry, vergessen. Die Überweisung kommt {}.", "bis Mittwoch", "am Mittwoch"),
    "es": ("Perdona, se me pasó. La transferencia sale {}.", "el miércoles", "el miércoles"),
    "fr": ("Désolé, oublié. Le virement partira {}.", "mercredi", "mercredi"),
    "pt": ("Desculpe, esqueci. A transferência segue {}.", "na quarta", "na quarta"),
}


def late(language: str, days_ago: int) -> Situation:
    template, _, day = PROMISES[language]
    text = template.format(day)
    return situation(
        text,
        {"payment_issue": text},
        language=language,
        severity=1,
        received=NOW - timedelta(days=days_ago),
    )


@pytest.mark.parametrize("language", sorted(PROMISES))
def test_a_promise_whose_day_has_passed_is_none_and_a_firm_date_is_asked_for(language: str) -> None:
    fresh, stale = late(language, days_ago=0), late(language, days_ago=7)
    assert dated(read(fresh), fresh).pay_date is not None
    assert dated(read(stale), stale).pay_date is None
    assert "?" not in write(fresh).text
    asked = write(stale)
    assert asked.is_sendable, asked.lint
    assert "?" in asked.text


def test_a_promise_for_today_still_counts() -> None:
    given = situation(
        "Sorry, it's late. The payment goes out on Monday.",
        {"payment_issue": "The payment goes out on Monday."},
        received=NOW - timedelta(days=3),
    )
    assert dated(read(given), given).pay_date is not None


def test_without_the_day_of_the_message_a_promise_is_taken_at_its_word() -> None:
    given = replace(late("en", days_ago=7), received=None)
    assert dated(read(given), given) == read(given)


@pytest.mark.parametrize(
    "text",
    [
        "I'll pay on Friday, but only if the logo is changed first.",
        "We're holding the payment until the logo is changed, it goes out on Friday then.",
    ],
)
@pytest.mark.parametrize("severity", [1, 2, 3])
def test_no_draft_asks_for_the_day_of_a_payment_that_was_named(text: str, severity: int) -> None:
    given = situation(text, {"payment_issue": text}, severity=severity, received=NOW)
    reply = write(given)
    assert reply.is_sendable, reply.lint
    if dated(read(given), given).pay_date:
        assert "which day" not in reply.text
        assert "firm date" not in reply.text


@pytest.mark.parametrize(("language", "asks"), [("en", "which date"), ("es", "qué fecha")])
def test_no_draft_asks_by_when_the_work_is_needed_where_that_was_said(language: str, asks: str) -> None:
    texts = {
        "en": "The brochure is late and I'm still waiting. I need it by Thursday.",
        "es": "El folleto lleva retraso y sigo esperando. Lo necesito para el jueves.",
    }
    words = {"en": "still waiting", "es": "sigo esperando"}
    given = situation(
        texts[language], {"hostility": words[language]}, language=language, severity=1, received=NOW
    )
    for number in range(6):
        reply = write(replace(given, client_name=f"Priya Nair {number}"))
        assert asks not in reply.text
        assert "para qué día" not in reply.text


def wants(day: str, agreed: date | None = date(2025, 3, 20), **changes: object) -> Situation:
    text = f"Change of plan, we need the film by {day}, sooner rather than later."
    return situation(
        text,
        {"scope_pressure": text},
        agreement=Agreement(project="Film", deadline=agreed),
        severity=2,
        received=NOW,
        **changes,
    )


def test_an_earlier_date_is_moved_forward_and_two_ways_are_offered() -> None:
    reply = write(wants("Thursday"))
    assert not is_kept(wants("Thursday"))
    assert "be_transparent" in reply.moves
    assert "offer_options" in reply.moves


@pytest.mark.parametrize("day", ["20 March", "the 20th", "the 25th", "the end of the month", "20/3"])
def test_the_agreed_date_or_a_later_one_is_confirmed_and_nothing_is_offered(day: str) -> None:
    given = wants(day)
    reply = write(given)
    assert is_kept(given)
    assert reply.is_sendable, reply.lint
    assert "20 March" in reply.text
    assert "rush" not in reply.text
    assert reply.moves == ("acknowledge", "restate_agreement", "next_step")


@pytest.mark.parametrize("day", ["Monday", "3/4", "next week", "the fair"])
def test_a_date_that_may_be_earlier_is_not_taken_for_the_agreed_one(day: str) -> None:
    assert not is_kept(wants(day))
    assert "offer_options" in write(wants(day)).moves


def test_without_an_agreed_date_or_after_it_nothing_is_kept() -> None:
    assert not is_kept(wants("20 March", agreed=None))
    assert not is_kept(wants("20 March", agreed=date(2025, 3, 1)))
    assert not is_kept(replace(wants("20 March"), received=None))


def test_before_the_agreed_day_is_earlier_than_by_it() -> None:
    text = "We need the film before the 20th, sooner rather than later."
    given = replace(wants("20 March"), new_text=text, evidence=(("scope_pressure", text),))
    assert not is_kept(given)


def test_an_earlier_date_alone_is_a_moved_deadline_whatever_its_words() -> None:
    text = "Everything should be in our folder by 12 March."
    given = replace(wants("12 March"), new_text=text, evidence=(("scope_pressure", text),))
    assert read(given).scope is None
    assert dated(read(given), given).scope is Topic.DEADLINE
    later = text.replace("12 March", "28 March")
    kept = replace(given, new_text=later, evidence=(("scope_pressure", later),))
    assert dated(read(kept), kept).scope is None


@pytest.mark.parametrize(
    ("text", "language", "over"),
    [
        ("I need an answer by tomorrow noon.", "en", "2025-03-11T12:00"),
        ("Please answer before Wednesday.", "en", "2025-03-12T00:00"),
        ("Either by Friday or, better, by Thursday.", "en", "2025-03-13T23:59"),
        ("Bis morgen 12 Uhr brauche ich Ihre Antwort.", "de", "2025-03-11T12:00"),
        ("Necesito la respuesta antes del miércoles.", "es", "2025-03-12T00:00"),
        ("Il me faut une réponse d'ici mercredi midi.", "fr", "2025-03-12T12:00"),
        ("Preciso da resposta até amanhã às 10h.", "pt", "2025-03-11T10:00"),
        ("We'll send you the texts by Thursday.", "en", None),
        ("Ich überweise bis Freitag.", "de", None),
        ("I needed it by last Friday.", "en", None),
        ("See you on Thursday.", "en", None),
        ("By Monday, please.", "en", None),  # today or in a week
    ],
)
def test_a_deadline_of_the_clients_is_what_they_want_and_not_what_they_promise(
    text: str, language: str, over: str | None
) -> None:
    found = client_deadline(situation(text, language=language, received=NOW))
    assert found == (datetime.fromisoformat(over).replace(tzinfo=NOW.tzinfo) if over else None)


def test_a_deadline_that_is_over_is_none() -> None:
    given = situation("I need it by Friday.", received=NOW - timedelta(days=7))
    assert client_deadline(given) is None
