"""Correspondence in files: both sides' mail, with invented people, as an mbox, a Maildir or a folder."""

from __future__ import annotations

import mailbox
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

ME = "ines@calderwood.example"
NAME = "Ines Calder"
START = datetime(2025, 3, 3, 10, tzinfo=UTC)


@dataclass
class Correspondence:
    """Mail in the order in which it is added; days count from START."""

    mails: list[EmailMessage] = field(default_factory=list)

    def got(
        self,
        number: float,
        sender: str,
        text: str,
        subject: str = "The website",
        *,
        answers: str | None = None,
    ) -> str:
        """A client's mail; returns its Message-ID."""
        return self._add(number, sender, ME, subject, text, answers)

    def sent(
        self,
        number: float,
        to: str,
        text: str,
        subject: str = "Re: The website",
        *,
        answers: str | None = None,
    ) -> str:
        """A mail of the freelancer's; returns its Message-ID."""
        return self._add(number, f"{NAME} <{ME}>", to, subject, text, answers)

    def _add(self, number: float, sender: str, to: str, subject: str, text: str, answers: str | None) -> str:
        mail = EmailMessage()
        identity = f"<{len(self.mails)}.letter@post.example>"
        mail["Message-ID"] = identity
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = format_datetime(START + timedelta(days=number))
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        mail.set_content(text)
        self.mails.append(mail)
        return identity

    def as_mbox(self, path: Path, order: Sequence[int] | None = None) -> Path:
        """Write an mbox, in the order of adding or another."""
        box = mailbox.mbox(path)
        for mail in self._in(order):
            box.add(mailbox.mboxMessage(mail))
        box.close()
        return path

    def as_maildir(self, path: Path) -> Path:
        """Write a Maildir."""
        box = mailbox.Maildir(path)
        for mail in self.mails:
            box.add(mail)
        box.close()
        return path

    def as_folder(self, path: Path) -> Path:
        """Write a folder of .eml files, named in the order of adding."""
        path.mkdir()
        for number, mail in enumerate(self.mails):
            (path / f"{number:05}.eml").write_bytes(mail.as_bytes())
        return path

    def _in(self, order: Sequence[int] | None) -> Iterable[EmailMessage]:
        return self.mails if order is None else (self.mails[index] for index in order)
