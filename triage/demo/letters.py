"""The demo's mail: authored texts from ``messages.toml``, made into the MIME that real mail programs send."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files

OWNER_NAME = "Mara Lindqvist"
OWNER_ADDRESS = "mara@lindqvist.example"
_MARK = re.compile(r"\{(day|date)([+-]\d+)\}")


@dataclass(frozen=True)
class Letter:
    """One authored message. ``age`` is in hours before now; ``answers`` names the letter that it replies to.

    ``kind`` is ``letter``, ``bounce`` (RFC 3464) or ``calendar`` (RFC 5546). ``text`` and ``html`` together
    become multipart/alternative; an ``attachment`` (name, type, text) makes it multipart/mixed.
    """

    key: str
    age: float
    subject: str
    sender: str = f"{OWNER_NAME} <{OWNER_ADDRESS}>"
    to: str = f"{OWNER_NAME} <{OWNER_ADDRESS}>"
    text: str | None = None
    html: str | None = None
    kind: str = "letter"
    charset: str = "utf-8"
    answers: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    attachment: Mapping[str, str] | None = None

    @property
    def message_id(self) -> str:
        """Its Message-ID: the same in every demo, so that replies find it."""
        return f"<{self.key}@{_domain(self.sender)}>"

    def written(self, now: datetime) -> datetime:
        """When it was written, to the second."""
        return (now - timedelta(hours=self.age)).replace(microsecond=0)


@dataclass(frozen=True)
class Post:
    """The demo's mail: what lies in the inbox and what the freelancer has sent."""

    inbox: tuple[Letter, ...]
    sent: tuple[Letter, ...]

    def find(self, key: str) -> Letter:
        """The letter of that key; KeyError where there is none."""
        return {letter.key: letter for letter in (*self.inbox, *self.sent)}[key]

    def as_mime(self, letter: Letter, now: datetime) -> bytes:
        """The letter's bytes as they would arrive, with CRLF."""
        message = _BODIES[letter.kind](letter, now)
        message["From"] = letter.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.written(now))
        message["Message-ID"] = letter.message_id
        if letter.answers:
            message["In-Reply-To"] = message["References"] = self.find(letter.answers).message_id
        for name, value in letter.headers.items():
            message[name] = value
        return message.as_bytes()


def post() -> Post:
    """Read the authored messages that come with the package."""
    data = tomllib.loads(files("triage.demo").joinpath("messages.toml").read_text(encoding="utf-8"))
    return Post(
        inbox=tuple(_letter(entry) for entry in data["letters"]),
        sent=tuple(_letter(entry) for entry in data["sent"]),
    )


def _letter(entry: dict[str, object]) -> Letter:
    named = {"sender" if key == "from" else key: value for key, value in entry.items()}
    return Letter(**named)  # type: ignore[arg-type]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">")


def _dated(text: str, now: datetime) -> str:
    """Replace ``{day+2}`` by that weekday and ``{date-14}`` by that day and month."""

    def word(match: re.Match[str]) -> str:
        moment = now + timedelta(days=int(match[2]))
        return f"{moment:%A}" if match[1] == "day" else f"{moment.day} {moment:%B}"

    return _MARK.sub(word, text.lstrip("\n"))


def _plain_message(letter: Letter, now: datetime) -> EmailMessage:
    """Text, HTML, or both with the plain part first; attachments last."""
    message = EmailMessage(policy=SMTP)
    if letter.text is not None:
        message.set_content(_dated(letter.text, now), charset=letter.charset)
        if letter.html is not None:
            message.add_alternative(_dated(letter.html, now), subtype="html")
    elif letter.html is not None:
        message.set_content(_dated(letter.html, now), subtype="html")
    if letter.attachment:
        main, _, sub = letter.attachment["type"].partition("/")
        content = letter.attachment["text"].encode()
        message.add_attachment(content, maintype=main, subtype=sub, filename=letter.attachment["name"])
    return message


def _bounce(letter: Letter, now: datetime) -> EmailMessage:
    """A delivery report (RFC 3464): words, a machine-readable part."""
    status = MIMEPart(policy=SMTP)
    status["Reporting-MTA"] = f"dns; {_domain(letter.sender)}"
    recipient = MIMEPart(policy=SMTP)
    recipient["Final-Recipient"] = "rfc822; orders@contimotor.example"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.2"
    report = MIMEPart(policy=SMTP)
    report["Content-Type"] = "message/delivery-status"
    report.set_payload([status, recipient])
    words = MIMEPart(policy=SMTP)
    words.set_content(_dated(letter.text or "", now))
    message = EmailMessage(policy=SMTP)
    message["Content-Type"] = 'multipart/report; report-type="delivery-status"'
    message["Auto-Submitted"] = "auto-replied"
    message.set_payload([words, report])
    return message


def _calendar(letter: Letter, now: datetime) -> EmailMessage:
    """An answer to an invitation (RFC 5546), as calendars send it."""
    message = _plain_message(letter, now)
    start = f"{now + timedelta(days=2):%Y%m%dT090000Z}"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//Calendar//EN",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
    )
    body = "\r\n".join(
        [
            *lines,
            f"UID:{letter.key}@{_domain(letter.sender)}",
            f"DTSTAMP:{letter.written(now):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{start}",
            f"ORGANIZER:mailto:{OWNER_ADDRESS}",
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{_address(letter.sender)}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )
    message.add_alternative(body, subtype="calendar", params={"method": "REPLY"})
    return message


def _address(header: str) -> str:
    return header.rpartition("<")[2].rstrip(">")


_BODIES = {"letter": _plain_message, "bounce": _bounce, "calendar": _calendar}
