"""Which invoice a mail is about, and what may be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from drafts.facts import Reading
from drafts.figures import Words, count_words, day_words, money_words
from drafts.invoice_numbers import is_meant
from drafts.situation import Invoice, Money, Situation


def bill_of(situation: Situation, reading: Reading) -> Invoice | None:
    """Return the invoice meant: the ladder's, the one the message names, or the only one unpaid."""
    if situation.invoice:
        return situation.invoice
    if reading.invoices:
        meant = [one for one in situation.invoices if is_named(one.number, reading)]
        return meant[0] if len(meant) == 1 else None
    return situation.invoices[0] if len(situation.invoices) == 1 else None


def bills_meant(situation: Situation, reading: Reading) -> tuple[Invoice, ...]:
    """Return the unpaid invoices that the message speaks of: those it names, or all where it names none."""
    named = tuple(one for one in situation.invoices if is_named(one.number, reading))
    return named if reading.invoices else situation.invoices


def bill_lines(bills: Iterable[Invoice], today: date, language: str, words: Words) -> str:
    """Return one line for each of several invoices: its number, what is open, and when it is due."""
    lines: Mapping[str, str] = words.get("bill_line", {})
    facts = (bill_facts(one, today, language, words) for one in bills)
    return "\n".join(
        f"- {lines['was_due' if 'was_due' in one else 'is_due'].format(**one)}" for one in facts if lines
    )


def is_named(number: str, reading: Reading) -> bool:
    """Whether the message names this invoice."""
    return any(is_meant(number, fact.words) for fact in reading.invoices)


def bill_facts(invoice: Invoice, today: date, language: str, words: Words) -> dict[str, str]:
    """Return what a sentence may say of an invoice.

    ``was_due`` stands only once the day has passed, ``is_due`` only until then.
    """
    late = (today - invoice.due).days
    paid = invoice.total.amount - invoice.open.amount
    facts: dict[str, Any] = {
        "number": invoice.number,
        "open": money_words(invoice.open, language, words),
        "issued": day_words(invoice.issued, today, language, words),
        "was_due" if late > 0 else "is_due": day_words(invoice.due, today, language, words),
    }
    if late > 0:
        facts["days_late"] = count_words(late, "day", words)
    if paid > 0:
        facts["total"] = money_words(invoice.total, language, words)
        facts["part_paid"] = money_words(Money(paid, invoice.open.currency), language, words)
    return {name: value for name, value in facts.items() if value}
