"""Amounts and days as bookkeeping programs write them; what can be read in two ways is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Mark = Literal[".", ","]
Order = Literal["day-first", "month-first"]

_SPACES = re.compile(r"[\s'’\u00a0\u202f]")
_AMOUNT = re.compile(r"[0-9][0-9.,]*")
_CODE = re.compile(r"[A-Za-z]{3}")
_PARTS = re.compile(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})\.?(?:[T ].*)?")
SIGNS = {"€": "EUR", "£": "GBP", "zł": "PLN", "fr.": "CHF", "r$": "BRL", "us$": "USD", "euro": "EUR"}
# What stands in a column of states: paid in full, or not at all.
IN_FULL = """yes y true x ✓ paid ja bezahlt gezahlt si sí pagado pagada cobrado cobrada oui paye payé payee
    payée regle réglé réglée sim pago paga pagato betaald"""
NOT_AT_ALL = """no n false - open unpaid overdue due sent outstanding nein offen unbezahlt überfällig
    versendet pendiente impagado impagada vencida abierta non impaye impayé impayée ouverte não nao
    pendente aberto aberta nee openstaand"""


@dataclass(frozen=True, slots=True)
class Notation:
    """How a file writes amounts and days, as far as its values show it; None: nothing shows it."""

    mark: Mark | None = None
    order: Order | None = None


def notation_of(amounts: Iterable[str], days: Iterable[str]) -> Notation:
    """What all values of a file together show; raises ValueError where they contradict each other."""
    marks = {mark for text in amounts if (mark := _shown_mark(text))}
    orders = {order for text in days if (order := _shown_order(text))}
    if len(marks) > 1:
        raise ValueError("some amounts have a decimal comma and some a decimal point; write all of one kind")
    if len(orders) > 1:
        raise ValueError("some days begin with the day and some with the month; write all of one kind")
    return Notation(next(iter(marks), None), next(iter(orders), None))


def amount(text: str, notation: Notation) -> tuple[Decimal, str]:
    """A sum and the currency written beside it, or ""; raises ValueError with what to do."""
    bare = _SPACES.sub("", text)
    found = _AMOUNT.search(bare)
    if found is None or "-" in bare or bare.startswith("("):
        raise ValueError(f"“{text}” is no amount of money owed; write one such as 1200.00")
    return _number(found[0], notation, text), _currency(bare.replace(found[0], "", 1))


def day(text: str, notation: Notation) -> date:
    """A day of ``2026-04-03``, ``3.4.2026``, ``03/04/26``; raises ValueError with what to do."""
    found = _PARTS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is no day; write one such as 2026-04-03")
    first, second, last = found.groups()
    if len(first) == 4:
        year, month, number = int(first), int(second), int(last)
    else:
        order = "day-first" if "." in text else _shown_order(text) or notation.order
        if order is None:
            raise ValueError(
                f"“{text}” can be read in two ways; say --dates day-first or --dates month-first"
            )
        number, month = (int(first), int(second)) if order == "day-first" else (int(second), int(first))
        year = int(last) + (2000 if len(last) == 2 else 0)
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"“{text}” is no day of any calendar; write one such as 2026-04-03") from None


def _number(digits: str, notation: Notation, text: str) -> Decimal:
    mark = _shown_mark(digits) or notation.mark
    marks = set(re.findall(r"[.,]", digits))
    if marks and mark is None:
        raise ValueError(f"“{text}” can be read in two ways; say --decimal comma or --decimal point")
    whole, _, cents = digits.rpartition(mark) if mark and mark in digits else (digits, "", "")
    plain = re.sub(r"[.,]", "", whole)
    if len(cents) > 3 or (mark in whole if mark else False):
        raise ValueError(f"“{text}” is no amount of money; write one such as 1200.00")
    return Decimal(f"{plain or 0}.{cents or 0}") if cents else Decimal(plain)


def _shown_mark(text: str) -> Mark | None:
    """The decimal mark that this amount shows by itself; ``1.200`` shows none."""
    digits = _AMOUNT.search(_SPACES.sub("", text))
    marks = re.findall(r"[.,]", digits[0]) if digits else []
    if len(set(marks)) == 2:
        return "." if marks[-1] == "." else ","
    if len(marks) == 1 and digits and len(re.split(r"[.,]", digits[0])[1]) != 3:
        return "." if marks[0] == "." else ","
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    return None


def _shown_order(text: str) -> Order | None:
    """Whether day or month comes first, where one of the two can't be a month."""
    found = _PARTS.fullmatch(text.strip())
    if found is None or len(found[1]) == 4 or "." in text:
        return None
    if int(found[1]) > 12:
        return "day-first"
    return "month-first" if int(found[2]) > 12 else None


def _currency(rest: str) -> str:
    code = _CODE.fullmatch(rest.strip(".,()"))
    sign = rest.casefold().strip()
    return SIGNS.get(sign) or (code[0].upper() if code else "")
