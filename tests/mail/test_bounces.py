"""Which mail of ours a bounce is about, whom it did not reach, and when it only takes longer."""

from __future__ import annotations

import pytest

from triage.mail.bounces import Failure, failed_delivery
from triage.mail.parse import parse

HEAD = "From: mailer-daemon@mx.example\nSubject: {subject}\nMessage-ID: <bounce@mx.example>\n{more}\n{body}"
OURS = "Message-ID: <ours@studio.example>"


def failure(body: str, subject: str = "Undelivered Mail", more: str = "") -> Failure | None:
    raw = HEAD.format(subject=subject, more=more, body=body).encode()
    return failed_delivery(parse(raw), raw)


@pytest.mark.parametrize(
    ("body", "recipients"),
    [
        (f"Final-Recipient: rfc822; Jo@Client.example\nAction: failed\n\n{OURS}\n", ("jo@client.example",)),
        (
            f"Original-Recipient: rfc822;<jo@client.example>\nAction: Failed\n\n{OURS}\n",
            ("jo@client.example",),
        ),
        (f"The mail could not be delivered.\n\n{OURS}\n", ()),
        (f"--- Below this line is a copy of the message.\n\nReturn-Path: <>\n{OURS}\n", ()),
        (f"> {OURS}\n", ()),
    ],
)
def test_a_failure_names_our_mail(body: str, recipients: tuple[str, ...]) -> None:
    assert failure(body) == Failure(("<ours@studio.example>",), recipients)


def test_headers_name_mail_and_recipients_too() -> None:
    more = "In-Reply-To: <ours@studio.example>\nX-Failed-Recipients: Jo@client.example, max@client.example\n"
    assert failure("Gone.", more=more) == Failure(
        ("<ours@studio.example>",), ("jo@client.example", "max@client.example")
    )


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Undelivered", f"Action: delayed\n\n{OURS}\n"),
        ("Delivered", f"Action: delivered\n\n{OURS}\n"),
        ("Warning: message delayed", f"Still trying.\n\n{OURS}\n"),
        ("Zustellung verzögert", f"{OURS}\n"),
        ("Undelivered", "Your mail could not be delivered."),
    ],
)
def test_a_delay_and_a_notice_about_nothing_known_are_none(subject: str, body: str) -> None:
    assert failure(body, subject) is None


def test_its_own_name_is_no_mail_of_ours() -> None:
    assert failure("Message-ID: <bounce@mx.example>\n") is None
