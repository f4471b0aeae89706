"""Whether a message awaits an answer: thanks and receipts do not, all else does."""

from __future__ import annotations

import pytest

from triage.mail.expects import expects_answer
from triage.mail.parse import parse

MESSAGE = parse(b"From: ada@client.example\nSubject: Header\n\n")
WITH_FILE = parse(
    b"From: ada@client.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\nContent-Type: application/pdf; name=x.pdf\n\nx\n--b--\n"
)

NO_ANSWER = (
    "Thanks!",
    "Thank you so much, Mara!",
    "Got it, thanks.",
    "Perfect, thank you.\n\nAda",
    "Hi Mara,\n\nthanks for the quick turnaround, it looks great.\n\nBest,\nAda",
    "Received, will pay Friday.",
    "Invoice received, thanks.",
    "Sounds good, see you on Thursday.",
    "Noted. Have a nice weekend!",
    "I've just paid the invoice, thanks again.",
    "ok",
    "👍",
    "Great work! Love it.",
    "No need to reply.",
    "Ada reacted to your message: 👍",
    "Danke!",
    "Vielen Dank für die schnelle Hilfe!",
    "Alles klar, danke dir.",
    "Passt so, schönes Wochenende!",
    "Rechnung erhalten, vielen Dank.",
    "Hallo Mara,\n\nsieht super aus, danke!\n\nLG\nAda",
    "Merci beaucoup !",
    "Bien reçu, merci.",
    "C'est parfait, bonne journée !",
    "Muchas gracias, quedó perfecto.",
    "Recibido, gracias.",
    "Obrigada, ficou ótimo!",
    "Recebido, obrigado. Bom fim de semana!",
    "Ricevuto, grazie mille.",
    "Perfetto, grazie!",
    "Bedankt, ziet er goed uit!",
    "Ontvangen, dank je wel.",
    "Hartelijk dank voor de snelle levering!",
)
AN_ANSWER = (
    "Thanks. When can I have the files?",
    "Thanks for nothing.",
    "Thanks, but the header is still wrong.",
    "Great, please send the invoice.",
    "Got it. Could you also change the footer",
    "I am on holiday until Monday.",
    "Call me.",
    "The site is down.",
    "Not good enough.",
    "must be nice getting paid to ignore people all day",
    "I will not pay this.",
    "Thank you for your patience, the deadline moved to Monday and the scope grew by two pages.",
    "Danke, aber die Farbe stimmt nicht.",
    "Bitte ruf mich an.",
    "Danke. Wann kommt der nächste Entwurf?",
    "Die Seite ist kaputt.",
    "Merci de m'envoyer la facture.",
    "Merci, mais ce n'est pas ce que je voulais.",
    "Quand aurai-je la suite",
    "Gracias, pero falta el logo.",
    "Necesito el archivo hoy.",
    "Obrigado, mas falta a página dois.",
    "Preciso disso amanhã.",
    "Grazie, ma manca il logo.",
    "Ho bisogno del file oggi.",
    "Bedankt, maar het logo ontbreekt.",
    "Kun je het vandaag sturen",
    "ありがとうございます。明日までにお願いします。",
)


@pytest.mark.parametrize("text", NO_ANSWER)
def test_acknowledgements_await_nothing(text: str) -> None:
    assert not expects_answer(MESSAGE, text)


@pytest.mark.parametrize("text", AN_ANSWER)
def test_everything_else_awaits_an_answer(text: str) -> None:
    assert expects_answer(MESSAGE, text)


def test_a_message_without_words_may_be_a_file_to_look_at() -> None:
    assert expects_answer(WITH_FILE, "")
    assert expects_answer(WITH_FILE, "👍")
    assert expects_answer(parse(b"From: a@b.example\n\n"), "")


def test_a_bare_subject_is_read_as_the_text() -> None:
    assert expects_answer(parse(b"From: a@b.example\nSubject: Can you call me?\n\n"), "")
    assert not expects_answer(parse(b"From: a@b.example\nSubject: Thanks!\n\n"), "")


def test_long_text_awaits_an_answer_whatever_it_thanks_for() -> None:
    assert expects_answer(MESSAGE, "Thanks for the logo. " * 40)
