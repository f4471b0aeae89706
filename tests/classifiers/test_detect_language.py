"""The language of a text, short ones included."""

from __future__ import annotations

import pytest

from classifiers.corpus import corpus_folder, read_corpus
from classifiers.language import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Please send the file by Friday.", "en"),
        ("Die Rechnung ist noch nicht bezahlt.", "de"),
        ("Le paiement arrive la semaine prochaine, merci.", "fr"),
        ("La factura no la voy a pagar hasta que esté bien.", "es"),
        ("Não vou pagar a fatura, obrigado.", "pt"),
        ("Non ho ancora ricevuto la fattura, grazie.", "it"),
        ("De factuur is nog niet betaald, dank je.", "nl"),
        ("was soll das", "de"),
        ("grazie mille", "it"),
        ("bedankt hoor", "nl"),
    ],
)
def test_each_language_is_told(text: str, code: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize("text", ["", "ok", "🎉", "12345", "http://x.example/a", "QWxhZGRpbjpvcGVu" * 9])
def test_where_nothing_can_be_told_the_hint_decides(text: str) -> None:
    assert detect_language(text, hint="de") == "de"
    assert detect_language(text, hint="klingon") == "en"


def test_nearly_all_of_the_held_out_mail_is_told_right() -> None:
    examples = read_corpus(corpus_folder() / "test")
    wrong = [each.id for each in examples if detect_language(f"{each.subject}\n{each.body}") != each.lang]
    assert len(wrong) <= 0.02 * len(examples), wrong
