"""A dozen invented clients with characters of their own, and what they write in a month."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

ME = "Mara Lindqvist <mara@studio.example>"
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Saying:
    """What may be said: whether it awaits an answer, and whether it is flagged."""

    text: str
    awaits: bool = True
    flagged: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """Who writes, what, and how many letters in a month."""

    name: str
    address: str
    language: str
    matter: str
    letters: int
    sayings: tuple[Saying, ...]
    is_machine: bool = False


def asks(*texts: str) -> tuple[Saying, ...]:
    return tuple(Saying(text) for text in texts)


def flags(*texts: str) -> tuple[Saying, ...]:
    return tuple(Saying(text, flagged=True) for text in texts)


def nods(*texts: str) -> tuple[Saying, ...]:
    return tuple(Saying(text, awaits=False) for text in texts)


def sends(text: str, *headers: tuple[str, str]) -> tuple[Saying, ...]:
    return (Saying(text, awaits=False, headers=headers),)


CLIENTS = (
    Client("Hollis Grant", "hollis@grantmills.example", "en", "Invoice {n}", 6,
           flags("I can't pay this before the end of next month.") + asks("Which account should it go to?")
           + nods("Paid just now, thanks.")),
    Client("Graham Pell", "graham@pellandsons.example", "en", "Header {n}", 7,
           flags("This is useless. Do it again by Friday.", "Your work is useless and late.")
           + asks("Where is the new version?")),
    Client("Nora Hill", "nora@harbourbakery.example", "en", "Menu {n}", 8,
           asks("Could you send me the menu as a PDF when you have a minute?",
                "Does Thursday suit you for a call?")
           + nods("Thanks so much, it looks lovely!")),
    Client("Tessa Rowe", "tessa@rowe-interiors.example", "en", "Catalogue {n}", 8,
           flags("Could you add a booking form for free while you are at it?",
                 "One more page for free, please.")
           + asks("Is the catalogue on its way to the printer?")),
    Client("Ada Winter", "ada@winter-foto.example", "en", "Gallery {n}", 8,
           nods("Thanks!", "Got it, thank you.", "👍", "Perfect, see you on Monday.", "ok")
           + asks("Thanks! One more thing: can you move the logo to the left?")),
    Client("Peter Weiss", "p.weiss@weissundsohn.example", "de", "Prospekt {n}", 8,
           asks("Wann bekomme ich den nächsten Entwurf?", "Danke, passt. Wann kommt der Rest?")
           + nods("Vielen Dank, passt so.", "Alles klar, schönes Wochenende!")
           + flags("Das ist unbrauchbar und eine Frechheit.")),
    Client("Claire Petit", "claire@maison-petit.example", "fr", "Carte {n}", 7,
           asks("Pourriez-vous changer la couleur du titre ?", "Quand aurai-je la suite ?")
           + nods("Merci beaucoup, c'est parfait !", "Bien reçu, bonne journée.")),
    Client("Lucía Campos", "lucia@camposarte.example", "es", "Cartel {n}", 7,
           asks("¿Puedes enviarme el archivo antes del viernes?")
           + flags("¿Puedes añadir otra página gratis?") + nods("Perfecto, muchas gracias.")),
    Client("Rui Matos", "rui@matosdesign.example", "pt", "Logotipo {n}", 6,
           asks("Pode enviar o logotipo em vetor?") + nods("Obrigado, ficou ótimo!")),
    Client("Petals & Post", "news@petals-post.example", "en", "Our autumn offers {n}", 6,
           sends("Twenty per cent off all bulbs. Would you like some?",
                 ("List-Id", "<news.petals-post.example>"), ("Precedence", "bulk")), is_machine=True),
    Client("Hosting", "no-reply@hosting.example", "en", "Your receipt {n}", 5,
           sends("Your payment was received. Questions? Visit our page."), is_machine=True),
    Client("Jonas Falk", "jonas@falkbau.example", "de", "Automatische Antwort: Plan {n}", 5,
           sends("Ich bin bis Montag nicht im Büro. Wer vertritt mich?", ("Auto-Submitted", "auto-replied")),
           is_machine=True),
)  # fmt: skip


@dataclass
class Letter:
    """One letter; ``refs`` name what was before it, or nothing where the client's program forgets."""

    number: int
    client: Client
    saying: Saying
    matter: str
    arrived: datetime
    refs: tuple[str, ...] = ()
    is_first: bool = True
    answered: datetime | None = None
    thrown_away: bool = False
    tags: list[str] = field(default_factory=list)

    @property
    def message_id(self) -> str:
        """Its name."""
        return f"<letter-{self.number}@{self.client.address.partition('@')[2]}>"

    @property
    def subject(self) -> str:
        """As the client writes it."""
        return self.matter if self.is_first else f"{('Re', 'RE', 'AW')[self.number % 3]}: {self.matter}"

    def raw(self) -> bytes:
        """The mail itself, with a quote that asks much and means nothing."""
        message = EmailMessage(policy=SMTP)
        message["From"] = f"{self.client.name} <{self.client.address}>"
        message["To"], message["Subject"], message["Message-ID"] = ME, self.subject, self.message_id
        # clocks of clients: most are right, some have never been set
        message["Date"] = (
            ("Thu, 01 Jan 1970 00:00:00 -0000", "Fri, 01 Jan 2099 00:00:00 +0000")[self.number % 2]
            if self.number % 13 < 2
            else self.arrived.strftime("%a, %d %b %Y %H:%M:%S +0000")
        )
        if self.refs:
            message["In-Reply-To"], message["References"] = self.refs[-1], " ".join(self.refs)
        for name, value in self.saying.headers:
            message[name] = value
        quote = (
            "" if self.is_first else "\n\nMara Lindqvist wrote:\n> Could you tell me what you need?\n> Mara\n"
        )
        message.set_content(f"{self.saying.text}\n{quote}")
        return message.as_bytes()


def month_of_letters(first: datetime, days: int, seed: int, share: float = 1.0) -> list[Letter]:
    """All letters in the order of their arrival, at quarters of an hour; ``share`` of what a month brings."""
    chance = random.Random(seed)
    found = [one for client in CLIENTS for one in _of(client, first, days, chance, share)]
    found.sort(key=lambda one: (one.arrived, one.client.address))
    for number, one in enumerate(found, 1):
        one.number = number
    _thread(found, chance)
    return found


def _of(client: Client, first: datetime, days: int, chance: random.Random, share: float) -> Iterator[Letter]:
    arrivals = sorted(
        first + QUARTER * chance.randrange(1, days * 96) for _ in range(max(1, round(client.letters * share)))
    )
    matter, number = "", 0
    for place, arrived in enumerate(arrivals):
        is_first = client.is_machine or not matter or chance.random() < 0.45
        if is_first:
            number += 1
            matter = client.matter.format(n=number)
        yield Letter(place, client, chance.choice(client.sayings), matter, arrived, is_first=is_first)


def _thread(letters: list[Letter], chance: random.Random) -> None:
    """Later letters name the earlier ones, but for those from a program that forgets."""
    for place, one in enumerate(letters):
        earlier = [other.message_id for other in letters[:place] if other.matter == one.matter]
        if earlier and not one.client.is_machine and chance.random() < 0.8:
            one.refs = tuple(earlier)
