"""Whether a message awaits an answer: thanks and receipts do not, all else does."""

from __future__ import annotations

import pytest

from triage.mail.expects import expects_answer
from triage.mail.new_text import message_new_text
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
    "👍👍",
    "🙏",
    "OK!",
    "okay, thx",
    "k",
    "Top",
    "Super!",
    "Thanks! 🙏",
    "Thank you, that's all for now.",
    "Thanks so much for the quick reply, have a great weekend!",
    "Cheers",
    "Will do, thanks",
    "Perfect, see you Monday",
    "Got it",
    "Received with thanks",
    "All good on our side, thank you!",
    "Thanks again for everything, Mara. It was a pleasure working with you.",
    "Thanks, I'll get back to you if anything comes up.",
    "Great, I'll take a look and let you know.",
    "Approved!",
    "Looking forward to it!",
    "Ok danke",
    "Danke dir!",
    "Passt, danke.",
    "Danke, habe ich erhalten.",
    "Alles klar, bis Montag!",
    "Super, vielen Dank und einen schönen Feierabend",
    "Ich habe die Rechnung soeben überwiesen. Viele Grüße",
    "Perfekt, so machen wir das.",
    "Einverstanden.",
    "Merci !",
    "D'accord, merci.",
    "C'est noté, à lundi !",
    "Parfait, merci beaucoup et bon week-end",
    "Reçu, merci",
    "Vale, gracias",
    "Perfecto, muchas gracias",
    "De acuerdo, hasta el lunes",
    "Genial, gracias por todo",
    "Recibida la factura, gracias",
    "Obrigado!",
    "Perfeito, muito obrigada",
    "Ok, combinado. Até segunda!",
    "Recebi, obrigado",
    "Grazie!",
    "Va bene, grazie",
    "Perfetto, a lunedì",
    "Ricevuto, grazie e buona giornata",
    "Dank je!",
    "Prima, bedankt",
    "Helemaal goed, tot maandag",
    "Ontvangen, bedankt en fijn weekend",
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
    "Thanks! One more thing: can you move the logo to the left",
    "Thanks! One more thing, could you move the logo",
    "Thank you. Any news on the second page",
    "Thanks, and the invoice?",
    "Great. And the mobile version",
    "ok but the colour is wrong",
    "ok, when",
    "Thanks for the draft. The colours are off.",
    "Got it, still missing page 3",
    'Thanks. I\'d like to change the title to "Harbour".',
    "Looks good. Can we talk tomorrow",
    "Perfect, now please send the files",
    "Thanks in advance for sending the files.",
    "Thanks in advance!",
    "👍 and the invoice?",
    "I look forward to your reply.",
    "Looking forward to hearing from you.",
    "Looking forward to your draft",
    "Thanks, waiting for the rest.",
    "Danke, passt. Wann kommt der Rest?",
    "Danke, passt. Und der Rest",
    "Danke! Noch eine Sache: das Logo soll nach links",
    "Super, danke. Schick mir dann die Rechnung",
    "Danke, aber das Logo fehlt noch",
    "Alles klar, ich brauche aber noch die Datei",
    "Vielen Dank im Voraus!",
    "Ich freue mich auf Ihre Antwort.",
    "Danke, ich warte auf den Rest",
    "Passt. Eine Frage noch: Schriftart",
    "Merci ! Encore une chose : le logo à gauche",
    "Merci d'avance",
    "Merci, et pour la suite",
    "Dans l'attente de votre retour",
    "Merci, il manque la page 3",
    "Gracias. Una cosa más: el logo a la izquierda",
    "Gracias de antemano",
    "Gracias, falta la página 3",
    "Quedo a la espera de tu respuesta",
    "Perfecto, y cuándo llega el resto",
    "Obrigado! Só mais uma coisa: o logo à esquerda",
    "Obrigado desde já",
    "Fico a aguardar",
    "Obrigada, falta a página 3",
    "Grazie! Ancora una cosa: il logo a sinistra",
    "Grazie in anticipo",
    "Resto in attesa di un tuo riscontro",
    "Grazie, manca la pagina 3",
    "Bedankt! Nog één ding: het logo naar links",
    "Alvast bedankt",
    "Bedankt, pagina 3 ontbreekt",
    "Ik hoor graag van je",
    "I'll check it tomorrow. The logo is too small though.",
    "Thanks, I'll let you know. Please hold the slot.",
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


QUOTED = (
    "\n\nOn Tue, 10 Mar 2026 at 20:00, Mara Lindqvist <mara@studio.example> wrote:\n"
    "> Could you call me?\n> Mara\n"
)
REPLY = "From: ada@client.example\nSubject: Re: Header\nIn-Reply-To: <1@studio.example>\n\n"


@pytest.mark.parametrize(
    ("text", "awaits"),
    [
        ("Thanks!" + QUOTED, False),
        ("👍" + QUOTED, False),
        ("ok" + QUOTED, False),
        (QUOTED, False),
        ("-- \nAda Winter\nWinter Foto" + QUOTED, False),
        ("Best regards\nAda Winter\n" + QUOTED, False),
        ("Thanks! And the footer?" + QUOTED, True),
        ("No, that is too late." + QUOTED, True),
    ],
)
def test_a_question_inside_the_quote_and_a_signature_await_nothing(text: str, awaits: bool) -> None:
    message = parse((REPLY + text).encode())
    assert expects_answer(message, message_new_text(message)) is awaits


def test_an_empty_reply_whose_quote_is_not_marked_may_hold_an_answer_inside() -> None:
    text = "\n\nFrom: Mara Lindqvist\nSent: Tuesday\nTo: Ada\nSubject: Header\n\nCould you call me?\n"
    message = parse((REPLY + text).encode())
    assert expects_answer(message, message_new_text(message))


def test_an_empty_mail_that_answers_nothing_is_told_by_its_subject() -> None:
    message = parse(b"From: ada@client.example\nSubject: Can you call me?\n\n-- \nAda\n")
    assert expects_answer(message, message_new_text(message))
