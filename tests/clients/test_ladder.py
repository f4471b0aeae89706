"""The payment ladder by example: each step on its day, and everything that stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from triage.clients.invoice import Invoice, Payment
from triage.clients.ladder import (
    ALL_TAKEN,
    DISABLED,
    NO_LEGAL_TEXT,
    NO_WORKING_DAY,
    STEPS,
    WAITS,
    LadderRules,
    Late,
    Outlook,
    Step,
    StepTaken,
    asked_for,
    is_outdated,
    next_step,
)
from triage.clients.money import Money

RULES = LadderRules(has_legal_text=True)
# A Friday.
DUE = date(2026, 4, 3)
TODAY = DUE + timedelta(days=1)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def invoice(**changes: object) -> Invoice:
    made = Invoice("2026-014", eur("1200.00"), issued=date(2026, 3, 20), due=DUE)
    return replace(made, **changes)  # type: ignore[arg-type]


def weekday(day: date) -> bool:
    return day.weekday() < 5


def outlook(
    owed: Invoice,
    *taken: StepTaken,
    today: date = TODAY,
    rules: LadderRules = RULES,
    works: Callable[[date], bool] = weekday,
) -> Outlook:
    return next_step(owed, taken, today, rules, works)


def sent(step: Step, on: date, since: date = DUE) -> StepTaken:
    return StepTaken(step, since, on)


class TestDays:
    """On which day a step comes."""

    def test_the_reminder_comes_some_days_after_the_due_date(self) -> None:
        assert outlook(invoice()) == Outlook("reminder", date(2026, 4, 6), "")
        assert outlook(invoice()).is_due(date(2026, 4, 6))
        assert not outlook(invoice()).is_due(date(2026, 4, 5))

    def test_the_list_knows_it_long_before(self) -> None:
        assert outlook(invoice(), today=date(2026, 3, 21)).on == date(2026, 4, 6)

    def test_a_day_off_moves_it_to_the_next_working_day(self) -> None:
        easter = {date(2026, 4, 6)}
        found = outlook(invoice(), works=lambda day: weekday(day) and day not in easter)
        assert found.on == date(2026, 4, 7)

    def test_each_step_counts_from_the_day_the_one_before_was_sent(self) -> None:
        late = sent("reminder", date(2026, 4, 20))
        assert outlook(invoice(), late).on == date(2026, 4, 27)
        assert outlook(invoice(), late).step == "second_reminder"

    @pytest.mark.parametrize(("before", "after"), list(pairwise(STEPS)))
    def test_the_order_of_the_steps(self, before: Step, after: Step) -> None:
        found = outlook(invoice(), sent(before, date(2026, 5, 4)))
        assert (found.step, found.on) == (after, date(2026, 5, 4) + timedelta(days=RULES.days[after]))

    def test_after_an_absence_the_right_step_is_due_at_once(self) -> None:
        june = date(2026, 6, 3)
        assert outlook(invoice(), today=june) == Outlook("reminder", june, "")
        assert outlook(invoice(), sent("reminder", date(2026, 4, 8)), today=june).step == "second_reminder"
        assert outlook(invoice(), sent("reminder", date(2026, 4, 8)), today=june).is_due(june)

    def test_after_an_absence_it_still_waits_for_a_working_day(self) -> None:
        saturday = date(2026, 6, 6)
        assert outlook(invoice(), today=saturday).on == date(2026, 6, 8)
        assert not outlook(invoice(), today=saturday).is_due(saturday)

    def test_a_calendar_that_never_works_has_no_day(self) -> None:
        assert outlook(invoice(), works=lambda _: False) == Outlook("reminder", None, NO_WORKING_DAY)

    @pytest.mark.parametrize("due", [date.max, date.max - timedelta(days=2)])
    def test_the_end_of_the_calendar_is_no_error(self, due: date) -> None:
        assert outlook(invoice(due=due)).on in (None, date.max)
        assert outlook(invoice(due=due), works=lambda _: False).on is None


class TestWaiting:
    """A later step never comes before the earlier one was sent."""

    @pytest.mark.parametrize("step", STEPS)
    def test_an_unsent_draft_holds_everything(self, step: Step) -> None:
        far = date(2027, 1, 4)
        assert outlook(invoice(), StepTaken(step, DUE), today=far) == Outlook(step, None, WAITS)

    def test_an_unsent_draft_about_other_money_holds_it_too(self) -> None:
        old = StepTaken("second_reminder", date(2026, 1, 9))
        assert outlook(invoice(), old, today=date(2026, 5, 4)).on is None

    def test_a_step_left_out_is_not_made_up_for(self) -> None:
        found = outlook(invoice(), sent("second_reminder", date(2026, 4, 20)))
        assert found.step == "formal_demand"

    def test_after_the_pause_nothing_follows(self) -> None:
        assert outlook(invoice(), sent("pause", date(2026, 6, 1))) == Outlook(None, None, ALL_TAKEN)

    def test_without_a_legal_text_it_ends_before_the_final_notice(self) -> None:
        rules = replace(RULES, has_legal_text=False)
        demanded = sent("formal_demand", date(2026, 5, 4))
        found = outlook(invoice(), demanded, today=date(2026, 9, 1), rules=rules)
        assert found == Outlook(None, None, NO_LEGAL_TEXT)
        assert outlook(invoice(), sent("reminder", date(2026, 4, 6)), rules=rules).step == "second_reminder"

    def test_switched_off_nothing_comes(self) -> None:
        rules = replace(RULES, is_enabled=False)
        assert outlook(invoice(), rules=rules) == Outlook(None, None, DISABLED)


class TestStops:
    """Payment, dispute, plan, cancellation."""

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"payments": (Payment(date(2026, 4, 7), eur("1200")),)}, "paid"),
            ({"payments": (Payment(date(2026, 4, 7), eur("1500")),)}, "paid"),
            ({"is_disputed": True}, "stopped: disputed"),
            ({"is_cancelled": True}, "cancelled"),
            ({"plan": (Payment(date(2026, 6, 1), eur("1200")),)}, "stopped: a plan is being kept"),
        ],
    )
    def test_what_stops_it(self, change: dict[str, object], reason: str) -> None:
        for taken in ((), (sent("reminder", date(2026, 4, 6)),)):
            assert outlook(invoice(**change), *taken, today=date(2026, 5, 4)) == Outlook(None, None, reason)

    def test_a_part_payment_stops_nothing(self) -> None:
        part = invoice(payments=(Payment(date(2026, 4, 7), eur("400")),))
        assert outlook(part).step == "reminder"
        assert asked_for(part, TODAY) == Late(eur("800"), DUE)

    def test_when_the_due_date_moves_the_ladder_begins_anew(self) -> None:
        extended = invoice(due=date(2026, 5, 1))
        reminded = sent("reminder", date(2026, 4, 6))
        assert outlook(extended, reminded, today=date(2026, 5, 2)).step == "reminder"

    def test_a_corrected_due_date_forgets_no_reminder(self) -> None:
        corrected = invoice(due=date(2026, 4, 5))
        assert outlook(corrected, sent("reminder", date(2026, 4, 8))).step == "second_reminder"


class TestPlans:
    """Instalments: kept they stop the ladder, missed they begin it anew."""

    PLAN = (Payment(date(2026, 5, 4), eur("400")), Payment(date(2026, 6, 4), eur("400")))
    AGREED = invoice(payments=(Payment(date(2026, 4, 10), eur("400")),), plan=PLAN)

    def paid(self, *payments: tuple[date, str]) -> Invoice:
        more = tuple(Payment(on, eur(amount)) for on, amount in payments)
        return replace(self.AGREED, payments=(*self.AGREED.payments, *more))

    def test_on_its_day_an_instalment_is_not_missed(self) -> None:
        assert asked_for(self.AGREED, date(2026, 5, 4)) is None
        assert asked_for(self.AGREED, date(2026, 5, 5)) == Late(eur("400"), date(2026, 5, 4))

    def test_a_missed_instalment_resumes_with_a_reminder(self) -> None:
        reminded = (sent("reminder", date(2026, 4, 6)), sent("second_reminder", date(2026, 4, 14)))
        found = outlook(self.AGREED, *reminded, today=date(2026, 5, 5))
        assert found == Outlook("reminder", date(2026, 5, 7), "")

    def test_the_reminder_of_the_first_missed_one_goes_on_to_the_second_step(self) -> None:
        reminded = sent("reminder", date(2026, 5, 7), since=date(2026, 5, 4))
        assert outlook(self.AGREED, reminded, today=date(2026, 5, 8)).step == "second_reminder"

    def test_paid_early_or_in_two_parts_is_kept(self) -> None:
        assert asked_for(self.paid((date(2026, 5, 1), "400")), date(2026, 5, 5)) is None
        parts = self.paid((date(2026, 5, 1), "150"), (date(2026, 5, 3), "250"))
        assert asked_for(parts, date(2026, 6, 4)) is None

    def test_a_part_of_an_instalment_leaves_the_rest_late(self) -> None:
        assert asked_for(self.paid((date(2026, 5, 3), "150")), date(2026, 5, 9)) == Late(
            eur("250"), date(2026, 5, 4)
        )

    def test_two_missed_are_asked_for_together(self) -> None:
        assert asked_for(self.AGREED, date(2026, 6, 5)) == Late(eur("800"), date(2026, 5, 4))

    def test_the_first_made_good_the_second_missed_begins_anew(self) -> None:
        late = self.paid((date(2026, 5, 20), "400"))
        reminded = sent("reminder", date(2026, 5, 7), since=date(2026, 5, 4))
        assert asked_for(late, date(2026, 6, 5)) == Late(eur("400"), date(2026, 6, 4))
        assert outlook(late, reminded, today=date(2026, 6, 5)).step == "reminder"

    def test_two_instalments_of_one_day_are_one(self) -> None:
        double = replace(self.AGREED, plan=(self.PLAN[0], replace(self.PLAN[1], on=self.PLAN[0].on)))
        assert asked_for(double, date(2026, 5, 5)) == Late(eur("800"), date(2026, 5, 4))

    def test_what_a_plan_leaves_out_is_owed_at_its_end(self) -> None:
        short = invoice(plan=self.PLAN)
        kept = replace(short, payments=(Payment(date(2026, 5, 4), eur("400")),))
        assert asked_for(kept, date(2026, 6, 4)) is None
        assert asked_for(kept, date(2026, 6, 5)) == Late(eur("800"), date(2026, 6, 4))


class TestOutdated:
    """Whether a draft still asks for what is owed."""

    def test_the_same_money_since_the_same_day_is_not(self) -> None:
        assert not is_outdated(invoice(), Late(eur("1200"), DUE), TODAY)

    @pytest.mark.parametrize(
        "changed",
        [
            None,
            invoice(payments=(Payment(DUE, eur("1200")),)),
            invoice(payments=(Payment(DUE, eur("1")),)),
            invoice(is_disputed=True),
            invoice(due=DUE + timedelta(days=14)),
            invoice(plan=TestPlans.PLAN),
        ],
    )
    def test_anything_else_is(self, changed: Invoice | None) -> None:
        assert is_outdated(changed, Late(eur("1200"), DUE), TODAY)
