"""What is left out at the front of a client's words in Spanish and Portuguese, and what may not be."""

from __future__ import annotations

import pytest

from drafts.calm_words import calm_lexicon
from drafts.points import without_lead


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("es", "Si no tiene inconveniente, envíenos la factura", "envíenos la factura"),
        ("es", "Mirá Lucía, te soy sincero: el logo no me convence", "el logo no me convence"),
        ("es", "Faltan solo unas cositas: una página más", "una página más"),
        ("es", "Mientras tanto agregale un botón", "agregale un botón"),
        ("pt", "Olha Rita, vou ser bem direta: não gostei", "não gostei"),
        ("pt", "Faltam só umas coisinhas: uma página", "uma página"),
        ("pt", "Entretanto, podias rever o texto?", "podias rever o texto?"),
    ],
)
def test_an_opening_that_says_nothing_is_left_out(language: str, text: str, left: str) -> None:
    assert without_lead(text, calm_lexicon(language)) == left


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "si no me lo arregla, no pago"),
        ("es", "vamos a necesitar más copias"),
        ("es", "ya no funciona el carrito"),
        ("pt", "se não receber até sexta, cancelo"),
        ("pt", "já não precisamos dos convites"),
    ],
)
def test_a_word_that_gives_the_rest_its_sense_stays(language: str, text: str) -> None:
    assert without_lead(text, calm_lexicon(language)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "agregale un botón de WhatsApp"),
        ("es", "envíenos el desglose"),
        ("es", "cambia el color del fondo"),
        ("es", "andá cambiando la portada"),
        ("pt", "manda o arquivo de novo"),
        ("pt", "envie-nos o detalhe"),
        ("pt", "traduzir tudo para inglês"),
    ],
)
def test_orders_of_every_form_of_address_are_read(language: str, text: str) -> None:
    assert calm_lexicon(language).has("imperative", text)


@pytest.mark.parametrize(
    ("language", "text"), [("es", "mandé el texto ayer"), ("pt", "paguei a fatura ontem")]
)
def test_what_has_been_done_is_no_order(language: str, text: str) -> None:
    assert not calm_lexicon(language).has("imperative", text)
