"""The kinds of values a client file holds, each with the sentence that says what to write instead."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, StrictInt, StrictStr

from triage.client_file.amounts import money, percent, price
from triage.clients.money import Money, Price
from triage.config.fields import Distinct, FilledLine, Line
from triage.mail.organisation import is_freemail, is_shared_suffix

_DOMAIN = re.compile(r"(?!-)[^\s@/:,;<>\"'.]+(\.[^\s@/:,;<>\"'.]+)+")
_NUMERIC_DAY = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")


def day(raw: object) -> date:
    """A TOML date; raises ValueError with the sentence that says what to write."""
    if isinstance(raw, datetime):
        raise ValueError(f"must be a day without a time: write {raw.date().isoformat()}")
    if not isinstance(raw, date):
        raise ValueError(f"must be a date without quotes: write {_like_day(raw)}")
    if not 1970 <= raw.year <= 2200:
        raise ValueError("is a year that can't be meant; write a date such as 2026-03-02")
    return raw


def _like_day(raw: object) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        found = _NUMERIC_DAY.fullmatch(text)
    if found and "." in text:
        first, second, year = map(int, found.groups())
        if 1 <= second <= 12 and 1 <= first <= 28:
            return f"{year}-{second:02}-{first:02}"
    return "it as year-month-day, such as 2026-03-02"


def _domain(text: str) -> str:
    text = text.lower()
    if not _DOMAIN.fullmatch(text):
        raise ValueError("must be the part behind the @ alone, such as harbourbakery.example")
    if is_freemail(text):
        raise ValueError("is a mail provider that anybody uses; write the client's own address in addresses")
    if is_shared_suffix(text):
        raise ValueError("is shared by a whole country; write the client's own domain")
    return text


def _language(code: str) -> str:
    # Babel isn't loaded before a language is named.
    from babel import Locale

    names: dict[str, str] = dict(Locale("en").languages)
    if len(code) == 2 and code in names:
        return code
    meant = _language_like(code, names)
    raise ValueError(f'must be a language\'s two letters: write "{meant or "en"}"')


def _language_like(said: str, names: dict[str, str]) -> str | None:
    """The code behind ``German``, ``Deutsch``, ``DE`` or ``de-CH``."""
    from babel import Locale

    wanted = said.strip().casefold()
    short = re.split(r"[-_]", wanted)[0]
    if len(short) == 2 and short in names:
        return short
    codes = [code for code, name in names.items() if len(code) == 2 and name.casefold() == wanted]
    own = (code for code in ("de", "es", "fr", "pt", "it", "nl") if _own_name(Locale(code), code) == wanted)
    return next(iter(codes), None) or next(own, None)


def _own_name(locale: object, code: str) -> str:
    return str(getattr(locale, "languages", {}).get(code, "")).casefold()


def _once(phrases: tuple[str, ...]) -> tuple[str, ...]:
    if len({phrase.casefold() for phrase in phrases}) < len(phrases):
        raise ValueError("names something twice")
    return phrases


Phrases = Annotated[tuple[FilledLine, ...], AfterValidator(_once)]
Amount = Annotated[Money, PlainValidator(money)]
UnitPrice = Annotated[Price, PlainValidator(price)]
Percent = Annotated[Decimal, PlainValidator(percent)]
Share = Annotated[Decimal, PlainValidator(lambda raw: percent(raw, 100))]
Day = Annotated[date, PlainValidator(day)]
Count = Annotated[StrictInt, Field(ge=0, le=1000)]
Days = Annotated[StrictInt, Field(ge=0, le=365)]
Domains = Annotated[tuple[Annotated[Line, AfterValidator(_domain)], ...], Distinct]
Language = Annotated[StrictStr, AfterValidator(_language)]
