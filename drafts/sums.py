"""Sums of money and percentages as people write them, read as numbers: "1.200,50 €", "£3k", "CHF 1'200.–"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

NUMBER = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d{1,4}(?!\d))?)"
    r"(?:[.,]?\s?[–—-]{1,2}(?!\s?\d))?"
)
THOUSAND = r"(?:\s?k(?!\w)|\s(?:mil|mille|tsd\.?|tausend|thousand|grand)(?!\w))"
# Signs and words, with the one currency that each can only mean; "$" and "pesos" are of many countries.
SIGNS: Mapping[str, str | None] = {
    r"us\$|usd|us-dollars?": "USD",
    r"ca?\$|cad": "CAD",
    r"au?\$|aud": "AUD",
    r"nz\$|nzd": "NZD",
    r"r\$|brl|reais": "BRL",
    r"mx\$|mxn": "MXN",
    r"€|eur(?:os?|o)?": "EUR",
    r"£|gbp|pounds?(?: sterling)?|quid": "GBP",
    r"chf|sfr\.?|fr\.|franken|stutz": "CHF",
    r"sek": "SEK",
    r"nok": "NOK",
    r"dkk": "DKK",
    r"pln|zł": "PLN",
    r"jpy|yen": "JPY",
    r"\$|dollars?|dólares|dolares|bucks|¥|pesos|francs?|kr": None,
}
SIGN = "|".join(SIGNS)
SUM = re.compile(
    rf"(?<![\w.,])(?P<before>{SIGN})\s?(?P<first>{NUMBER})(?P<kilo>{THOUSAND})?(?![\w%])"
    rf"|(?<![\w.,'’/#])(?P<second>{NUMBER})(?P<mille>{THOUSAND})?(?:\s?de)?\s?(?P<after>{SIGN})(?![\w$])",
    re.IGNORECASE,
)
PERCENT = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:[.,]\d{1,2})?)\s?"
    r"(?:%|per ?cent(?!\w)|pct(?!\w)|prozent(?!\w)|por ?ciento(?!\w)|por ?cento(?!\w)|pour ?cent(?!\w))",
    re.IGNORECASE,
)
LONGEST = 24


@dataclass(frozen=True)
class Sum:
    """An amount as written; ``currency`` is an ISO 4217 code, None where the sign may mean several."""

    words: str
    start: int
    end: int
    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True)
class Percentage:
    """A percentage as written."""

    words: str
    start: int
    end: int
    number: Decimal


def sums_in(text: str, dollar: str | None = None) -> Iterator[Sum]:
    """Yield every sum of ``text`` in order; ``dollar`` is what a bare "$" stands for, where it is known."""
    for hit in SUM.finditer(text):
        sign = (hit["before"] or hit["after"] or "").lower()
        is_thousands = bool(hit["kilo"] or hit["mille"])
        amount = number_of(hit["first"] or hit["second"] or "")
        if amount is not None and is_thousands:
            amount *= 1000
        currency = currency_of(sign)
        if currency is None and sign in ("$", "dollar", "dollars", "dólares", "dolares", "bucks"):
            currency = dollar
        yield Sum(hit[0], hit.start(), hit.end(), amount, currency)


def percents_in(text: str) -> Iterator[Percentage]:
    """Yield every percentage of ``text`` in order."""
    for hit in PERCENT.finditer(text):
        number = Decimal(hit["number"].replace(",", "."))
        yield Percentage(hit[0], hit.start(), hit.end(), number)


def currency_of(sign: str) -> str | None:
    """Return the currency that a sign or word can only mean."""
    return next((code for said, code in SIGNS.items() if re.fullmatch(said, sign.strip(), re.I)), None)


def number_of(said: str) -> Decimal | None:
    """Return what figures say, whichever way thousands and cents are parted; None where it can't be told.

    The last mark with one or two figures behind it parts the cents, three figures behind a mark are
    thousands, and four after a mark are neither.
    """
    bare = re.sub(r"[.,]?\s?[–—-]{1,2}$", "", said)
    if len(bare) > LONGEST:
        return None
    bare = re.sub(r"[\s'’]", "", bare)
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?", bare)
    if not found or len(set(re.findall(r"[.,]", found[1]))) > 1:
        return None
    whole = re.sub(r"\D", "", found[1])
    return Decimal(f"{whole}.{found[2]}") if found[2] else Decimal(whole)
