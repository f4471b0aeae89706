"""Mild mail that was flagged by mistake, or that already says what a reply would ask for, does no harm."""

from __future__ import annotations

import pytest

from drafts import supported_languages, write
from drafts.phrasebook import phrasebook
from drafts.reading import read
from tests.rig.situations import situation

PAID = {
    "en": "Sorry about the delay, the payment went out this morning.",
    "de": "Entschuldige die Verspätung, ich hab das Geld gerade überwiesen.",
    "es": "Siento el retraso, acabo de hacerte la transferencia.",
    "fr": "Désolé pour le retard, je viens de faire le virement.",
    "pt": "Desculpe a demora, a transferência foi feita agora mesmo.",
}
NO_DAY = {
    "en": "I'm really sorry, I don't know yet when we can pay the invoice.",
    "de": "Tut mir leid, wir können noch nicht sagen, wann die Rechnung bezahlt wird.",
    "es": "Lo siento, no sabemos cuándo podremos pagar la factura.",
    "fr": "Désolée, nous ne savons pas encore quand la facture sera réglée.",
    "pt": "Desculpe, ainda não temos data para o pagamento da fatura.",
}
OFFERS = {
    "en": "Could you also do two banners? What would you charge for that?",
    "de": "Könntest du noch zwei Banner machen? Was würde das kosten?",
    "es": "¿Podrías hacer también dos banners? ¿Cuánto costaría?",
    "fr": "Tu pourrais faire aussi deux bannières ? Combien ça coûterait ?",
    "pt": "Pode fazer também dois banners? Quanto ficaria?",
}
THINGS = {
    "en": ("Just chuck the two banners in as well.", "the two banners"),
    "de": ("Und die Bauzaunbanner machen Sie ja gleich mit.", "die Bauzaunbanner"),
    "es": ("Ya que estás, haz los carteles de la terraza.", "los carteles de la terraza"),
    "fr": ("On a rajouté quatre pages, vous les mettez en forme.", "quatre pages"),
    "pt": ("Aproveita e faz as etiquetas novas.", "as etiquetas novas"),
}
EVERY_LANGUAGE = pytest.mark.parametrize("language", supported_languages())


@EVERY_LANGUAGE
def test_a_payment_already_made_is_thanked_for_and_nothing_is_asked(language: str) -> None:
    text = PAID[language]
    reply = write(situation(text, {"payment_issue": text}, language=language, severity=1))
    assert reply.is_sendable, reply.lint
    assert reply.moves == ("acknowledge", "take_ownership")
    assert "?" not in reply.text


@EVERY_LANGUAGE
def test_who_has_no_date_is_asked_when_there_will_be_one(language: str) -> None:
    text = NO_DAY[language]
    assert read(situation(text, {"payment_issue": text}, language=language)).has_no_day
    reply = write(situation(text, {"payment_issue": text}, language=language, severity=1))
    assert reply.is_sendable, reply.lint
    known = [phrase.identity for phrase in phrasebook(language).phrases["clarify.late_open"]]
    assert set(known) & set(reply.phrases)


@EVERY_LANGUAGE
def test_who_asks_for_a_price_gets_one_and_no_boundary(language: str) -> None:
    text = OFFERS[language]
    reply = write(situation(text, {"scope_pressure": text}, language=language, severity=1))
    assert reply.is_sendable, reply.lint
    assert reply.moves == ("acknowledge", "take_ownership", "next_step")


@EVERY_LANGUAGE
def test_the_thing_asked_for_is_named(language: str) -> None:
    text, thing = THINGS[language]
    asked = situation(text, {"scope_pressure": text}, language=language, severity=1)
    assert thing in [fact.value for fact in read(asked).things]
    assert write(asked).is_sendable


@EVERY_LANGUAGE
def test_a_short_mail_gets_a_short_answer(language: str) -> None:
    for label, texts in (("payment_issue", PAID), ("payment_issue", NO_DAY), ("scope_pressure", OFFERS)):
        reply = write(situation(texts[language], {label: texts[language]}, language=language, severity=1))
        assert len(reply.text.split()) <= 90


@pytest.mark.parametrize(
    "text",
    [
        "I assume the icons come with the job.",
        "It'd be a tiny thing for you I'd have thought.",
        "You should know how this works by now.",
    ],
)
def test_an_assumption_or_a_dig_is_never_quoted(text: str) -> None:
    reading = read(situation(text, {"scope_pressure": text}))
    assert (reading.scope_quote, reading.scope_told) == (None, None)


def test_working_hours_are_named_where_a_weekend_is_asked_for() -> None:
    text = "We need you on the stand this weekend, Saturday and Sunday."
    asked = situation(text, {"scope_pressure": text}, working_hours="09:00-17:00")
    reply = write(asked)
    assert reply.is_sendable, reply.lint
    assert "Work at weekends is outside my working hours (09:00-17:00)" in reply.text


@pytest.mark.parametrize(
    ("display", "end", "greeting"),
    [
        ("", "Vendor Management\nPolyvance Language Group", "Hello,"),
        ("Accounts", "Kind regards,\nAccounts", "Hello,"),
        ("Sam Example", "Regards,\nVendor Management", "Hi Sam,"),
        ("Priya Nair", "Thanks,\nThe Team", "Hi Priya,"),
        ("Kevin Doyle", "Ta,\nKev", "Hi Kev,"),
        ("", "Best,\nBursar", "Hello,"),
    ],
)
def test_a_role_is_nobodys_first_name(display: str, end: str, greeting: str) -> None:
    text = f"Your invoice is still waiting for approval.\n\n{end}"
    given = situation(text, {"payment_issue": text.splitlines()[0]}, client_name=display)
    assert write(given).text.startswith(greeting)


def test_who_writes_dear_and_a_first_name_is_answered_alike() -> None:
    text = "Dear Alex, could you also draw two icons? Best wishes, Patricia"
    reply = write(situation(text, {"scope_pressure": text}, client_name="Patricia Loxley"))
    assert reply.text.startswith("Dear Patricia,")
