"""What a message names, as typed facts: days of the calendar, sums, percentages and the invoices on file.

Each holds the words it came from and where they stand; what can't be told stays without a value.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from drafts.calm_words import calm_lexicon
from drafts.invoice_numbers import is_meant
from drafts.situation import Agreement, Invoice, Situation
from drafts.sums import Percentage, Sum, percents_in, sums_in
from drafts.when import Moment, deadline_of, moments_in
from drafts.when_words import time_words

__all__ = ["InvoiceNamed", "Moment", "Named", "Percentage", "Sum", "client_deadline", "named_in", "resolve"]

DOLLARS = ("USD", "CAD", "AUD", "NZD", "MXN", "HKD", "SGD")


@dataclass(frozen=True)
class InvoiceNamed:
    """An invoice as the message names it; ``number`` is the one on file that is meant, None where none is."""

    words: str
    start: int
    end: int
    number: str | None


Fact = Moment | Sum | Percentage | InvoiceNamed
One = TypeVar("One", Moment, Sum)


@dataclass(frozen=True)
class Named:
    """All that a message names, each kind in the order of the text."""

    moments: tuple[Moment, ...] = ()
    sums: tuple[Sum, ...] = ()
    percentages: tuple[Percentage, ...] = ()
    invoices: tuple[InvoiceNamed, ...] = ()

    def in_order(self) -> tuple[Fact, ...]:
        """Return every fact in the order of the text."""
        facts: tuple[Fact, ...] = (*self.moments, *self.sums, *self.percentages, *self.invoices)
        return tuple(sorted(facts, key=lambda fact: (fact.start, fact.end)))


def resolve(situation: Situation) -> Named:
    """Return what the new text of a situation names; never raises, linear in its length."""
    return named_in(
        situation.new_text,
        situation.language,
        written_of(situation),
        invoices=situation.invoices,
        agreement=situation.agreement,
    )


def named_in(
    text: str,
    language: str,
    written: datetime | None,
    *,
    invoices: Iterable[Invoice] = (),
    agreement: Agreement | None = None,
) -> Named:
    """Return what ``text`` names; ``written`` is when, aware, in the freelancer's zone."""
    on_file = tuple(invoices)
    bills = tuple(_invoices(text, language, on_file))
    sums = tuple(_beside(sums_in(text, _dollar(on_file, agreement)), bills))
    return Named(
        moments=tuple(_beside(_beside(moments_in(text, language, written), bills), sums)),
        sums=sums,
        percentages=tuple(percents_in(text)),
        invoices=bills,
    )


def written_of(situation: Situation) -> datetime | None:
    """Return when the message was written, in the freelancer's zone."""
    received = situation.received
    return received.astimezone(situation.now.tzinfo) if received else None


def client_deadline(situation: Situation) -> datetime | None:
    """Return the earliest moment by which the client wants something, as far as it is still ahead.

    What clients say they will do themselves by a day, and when they are away, is no deadline.
    """
    words, written = time_words(situation.language), written_of(situation)
    if words is None or written is None:
        return None
    text = situation.new_text
    asked = (
        one
        for one in resolve(situation).moments
        if one.is_deadline and not words.owned.search(_sentence(text, one))
    )
    ends = (deadline_of(one, written) for one in asked)
    return min((end for end in ends if end and end > situation.now), default=None)


def _sentence(text: str, moment: Moment) -> str:
    """The sentence around a moment, or as much of it as matters."""
    begin = max(text.rfind(mark, max(0, moment.start - 200), moment.start) for mark in ".!?\n") + 1
    begin = max(begin, moment.start - 200, 0)
    ends = [at for mark in ".!?\n" if (at := text.find(mark, moment.end, moment.end + 200)) >= 0]
    return text[begin : min(ends, default=moment.end + 200)]


def _invoices(text: str, language: str, on_file: tuple[Invoice, ...]) -> Iterator[InvoiceNamed]:
    for hit in calm_lexicon(language)["invoice"].finditer(text):
        meant = [one.number for one in on_file if is_meant(one.number, hit[0])]
        number = meant[0] if len(meant) == 1 else None
        yield InvoiceNamed(hit[0], hit.start(), hit.end(), number)


def _dollar(invoices: Iterable[Invoice], agreement: Agreement | None) -> str | None:
    """The one dollar that this client is billed in."""
    known = {one.total.currency for one in invoices}
    if agreement and agreement.rate:
        known.add(agreement.rate.money.currency)
    dollars = known & set(DOLLARS)
    return dollars.pop() if len(dollars) == 1 else None


def _beside(found: Iterable[One], taken: Sequence[Fact]) -> Iterator[One]:
    """Yield what overlaps nothing of ``taken``; both are in the order of the text."""
    starts = [other.start for other in taken]
    for one in found:
        before = bisect_left(starts, one.end)
        if not before or taken[before - 1].end <= one.start:
            yield one
