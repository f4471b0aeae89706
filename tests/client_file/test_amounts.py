"""Money, prices, percentages: what is taken, and what a person is told to write instead."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.books import CURRENCIES
from tests.rig.books import money as moneys
from triage.client_file.amounts import UNITS, money, money_text, percent, price, price_text
from triage.clients.money import Money, Price


@given(st.sampled_from(CURRENCIES).flatmap(moneys), st.sampled_from(UNITS))
def test_what_is_written_is_read_back_to_the_digit(amount: Money, unit: str) -> None:
    assert money(money_text(amount)) == amount
    assert str(money(money_text(amount)).amount) == str(amount.amount)
    assert price(price_text(Price(amount, unit))) == Price(amount, unit)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1200.00 EUR", "1200.00", "EUR"),
        ("  0.01 USD ", "0.01", "USD"),
        ("500 JPY", "500", "JPY"),
        ("1.250 KWD", "1.250", "KWD"),
    ],
)
def test_money_is_exact(text: str, amount: str, currency: str) -> None:
    assert money(text) == Money(Decimal(amount), currency)
    assert str(money(text).amount) == amount


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("1.200,50 €", '"1200.50 EUR"'),
        ("1,200.50 EUR", '"1200.50 EUR"'),
        ("1.200 EUR.", '"1200 EUR"'),
        ("1 200,5 EUR", '"1200.5 EUR"'),
        ("€ 85", '"85 EUR"'),
        ("$85", '"85 USD"'),
        ("£1,000", '"1000 GBP"'),
        ("Fr. 85", '"85 CHF"'),
        ("R$ 85", '"85 BRL"'),
        ("85 eur", '"85 EUR"'),
        ("85 Euro", '"85 EUR"'),
        ("CHF 1'200", '"1200 CHF"'),
        ("85EUR", '"85 EUR"'),
        ("85", '"85 EUR"'),
        (240, '"240 EUR"'),
        (Decimal("240.5"), '"240.5 EUR"'),
        (True, '"1200.00 EUR"'),
        ({"amount": 5}, '"1200.00 EUR"'),
        ("", '"1200.00 EUR"'),
        (None, '"1200.00 EUR"'),
    ],
)
def test_a_person_is_told_what_to_write(raw: object, advice: str) -> None:
    with pytest.raises(ValueError, match="must be an amount and its currency in quotes") as told:
        money(raw)
    assert str(told.value).endswith(f"write {advice}")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("-5 EUR", "more than 0"),
        ("0.00 EUR", "more than 0"),
        ("5 EUX", "did you mean EUR"),
        ("5 DEM", "no currency in use"),
        ("5 QQZ", "no currency in use"),
        ("5.001 EUR", "2 decimal places"),
        ("5.5 JPY", "no decimal places"),
        ("9999999999999 EUR", "more than the program counts"),
    ],
)
def test_an_impossible_amount_is_refused(raw: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        money(raw)


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("85 EUR per hour", '"85 EUR/hour"'),
        ("85 €/h", '"85 EUR/hour"'),
        ("0.10 EUR/words", '"0.10 EUR/word"'),
        ("500 USD a day", '"500 USD/day"'),
        ("85 EUR", '"85 EUR/hour"'),
        ("85 EUR/fortnight", '"85 EUR/hour"'),
        (85, '"85 EUR/hour"'),
    ],
)
def test_a_price_without_its_unit_is_told_with_it(raw: object, advice: str) -> None:
    with pytest.raises(ValueError, match="price for one unit") as told:
        price(raw)
    assert str(told.value).endswith(f"write {advice}")


def test_what_a_price_advises_is_taken() -> None:
    for unit in UNITS:
        assert price(f"85 EUR/{unit}").unit == unit


@pytest.mark.parametrize(
    ("raw", "number"), [(50, "50"), (Decimal("12.5"), "12.5"), (0.1, "0.1"), (1000, "1000")]
)
def test_a_percentage_is_exact(raw: object, number: str) -> None:
    assert percent(raw) == Decimal(number)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("50%", "write 50$"),
        ("12,5 %", "write 12.5$"),
        ("half", "must be a number, such as 50"),
        (True, "must be a number"),
        (0, "more than 0"),
        (-3, "more than 0"),
        (1001, "at most 1000"),
        (Decimal("nan"), "more than 0"),
        (Decimal("inf"), "more than 0"),
        (Decimal("1e9999"), "at most 1000"),
    ],
)
def test_a_percentage_that_is_none_is_refused(raw: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        percent(raw)


def test_a_share_has_a_whole() -> None:
    assert percent(100, 100) == 100
    with pytest.raises(ValueError, match="at most 100"):
        percent(101, 100)


@given(st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.none() | st.decimals())
def test_whatever_is_given_is_taken_or_told(raw: object) -> None:
    for reader in (money, price, percent):
        with suppress(ValueError):
            assert reader(raw)
