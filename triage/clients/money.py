"""Money as the program counts it: exact, and never without its currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount; ``currency`` is its ISO 4217 code. Amounts of two currencies are never added up."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        """The sum; raises ValueError over two currencies."""
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """The difference; raises ValueError over two currencies."""
        return Money(self.amount - self._same(other), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added up")
        return other.amount


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of work costs; ``unit`` is "hour", "day", "round", "page", "word" or "project"."""

    money: Money
    unit: str
