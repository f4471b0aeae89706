"""Money, prices and percentages as the client file writes them; each mistake is told with what to write."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from functools import cache

from triage.clients.money import Money, Price

UNITS = ("hour", "day", "round", "page", "word", "project")
_USUAL = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "SEK", "DKK", "PLN")
_MOST = Decimal(10) ** 12
_MONEY = re.compile(r"(-?)([0-9]+(?:\.[0-9]+)?) ([A-Z]{3})")
_NUMBER = re.compile(r"[0-9](?:[0-9.,'’\u00a0\u202f ]*[0-9])?")
_SIGNS = {
    "€": "EUR",
    "euro": "EUR",
    "us$": "USD",
    "r$": "BRL",
    "$": "USD",
    "dollar": "USD",
    "£": "GBP",
    "pound": "GBP",
    "¥": "JPY",
    "zł": "PLN",
    "fr.": "CHF",
}
_UNITS_SAID = {"h": "hour", "hr": "hour", "std": "hour", "d": "day", "tag": "day", "wort": "word"}


def money(raw: object) -> Money:
    """The amount in ``"1200.00 EUR"``; raises ValueError with the sentence that says what to write."""
    found = _MONEY.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise ValueError(f'must be an amount and its currency in quotes: write "{_like_money(raw)}"')
    sign, digits, currency = found.groups()
    amount = Decimal(digits)
    if sign or not amount:
        raise ValueError("must be more than 0")
    if amount >= _MOST:
        raise ValueError("is more than the program counts")
    _check_currency(currency, digits)
    return Money(amount, currency)


def price(raw: object) -> Price:
    """The price in ``"85 EUR/hour"``; raises ValueError with the sentence that says what to write."""
    text, slash, unit = raw.strip().partition("/") if isinstance(raw, str) else ("", "", "")
    if not slash or unit not in UNITS or not _MONEY.fullmatch(text):
        raise ValueError(f'must be a price for one unit ({", ".join(UNITS)}): write "{_like_price(raw)}"')
    return Price(money(text), unit)


def percent(raw: object, most: int = 1000) -> Decimal:
    """The number of ``50`` or ``12.5``, up to ``most``; raises ValueError with what to write."""
    if isinstance(raw, str) and (found := re.search(r"[0-9]+(?:[.,][0-9]+)?", raw)):
        raise ValueError(f"must be a number without quotes: write {found[0].replace(',', '.')}")
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise ValueError("must be a number, such as 50")
    number = Decimal(str(raw))
    if not number.is_finite() or not 0 < number <= most:
        raise ValueError(
            f"must be more than 0 and at most {most}; leave the key out where nothing was agreed"
        )
    return number


def money_text(value: Money) -> str:
    """As the file writes it: ``1200.00 EUR``."""
    return f"{value.amount:f} {value.currency}"


def price_text(value: Price) -> str:
    """As the file writes it: ``85 EUR/hour``."""
    return f"{money_text(value.money)}/{value.unit}"


def _check_currency(code: str, digits: str) -> None:
    # Babel isn't loaded before there is an amount: a pass without a client file shall not pay for it.
    from babel.numbers import get_currency_precision

    known = _currencies()
    if code not in known:
        raise ValueError(f"{code} is no currency in use (ISO 4217){_hint(code, known)}")
    places: int = get_currency_precision(code)
    if len(digits.partition(".")[2]) > max(places, 0):
        raise ValueError(f"{code} has {places or 'no'} decimal places; write the amount with these")


def _hint(code: str, known: frozenset[str]) -> str:
    """A code spelt alike, the much used ones before all others."""
    meant = get_close_matches(code, _USUAL, 1, 0.6) or get_close_matches(code, sorted(known), 1, 0.6)
    return f"; did you mean {meant[0]}?" if meant else "; write its three letters, such as EUR"


@cache
def _currencies() -> frozenset[str]:
    """The codes of the money that some country uses today."""
    from babel.core import get_global

    kept = get_global("territory_currencies").values()
    return frozenset(code for spans in kept for code, _, end, _ in spans if end is None)


def _like_money(raw: object) -> str:
    """What was probably meant; without a hint the currency is EUR."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        return "1200.00 EUR"
    text = str(raw)
    number = _NUMBER.search(text)
    return f"{_plain_number(number[0]) if number else '1200.00'} {_currency_in(text)}"


def _like_price(raw: object) -> str:
    said = re.split(r"[^a-z]+", str(raw).lower())
    units = [_UNITS_SAID.get(word) or _UNITS_SAID.get(word[:3]) or _unit_like(word) for word in said]
    return f"{_like_money(raw)}/{next(filter(None, units), 'hour')}"


def _unit_like(word: str) -> str | None:
    return next((unit for unit in UNITS if word.startswith(unit)), None)


def _currency_in(text: str) -> str:
    codes = [code for code in re.findall(r"[A-Za-z]{3,}", text) if code.upper() in _currencies()]
    if codes:
        return str(codes[0]).upper()
    return next((code for sign, code in _SIGNS.items() if sign in text.casefold()), "EUR")


def _plain_number(text: str) -> str:
    """``1200.50`` for ``1.200,50`` and ``1,200.50``: the last mark with one or two digits is the decimal."""
    bare = re.sub(r"['’\s]", "", text)
    whole, mark, cents = re.fullmatch(r"(.*?)(?:([.,])([0-9]{1,2}))?", bare).groups()  # type: ignore[union-attr]
    digits = re.sub(r"[.,]", "", whole).lstrip("0") or "0"
    return f"{digits}.{cents}" if mark else digits
