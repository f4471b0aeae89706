"""A dozen clients, and what a wise colleague would say of each at several points in time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.rig.lives import Life
from triage.clients.advice import Advice
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money

WEEKLY = tuple(range(0, 700, 14))


def names(life: Life, *days: float) -> list[str]:
    return [life.at(number).name for number in days]


def told(advice: Advice) -> str:
    return " ".join(advice.why)


def test_a_good_client_needs_nothing() -> None:
    life = Life().good(*WEEKLY)

    assert names(life, 0, 30, 365, 700) == ["nothing"] * 4
    assert told(life.at(700)) == "No incident in 50 messages since 2025-01-06."


def test_an_unknown_client_needs_nothing() -> None:
    assert Life().at(0).name == "nothing"
    assert told(Life().at(0)) == "Nothing is known of this client yet."


def test_one_mild_incident_in_two_years_is_soon_nothing() -> None:
    life = Life().good(*WEEKLY).scope(300.5, severity=1)

    assert names(life, 299, 301, 350, 700) == ["nothing", "watch", "nothing", "nothing"]


def test_a_single_outburst_is_watched_and_then_forgiven() -> None:
    life = Life().good(*WEEKLY).hostile(200.1, 200.4, severity=3)

    assert names(life, 201, 260, 330, 420) == ["watch", "watch", "watch", "nothing"]
    assert "2025-07-25" in told(life.at(201))


def test_an_outburst_with_an_apology_eases_sooner() -> None:
    life = Life().good(*WEEKLY).hostile(200.1, severity=3).apology(201)

    assert "apologised on 2025-07-26" in told(life.at(205))
    eased = told(life.at(245))
    assert "eased" in eased
    assert "still count" not in eased


def test_repeated_scope_pressure_asks_for_the_terms() -> None:
    life = Life().good(*WEEKLY).scope(40.5, 60.5, 75.5)

    assert names(life, 41, 61, 76, 100) == ["watch", "restate_terms", "restate_terms", "restate_terms"]
    assert "on 3 days between 2025-02-15 and 2025-03-22" in told(life.at(76))


def test_scope_pressure_that_the_classifier_often_doubts_counts_too() -> None:
    life = Life().scope(10).doubtful("scope_pressure", 20, 30)

    assert names(life, 11, 31) == ["watch", "restate_terms"]
    assert "perhaps 2 more" in told(life.at(31))


def test_doubts_alone_accuse_nobody() -> None:
    life = Life().doubtful("scope_pressure", *range(0, 100, 10)).doubtful("hostility", *range(5, 100, 10))

    assert life.at(100).name == "nothing"


def test_two_small_favours_a_year_are_no_pattern() -> None:
    life = Life().good(*WEEKLY).scope(100.5, 200.5, severity=1)

    assert names(life, 201, 320) == ["watch", "watch"]


def test_terms_that_were_stated_are_counted() -> None:
    life = Life().scope(10, 30, 50).own(12, 32, terms=2)

    assert "you stated the terms 2 times" in told(life.at(51))


def test_a_late_payer_who_pays_pays_a_deposit_first() -> None:
    life = Life().good(*WEEKLY)
    for month in range(3):
        life.late(30 * month + 10.5).paid(30 * month + 20.5)

    assert names(life, 11, 21, 41, 51, 81) == [
        "reminder", "watch", "reminder", "deposit_first", "deposit_first",
    ]  # fmt: skip
    assert "Payment was late 3 times" in told(life.at(81))


def test_a_late_payer_who_has_changed_is_trusted_again() -> None:
    life = Life().late(0).paid(5).late(40).paid(45).late(80).paid(85).good(*range(100, 300, 14))

    assert names(life, 86, 150, 210, 290) == ["deposit_first", "deposit_first", "watch", "nothing"]


def test_the_ladder_is_climbed_one_step_at_a_time() -> None:
    life = Life().good(0).late(30)
    life.sent("reminder", 33).sent("second_reminder", 41).sent("formal_demand", 49)
    life.sent("final_notice", 58).sent("pause", 66)

    assert names(life, 29, 31, 34) == ["nothing", "reminder", "reminder"]
    assert names(life, 40, 42, 48, 50) == [
        "second_reminder", "second_reminder", "formal_demand", "formal_demand",
    ]  # fmt: skip
    assert names(life, 57, 60, 65, 70, 100) == [
        "final_notice", "final_notice", "pause", "pause", "part_ways",
    ]  # fmt: skip


def test_a_step_not_sent_holds_the_ladder_however_long_it_is() -> None:
    life = Life().late(0).sent("reminder", 3)

    assert life.at(200).name == "second_reminder"
    assert "197 days ago" in told(life.at(200))


def test_plain_reminders_follow_each_other() -> None:
    life = Life().late(0).own(3, 12, money=1, chase=1)

    assert names(life, 4, 13, 20) == ["reminder", "second_reminder", "formal_demand"]


def test_reminders_alone_show_that_money_is_late() -> None:
    life = Life().own(0, money=1, chase=1).own(9, money=1, chase=1, second=1)

    assert names(life, 1, 10) == ["reminder", "second_reminder"]


@pytest.mark.parametrize("money_comes", [lambda life: life.paid(50), lambda life: life.received(50)])
def test_payment_ends_the_ladder(money_comes: object) -> None:
    life = Life().late(0).sent("reminder", 5).sent("second_reminder", 15)
    assert callable(money_comes)
    money_comes(life)

    assert names(life, 49, 51) == ["formal_demand", "watch"]


def test_a_refusal_before_any_demand_climbs_the_ladder() -> None:
    life = Life().late(0, refusal=1, severity=3)

    assert life.at(1).name == "reminder"


def test_a_refusal_after_the_formal_demand_ends_it() -> None:
    life = Life().late(0).sent("formal_demand", 10).late(12, refusal=1, severity=3)

    assert names(life, 11, 13) == ["formal_demand", "part_ways"]
    assert "Refused on 2025-01-18" in told(life.at(13))


def test_money_that_nobody_speaks_of_any_more_has_come() -> None:
    life = Life().late(0).good(10, 20, 30, 40)

    assert names(life, 5, 41) == ["reminder", "nothing"]


def test_an_abuser_is_left() -> None:
    life = Life().good(0, 5).hostile(10, 30, 50, 70, severity=3, abuse=1)

    assert names(life, 11, 31, 51, 71) == ["watch", "pause", "part_ways", "part_ways"]
    assert (
        "Hostile on 3 days between 2025-01-16 and 2025-02-25, clearly so on 3, with abuse or threats on 3"
        in told(life.at(51))
    )


def test_clear_rudeness_again_and_again_is_left_too() -> None:
    life = Life().hostile(*range(0, 100, 20))

    assert names(life, 21, 61, 81) == ["restate_terms", "pause", "part_ways"]


def test_a_rude_tone_that_is_only_mild_calls_for_a_word() -> None:
    life = Life().good(*WEEKLY).hostile(10.5, 40.5, 70.5, severity=1)

    assert names(life, 41, 71) == ["watch", "restate_terms"]


def test_a_reformed_client_gets_another_chance() -> None:
    life = Life().hostile(0, 10, 20, severity=3).apology(25).good(*range(30, 400, 14))

    assert names(life, 21, 26, 40, 60, 150, 399) == [
        "part_ways", "part_ways", "part_ways", "watch", "watch", "nothing",
    ]  # fmt: skip


def test_a_relapse_undoes_the_good_stretch() -> None:
    life = Life().hostile(0, 10, 20, severity=3).apology(25).good(*range(30, 200, 14)).hostile(200.5)

    assert names(life, 190, 201) == ["watch", "part_ways"]


def test_trouble_of_several_kinds_adds_up() -> None:
    life = Life().scope(0, severity=1).hostile(20).late(40, severity=1).paid(41)

    assert names(life, 1, 21, 42) == ["watch", "watch", "restate_terms"]


def test_an_overdue_invoice_speaks_for_itself() -> None:
    life = Life().good(*WEEKLY)
    open_one = invoice(due=date(2025, 2, 3))

    assert [life.at(number, open_one).name for number in (0, 28, 29)] == ["nothing", "nothing", "reminder"]


def test_an_invoice_on_file_that_is_paid_outweighs_what_was_written() -> None:
    life = Life().late(10)
    paid = invoice(due=date(2025, 2, 3), paid_on=date(2025, 1, 20))

    assert life.at(11, paid).name == "watch"


def test_a_payment_is_not_known_before_it_comes() -> None:
    life = Life().good(0)
    paid = invoice(due=date(2025, 1, 20), paid_on=date(2025, 3, 1))

    assert [life.at(number, paid).name for number in (10, 20, 60)] == ["nothing", "reminder", "nothing"]


def test_two_invoices_paid_late_ask_for_a_deposit() -> None:
    life = Life().good(0)
    late = [invoice(due=date(2025, m, 20), paid_on=date(2025, m + 1, 15), number=str(m)) for m in (1, 3)]

    assert life.at(200, *late).name == "deposit_first"


def invoice(*, due: date, paid_on: date | None = None, number: str = "1") -> Invoice:
    total = Money(Decimal(800), "EUR")
    payments = (Payment(paid_on, total),) if paid_on else ()
    return Invoice(number, total, date(2025, 1, 6), due, payments=payments)
