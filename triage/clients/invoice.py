"""An invoice, what was paid of it, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from triage.clients.money import Money

InvoiceState = Literal["open", "paid", "disputed", "plan", "cancelled"]


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in, or under a plan is to come in, on a day."""

    on: date
    money: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice; ``is_disputed`` and ``plan`` (agreed instalments) stop its reminders."""

    number: str
    total: Money
    issued: date
    due: date
    project: str = ""
    payments: tuple[Payment, ...] = ()
    plan: tuple[Payment, ...] = ()
    is_disputed: bool = False
    is_cancelled: bool = False

    @property
    def paid(self) -> Money:
        """What has come in so far."""
        return sum(
            (payment.money for payment in self.payments), Money(self.total.amount * 0, self.total.currency)
        )

    @property
    def open(self) -> Money:
        """What is still owed; never below nothing."""
        left = self.total - self.paid
        return left if left.amount > 0 else Money(left.amount * 0, left.currency)

    @property
    def state(self) -> InvoiceState:
        """Where it stands; money decides before words."""
        if self.is_cancelled:
            return "cancelled"
        if not self.open.amount:
            return "paid"
        if self.is_disputed:
            return "disputed"
        return "plan" if self.plan else "open"

    def as_of(self, day: date) -> Invoice:
        """The invoice as it stood on a day: payments that came later are not known yet."""
        return replace(self, payments=tuple(payment for payment in self.payments if payment.on <= day))

    def is_overdue(self, today: date) -> bool:
        """Whether money is owed and its day has passed."""
        return self.state in ("open", "disputed") and today > self.due
