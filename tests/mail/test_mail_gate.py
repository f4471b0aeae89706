"""Machines, lists and our own mail are left alone; a person is never gated for a weak sign."""

from __future__ import annotations

import pytest

from triage.mail.gate import gate
from triage.mail.parse import parse

OWN = ("mara@studio.example", "office@studio.example")


def gated(head: str, body: str = "Hello", sender: str = "Ada <ada@client.example>") -> str | None:
    """The gate's reason for a message with these header lines."""
    from_line = "" if "From:" in head else f"From: {sender}\n"
    return gate(parse(f"{from_line}{head}\n\n{body}\n".encode()), OWN)


MACHINES = [
    ("From: Mara <Mara@Studio.example>", "own mail"),
    ("From: office@studio.example", "own mail"),
    ("Auto-Submitted: auto-replied", "automatic reply"),
    ("Auto-Submitted: auto-generated", "automatic reply"),
    ("Auto-Submitted: AUTO-REPLIED (vacation)", "automatic reply"),
    ("X-Autoreply: yes", "automatic reply"),
    ("X-Autorespond: out of office", "automatic reply"),
    ("Precedence: auto_reply", "automatic reply"),
    ("Return-Path: <>", "automatic reply"),
    ("Subject: Automatic reply: Header\nX-Auto-Response-Suppress: All", "automatic reply"),
    ("Subject: Abwesenheitsnotiz\nPrecedence: bulk", "automatic reply"),
    ("Subject: Réponse automatique : bonjour\nX-Auto-Response-Suppress: DR, RN", "automatic reply"),
    ("List-Id: <design.lists.example>", "mailing list"),
    ("List-Post: <mailto:design@lists.example>", "mailing list"),
    ("Precedence: list", "mailing list"),
    ("List-Unsubscribe: <https://shop.example/u>", "bulk mail"),
    ("Precedence: bulk", "bulk mail"),
    ("Precedence: junk", "bulk mail"),
    ("Feedback-ID: 1:2:3:esp", "bulk mail"),
    ("X-Campaign-ID: 77", "bulk mail"),
    ("Content-Type: multipart/report; report-type=feedback-report; boundary=b", "bounce"),
    ("From: no-reply@shop.example", "no-reply sender"),
    ("From: noreply@shop.example", "no-reply sender"),
    ("From: do_not_reply@shop.example", "no-reply sender"),
    ("From: billing.noreply@shop.example", "no-reply sender"),
    ("From: noreply-calendar@shop.example", "no-reply sender"),
    ("From: nicht-antworten@shop.example", "no-reply sender"),
    ("From: ne-pas-repondre@shop.example", "no-reply sender"),
    ("From: noresponder@shop.example", "no-reply sender"),
    ("From: nao-responda@shop.example", "no-reply sender"),
    ("From: non-rispondere@shop.example", "no-reply sender"),
    ("From: nietbeantwoorden@shop.example", "no-reply sender"),
    ("From: MAILER-DAEMON@mx.example", "bounce"),
    ("From: postmaster@mx.example", "bounce"),
    ("From: bounces+123=mara@mx.example", "bounce"),
    ("X-Failed-Recipients: x@y.example", "bounce"),
    ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", "bounce"),
    ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "read receipt"),
    ("Content-Type: text/calendar; method=REPLY", "calendar reply"),
]


@pytest.mark.parametrize(("head", "reason"), MACHINES)
def test_machines_lists_and_own_mail(head: str, reason: str) -> None:
    assert gated(head) == reason


PEOPLE = [
    "Subject: Header",
    "Subject: Out of office next week, so send it today",
    "Subject: automatic reply?",
    "Auto-Submitted: no",
    "X-Auto-Response-Suppress: All",
    "X-Mailer: Microsoft Outlook",
    "Return-Path: <ada@client.example>",
    "X-Priority: 1",
    "Disposition-Notification-To: ada@client.example",
    "Content-Type: text/calendar; method=REQUEST",
    "From: Noreen Plyman <noreen@client.example>",
    "From: norbert@client.example",
    "From: noel.reply@client.example",
    "From: Bounce House Rentals <hello@bounce.example>",
    "From: info@client.example",
    "From: support@client.example",
    "Subject: Read: the contract",
    "X-Loop: gateway.client.example",
    "Feedback-ID: 1.eu-west-1.abc:AmazonSES",
    "X-SG-EID: abc",
    "In-Reply-To: <1@studio.example>\nList-Unsubscribe: <https://crm.example/u>",
]


@pytest.mark.parametrize("head", PEOPLE)
def test_people_pass_whatever_their_programs_write(head: str) -> None:
    assert gated(head) is None


def test_a_calendar_answer_inside_a_message_is_seen() -> None:
    body = (
        "--b\nContent-Type: text/plain\n\nAccepted\n--b\nContent-Type: text/calendar; method=REPLY\n\n"
        "BEGIN:VCALENDAR\n--b--"
    )
    assert gated("Content-Type: multipart/alternative; boundary=b", body) == "calendar reply"


def test_a_message_without_sender_passes_to_be_shown_as_unreadable() -> None:
    assert gate(parse(b"Subject: x\n\nhi"), OWN) is None
