"""Which invoice a mail is about, and what may be said of it."""

from __future__ import annotations

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
