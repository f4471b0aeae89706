"""A From line with several mailboxes gets no draft; odd but honest ones do."""

from __future__ import annotations

import pytest

from triage.mail.authenticity import assess
from triage.mail.parse import parse


def verdict(sender: str) -> str:
    raw = f"From: {sender}\r\nTo: mara@studio.example\r\nSubject: x\r\n\r\nHello\r\n"
    return assess(parse(raw.encode()), ()).verdict


@pytest.mark.parametrize(
    "sender",
    [
        "bill@client.example, evil@other.example",
        "Bill <bill@client.example>, Eve <evil@other.example>",
    ],
)
def test_several_senders_are_not_answered(sender: str) -> None:
    assert verdict(sender) == "failed"


@pytest.mark.parametrize(
    "sender",
    [
        "bill@client.example",
        "bill@client.example <bill@client.example>",
        '"Lind, Bill" <bill@client.example>',
        "=?utf-8?q?Lind=2C_Bill?= <bill@client.example>",
    ],
)
def test_one_sender_however_written_is_one(sender: str) -> None:
    assert verdict(sender) == "unknown"
