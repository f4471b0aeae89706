"""Lint: no figure, promise or admission stands in a draft that no fact supports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from drafts.draft import Draft, Rule
from drafts.lexicon import Pattern, banned, lexicon
from drafts.moments import hear_by_words
from drafts.moves import Move
from drafts.phrasebook import phrasebook
from drafts.reading import AMOUNT
from drafts.sentences import words_of

TIME = re.compile(
    r"\b\d{1,2}(?::\d{2})?\s?(?:am|pm|h|uhr)\b|\b\d{1,2}[:h]\d{2}\b|\b(?:noon|midnight)\b", re.IGNORECASE
)
PERCENT = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|per ?cent|prozent|por ciento|por cento|pour cent)", re.IGNORECASE
)
DIGITS = re.compile(r"\d+")
# The last separator before one or two figures marks the cents; three figures after it are thousands.
CENTS = re.compile(r"[.,](\d{1,2})$")


def invented_amount(draft: Draft) -> Iterator[str]:
    """Yield amounts that neither the message nor the client file names."""
    known = {value(hit[0]) for hit in AMOUNT.finditer(known_text(draft))}
    for hit in AMOUNT.finditer(draft.text):
        if value(hit[0]) not in known:
            yield f"names “{hit[0]}”"


def value(amount: str) -> Decimal:
    """Return an amount as a number, whichever way its thousands and cents are written: "1.200,00 €"."""
    figures = "".join(re.findall(r"[\d.,]", amount)).strip(".,")
    cents = CENTS.search(figures)
    whole = re.sub(r"\D", "", figures[: cents.start()] if cents else figures)
    number = Decimal(f"{whole or 0}.{cents[1] if cents else 0}")
    return number * 1000 if re.search(r"\dk\b", amount, re.IGNORECASE) else number


def invented_percentage(draft: Draft) -> Iterator[str]:
    """Yield percentages that neither the message nor the client file names."""
    known = {DIGITS.findall(hit[0])[0] for hit in PERCENT.finditer(known_text(draft))}
    for hit in PERCENT.finditer(draft.text):
        if DIGITS.findall(hit[0])[0] not in known:
            yield f"names “{hit[0]}”"


def invented_invoice(draft: Draft) -> Iterator[str]:
    """Yield invoice numbers that neither the message nor the client file names."""
    given = draft.situation
    bills = [*given.invoices, *([given.invoice] if given.invoice else [])]
    known = [*(fact.words for fact in draft.reading.invoices), *(bill.number for bill in bills)]
    yield from unknown(lexicon(given.language)["invoice"], draft.text, " ".join(known))


def invented_number(draft: Draft) -> Iterator[str]:
    """Yield any other number that no fact holds: a count of rounds, of days, of pages."""
    yield from unknown(DIGITS, draft.text, known_text(draft))


def unknown(pattern: Pattern, text: str, known: str) -> Iterator[str]:
    """Yield each hit of ``pattern`` that holds a number which ``known`` doesn't."""
    numbers = set(DIGITS.findall(known))
    for hit in pattern.finditer(text):
        if not set(DIGITS.findall(hit[0])) <= numbers:
            yield f"names “{hit[0]}”"


def invented_date(draft: Draft) -> Iterator[str]:
    """Yield days and times that are neither computed nor in the message or the client file."""
    known = known_text(draft).lower()
    for pattern in (lexicon(draft.situation.language)["moment"], TIME):
        for hit in pattern.finditer(draft.text):
            if not all(word in known for word in words_of(hit[0])):
                yield f"names “{hit[0].strip()}”"


def known_text(draft: Draft) -> str:
    """Return all that a draft may take its figures from."""
    situation = draft.situation
    patterns = phrasebook(situation.language).words["hear_by"]
    promised = hear_by_words(situation.hear_by, situation.now, situation.language, patterns)
    own = (
        draft.reading.pay_date.value if draft.reading.pay_date else "",
        situation.working_hours or "",
        situation.client_name,
        situation.freelancer.name,
    )
    return " \n".join((promised, situation.subject, situation.new_text, *own, *draft.facts.values()))


def unsupported_promise(draft: Draft) -> Iterator[str]:
    """Yield promises of money or work that neither a gift on file nor the policy allows."""
    policy, moves = draft.situation.policy, draft.moves
    gives = draft.situation.gifts_left > 0 and moves & {Move.COMPENSATE, Move.OFFER_OPTIONS}
    for hit in banned("promise").finditer(draft.own):
        yield f"says “{hit[0]}”"
    for name, is_allowed in (
        ("gift", gives),
        ("discount", policy.allows_discount),
        ("refund", policy.allows_refund),
    ):
        for hit in banned(name).finditer("" if is_allowed else draft.own):
            yield f"says “{hit[0]}”"


def unsupported_admission(draft: Draft) -> Iterator[str]:
    """Yield admissions of fault and apologies where no mistake on record is what the client speaks of."""
    if not draft.reading.mistakes:
        for hit in banned("admission").finditer(draft.own):
            yield f"says “{hit[0]}”"


RULES: Mapping[str, Rule] = {
    "promise": unsupported_promise,
    "admission": unsupported_admission,
    "invented amount": invented_amount,
    "invented percentage": invented_percentage,
    "invented invoice": invented_invoice,
    "invented date": invented_date,
    "invented number": invented_number,
}
