"""How the hand-made cases of forged and honest mail are written down, and the clients that they concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from drafts.situation import Freelancer
from triage.clients.profile import Client, ClientBook
from triage.clock.working_time import WorkingTime
from triage.conclude import Occasion, facts_of, read
from triage.config import Clock
from triage.decide import Decision, decide
from triage.desk import Desk
from triage.mail.reply import Identity

NOW = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
OUR_SERVER = "mx.studio.example"
LATE = "We still haven't paid your invoice 2026-014. It has to wait until our own client pays us."
BOOK = ClientBook(
    (
        Client(
            "Northwind",
            people=("Ada Okafor",),
            addresses=("ada@northwind.example",),
            domains=("northwind.example",),
        ),
        Client("Harbour Bakery", people=("Nora Lindgren",), addresses=("nora@harbourbakery.example",)),
        Client("Bruno Keller", addresses=("bruno.keller@gmail.com",)),
        Client("Acme", people=("Ines Duarte",), addresses=("ines@acme.example",)),
        Client("Acne Care", people=("Tom Reed",), addresses=("tom@acne.example",)),
        Client("Müller Bau", people=("Jörg Müller",), addresses=("j.mueller@mueller-bau.example",)),
        Client("Pell and Sons", people=("Graham Pell",), addresses=("graham@pellandsons.co.uk",)),
        Client("Corner Modern", people=("Lea Moreau",), addresses=("lea@corner-modern.example",)),
    )
)


@dataclass(frozen=True)
class Letter:
    """One message of the table: From line, text, more header lines, an HTML alternative, attached files."""

    key: str
    sender: str = "Ada Okafor <ada@northwind.example>"
    text: str = LATE
    headers: tuple[str, ...] = ()
    html: str = ""
    files: tuple[str, ...] = ()
    subject: str = "The website"

    @property
    def raw(self) -> bytes:
        """The message as it arrives."""
        message = EmailMessage(policy=SMTP)
        message["To"], message["Subject"] = "Mara Lindqvist <mara@studio.example>", self.subject
        message["Message-ID"] = f"<{self.key}@door.example>"
        message["Date"] = "Tue, 10 Mar 2026 19:00:00 +0000"
        message.set_content(self.text + "\n")
        if self.html:
            message.add_alternative(self.html, subtype="html")
        for name in self.files:
            message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=name)
        head = "\r\n".join((*self.headers, f"From: {self.sender}"))
        return head.encode() + b"\r\n" + message.as_bytes()


def results(said: str, server: str = OUR_SERVER) -> str:
    """An Authentication-Results line."""
    return f"Authentication-Results: {server}; {said}"


def desk() -> Desk:
    """Mara's desk, on which the clients' file lies and whose mail server is trusted."""
    clock = Clock()
    return Desk(
        account="studio",
        identity=Identity("Mara Lindqvist", "mara@studio.example", ("hello@studio.example",)),
        freelancer=Freelancer("Mara Lindqvist"),
        working=WorkingTime(clock.zone, clock.days, clock.opens, clock.closes),
        cache=Path("unused"),
        trusted_authserv_ids=(OUR_SERVER,),
        book=BOOK,
    )


def decision_of(letter: Letter) -> Decision:
    """What the table decides about a letter on whose words no judgement was passed."""
    ours = desk()
    return decide(facts_of(read(letter.raw, ours), None, Occasion(ours, NOW)))


def is_refused(letter: Letter) -> bool:
    """Whether a letter gets no draft, because of its sender or of new payment details."""
    decision = decision_of(letter)
    return decision.action == "flag_only" and decision.reason.startswith("no draft, the ")
