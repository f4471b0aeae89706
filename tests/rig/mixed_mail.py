"""Thirty messages of mixed kinds, as they lie in a freelancer's inbox; all invented.

Each has a key, the bytes that arrive, and whether the program has to leave it alone without judging it.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

OWNER = "Mara Lindqvist <mara@studio.example>"


@dataclass(frozen=True)
class Case:
    """One message; ``is_gated``: no person wrote it to the freelancer."""

    key: str
    raw: bytes
    is_gated: bool = False

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return f"<{self.key}@mixed.example>"


ANGRY = (
    "Mara, this is the third time I have to write. Did you even read the brief? "
    "You are completely incompetent and a child could do better than this rubbish."
)
LATE = (
    "About your invoice 2025-031: it was due on the 3rd and we have not paid it. "
    "We will only release the money once the launch brings something in."
)
MORE = (
    "While you're at it just add the two extra landing pages, it's a tiny thing and I assume it is included. "
    "And I need it all by Monday morning so please work on it over the weekend, no extra charge obviously."
)
CIVIL = (
    "Thank you for the second draft. The spacing on page two feels tight to me. Could we talk on Thursday?"
)
QUOTED = (
    "Thanks, that works for me. See you on Thursday.\n\n"
    "On Mon, 9 Mar 2026 at 10:00, Mara Lindqvist <mara@studio.example> wrote:\n"
    "> You wrote that I am useless and that a child could do it. I take that seriously.\n"
    "> Shall we talk?\n"
)


def thirty() -> tuple[Case, ...]:
    """All of them, in the order of their arrival."""
    return (*_plain(), *_shaped(), *_machines())


def case(key: str) -> Case:
    """The one of that key."""
    return next(found for found in thirty() if found.key == key)


def _plain() -> list[Case]:
    texts = {
        "angry": ("Homepage", ANGRY),
        "late": ("Invoice 2025-031", LATE),
        "more": ("Landing pages", MORE),
        "civil": ("Second draft", CIVIL),
        "quoted": ("Re: Second draft", QUOTED),
        "thanks": ("Got it", "Thanks Mara, received."),
        "files": ("Photos", "The photos are in the shared folder now, flat 3 and flat 5."),
        "quote": ("Price?", "Could you send me a quote for adding a small shop to our site?"),
        "when": ("Timing", "When do you expect the next version? No hurry on our side."),
        "umlaut": (
            "Größe der Überschrift",
            "Die Überschrift dürfte gern etwas größer sein. Viele Grüße, Jörg",
        ),
        "japanese": ("ロゴについて", "ロゴの色をもう少し濃くしていただけますか。"),
        "rest": ("Contract", "The signed contract is attached to the folder as agreed."),
        "paid": ("Invoice 2025-029", "Paid this morning, you should see it tomorrow."),
        "call": ("Call", "Can we move our call to 15:00 on Wednesday?"),
        "feedback": (
            "Round one",
            "Here is our feedback for round one: darker blue, larger logo. Great work.",
        ),
    }
    return [Case(key, _text(key, subject, body)) for key, (subject, body) in texts.items()]


def _shaped() -> list[Case]:
    return [
        Case("html-only", _html("html-only", ANGRY)),
        Case("alternative", _alternative("alternative", MORE)),
        Case("attachment", _attachment("attachment", LATE)),
        Case("hidden", _hidden("hidden")),
        Case("latin1", _latin1("latin1")),
        Case(
            "no-id",
            _text("no-id", "No Message-ID", CIVIL).replace(b"Message-ID: <no-id@mixed.example>\r\n", b""),
        ),
        Case("comma", _text("comma", "A name", CIVIL, sender='"Lind, Jörg" <joerg@client.example>')),
        Case(
            "shouting",
            _text(
                "shouting", "WHERE IS IT", "WHERE IS MY LOGO??? YOU ARE A JOKE, I WANT MY MONEY BACK NOW!!!"
            ),
        ),
        Case("alias", _text("alias", "To the alias", MORE, to="hello@studio.example")),
        Case("empty", _text("empty", "", "")),
    ]


def _machines() -> list[Case]:
    listed = {"List-Id": "<designers.lists.example>", "Precedence": "list"}
    away = {"Auto-Submitted": "auto-replied"}
    return [
        Case("list", _text("list", "[designers] fonts", ANGRY, headers=listed), is_gated=True),
        Case("away", _text("away", "Out of office", "I am back on Monday.", headers=away), is_gated=True),
        Case(
            "noreply",
            _text("noreply", "Your receipt", "Receipt 12", sender="no-reply@shop.example"),
            is_gated=True,
        ),
        Case("own", _text("own", "Note to self", MORE, sender=OWNER), is_gated=True),
        Case("bounce", _bounce("bounce"), is_gated=True),
    ]


def _head(
    message: EmailMessage | MIMEMultipart | MIMEText,
    key: str,
    subject: str,
    sender: str = "",
    to: str = OWNER,
) -> None:
    message["From"] = sender or "Jo Client <jo@client.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{key}@mixed.example>"
    message["Date"] = "Tue, 10 Mar 2026 20:00:00 +0000"


def _text(
    key: str,
    subject: str,
    body: str,
    *,
    sender: str = "",
    to: str = OWNER,
    headers: dict[str, str] | None = None,
) -> bytes:
    message = EmailMessage(policy=SMTP)
    _head(message, key, subject, sender, to)
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body + "\n")
    return message.as_bytes()


def _html(key: str, body: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    _head(message, key, "Homepage (HTML)")
    message.set_content(f"<html><body><p>{body}</p></body></html>", subtype="html")
    return message.as_bytes()


def _alternative(key: str, body: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    _head(message, key, "Landing pages (both)")
    message.set_content(body)
    message.add_alternative(f"<p>{body}</p>", subtype="html")
    return message.as_bytes()


def _attachment(key: str, body: str) -> bytes:
    message = MIMEMultipart("mixed")
    _head(message, key, "Invoice 2025-031 (again)")
    message.attach(MIMEText(body, "plain", "utf-8"))
    part = MIMEApplication(b"%PDF-1.4 " + bytes(range(256)) * 40, "pdf")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "Rechnung für März.pdf"))
    message.attach(part)
    return message.as_bytes(policy=SMTP)


def _hidden(key: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    _head(message, key, "A look at the menu")
    hidden = f'<div style="display:none">{ANGRY}</div>'
    message.set_content(f"<html><body>{hidden}<p>{CIVIL}</p></body></html>", subtype="html")
    return message.as_bytes()


def _latin1(key: str) -> bytes:
    message = MIMEText("Der Umbruch auf Seite drei gefällt mir. Schöne Grüße", "plain", "iso-8859-1")
    _head(message, key, "Seite drei")
    return message.as_bytes(policy=SMTP)


def _bounce(key: str) -> bytes:
    message = MIMEMultipart("report", report_type="delivery-status")
    _head(
        message, key, "Undelivered Mail Returned to Sender", "Mail Delivery System <MAILER-DAEMON@mx.example>"
    )
    message.attach(MIMEText("Your message could not be delivered.", "plain"))
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([_fields("Reporting-MTA", "dns; mx.example"), _fields("Action", "failed")])
    message.attach(status)
    return message.as_bytes(policy=SMTP)


def _fields(name: str, value: str) -> Message:
    block = Message()
    block[name] = value
    return block
