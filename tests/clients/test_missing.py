"""What an agreement lacks, in the order in which a contract would say it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from tests.rig.books import euros
from triage.clients.agreement import Agreement
from triage.clients.missing import lacks_of, unfinished, unknown_by
from triage.clients.money import Price
from triage.clients.profile import Client, Project

WHOLE = Agreement(
    agreed_on=date(2026, 3, 2),
    scope=("five page templates",),
    exclusions=("a booking form",),
    rounds_included=2,
    rate=Price(euros("85"), "hour"),
    extra_round=euros("240"),
    rush_percent=Decimal(50),
    deadline=date(2026, 5, 15),
    payment_days=14,
    deposit_percent=Decimal(30),
    late_fee="8%",
    channels=("mail",),
    working_hours="09:00-17:00",
)
TOPICS = (
    "confirmation", "scope", "exclusions", "rounds", "extra work", "rush work", "dates", "payment terms",
    "deposit", "late fee", "channels", "working hours",
)  # fmt: skip


def test_a_whole_agreement_lacks_nothing() -> None:
    assert lacks_of(WHOLE) == ()


def test_an_empty_one_lacks_everything() -> None:
    assert tuple(lack.topic for lack in lacks_of(Agreement())) == TOPICS


@pytest.mark.parametrize(
    ("change", "topics"),
    [
        ({"agreed_on": None}, ["confirmation"]),
        ({"scope": ()}, ["scope"]),
        ({"exclusions": ()}, ["exclusions"]),
        ({"rounds_included": None}, ["rounds"]),
        ({"rounds_included": 0}, []),
        ({"rate": None}, []),
        ({"extra_round": None}, []),
        ({"rate": None, "extra_round": None}, ["extra work"]),
        ({"rush_percent": None}, ["rush work"]),
        ({"rush_percent": None, "rush_fee": euros("50")}, []),
        ({"deadline": None}, ["dates"]),
        ({"payment_days": None}, ["payment terms"]),
        ({"payment_days": 0}, []),
        ({"deposit_percent": None}, ["deposit"]),
        ({"late_fee": ""}, ["late fee"]),
        ({"channels": ()}, ["channels"]),
        ({"working_hours": ""}, ["working hours"]),
    ],
)
def test_each_term_fills_its_own_gap(change: dict[str, object], topics: list[str]) -> None:
    assert [lack.topic for lack in lacks_of(replace(WHOLE, **change))] == topics  # type: ignore[arg-type]


def test_every_gap_names_keys_that_exist() -> None:
    known = {field.name for field in fields(Agreement)}
    for lack in lacks_of(Agreement()):
        assert lack.keys
        assert set(lack.keys) <= known
        assert lack.why


def test_every_term_but_the_count_of_rounds_is_asked_for() -> None:
    asked = {key for lack in lacks_of(Agreement()) for key in lack.keys}
    assert {field.name for field in fields(Agreement)} - asked == {"rounds_used"}


def test_only_open_projects_are_unfinished() -> None:
    client = Client("A", projects=(Project("P", agreement=WHOLE), Project("Q"), Project("R", is_closed=True)))
    assert [project.name for project, _ in unfinished(client)] == ["Q"]


def test_a_client_without_a_way_to_be_recognised_is_told() -> None:
    assert "stranger" in (unknown_by(Client("A")) or "")
    assert unknown_by(Client("A", addresses=("a@a.example",))) is None
    assert unknown_by(Client("A", domains=("a.example",))) is None
