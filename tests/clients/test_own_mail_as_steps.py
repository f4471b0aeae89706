"""The freelancer's own mail, read as evidence: reminders, demands, receipts, statements of terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from drafts import Freelancer, Situation, supported_languages, write
from drafts.situation import Invoice, Money
from triage.clients.debt import step_of, tells_of_payment
from triage.clients.incident import Contact
from triage.clients.ladder import STEPS, Step
from triage.clients.traits import own_traits

NOW = datetime(2026, 4, 20, 10, tzinfo=UTC)

SENT: list[tuple[Step | None, str]] = [
    ("reminder", "Hi Nora, a friendly reminder that invoice 2026-014 was due on 3 April."),
    ("reminder", "I can't see the payment for invoice 12 in my account yet. Has it gone astray?"),
    ("reminder", "Any news on the payment? The invoice is now two weeks late."),
    ("second_reminder", "This is my second reminder: invoice 12 is still unpaid."),
    ("second_reminder", "I wrote to you about invoice 12 already; it remains outstanding."),
    ("formal_demand", "Invoice 12 is overdue. I formally demand payment of 800 EUR within seven days."),
    ("final_notice", "Final notice: invoice 12 is unpaid. Without payment I'll take legal action."),
    ("pause", "Invoice 12 is still open, so I'm pausing the work on your site until the payment arrives."),
    (None, "Please find attached invoice 2026-014 over 800 EUR, payable within 14 days."),
    (None, "Thank you, the payment has arrived."),
    (None, "Thanks for the reminder, I'll send the pictures tonight."),
    (None, "As agreed, two rounds of revisions are included. I can quote for a third."),
    ("reminder", "Freundliche Zahlungserinnerung: Rechnung 14 war am 3. April fällig und ist noch offen."),
    ("reminder", "Leider konnte ich zu Rechnung 14 noch keinen Zahlungseingang feststellen."),
    ("second_reminder", "Zweite Mahnung zur Rechnung 14: Der Betrag ist weiterhin offen."),
    (
        "formal_demand",
        "Ich fordere Sie auf, die überfällige Rechnung 14 innerhalb von sieben Tagen zu bezahlen.",
    ),
    ("final_notice", "Letzte Mahnung: Bleibt die Zahlung aus, leite ich das gerichtliche Mahnverfahren ein."),
    ("pause", "Die Rechnung ist noch offen; bis zum Zahlungseingang ruhen alle Arbeiten am Projekt."),
    (None, "Anbei die Rechnung 14 über 800 Euro, zahlbar innerhalb von 14 Tagen."),
    (None, "Danke, die Zahlung ist eingegangen."),
    ("reminder", "Petit rappel : la facture 14 est arrivée à échéance le 3 avril et reste impayée."),
    ("second_reminder", "Deuxième relance : la facture 14 n'est toujours pas réglée, malgré mon rappel."),
    ("formal_demand", "Mise en demeure : je vous demande de régler la facture impayée sous sept jours."),
    ("final_notice", "Dernier avis : sans paiement de la facture impayée, je saisirai le tribunal."),
    ("pause", "La facture reste impayée : je suspends le travail jusqu'au règlement."),
    (None, "Vous trouverez ci-joint la facture 14 de 800 euros, à régler sous 30 jours."),
    (None, "Merci, j'ai bien reçu votre paiement."),
    ("reminder", "Le recuerdo que la factura 14 venció el 3 de abril y sigue pendiente."),
    ("second_reminder", "Segundo aviso: la factura 14 sigue sin pagar a pesar de mi recordatorio."),
    ("formal_demand", "Requerimiento de pago: la factura vencida debe abonarse en el plazo de siete días."),
    ("final_notice", "Último aviso: si no recibo el pago pendiente, iniciaré acciones legales."),
    ("pause", "La factura sigue pendiente, así que suspendo el trabajo hasta recibir el pago."),
    (None, "Adjunto la factura 14 por 800 euros, a pagar en 15 días."),
    (None, "Gracias, hemos recibido su pago."),
    ("reminder", "Um lembrete: a fatura 14 venceu a 3 de abril e continua por pagar."),
    ("second_reminder", "Segundo aviso: a fatura 14 continua em aberto apesar do meu lembrete."),
    ("formal_demand", "Notificação formal: a fatura em atraso deve ser paga no prazo de sete dias."),
    ("final_notice", "Último aviso: sem o pagamento em atraso, recorrerei aos meios judiciais."),
    ("pause", "A fatura continua em aberto, por isso suspendo o trabalho até receber o pagamento."),
    (None, "Segue a fatura 14 no valor de 800 euros, a pagar em 15 dias."),
    (None, "Obrigada, recebi o pagamento."),
]


def own(text: str, subject: str = "") -> Contact:
    return Contact("<1@me.example>", NOW, is_own=True, traits=own_traits(subject, text))


@pytest.mark.parametrize(("step", "text"), SENT)
def test_a_sent_mail_is_read_as_its_step(step: Step | None, text: str) -> None:
    assert step_of(own(text)) == step


@pytest.mark.parametrize("text", [text for step, text in SENT if step is None and "payment has" in text])
def test_a_receipt_is_seen(text: str) -> None:
    assert tells_of_payment(own(text))


@pytest.mark.parametrize(
    "text",
    [
        "Danke, die Zahlung ist eingegangen.",
        "Merci, j'ai bien reçu votre paiement.",
        "Gracias, hemos recibido su pago.",
        "Obrigada, recebi o pagamento.",
    ],
)
def test_a_receipt_is_seen_in_other_languages(text: str) -> None:
    assert tells_of_payment(own(text))


def test_money_still_awaited_is_no_receipt() -> None:
    assert not tells_of_payment(own("I haven't received your payment for invoice 12 yet."))


def test_the_subject_counts_where_it_is_ones_own() -> None:
    assert step_of(own("See attached.", "Second reminder: invoice 12 is overdue")) == "second_reminder"
    assert step_of(own("The pictures are in the folder.", "Re: Reminder: invoice 12 overdue")) is None


@pytest.mark.parametrize("kind", STEPS)
def test_the_programs_own_drafts_are_known_again(kind: Step) -> None:
    written = [(language, text) for language in supported_languages() if (text := draft(kind, language))]
    assert "en" in dict(written)
    assert {language: step_of(own(text)) for language, text in written} == dict.fromkeys(dict(written), kind)


def draft(kind: Step, language: str) -> str:
    invoice = Invoice(
        "2026-014",
        Money(Decimal(1200), "EUR"),
        Money(Decimal(800), "EUR"),
        date(2026, 3, 3),
        date(2026, 4, 3),
    )
    situation = Situation(
        now=NOW,
        language=language,
        new_text="",
        subject="",
        hear_by=NOW + timedelta(days=1),
        freelancer=Freelancer("Ines Calder"),
        kind=kind,
        client_name="Nora Bell",
        invoice=invoice,
    )
    return write(replace(situation, legal_text="I'll begin legal proceedings.")).text


@pytest.mark.parametrize(
    "text",
    [
        "As agreed in our contract, two rounds of revisions are included; a third would be extra.",
        "Wie vereinbart sind zwei Korrekturschleifen enthalten; weitere wären ein Zusatzaufwand.",
        "Comme convenu, le forfait comprend deux séries de modifications ; une troisième est en supplément.",
        "Como acordamos, el presupuesto incluye dos rondas; otra ronda es trabajo adicional.",
        "Como combinado, o orçamento inclui duas rondas; outra ronda é trabalho adicional.",
    ],
)
def test_a_statement_of_terms_is_seen(text: str) -> None:
    assert own_traits("", text)["terms"] >= 2
