"""What clients' messages are about, in five languages, as counts."""

from __future__ import annotations

import pytest

from triage.clients.traits import client_traits

TOLD = [
    ("late", "Sorry about the invoice, our accounts person is on holiday."),
    ("late", "Die Überweisung habe ich leider übersehen, die Rechnung liegt noch hier."),
    ("late", "Désolée pour le retard du paiement, la trésorerie est compliquée."),
    ("late", "Perdona el retraso en el pago, andamos justos este mes."),
    ("late", "Desculpe o atraso no pagamento, estamos à espera da verba."),
    ("paid", "I've transferred the money this morning."),
    ("paid", "Just paid it, thanks for your patience."),
    ("paid", "Wir haben die Rechnung gestern überwiesen."),
    ("paid", "Le virement a été effectué hier."),
    ("paid", "Ya hemos pagado la factura."),
    ("paid", "Já fiz a transferência hoje de manhã."),
    ("paid", "Sí, ya hemos hecho la transferencia."),
    ("paid", "Paguei no dia 3, está tudo certo."),
    ("paid", "Not to worry. I've transferred the money today."),
    ("refusal", "We're not going to pay this invoice."),
    ("refusal", "Ich werde diese Rechnung nicht bezahlen."),
    ("refusal", "Nous refusons de payer cette facture."),
    ("refusal", "No vamos a pagar esta factura."),
    ("refusal", "Não vamos pagar esta fatura."),
    ("scope", "While you're at it, could you add a shop?"),
    ("scope", "Das dauert doch nur fünf Minuten."),
    ("scope", "Tant que vous y êtes, ajoutez une page."),
    ("scope", "Ya que estás, añade otra página."),
    ("scope", "Já que está com a mão na massa, faça mais uma página."),
    ("threat", "You'll hear from my lawyer."),
    ("threat", "Sie hören von meinem Anwalt."),
    ("threat", "Vous aurez des nouvelles de mon avocat."),
    ("threat", "Mi abogado se pondrá en contacto."),
    ("threat", "O meu advogado vai tratar disto."),
    ("abuse", "You are an incompetent idiot."),
    ("abuse", "Sie sind ein unfähiger Stümper."),
    ("abuse", "Vous êtes un incapable."),
    ("abuse", "Eres un inútil."),
    ("abuse", "É um incompetente."),
    ("apology", "I apologise for the way I wrote last week."),
    ("apology", "Ich möchte mich für meinen Ton entschuldigen."),
    ("apology", "Je vous présente mes excuses, mes mots ont dépassé les bornes."),
    ("apology", "Te pido disculpas por mi tono."),
    ("apology", "Peço desculpa pelo tom da minha mensagem."),
    ("quality", "The form doesn't work and there are typos."),
    ("silence", "I haven't heard from you and nobody answers, no reply at all."),
    ("deadline", "You missed the deadline again."),
    ("policy", "I thought revisions were included."),
    ("inconsistent", "You said on the phone it was fine, now your email says otherwise."),
    ("evaluator", "Please break down the figures and say why exactly."),
    ("relationship", "How are you? I hope the family is well."),
]


@pytest.mark.parametrize(("trait", "text"), TOLD)
def test_a_trait_shows(trait: str, text: str) -> None:
    assert client_traits("", text).get(trait, 0) >= 1


@pytest.mark.parametrize(
    ("trait", "text"),
    [
        ("paid", "I haven't paid the invoice yet."),
        ("paid", "We will pay on Friday."),
        ("paid", "I have not yet paid the invoice."),
        ("paid", "Once the money has been transferred I'll tell you."),
        ("paid", "Wir haben die Rechnung noch nicht überwiesen."),
        ("paid", "Nous n'avons pas encore payé la facture."),
        ("paid", "Nous n'avons pas encore été payés nous-mêmes."),
        ("paid", "Todavía no hemos pagado la factura."),
        ("paid", "Ainda não pagámos a fatura, não fiz a transferência."),
        ("praise", "I'm not happy with it."),
        ("apology", "I will not apologise for that."),
        ("late", "The pictures are in the folder. Have a nice weekend."),
        ("apology", "Sorry to bother you, one question about the logo."),
        ("apology", "Sorry for the delay with the texts."),
        ("threat", "The review of the draft is done, all fine."),
        ("refusal", "Shall I pay the invoice by card?"),
        ("abuse", "The photos are beautiful."),
    ],
)
def test_a_trait_does_not_show(trait: str, text: str) -> None:
    assert trait not in client_traits("", text)


def test_only_counts_are_kept() -> None:
    traits = client_traits("Invoice 12", "My secret is 4711! I've transferred the money!!")
    assert traits["words"] == 8
    assert traits["loud"] == 3
    assert all(isinstance(count, int) for count in traits.values())
    assert "4711" not in str(dict(traits))


def test_an_answers_subject_is_the_threads() -> None:
    assert "late" not in client_traits("Re: Overdue invoice", "Here are the pictures.")
    assert "late" in client_traits("Overdue invoice", "Here are the pictures.")
    assert "late" in client_traits("Re: overdue", "")
