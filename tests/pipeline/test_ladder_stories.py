"""Anything may happen between two passes: sending, editing, paying, quarrelling, dying. What always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.rig.ladder_shelf import Killed, Shelf, desk_of
from triage.clients.invoice import Invoice, Payment
from triage.clients.ladder import STEPS, asked_for
from triage.clients.money import Money
from triage.clients.profile import Client
from triage.ladder_view import UNSENT, owed_of

START = date(2026, 4, 1)


def eur(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


class LadderStories(RuleBasedStateMachine):
    """Two invoices of one client, and everything that can happen to them."""

    @initialize()
    def begin(self) -> None:
        self.bills = [
            Invoice("2026-014", eur(1200), date(2026, 3, 20), date(2026, 4, 3)),
            Invoice("2026-015", eur(300), date(2026, 3, 25), date(2026, 4, 17)),
        ]
        self.edited: set[str] = set()
        self.was_clean = False
        self.shelf = Shelf(desk_of(self.client()), START)

    def client(self) -> Client:
        return Client(
            "Harbour Bakery",
            addresses=("nora@harbourbakery.example",),
            language="en",
            invoices=tuple(self.bills),
        )

    def settle(self, index: int, **changes: object) -> None:
        self.bills[index] = replace(self.bills[index], **changes)  # type: ignore[arg-type]
        self.shelf.change(self.client())
        self.was_clean = False

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.shelf.wait(days)
        self.was_clean = self.was_clean and not days

    @rule()
    def a_pass(self) -> None:
        before = len(self.shelf.placed)
        self.shelf.run()
        self.was_clean = True
        if self.shelf.today.weekday() > 4:
            assert len(self.shelf.placed) == before, "a draft on a day off"

    @rule(when=st.sampled_from(["before", "after"]))
    def a_pass_that_is_killed(self, when: str) -> None:
        self.shelf.dies = when
        try:
            self.shelf.run()
            self.was_clean = True
        except Killed:
            self.was_clean = False
        self.shelf.dies = ""

    @precondition(lambda self: self.shelf.drafts)
    @rule(which=st.integers(0, 9))
    def a_draft_is_sent(self, which: int) -> None:
        self.shelf.send(sorted(self.shelf.drafts)[which % len(self.shelf.drafts)])
        self.was_clean = False

    @precondition(lambda self: self.shelf.drafts)
    @rule(which=st.integers(0, 9))
    def a_draft_is_edited(self, which: int) -> None:
        message_id = sorted(self.shelf.drafts)[which % len(self.shelf.drafts)]
        self.shelf.edit(message_id)
        self.edited.add(message_id)

    @precondition(lambda self: self.shelf.drafts)
    @rule(which=st.integers(0, 9))
    def a_draft_is_thrown_away(self, which: int) -> None:
        del self.shelf.drafts[sorted(self.shelf.drafts)[which % len(self.shelf.drafts)]]

    @rule(index=st.integers(0, 1), amount=st.sampled_from([100, 300, 1200]))
    def money_comes(self, index: int, amount: int) -> None:
        bill = self.bills[index]
        paid = min(eur(amount).amount, bill.open.amount)
        if paid:
            payment = Payment(self.shelf.today, Money(paid, "EUR"))
            self.settle(index, payments=(*bill.payments, payment))

    @rule(index=st.integers(0, 1), is_disputed=st.booleans())
    def a_quarrel(self, index: int, is_disputed: bool) -> None:
        self.settle(index, is_disputed=is_disputed)

    @rule(index=st.integers(0, 1), days=st.integers(1, 30))
    def a_plan(self, index: int, days: int) -> None:
        left = self.bills[index].open
        if left.amount:
            first = Payment(self.shelf.today + timedelta(days=days), eur(50))
            rest = Payment(first.on + timedelta(days=30), left - eur(50))
            self.settle(index, plan=(first, rest))

    @rule(index=st.integers(0, 1), days=st.integers(1, 40))
    def more_time(self, index: int, days: int) -> None:
        self.settle(index, due=self.shelf.today + timedelta(days=days), plan=())

    @invariant()
    def an_invoice_has_one_unsent_draft_at_most(self) -> None:
        for bill in self.bills if hasattr(self, "shelf") else ():
            rows = [row for row in self.shelf.ledger.steps(bill.number) if row.state in UNSENT]
            assert len(rows) <= 1
            texts = [mail.get_content() for mail in self.shelf.mails()]
            untouched = [
                text for name, text in zip(self.shelf.drafts, texts, strict=True) if name not in self.edited
            ]
            assert sum(bill.number in text for text in untouched) <= 1

    @invariant()
    def steps_are_taken_in_order(self) -> None:
        for bill in self.bills if hasattr(self, "shelf") else ():
            rows = [row for row in self.shelf.ledger.steps(bill.number) if row.state == "sent"]
            for since in {row.since for row in rows}:
                numbers = [STEPS.index(row.step) for row in rows if row.since == since]
                assert numbers == sorted(set(numbers))

    @invariant()
    def after_a_pass_no_untouched_draft_asks_for_what_is_not_owed(self) -> None:
        if not getattr(self, "was_clean", False):
            return
        bills = {bill.number: bill for bill in self.bills}
        for row in self.shelf.ledger.steps():
            if (
                row.message_id in self.shelf.drafts
                and row.message_id not in self.edited
                and row.state in UNSENT
            ):
                assert asked_for(bills[row.invoice], self.shelf.today) == owed_of(row)

    @invariant()
    def a_second_pass_changes_nothing(self) -> None:
        if not getattr(self, "was_clean", False):
            return
        drafts, rows = dict(self.shelf.drafts), self.shelf.ledger.steps()
        self.shelf.run()
        assert (self.shelf.drafts, self.shelf.ledger.steps()) == (drafts, rows)


LadderStories.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLadderStories = LadderStories.TestCase
