"""What a message names, each thing with its words and what it means: as a JSON list, and as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from drafts.objects import bare_subject
from drafts.resolved import Fact, InvoiceNamed, Moment, Named, Percentage, Sum, named_in
from drafts.when import Relation

if TYPE_CHECKING:
    from triage.conclude import Reading
    from triage.desk import Desk

Kind = Literal["deadline", "date", "start", "amount", "percentage", "invoice"]
STARTS = (Relation.FROM, Relation.AFTER, Relation.SINCE)


def named_by(reading: Reading, language: str, desk: Desk, written: datetime | None) -> Named:
    """What a message names, resolved against when it was ``written`` and the client's own file."""
    local = written.astimezone(desk.working.zone) if written else None
    known = reading.brief.facts(local.date()) if local else {}
    subject = bare_subject(reading.message.subject)
    named = named_in(
        f"{subject}\n{reading.new_text}",
        language,
        local,
        invoices=known.get("invoices", ()),
        agreement=known.get("agreement"),
    )
    # The subject of an answer is as old as its thread: "tomorrow" in it was another day.
    is_answer = not reading.message.subject.strip().startswith(subject)
    moments = (one for one in named.moments if not is_answer or one.start > len(subject))
    return replace(named, moments=tuple(moments))


def facts_record(named: Named, written: datetime | None) -> list[dict[str, object]]:
    """One object a fact, in the order of the message; ``value`` is null where it can't be told."""
    return [record_of(fact, written.year if written else None) for fact in named.in_order()]


def record_of(fact: Fact, year: int | None) -> dict[str, object]:
    """One fact: its kind, the exact words and the value; a moment also in words, and how it relates to it."""
    record: dict[str, object] = {"kind": kind_of(fact), "words": fact.words, "value": value_of(fact)}
    if isinstance(fact, Moment):
        record |= {"relation": fact.relation.value, "text": in_words(fact, year)}
    return record


def kind_of(fact: Fact) -> Kind:
    """The fact's kind, by which a program tells what its value is."""
    if isinstance(fact, Moment):
        return "deadline" if fact.is_deadline else "start" if fact.relation in STARTS else "date"
    return "amount" if isinstance(fact, Sum) else "percentage" if isinstance(fact, Percentage) else "invoice"


def value_of(fact: Fact) -> str | None:
    """A date or a span as ISO 8601 writes it, an amount with its currency, a number; None where unknown."""
    if isinstance(fact, Moment):
        return iso(fact)
    if isinstance(fact, Sum):
        return None if fact.amount is None else f"{fact.amount:f} {fact.currency or ''}".strip()
    if isinstance(fact, Percentage):
        return f"{fact.number:f}"
    return fact.number or written_number(fact)


def written_number(fact: InvoiceNamed) -> str:
    """The number of an invoice that isn't on file, as the message has it."""
    return fact.words.rsplit(maxsplit=1)[-1].lstrip("#")


def iso(moment: Moment) -> str | None:
    """``2026-03-12``, ``2026-03-12T17:00`` or ``2026-03-16/2026-03-22``."""
    if moment.first is None or moment.last is None:
        return None
    if moment.first != moment.last:
        return f"{moment.first}/{moment.last}"
    return f"{moment.first}T{moment.at:%H:%M}" if moment.at else f"{moment.first}"


def in_words(moment: Moment, year: int | None) -> str:
    """``by Thursday (12 March)``; the words alone where the day can't be told."""
    words = " ".join(moment.words.split())
    if moment.first is None or moment.last is None:
        return words
    said = spelt(moment.first, year)
    if moment.last != moment.first:
        said = f"{said} – {spelt(moment.last, year)}"
    return f"{words} ({said}{f' {moment.at:%H:%M}' if moment.at else ''})"


def spelt(day: date, year: int | None) -> str:
    """``12 March``, with its year where that is another than the message's."""
    from babel.dates import format_date

    return format_date(day, "d MMMM" if day.year == year else "d MMMM yyyy", locale="en")


def lines_of(named: Named, written: datetime | None) -> Iterator[str]:
    """One line a kind, each thing once: the days, the sums, the percentages, the invoices."""
    year = written.year if written else None
    groups = (
        [in_words(one, year) for one in named.moments],
        [meant(one.words, value_of(one)) for one in named.sums],
        [meant(one.words, value_of(one)) for one in named.percentages],
        [meant(one.words, one.number) for one in named.invoices],
    )
    yield from (", ".join(dict.fromkeys(group)) for group in groups if group)


def meant(words: str, value: str | None) -> str:
    """The words with what they mean, where that says more."""
    plain = " ".join(words.split())
    return f"{plain} ({value})" if value and value.casefold() not in plain.casefold() else plain
