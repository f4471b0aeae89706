"""The days a client names, in five languages: found in every form, a promise only where they are one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts import write
from drafts.days import days_in
from drafts.reading import read
from tests.rig.situations import situation

# What a client writes, and what a reply makes of it after "the payment is coming".
FORMS = {
    "en": {
        "14 Nov": "on 14 Nov",
        "the 14th of November": "on the 14th of November",
        "on the 6th": "on the 6th",
        "14/11": "on 14/11",
        "wednesday": "on Wednesday",
        "by fri": "by Fri",
        "next friday": "next Friday",
        "end of the month": "at the end of the month",
        "tomorrow": "tomorrow",
        "next week": "next week",
        "in two weeks": "in two weeks",
        "in Friday's payment run": "in Friday's payment run",
        "before the 20th": "before the 20th",
    },
    "de": {
        "am Freitag": "am Freitag",
        "am 14.11.": "am 14.11.",
        "am 3. März": "am 3. März",
        "bis zum 14.": "bis zum 14.",
        "KW 47": "in KW 47",
        "Ende der Woche": "Ende der Woche",
        "zum Monatsende": "zum Monatsende",
        "morgen": "morgen",
        "in zwei Wochen": "in zwei Wochen",
        "mit dem nächsten Zahlungslauf": "im nächsten Zahlungslauf",
    },
    "es": {
        "el viernes": "el viernes",
        "el 14 de noviembre": "el 14 de noviembre",
        "el día 5": "el día 5",
        "a fin de mes": "a fin de mes",
        "mañana": "mañana",
        "la semana que viene": "la semana que viene",
        "en dos semanas": "dentro de dos semanas",
        "antes del viernes": "antes del viernes",
    },
    "fr": {
        "mardi": "mardi",
        "le 14 novembre": "le 14 novembre",
        "le 6": "le 6",
        "fin de mois": "à la fin du mois",
        "demain": "demain",
        "la semaine prochaine": "la semaine prochaine",
        "dans deux semaines": "dans deux semaines",
        "avant vendredi": "avant vendredi",
    },
    "pt": {
        "na sexta": "na sexta",
        "dia 14": "no dia 14",
        "no dia 14 de novembro": "no dia 14 de novembro",
        "no fim do mês": "no fim do mês",
        "amanhã": "amanhã",
        "semana que vem": "na semana que vem",
        "até sexta": "até sexta",
        "daqui a duas semanas": "daqui a duas semanas",
    },
}
EVERY_FORM = [(language, said, value) for language, forms in FORMS.items() for said, value in forms.items()]
# A late payment with room for a day, and a sentence in which the same day is the due date.
PROMISES = {
    "en": ("Sorry, I forgot your invoice. You'll have the money {}.", "The invoice was due {}, I forgot it."),
    "de": (
        "Sorry, vergessen. Die Überweisung kommt {}.",
        "Die Rechnung war {} fällig, ich hab sie vergessen.",
    ),
    "es": ("Perdona, se me pasó. La transferencia sale {}.", "La factura vencía {}, se me pasó."),
    "fr": ("Désolé, oublié. Le virement partira {}.", "La facture était à échéance {}, oubliée."),
    "pt": ("Desculpe, esqueci. A transferência segue {}.", "A fatura vencia {}, esqueci."),
}


@pytest.mark.parametrize(("language", "said", "value"), EVERY_FORM)
def test_a_day_is_found_in_every_form(language: str, said: str, value: str) -> None:
    assert [day.value for day in days_in(said, language)] == [value]


@pytest.mark.parametrize(("language", "said", "value"), EVERY_FORM)
def test_a_promised_day_is_noted_and_no_date_is_asked_for(language: str, said: str, value: str) -> None:
    text = PROMISES[language][0].format(said)
    reply = write(situation(text, {"payment_issue": text}, language=language, severity=1))
    assert reply.is_sendable, reply.lint
    assert value in reply.text
    assert "?" not in reply.text


@pytest.mark.parametrize(("language", "said", "value"), EVERY_FORM)
def test_a_due_date_is_no_promise(language: str, said: str, value: str) -> None:
    text = PROMISES[language][1].format(said)
    assert value
    assert read(situation(text, {"payment_issue": text}, language=language)).pay_date is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It was supposed to be in the 30 Oct batch, so it'll go 14 Nov instead.", "on 14 Nov"),
        ("Payments that were meant to land on the 31st are going out on the 6th.", "on the 6th"),
        ("I know I said Friday, your invoice will be paid on Monday.", "on Monday"),
        ("Your invoice dated the 2nd has been approved and goes out tomorrow.", "tomorrow"),
    ],
)
def test_of_two_days_the_coming_one_counts(text: str, value: str) -> None:
    found = read(situation(text, {"payment_issue": text})).pay_date
    assert found
    assert found.value == value


@pytest.mark.parametrize(
    "text",
    ["The invoice sat on my desk.", "We met two weeks ago.", "I may pay 12 euros.", "It covers 3/4 pages."],
)
def test_what_is_no_day_is_not_taken_for_one(text: str) -> None:
    assert [day.value for day in days_in(text, "en") if "3/4" not in day.words] == []


@given(st.sampled_from(EVERY_FORM), st.sampled_from(["", "  ", "Hi Alex,\n"]), st.booleans())
def test_a_day_is_found_whatever_stands_around_it_and_in_capitals(
    form: tuple[str, str, str], before: str, is_shouted: bool
) -> None:
    language, said, value = form
    text = before + (said.upper() if is_shouted else said) + "."
    found = [day.value.lower() for day in days_in(text, language)]
    assert found == [value.lower()]


@given(st.text(max_size=200), st.sampled_from(sorted(FORMS)))
def test_every_day_stands_in_the_text_with_its_numbers(text: str, language: str) -> None:
    for day in days_in(text, language):
        assert text[day.start : day.end] == day.words
        assert set(re.findall(r"\d+", day.value)) <= set(re.findall(r"\d+", text))
