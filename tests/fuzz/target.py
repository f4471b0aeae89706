"""What must hold for any bytes whatever: read, cut, gated, judged for forgery, and answered or not."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

from tests.fuzz.entries import KNOWN, ME, NOW, OWN_ID
from triage.mail.authenticity import assess
from triage.mail.expects import expects_answer
from triage.mail.gate import gate
from triage.mail.html import html_to_text
from triage.mail.message import Message
from triage.mail.new_text import MAX_CHARS, message_new_text, new_text
from triage.mail.parse import parse
from triage.mail.payment_change import brings_new_payment_details
from triage.mail.reply import compose, message_key, reply_recipient, reply_subject

MAX_LINE = 998
_ALLOWED = frozenset(
    """
    date from to subject message-id in-reply-to references x-draft-reference x-draft-seal mime-version
    content-type content-transfer-encoding
    """.split()  # noqa: SIM905
)
# What any reader of lines may take for the end of one.
_BREAKS = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029\x00]")
BODY = "Hello,\n\nI have it.\n"


def put_through(raw: bytes) -> Message:
    """One input through everything; an AssertionError says what did not hold."""
    message = parse(raw)
    words = message_new_text(message)
    assert len(words) <= MAX_CHARS
    assert isinstance(new_text(raw.decode("utf-8", "replace"), html=message.html), str)
    assert "\x00" not in html_to_text(raw.decode("latin-1"))
    gate(message, ME.addresses)
    assess(message, ["mx"], KNOWN, ME.addresses)
    expects_answer(message, words)
    brings_new_payment_details(message, words)
    assert not _BREAKS.search(message.subject.replace("\t", " "))
    assert not _BREAKS.search(reply_subject(message.subject))
    "".join((message.text, message.subject, words, message_key(message))).encode("utf-8")
    recipient = reply_recipient(message, ME.addresses)
    if recipient is not None:
        assert recipient.email.lower() not in {address.lower() for address in ME.addresses}
        check_draft(compose(message, BODY, ME, message_id=OWN_ID, now=NOW, reference="r-1"), recipient.email)
    return message


def check_draft(raw: bytes, to: str) -> None:
    """What holds for every draft: ASCII lines within bounds, our headers alone, one recipient."""
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= MAX_LINE
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.split(b":")[0].lower().decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert set(names) <= _ALLOWED
    assert len(names) == len(set(names))
    seen = message_from_bytes(raw, policy=policy.default)
    addresses = seen["To"].addresses
    assert [address.addr_spec.lower() for address in addresses] == [to.lower()]
    assert parse(raw).to[0].email.lower() == to.lower()
    assert seen.get_content().replace("\r\n", "\n").strip() == BODY.strip()
