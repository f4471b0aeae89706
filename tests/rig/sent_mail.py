"""Forty mails of Mara's own, to four clients in three languages, and the means to write more; invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from triage.imap.inbox import Fetched

MARA = "Mara Lindqvist <mara@studio.example>"
NORA = "Nora Hill <nora@harbourbakery.example>"
WEISS = "Peter Weiss <p.weiss@weissundsohn.example>"
LEA = "Lea Brandt <lea@brandt-foto.example>"
PETIT = "Claire Petit <claire.petit@maison-petit.example>"
FIRST_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

_TO_NORA = (
    "I've put the new photographs into the gallery and I'll send you the link tonight.",
    "The opening hours are on the front page now. It's easy to change them for the holidays.",
    "I can't find the map you mentioned, could you send it once more when you have a minute?",
    "We're on time with the shop pages and there's only the price list left to do this week.",
    "I'm happy with the second colour too. Let's take it and see how it looks on a phone.",
    "The form works again, it was a typing mistake in the address. Don't worry about the test mail.",
    "I'll have the banner ready on Thursday, and the two smaller ones by Friday at noon.",
    "That's a good question. I don't know yet which format the printer wants, I've asked them.",
    "Your pages load in half the time now, and that's with the large pictures still in place.",
    "I've read the new text and it's lovely. Two small remarks are in the file attached here.",
    "Here's the plan for March. You're free on the ninth, aren't you, so let's speak then.",
    "The invoice for February is attached, and thanks for paying the last one so quickly.",
)
_TO_WEISS = (
    "anbei sende ich Ihnen den Entwurf für die Visitenkarten mit dem neuen Schriftzug.",
    "die Schrift können Sie bis Freitag noch ändern, danach geht die Datei in den Druck.",
    "ich habe Ihre Anmerkungen eingearbeitet und lege die zweite Fassung bei.",
    "bitte schicken Sie mir noch das Logo Ihres Partners in einer höheren Auflösung.",
    "das Papier, das Sie gewählt haben, ist ab Montag wieder lieferbar.",
    "gern erkläre ich Ihnen am Telefon, wie wir die Broschüre aufteilen könnten.",
    "die Rechnung über den ersten Abschnitt finden Sie im Anhang dieser Nachricht.",
    "ob der Termin für Sie passt, können Sie mir auch noch am Mittwoch sagen.",
    "für den Messestand brauche ich von Ihnen die genauen Maße der Rückwand.",
    "den Korrekturabzug bekommen Sie von mir, sobald die Druckerei ihn geliefert hat.",
)
_TO_LEA = (
    "kannst du mir die drei Bilder vom Hafen noch einmal ohne Rahmen schicken?",
    "deine Auswahl ist toll, ich baue sie heute Abend in die Startseite ein.",
    "ich hab dir den Zugang neu gesetzt, das Passwort kommt gleich per Telefon.",
    "hast du am Dienstag Zeit, dann gehen wir die Texte zusammen durch?",
    "das Hochformat gefällt mir besser, aber entscheide du das in Ruhe.",
    "deine Seite ist seit gestern online, schau sie dir mal auf dem Handy an.",
    "die Druckdaten schicke ich dir morgen früh, heute fehlt noch der Anschnitt.",
)
_TO_PETIT = (
    "Je vous envoie la maquette de la page d'accueil avec les deux couleurs que vous avez choisies.",
    "Pourriez-vous me confirmer la date de la livraison avant la fin de la semaine ?",
    "J'ai corrigé votre carte et ajouté les horaires du dimanche, comme vous le souhaitiez.",
    "Vous trouverez ci-joint la facture du mois de février pour les trois premières pages.",
    "Votre photographe m'a transmis les images, je les intègre demain dans la galerie.",
    "Je vous propose un appel jeudi matin pour parler de la boutique en ligne.",
    "Le formulaire fonctionne à nouveau, vous pouvez le tester quand vous voulez.",
    "Les textes que vous m'avez envoyés sont très clairs, je n'ai que deux questions.",
    "Je vous remercie pour votre confiance et vous tiens au courant de la suite.",
    "Avez-vous déjà une idée du papier pour les menus, ou dois-je vous envoyer des exemples ?",
    "La nouvelle police est en place et votre logo garde sa taille d'origine.",
)


@dataclass(frozen=True)
class Habit:
    """How one client is written to."""

    to: str
    greeting: str
    sign_off: str
    bodies: tuple[str, ...]


HABITS = (
    Habit(NORA, "Hi Nora,", "Cheers,\nMara", _TO_NORA),
    Habit(WEISS, "Sehr geehrter Herr Weiss,", "Mit freundlichen Grüßen\nMara Lindqvist", _TO_WEISS),
    Habit(LEA, "Liebe Lea,", "Viele Grüße\nMara", _TO_LEA),
    Habit(PETIT, "Bonjour Madame Petit,", "Bien cordialement,\nMara Lindqvist", _TO_PETIT),
)


def sent(
    number: int,
    to: str,
    text: str,
    *,
    subject: str = "Website",
    sender: str = MARA,
    headers: tuple[tuple[str, str], ...] = (),
    html: str | None = None,
) -> bytes:
    """One mail as a mail program puts it into Sent."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<sent-{number}@studio.example>"
    for name, value in headers:
        message[name] = value
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def forty() -> list[bytes]:
    """All habits' mails, the clients in turn; some with a quote below, as replies have one."""
    texts = [(habit, body) for habit in HABITS for body in habit.bodies]
    order = sorted(range(len(texts)), key=lambda index: (index * 7) % len(texts))
    return [_as_sent(number, *texts[index]) for number, index in enumerate(order)]


def _as_sent(number: int, habit: Habit, body: str) -> bytes:
    text = f"{habit.greeting}\n\n{body}\n\n{habit.sign_off}\n"
    if number % 3 == 0:
        name = habit.to.partition("<")[0].strip()
        text += (
            f"\nOn Mon, 5 Jan 2026 at 10:00, {name} wrote:\n> Hey Mara!\n> What's up with it?\n> Cheerio\n"
        )
    return sent(number, habit.to, text)


def fetched(raw: bytes, number: int = 1) -> Fetched:
    """A mail as the folder for sent mail hands it out; each on a day of its own."""
    return Fetched(number, FIRST_DAY + timedelta(days=number), len(raw), raw, partial=True)
