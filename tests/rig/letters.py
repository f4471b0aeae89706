"""Messages for the tests of the mailbox, all invented."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from triage.mail.reply import draft_reference
from triage.mail.seal import sealed


def letter(
    number: int = 1, *, subject: str = "Homepage", body: str = "Could we talk about the header?"
) -> bytes:
    """A small plain message with a Message-ID of its own."""
    return plain(number, subject=subject, body=body).as_bytes()


def plain(number: int = 1, *, subject: str = "Homepage", body: str = "Could we talk?") -> EmailMessage:
    """The same as an object to add to."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Jo Client <jo@client.example>"
    message["To"] = "Mara Lindqvist <mara@studio.example>"
    message["Subject"] = subject
    message["Message-ID"] = f"<letter-{number}@client.example>"
    message["Date"] = "Mon, 02 Jun 2025 10:00:00 +0000"
    message.set_content(body + "\n")
    return message


def with_attachment(size: int, *, number: int = 1, html: bool = True) -> bytes:
    """Text, its HTML twin, an invitation and a file of ``size`` random-looking bytes."""
    message = plain(number, body="The file is attached, please change the colours by Friday.")
    if html:
        message.add_alternative("<p>The file is attached, please <b>change</b> it.</p>", subtype="html")
    block = bytes(range(256)) * (size // 256 + 1)
    message.add_attachment(block[:size], maintype="application", subtype="pdf", filename="Plan für Jo.pdf")
    message.add_attachment("name,price\nlogo,100\n" * 10, subtype="csv", filename="prices.csv")
    return message.as_bytes()


def draft(message_id: str = "<draft-1@studio.example>", body: str = "Hello Jo,\n\nI have it.\n") -> bytes:
    """A reply as the product composes it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Mara Lindqvist <mara@studio.example>"
    message["To"] = "Jo Client <jo@client.example>"
    message["Subject"] = "Re: Angebot für Größe Übersicht"
    message["Message-ID"] = message_id
    message["In-Reply-To"] = "<letter-1@client.example>"
    message["References"] = (
        " ".join(f"<older-{n}@client.example>" for n in range(8)) + " <letter-1@client.example>"
    )
    message["X-Draft-Reference"] = draft_reference(message_id)
    message["Date"] = "Mon, 02 Jun 2025 11:00:00 +0000"
    message.set_content(body)
    return sealed(message.as_bytes())
