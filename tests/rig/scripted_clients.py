"""A dozen invented clients with both sides' letters, and the advice that fits each at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.rig.correspondence import Correspondence

THANKS = "Thank you, I'll look at it tomorrow.\n\nInes"


@dataclass(frozen=True)
class Scripted:
    """One client: address, how the letters go, and which advice fits at the end."""

    address: str
    tell: Callable[[Correspondence, str], None]
    fits: frozenset[str]


def _letters(
    mail: Correspondence, who: str, texts: list[str], every: float, subject: str, first: float = 0
) -> None:
    """The client's letters, each answered within a day."""
    for number, text in enumerate(texts):
        when = first + number * every
        identity = mail.got(when, who, text, subject)
        mail.sent(when + 0.3, who, THANKS, f"Re: {subject}", answers=identity)


def good_payer(mail: Correspondence, who: str) -> None:
    _letters(
        mail,
        who,
        [
            "Hi Ines, the spring menu is attached. No rush, the end of the month is early enough for us.",
            "Lovely, thank you. One question: can the allergens go on the back page? If that's a"
            " lot more work, tell me what it costs.",
            "Your invoice came today, I've passed it to my sister and it will be paid this week as always.",
            "All arrived, the prints look great. My mother has framed one of them.",
            "We'd like the same again for the summer. Could you send me a quote when you have a minute?",
            "The quote is fine, please go ahead. Here are the dishes and the prices.",
            "Proof read, two prices are wrong: the soup is 6.50 and the tart 5.20. Everything else is good.",
            "Thanks for the invoice. Paid this morning.",
        ],
        25,
        "Menus",
    )


def scope_creeper(mail: Correspondence, who: str) -> None:
    texts = [
        "Great start! While you're at it, could you set up a newsletter for us too? It can't be "
        "more than half an hour for you.",
        "The newsletter can wait, but we do need the team page in Polish as well. It's just copy"
        " and paste, so I take it that's included.",
        "My partner has had some ideas overnight, see the list, 22 points. Please put them all "
        "in by Monday, it's still the same website after all.",
        "Could you also do us a quick flyer with the same pictures? You have everything there "
        "already, surely you won't charge for that.",
        "We've decided on other colours after all, so please redo the five pages. That should be"
        " part of the package.",
        "And a logo in the new colours, just a small favour among friends.",
    ]
    for number, text in enumerate(texts):
        when = 1 + number * 12
        identity = mail.got(when, who, text, "Website")
        mail.sent(
            when + 0.4,
            who,
            "As agreed, the project covers five pages and two rounds of revisions. I can send a "
            "quote for more.",
            "Re: Website",
            answers=identity,
        )


def _billed(mail: Correspondence, who: str, number: int, first: float) -> str:
    mail.sent(
        first,
        who,
        f"Please find attached invoice {number} over 640 EUR, payable in 14 days.",
        f"Invoice {number}",
    )
    return f"Re: Invoice {number}"


def late_payer(mail: Correspondence, who: str) -> None:
    excuses = [
        "Sorry, the invoice got buried on my desk. I'll transfer the money next week.",
        "I know it's overdue. Our biggest customer hasn't paid us yet and until then the account"
        " is empty, please bear with us.",
        "Apologies again for the late payment, the person who signs these things is away until the 20th.",
        "It's our fault, the payment run was missed. You'll have the money by the end of next week.",
    ]
    for number, excuse in enumerate(excuses):
        first = number * 45.0
        subject = _billed(mail, who, 200 + number, first)
        mail.sent(
            first + 18, who, f"A friendly reminder: invoice {200 + number} was due on the 14th.", subject
        )
        mail.got(first + 20, who, excuse, subject)
        mail.got(first + 31, who, "I've just paid your invoice, thank you for waiting.", subject)
        mail.sent(first + 32, who, "Thank you, the payment has arrived.", subject)


def debtor(mail: Correspondence, who: str) -> None:
    subject = _billed(mail, who, 300, 100)
    mail.sent(
        120, who, "A friendly reminder that invoice 300 was due on the 14th and is still open.", subject
    )
    mail.got(
        123, who, "Yes yes, we know it's late. Money is tight at the moment, you'll get it some day.", subject
    )


def deaf_debtor(mail: Correspondence, who: str) -> None:
    subject = _billed(mail, who, 310, 60)
    mail.sent(80, who, "A friendly reminder that invoice 310 was due on the 14th.", subject)
    mail.sent(90, who, "This is my second reminder: invoice 310 is still unpaid.", subject)
    mail.sent(100, who, "Invoice 310 is overdue. I formally demand payment within seven days.", subject)


def refuser(mail: Correspondence, who: str) -> None:
    subject = _billed(mail, who, 320, 40)
    mail.sent(60, who, "A friendly reminder that invoice 320 was due on the 14th.", subject)
    mail.got(62, who, "We don't see why we should pay for this. It isn't what we imagined.", subject)
    mail.sent(
        70, who, "Invoice 320 is unpaid. This is a formal demand for payment within seven days.", subject
    )
    mail.got(73, who, "We will not pay this invoice, not one cent of it. Forget about your money.", subject)


def abuser(mail: Correspondence, who: str) -> None:
    _letters(
        mail,
        who,
        [
            "The brochure text is attached, please start on Monday.",
            "This is the most pathetic thing I have ever seen. Did a drunk monkey do the layout?",
            "You useless idiot. I told you blue. Fix it today or I'll make sure nobody in this "
            "town ever works with you again.",
            "Don't give me your excuses, you incompetent fraud. You'll hear from my lawyer and "
            "everyone will read about you in my reviews.",
            "Are you stupid or just lazy? I am sick of paying for garbage made by an amateur like you.",
        ],
        11,
        "Brochure",
    )


def reformed(mail: Correspondence, who: str) -> None:
    texts = [
        "What on earth is this rubbish? You clearly have no clue what you're doing, a child "
        "could do it better.",
        "You are completely incompetent and I'm going to tell everybody I know to stay away from you.",
        "Dear Ines, I want to apologise for my last two messages. I was under a lot of pressure "
        "and I took it out on you, you didn't deserve that.",
        "The new version is very good, thank you. Here are the names for the second page.",
        "Invoice paid, thanks. When would you have time for the posters?",
        "The 12th is fine for us. I'll bring the photographs along.",
        "Posters arrived, everyone here is delighted. Thank you for your patience with us.",
        "Could you send me a quote for the winter programme?",
    ]
    _letters(mail, who, texts[:2], 6, "Season")
    _letters(mail, who, texts[2:], 30, "Season", first=15)


def one_off_outburst(mail: Correspondence, who: str) -> None:
    texts = [
        "Dear Ines, here are the texts for the catalogue. Please let me know if a picture is missing.",
        "Thank you, page 12 looks just right.",
        "I can't believe you sent this to the printer with the old prices. Do you even read what"
        " you're given? This is a disgrace.",
        "Dear Ines, the corrected file is with the printer now and all is well.",
        "The catalogues have come, they look beautiful. Please send your invoice.",
        "Paid today. Shall we talk about the autumn issue next week?",
        "Here is the list of articles for autumn, 40 this time. What would that cost?",
        "Agreed, please start whenever it suits you.",
    ]
    _letters(mail, who, texts, 24, "Catalogue")


def german_creeper(mail: Correspondence, who: str) -> None:
    texts = [
        "Hallo Ines, die Seite wird schön. Kannst du eben noch schnell einen Terminkalender "
        "einbauen? Das dauert doch nur fünf Minuten.",
        "Wir bräuchten das Ganze auch noch auf Englisch, das ist ja sicher im Preis inbegriffen.",
        "Wenn du schon dabei bist: Mach uns bitte noch drei Varianten vom Logo, als kleiner Gefallen.",
        "Bitte bis Montag alle Seiten umbauen, wir haben uns anders entschieden. Extra zahlen "
        "wir dafür natürlich nicht.",
    ]
    _letters(mail, who, texts, 14, "Webseite")


def french_debtor(mail: Correspondence, who: str) -> None:
    subject = "Facture 41"
    mail.sent(
        50, who, "Veuillez trouver ci-joint la facture 41 de 500 euros, à régler sous 30 jours.", subject
    )
    mail.sent(
        85, who, "Petit rappel : la facture 41 est arrivée à échéance le 20 mai et reste impayée.", subject
    )
    mail.got(
        88,
        who,
        "Désolés, la trésorerie est compliquée, nous ne pouvons pas payer ce mois-ci.",
        f"Re: {subject}",
    )
    mail.sent(96, who, "Deuxième relance : la facture 41 n'est toujours pas réglée.", subject)
    mail.got(99, who, "Il faudra attendre, nous n'avons pas encore été payés nous-mêmes.", f"Re: {subject}")


def spanish_abuser(mail: Correspondence, who: str) -> None:
    texts = [
        "Esto es una basura. Eres un inútil y no sé cómo te atreves a cobrar por esto.",
        "No tienes ni idea de lo que haces, imbécil. Voy a poner malas reseñas en todas partes.",
        "Eres un estafador y un payaso. Mi abogado se pondrá en contacto contigo y todo el mundo"
        " lo va a saber.",
        "Otra vez esta porquería. ¿Eres tonto o qué? Me das vergüenza ajena, incompetente.",
    ]
    _letters(mail, who, texts, 10, "Folleto")


CAST: tuple[Scripted, ...] = (
    Scripted("anna@fernbakery.example", good_payer, frozenset({"nothing", "watch"})),
    Scripted("joe@tallowgate.example", scope_creeper, frozenset({"restate_terms"})),
    Scripted("office@penhallow.example", late_payer, frozenset({"deposit_first"})),
    Scripted("desk@marlowroofs.example", debtor, frozenset({"second_reminder"})),
    Scripted("hall@oldmill.example", deaf_debtor, frozenset({"final_notice"})),
    Scripted("r.finch@finchco.example", refuser, frozenset({"part_ways"})),
    Scripted("boss@granger.example", abuser, frozenset({"part_ways"})),
    Scripted("lena@theatre.example", reformed, frozenset({"nothing", "watch"})),
    Scripted("e.moor@moorbooks.example", one_off_outburst, frozenset({"nothing", "watch"})),
    Scripted("kai@werkhof.example", german_creeper, frozenset({"restate_terms"})),
    Scripted("compta@atelier.example", french_debtor, frozenset({"formal_demand"})),
    Scripted("jefe@talleres.example", spanish_abuser, frozenset({"part_ways"})),
)  # fmt: skip


def whole_cast() -> Correspondence:
    """All of them in one mailbox, ending with a good client's letter on day 215."""
    mail = Correspondence()
    for one in CAST:
        one.tell(mail, one.address)
    mail.got(215, CAST[0].address, "Good morning Ines, the autumn menu is attached.", "Menus")
    return mail
