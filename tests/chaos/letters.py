"""Letters of clients for the rounds: what each is about and what shall become of it; all invented.

Every text holds a word that stands nowhere else, so that it is found wherever it should not be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from tests.rig.mixed_mail import ANGRY, CIVIL, LATE, MORE

#: Words of the letters and of what the user writes: none may be kept by the program.
LETTER_WORD, USER_WORD = "quorvexin", "zambrolite"
OWNER = "Mara Lindqvist <mara@studio.example>"

Wanted = Literal["draft", "perhaps", "nothing"]

#: Kind of letter: its text, and whether it gets a draft at once, perhaps a holding reply later, or never one.
KINDS: dict[str, tuple[str, Wanted]] = {
    "angry": (ANGRY, "draft"),
    "more": (MORE, "draft"),
    "late": (LATE, "draft"),
    "civil": (CIVIL, "perhaps"),
    "list": (ANGRY, "nothing"),
    "away": ("I am out of the office until Monday.", "nothing"),
}
_MACHINE = {
    "list": {"List-Id": "<designers.lists.example>", "Precedence": "list"},
    "away": {"Auto-Submitted": "auto-replied"},
}


@dataclass
class Letter:
    """One message as the round knows it; ``message_id`` is empty where it has none.

    ``name`` and ``folder`` say where it lies now (``folder`` empty: deleted). ``answered``: a reply lies in
    Sent. ``dealt_with``: why no draft need be there.
    """

    number: int
    kind: str
    message_id: str
    client: str
    subject: str
    raw: bytes
    name: str = ""
    folder: str = "INBOX"
    answered: bool = False
    dealt_with: set[str] = field(default_factory=set)

    @property
    def wanted(self) -> Wanted:
        """Whether a draft is due."""
        return KINDS[self.kind][1]


def letter(number: int, kind: str, *, twin_of: Letter | None = None, follows: Letter | None = None) -> Letter:
    """A new letter; one with the Message-ID of another, or on the same matter by the same client."""
    subject = f"Re: {follows.subject.removeprefix('Re: ')}" if follows else f"Matter {number}"
    message_id = twin_of.message_id if twin_of else f"<letter-{number}@client.example>"
    if kind == "more" and number % 4 == 0 and not twin_of:
        message_id = ""
    client = follows.client if follows else f"jo@client{number}.example"
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = f"Jo Client <{client}>", OWNER, subject
    message["Date"] = "Wed, 11 Mar 2026 07:00:00 +0000"
    if message_id:
        message["Message-ID"] = message_id
    if follows and follows.message_id:
        message["In-Reply-To"] = message["References"] = follows.message_id
    for name, value in _MACHINE.get(kind, {}).items():
        message[name] = value
    message.set_content(f"{KINDS[kind][0]}\nThe project is called {LETTER_WORD}.\n")
    return Letter(number, kind, message_id, client, subject, message.as_bytes())


def own_reply(number: int, to: Letter, text: str = "I have it.") -> bytes:
    """What the user writes to a client without the program."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = OWNER, to.client
    message["Subject"] = f"Re: {to.subject.removeprefix('Re: ')}"
    message["Message-ID"] = f"<own-{number}@program.example>"
    message["Date"] = "Wed, 11 Mar 2026 09:30:00 +0000"
    if to.message_id:
        message["In-Reply-To"] = message["References"] = to.message_id
    message.set_content(f"Hi Jo,\n\n{text} It is about {USER_WORD}.\n\nMara\n")
    return message.as_bytes()
