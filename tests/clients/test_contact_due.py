"""Which word is due to a client unasked: an update while work goes on, feedback after a good end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from triage.clients.agreement import Agreement
from triage.clients.contact import (
    DueContact,
    Habits,
    Touch,
    Written,
    due_contacts,
    is_outdated,
    is_wanted,
)
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.profile import Client, Project

TODAY = date(2026, 4, 15)  # a Wednesday
HABITS = Habits(update_after_days=10, asks_feedback=True)
PAID = Money(Decimal(100), "EUR")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def client(*projects: Project, **changes: object) -> Client:
    return Client("Harbour Bakery", projects=projects or (Project("Website"),), **changes)  # type: ignore[arg-type]


def closed(name: str = "Website") -> Project:
    return Project(name, is_closed=True)


def bill(project: str = "Website", paid: date | None = None, **changes: object) -> Invoice:
    payments = () if paid is None else (Payment(paid, PAID),)
    return Invoice("1", PAID, ago(60), ago(40), project, payments, **changes)  # type: ignore[arg-type]


def due(
    who: Client, touch: Touch, habits: Habits = HABITS, written: tuple[Written, ...] = (), works: bool = True
) -> list[tuple[str, str | None]]:
    found = due_contacts(who, touch, habits, TODAY, written, lambda _day: works)
    return [(one.kind, one.project.name if one.project else None) for one in found]


UPDATE = [("progress_update", "Website")]
FEEDBACK = [("feedback", "Website")]


@pytest.mark.parametrize(("days", "found"), [(9, []), (10, UPDATE), (80, UPDATE)])
def test_an_update_is_due_after_so_many_days_without_a_word(days: int, found: list[tuple[str, str]]) -> None:
    assert due(client(), Touch(last_word=ago(days))) == found


def test_an_update_that_was_drafted_is_not_drafted_again_until_another_word() -> None:
    written = Written("progress_update", "Website", ago(12))
    assert due(client(), Touch(last_word=ago(12)), written=(written,)) == []
    assert due(client(), Touch(last_word=ago(11)), written=(written,)) == UPDATE


def test_two_open_projects_get_one_update_that_names_neither() -> None:
    who = client(Project("Website"), Project("Menu"), closed("Logo"))
    assert due(who, Touch(last_word=ago(20))) == [("progress_update", None)]


@pytest.mark.parametrize(
    "touch",
    [
        Touch(last_word=ago(20), awaits_answer=True),
        Touch(last_word=ago(20), is_paused=True),
        Touch(last_word=None, watched_since=None),
    ],
)
def test_no_update_while_an_answer_is_owed_the_ladder_pauses_or_nothing_is_known(touch: Touch) -> None:
    assert due(client(), touch) == []


def test_no_update_on_a_day_off_for_a_closed_project_or_when_switched_off() -> None:
    touch = Touch(last_word=ago(20))
    assert due(client(), touch, works=False) == []
    assert due(client(closed()), Touch(last_word=ago(90))) == []
    assert due(client(), touch, Habits()) == []


def test_silence_that_began_before_the_program_did_counts_from_there() -> None:
    agreed = Project("Website", agreement=Agreement(agreed_on=ago(300)))
    assert due(client(agreed), Touch(watched_since=ago(5))) == []
    assert due(client(agreed), Touch(watched_since=ago(10))) == UPDATE
    new = Project("Website", agreement=Agreement(agreed_on=ago(2)))
    assert due(client(new), Touch(watched_since=ago(100))) == []


def test_a_client_can_have_a_rhythm_of_its_own() -> None:
    weekly = client(policy={"update_after_days": 5})
    assert due(weekly, Touch(last_word=ago(6)), Habits()) == UPDATE
    assert due(client(policy={"update_after_days": 0}), Touch(last_word=ago(99))) == []


def test_feedback_is_asked_once_a_project_is_closed_paid_and_quiet() -> None:
    who = client(closed(), invoices=(bill(paid=ago(5)),))
    touch = Touch(last_word=ago(6), last_heard=ago(4))
    assert due(who, touch) == FEEDBACK
    assert due(who, touch, written=(Written("feedback", "Website", ago(30)),)) == []


@pytest.mark.parametrize(
    ("paid", "touch"),
    [
        (5, Touch(last_word=ago(1))),  # mail still goes to and fro
        (5, Touch(last_heard=ago(2))),
        (46, Touch(last_word=ago(46))),  # long ago
        (5, Touch(last_flag=ago(20))),  # no good end
        (5, Touch(awaits_answer=True)),
    ],
)
def test_feedback_waits_or_is_let_be(paid: int, touch: Touch) -> None:
    assert due(client(closed(), invoices=(bill(paid=ago(paid)),)), touch) == []


@pytest.mark.parametrize("is_disputed", [True, False])
def test_feedback_is_never_asked_of_who_owes(is_disputed: bool) -> None:
    who = client(closed(), invoices=(bill(is_disputed=is_disputed),))
    assert due(who, Touch(last_word=ago(5))) == []


def test_old_projects_are_not_asked_about_because_of_a_new_one() -> None:
    old = (closed("Logo"), closed("Menu"))
    touch = Touch(last_word=ago(5))
    assert due(client(*old, Project("Website")), touch, Habits(0, True)) == []
    assert due(client(*old, closed("Website")), touch) == FEEDBACK
    assert due(client(*old), touch, Habits(0, False)) == []


def test_a_draft_has_lost_its_occasion_when_a_word_was_sent_or_the_project_ended() -> None:
    drafted = ago(3)
    quiet = Touch(last_word=ago(20))
    assert not is_outdated("progress_update", client(), "Website", drafted, quiet)
    assert is_outdated("progress_update", client(), "Website", drafted, Touch(last_word=ago(1)))
    assert is_outdated("progress_update", client(), "Website", drafted, Touch(awaits_answer=True))
    assert is_outdated("progress_update", client(closed()), "Website", drafted, quiet)
    assert is_outdated("progress_update", client(), "Gone", drafted, quiet)
    assert is_outdated("progress_update", client(closed()), "", drafted, quiet)
    assert not is_outdated("feedback", client(closed()), "Website", drafted, quiet)
    assert is_outdated("feedback", client(), "Website", drafted, quiet)


def test_whether_any_is_wanted() -> None:
    assert not is_wanted(Habits(), [client()])
    assert is_wanted(Habits(), [client(), client(policy={"ask_feedback": True})])
    assert is_wanted(Habits(1), [client()])
    assert not is_wanted(Habits(1), [])


def test_how_a_due_word_is_remembered() -> None:
    assert DueContact("feedback", closed(), TODAY, "").written == Written("feedback", "Website", TODAY)
    assert DueContact("progress_update", None, TODAY, "").written.project == ""
