"""An invoice of the client file that contradicts itself: its days, its payments, the plan for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from triage.client_file.amounts import money, money_text
from triage.client_file.fields import day
from triage.client_file.positions import Place
from triage.client_file.raw import Found, RawTable, quietly, tables
from triage.clients.money import Money


@dataclass(frozen=True, slots=True)
class _Sum:
    """A payment or an instalment that could be read."""

    place: Place
    on: date
    money: Money


def bill_contradictions(invoice: RawTable) -> Found:
    """Each contradiction's place and sentence."""
    place, keys = invoice
    issued, due = quietly(day, keys.get("issued")), quietly(day, keys.get("due"))
    if issued and due and due < issued:
        yield (*place, "due"), "is before issued; correct one of the two days."
    payments, plan = list(_sums(invoice, "payments")), list(_sums(invoice, "plan"))
    yield from _too_early(payments, issued, "came in before the invoice was issued; correct one of the days.")
    yield from _too_early(plan, issued, "is before the invoice was issued; correct one of the two days.")
    total = quietly(money, keys.get("total"))
    if total is None:
        return
    strange = [part for part in (*payments, *plan) if part.money.currency != total.currency]
    for part in strange:
        yield (
            (*part.place, "money"),
            f"is in {part.money.currency}, the invoice in {total.currency}; write what it came to there.",
        )
    twins = list(_noted_twice(payments))
    yield from twins
    if not strange and _is_whole(keys, "payments", payments):
        if not twins:
            yield from _overpaid(payments, total)
        if plan and _is_whole(keys, "plan", plan):
            yield from _not_the_rest((*place, "plan"), plan, payments, total)


def _sums(invoice: RawTable, key: str) -> Iterator[_Sum]:
    for place, keys in tables(invoice, key):
        on, paid = quietly(day, keys.get("on")), quietly(money, keys.get("money"))
        if on and paid:
            yield _Sum(place, on, paid)


def _is_whole(keys: Mapping[str, Any], key: str, read: list[_Sum]) -> bool:
    """Whether nothing is missing that would change the sum."""
    return isinstance(keys.get(key, []), list) and len(keys.get(key, [])) == len(read)


def _too_early(parts: list[_Sum], issued: date | None, sentence: str) -> Found:
    return (((*part.place, "on"), sentence) for part in parts if issued and part.on < issued)


def _noted_twice(payments: list[_Sum]) -> Found:
    """Two payments of one sum on one day."""
    first: dict[tuple[date, Money], _Sum] = {}
    for payment in payments:
        twin = first.setdefault((payment.on, payment.money), payment)
        if twin is not payment:
            yield (
                payment.place,
                f"is the same as payments[{twin.place[-1]}]: one payment noted twice; take one of them "
                "out, or write both as one sum if two came in that day.",
            )


def _overpaid(payments: list[_Sum], total: Money) -> Found:
    """The first payment that goes beyond the total."""
    paid = Decimal(0)
    for payment in payments:
        paid += payment.money.amount
        if paid > total.amount:
            more = money_text(Money(paid - total.amount, total.currency))
            yield payment.place, f"brings what was paid to {more} more than the total; correct one."
            return


def _not_the_rest(place: Place, plan: list[_Sum], payments: list[_Sum], total: Money) -> Found:
    """A plan is for what was open on the day it was made, and the payments since then belong to it."""
    planned = sum((part.money.amount for part in plan), Decimal(0))
    left = [total.amount]
    for payment in sorted(payments, key=lambda payment: payment.on):
        left.append(left[-1] - payment.money.amount)
    if planned not in left:
        rest = f"{money_text(Money(left[-1], total.currency))} are" if left[-1] > 0 else "nothing is"
        come_to = money_text(Money(planned, total.currency))
        yield place, f"comes to {come_to}, but {rest} open; make the instalments add up to that."
