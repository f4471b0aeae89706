"""Money, prices, percentages and days as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from drafts.moments import date_words
from drafts.situation import Money, Price

Words = Mapping[str, Any]
# A line may break anywhere in a plain text mail: the narrow and the unbreakable space only make words differ.
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def money_words(money: Money, language: str, words: Words) -> str:
    """Say an amount to the cent, as an invoice does: "€1,200.00", "1.200,00 €"."""
    return format_currency(money.amount, money.currency, locale=locale_of(language, words)).translate(SPACES)


def price_words(money: Money, language: str, words: Words) -> str:
    """Say a price without its cents where it has none: "€240"."""
    if money.amount != money.amount.to_integral_value():
        return money_words(money, language, words)
    locale = Locale.parse(locale_of(language, words))
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    whole = format_currency(
        money.amount, money.currency, format=pattern, locale=locale, currency_digits=False
    )
    return whole.translate(SPACES)


def unit_price_words(price: Price, language: str, words: Words) -> str:
    """Say what one unit costs: "€85 an hour"; empty where the language has no words for the unit."""
    pattern = words.get("units", {}).get(price.unit, "")
    return str(pattern).format(money=price_words(price.money, language, words))


def percent_words(percent: Decimal, language: str, words: Words) -> str:
    """Say a percentage: "50%", "50 %"."""
    number = format_decimal(percent.normalize(), locale=locale_of(language, words)).translate(SPACES)
    return str(words.get("percent", "{number}%")).format(number=number)


def day_words(day: date, today: date, language: str, words: Words) -> str:
    """Say a day: "3 April", and its year where that isn't this year."""
    return date_words(day, words["hear_by"], language, with_year=day.year != today.year)


def weekday_words(day: date, today: date, language: str, words: Words) -> str:
    """Say a day with its weekday: "Monday, 18 May"."""
    weekday = format_date(day, "EEEE", locale=language)
    pattern = str(words.get("weekday_date", "{weekday}, {date}"))
    return pattern.format(weekday=weekday, date=day_words(day, today, language, words))


def count_words(count: int, name: str, words: Words) -> str:
    """Say how many of a thing there are: ``words.counts.<name>`` holds singular, plural and maybe none."""
    forms = words.get("counts", {}).get(name)
    if not forms:
        return ""
    numbers: list[str] = words.get("numbers", [])
    said = numbers[count] if 0 <= count < len(numbers) else str(count)
    fitting = forms[2:3] if count == 0 and forms[2:] else forms[:1] if count == 1 else forms[1:2]
    return str(fitting[0]).format(count=said)


def locale_of(language: str, words: Words) -> str:
    """Return the locale whose way of writing figures the phrasebook follows."""
    return str(words.get("locale", language))
