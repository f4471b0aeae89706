"""Sums, percentages and invoices as people write them, read as what they mean."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.resolved import named_in
from drafts.situation import Agreement, Invoice, Money, Price
from drafts.sums import percents_in, sums_in

WRITTEN = datetime(2026, 3, 10, 15, 20, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.200,50 €", "1200.50", "EUR"),
        ("€1,200.50", "1200.50", "EUR"),
        ("1 200,50 €", "1200.50", "EUR"),
        ("1\u202f200 €", "1200", "EUR"),
        ("EUR 950", "950", "EUR"),
        ("950 euros", "950", "EUR"),
        ("1.200 €", "1200", "EUR"),
        ("1,5 €", "1.5", "EUR"),
        ("12.50 euros", "12.50", "EUR"),
        ("50,- €", "50", "EUR"),
        ("50,– €", "50", "EUR"),
        ("€1,200,000.50", "1200000.50", "EUR"),
        ("3 mil euros", "3000", "EUR"),
        ("20 mille euros", "20000", "EUR"),
        ("2.5k EUR", "2500", "EUR"),
        ("£3k", "3000", "GBP"),
        ("30 pounds", "30", "GBP"),
        ("40 quid", "40", "GBP"),
        ("CHF 1'200.–", "1200", "CHF"),
        ("1’200.50 Franken", "1200.50", "CHF"),
        ("Fr. 80.--", "80", "CHF"),
        ("R$ 3.500,00", "3500.00", "BRL"),
        ("1.500 reais", "1500", "BRL"),
        ("US$ 500", "500", "USD"),
        ("CA$ 500", "500", "CAD"),
        ("$1,200", "1200", None),
        ("200 dollars", "200", None),
        ("300 pesos", "300", None),
        ("500–600 €", "600", "EUR"),
        ("EUR 1.2345", None, "EUR"),
    ],
)
def test_a_sum_is_read_as_its_writer_meant_it(text: str, amount: str | None, currency: str | None) -> None:
    (found,) = sums_in(f"It was {text}, I think.")
    assert found.words in text
    assert found.currency == currency
    assert found.amount == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("text", ["I have 300 of them", "version 1.2", "at 10.30", "100 % of it", "room €"])
def test_a_bare_number_is_no_sum(text: str) -> None:
    assert list(sums_in(text)) == []


@given(
    st.decimals(min_value="0.01", max_value="999999.99", places=2),
    st.sampled_from(["€{}", "{} €", "{} euros", "EUR {}"]),
    st.booleans(),
)
def test_every_amount_comes_back_from_both_ways_of_writing_it(
    amount: Decimal, form: str, is_english: bool
) -> None:
    text = f"{amount:,.2f}"
    text = text if is_english else text.translate(str.maketrans(",.", ".,"))
    (found,) = sums_in(form.format(text))
    assert (found.amount, found.currency) == (amount, "EUR")


def test_a_dollar_is_the_one_that_the_client_is_billed_in() -> None:
    rate = Agreement(rate=Price(Money(Decimal(85), "CAD"), "hour"))
    (found,) = named_in("$500 is too much", "en", WRITTEN, agreement=rate).sums
    assert found.currency == "CAD"
    (unknown,) = named_in("$500 is too much", "en", WRITTEN).sums
    assert unknown.currency is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("50%", "50"), ("12,5 %", "12.5"), ("7 Prozent", "7"), ("30 per cent", "30"), ("20 por ciento", "20")],
)
def test_a_percentage_is_a_number(text: str, number: str) -> None:
    (found,) = percents_in(f"about {text} of it")
    assert (found.words, found.number) == (text, Decimal(number))


def bill(number: str) -> Invoice:
    owed = Money(Decimal(100), "EUR")
    return Invoice(number, owed, owed, date(2026, 2, 1), date(2026, 2, 15))


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("invoice 2026-014", "en", "2026-014"),
        ("invoice #14", "en", "2026-014"),
        ("Invoice 2026014", "en", "2026-014"),
        ("Rechnung 14", "de", "2026-014"),
        ("la factura 2026-014", "es", "2026-014"),
        ("facture n° 14", "fr", "2026-014"),
        ("fatura 14", "pt", "2026-014"),
        ("invoice 99", "en", None),
        ("invoice 007", "en", None),  # two end in it
    ],
)
def test_an_invoice_is_the_one_on_file_or_none(text: str, language: str, number: str | None) -> None:
    on_file = [bill("2026-014"), bill("2026-007"), bill("2025-007")]
    (found,) = named_in(f"Über {text} habe ich Fragen.", language, WRITTEN, invoices=on_file).invoices
    assert found.number == number


def test_each_thing_is_named_once_and_with_its_own_words() -> None:
    text = "Invoice 12 over €1,200.50 less 10% is paid by Thursday, 12 March."
    named = named_in(text, "en", WRITTEN)
    assert [fact.words for fact in named.in_order()] == [
        "Invoice 12",
        "€1,200.50",
        "10%",
        "by Thursday, 12 March",
    ]
    assert all(text[fact.start : fact.end] == fact.words for fact in named.in_order())
