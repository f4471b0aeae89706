"""What may be said of an agreement on file: each term as words, none that was never agreed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from drafts.figures import (
    Words,
    count_words,
    day_words,
    percent_words,
    price_words,
    unit_price_words,
)
from drafts.phrasebook import fill_text
from drafts.situation import Agreement

MOST_LISTED = 4


def term_facts(agreement: Agreement, today: date, language: str, words: Words) -> dict[str, str]:
    """Return the terms as sentences may name them; a term that isn't on file has no entry."""
    named = {
        **dict(prices(agreement, language, words)),
        **dict(rounds(agreement, words)),
        **dict(dates(agreement, today, language, words)),
        **dict(lists(agreement, words)),
        "project": agreement.project,
        "late_fee": agreement.late_fee.strip().rstrip("."),
        "agreed_hours": agreement.working_hours,
    }
    return {name: value for name, value in named.items() if value}


def prices(agreement: Agreement, language: str, words: Words) -> Iterator[tuple[str, str]]:
    """Yield what things cost."""
    if agreement.extra_round:
        yield "extra_round", price_words(agreement.extra_round, language, words)
    if agreement.rate:
        is_whole = agreement.rate.unit == "project"
        yield "project_price" if is_whole else "rate", unit_price_words(agreement.rate, language, words)
    if agreement.rush_percent is not None:
        yield "rush_percent", percent_words(agreement.rush_percent, language, words)
    if agreement.rush_fee:
        yield "rush_fee", price_words(agreement.rush_fee, language, words)
    if agreement.deposit_percent:
        yield "deposit", percent_words(agreement.deposit_percent, language, words)


def rounds(agreement: Agreement, words: Words) -> Iterator[tuple[str, str]]:
    """Yield how many revision rounds there are, and which one comes next."""
    if agreement.rounds_included is not None:
        yield "rounds", str(agreement.rounds_included)
        yield "included_rounds", count_words(agreement.rounds_included, "included_rounds", words)
    if agreement.rounds_used is not None:
        yield "next_round", str(agreement.rounds_used + 1)


def dates(agreement: Agreement, today: date, language: str, words: Words) -> Iterator[tuple[str, str]]:
    """Yield when it was agreed, when invoices are due, and the date of the delivery: ahead, or passed."""
    if agreement.agreed_on:
        yield "agreed_on", day_words(agreement.agreed_on, today, language, words)
    if agreement.deadline:
        name = "agreed_deadline" if agreement.deadline >= today else "passed_deadline"
        yield name, day_words(agreement.deadline, today, language, words)
    if agreement.payment_days is not None:
        yield "payment_days", count_words(agreement.payment_days, "day", words)


def lists(agreement: Agreement, words: Words) -> Iterator[tuple[str, str]]:
    """Yield what the agreement lists, each list as one phrase."""
    known = words.get("channels", {})
    yield "scope_list", enumerated(agreement.scope, words)
    yield "exclusion_list", enumerated(agreement.exclusions, words)
    yield "delivered", enumerated(agreement.delivered, words)
    yield "approved", enumerated(agreement.approved, words)
    yield "channel_list", enumerated([str(known.get(one, one)) for one in agreement.channels], words)


def enumerated(phrases: Iterable[str], words: Words) -> str:
    """Join noun phrases: "a, b and c"; empty where there are none, or more than a sentence can carry."""
    several = [phrase.strip() for phrase in phrases if phrase.strip()]
    if len(several) > MOST_LISTED:
        return ""
    if len(several) < 2:
        return "".join(several)
    return f"{', '.join(several[:-1])} {and_before(several[-1], words)} {several[-1]}"


def and_before(phrase: str, words: Words) -> str:
    """Return the language's "and", in the form it takes before ``phrase``: Spanish "e imágenes"."""
    special: Mapping[str, str] = words.get("and_before", {})
    fitting = (said for start, said in special.items() if re.match(start, phrase, re.IGNORECASE))
    return next(fitting, str(words["and"]))


def checklist(agreement: Agreement | None, facts: Mapping[str, str], words: Words) -> dict[str, str]:
    """Return the terms on file and those still to be agreed, each as a list with one line a term."""
    lines = words.get("checklist", {})
    long = {
        "scope_list": ", ".join(agreement.scope) if agreement else "",
        "exclusion_list": ", ".join(agreement.exclusions) if agreement else "",
    }
    named = {**facts, **{name: value for name, value in long.items() if value}}
    known = (first_filled(sources, named) for sources in lines.get("known", ()))
    asked: Mapping[str, str] = lines.get("missing", {})
    missing = (text for terms, text in asked.items() if not named.keys() & set(terms.split("|")))
    made = {"on_file": bulleted(known), "not_on_file": bulleted(missing)}
    return {name: text for name, text in made.items() if text}


def first_filled(sources: Iterable[str], facts: Mapping[str, str]) -> str:
    """Return the first of some texts whose facts are all there, filled in."""
    return next((text for source in sources if (text := fill_text(source, facts))), "")


def bulleted(lines: Iterable[str]) -> str:
    """Return a list with one line each."""
    return "\n".join(f"- {line}" for line in lines if line)
