"""The draft as MIME: thread, recipient, alias, encodings, and no header that anybody injects."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.mail.message import Address
from triage.mail.parse import parse
from triage.mail.reply import (
    MAX_REFERENCES,
    Identity,
    compose,
    draft_message_id,
    from_address,
    message_key,
    reply_recipient,
    reply_subject,
    thread_references,
)

ME = Identity("Mara Lindqvist", "mara@studio.example", ("office@studio.example", "hi@mara.example"))
NOW = datetime(2025, 6, 3, 9, 0, tzinfo=timezone(timedelta(hours=2)))
OWN_ID = "<draft-1@studio.example>"


def draft(
    head: str, body: str = "Hello Ada,\n\nI have it.\n", identity: Identity = ME
) -> email.message.EmailMessage:
    """The draft that answers a message with these header lines, read back by the standard library."""
    message = parse(f"{head}\n\nHello\n".encode())
    raw = compose(message, body, identity, message_id=OWN_ID, now=NOW, reference="desk-1")
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    return email.message_from_bytes(raw, policy=email.policy.default)


FROM = "From: Ada Okafor <ada@client.example>\nTo: mara@studio.example\nMessage-ID: <two@client.example>"


def test_a_reply_stands_in_its_thread() -> None:
    found = draft(
        f"{FROM}\nSubject: Header\nReferences: <zero@studio.example> <one@client.example>\nIn-Reply-To:"
        f" <one@client.example>"
    )
    assert found["Subject"] == "Re: Header"
    assert found["In-Reply-To"] == "<two@client.example>"
    assert found["References"].split() == [
        "<zero@studio.example>",
        "<one@client.example>",
        "<two@client.example>",
    ]
    assert found["Message-ID"] == OWN_ID
    assert found["From"] == "Mara Lindqvist <mara@studio.example>"
    assert found["To"] == "Ada Okafor <ada@client.example>"
    assert found["Date"] == "Tue, 03 Jun 2025 09:00:00 +0200"
    assert found["X-Draft-Reference"] == "desk-1"
    assert found["Bcc"] is None
    assert found["Cc"] is None
    assert found.get_content_type() == "text/plain"
    assert found.get_content().replace("\r\n", "\n") == "Hello Ada,\n\nI have it.\n"


def test_in_reply_to_serves_where_there_are_no_references() -> None:
    message = parse(f"{FROM}\nIn-Reply-To: <one@client.example>\n\n".encode())
    assert thread_references(message) == ("<one@client.example>", "<two@client.example>")


def test_a_message_without_id_starts_no_thread() -> None:
    found = draft("From: ada@client.example\nSubject: Header")
    assert found["In-Reply-To"] is None
    assert found["References"] is None


def test_long_chains_lose_their_middle() -> None:
    chain = " ".join(f"<{number}@client.example>" for number in range(300))
    message = parse(f"{FROM}\nReferences: {chain}\n\n".encode())
    kept = thread_references(message)
    assert len(kept) == MAX_REFERENCES
    assert kept[0] == "<0@client.example>"
    assert kept[-2:] == ("<299@client.example>", "<two@client.example>")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Header", "Re: Header"),
        ("Re: Header", "Re: Header"),
        ("RE: re: Re: Header", "Re: Header"),
        ("AW: Header", "Re: Header"),
        ("Antw: AW: SV: Header", "Re: Header"),
        ("RE[2]: Header", "Re: Header"),
        ("Re(3): Header", "Re: Header"),
        ("Re^2: Header", "Re: Header"),
        ("Ref: Header", "Re: Ref: Header"),
        ("RES: Header", "Re: Header"),
        ("回复：Header", "Re: Header"),
        ("Fwd: Header", "Re: Fwd: Header"),
        ("Re: Fwd: Re: Header", "Re: Fwd: Re: Header"),
        ("[EXTERNAL] Re: Header", "Re: Header"),
        ("Re: [Ticket 12] Header", "Re: [Ticket 12] Header"),
        ("Regarding: Header", "Re: Regarding: Header"),
        ("Res publica", "Re: Res publica"),
        ("", "Re:"),
        ("Re:", "Re:"),
        ("a\r\nBcc: thief@evil.example", "Re: a Bcc: thief@evil.example"),
        ("a\u2028b\x00c", "Re: a b c"),
    ],
)
def test_subjects(subject: str, expected: str) -> None:
    assert reply_subject(subject) == expected


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_reply_to_a_reply_has_the_same_subject(subject: str) -> None:
    once = reply_subject(subject)
    assert reply_subject(once) == once


@pytest.mark.parametrize(
    "subject", ["Grüße aus Köln " * 10, "日本語の件名" * 20, "=?utf-8?q?literal?=", "long words " * 25]
)
def test_subjects_beyond_ascii_come_back_whole(subject: str) -> None:
    found = draft(f"{FROM}\nSubject: x").as_bytes()
    assert found
    message = parse(FROM.encode() + b"\n\n")
    raw = compose(
        replace(message, subject=subject),
        "Hello\n",
        ME,
        message_id=OWN_ID,
        now=NOW,
        reference="r",
    )
    assert parse(raw).subject == reply_subject(subject)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


@pytest.mark.parametrize(
    "name",
    [
        "Okafor, Ada",
        'Ada "The Boss" Okafor',
        "Jörg Maß",
        "Ada (Client) Okafor",
        "山田太郎",
        "O'Brien; Pat",
        "a.b",
    ],
)
def test_names_of_every_kind_come_back_as_they_were(name: str) -> None:
    message = parse(FROM.encode() + b"\n\n")
    renamed = replace(message, sender=Address(name, "ada@client.example"))
    raw = compose(renamed, "Hello\n", ME, message_id=OWN_ID, now=NOW, reference="r")
    assert parse(raw).to == (Address(name, "ada@client.example"),)
    assert len(email.message_from_bytes(raw, policy=email.policy.default)["To"].addresses) == 1


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("", "ada@client.example"),
        ("Reply-To: office@client.example", "office@client.example"),
        ("Reply-To: ada@crm.client.example", "ada@crm.client.example"),
        ("Reply-To: ada@evil.example", "ada@client.example"),
        ("Reply-To: office@client.example, other@client.example", "ada@client.example"),
        ("Reply-To: mara@studio.example", "ada@client.example"),
        ("Reply-To: list@client.example\nList-Id: <list.client.example>", "ada@client.example"),
        ("Reply-To: nonsense", "ada@client.example"),
    ],
)
def test_reply_to_is_followed_only_when_safe(extra: str, expected: str) -> None:
    found = reply_recipient(parse(f"{FROM}\n{extra}\n\n".encode()), ME.addresses)
    assert found is not None
    assert found.email == expected


def test_two_users_of_one_freemail_service_are_strangers() -> None:
    message = parse(b"From: ada@gmail.com\nReply-To: eve@gmail.com\n\n")
    found = reply_recipient(message, ME.addresses)
    assert found is not None
    assert found.email == "ada@gmail.com"


@pytest.mark.parametrize("sender", ["mara@studio.example", "Hi@Mara.example", "nobody", '"a\\"b"@c.example'])
def test_nobody_safe_to_write_to(sender: str) -> None:
    message = parse(f"From: {sender}\n\n".encode())
    assert reply_recipient(message, ME.addresses) is None
    with pytest.raises(ValueError, match="safe recipient"):
        compose(message, "Hello\n", ME, message_id=OWN_ID, now=NOW, reference="r")


def test_a_domain_beyond_ascii_is_written_as_punycode() -> None:
    found = reply_recipient(parse("From: ada@köln.example\n\n".encode()), ME.addresses)
    assert found is not None
    assert found.email == "ada@xn--kln-sna.example"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("To: office@studio.example", "office@studio.example"),
        ("To: Office@Studio.Example", "office@studio.example"),
        ("To: list@x.example\nCc: hi@mara.example", "hi@mara.example"),
        ("To: undisclosed-recipients:;\nDelivered-To: office@studio.example", "office@studio.example"),
        ("X-Original-To: <hi@mara.example>\nDelivered-To: mara@studio.example", "hi@mara.example"),
        ("To: someone@else.example", "mara@studio.example"),
        ("", "mara@studio.example"),
    ],
)
def test_the_answer_comes_from_the_alias_that_was_written_to(head: str, expected: str) -> None:
    found = from_address(parse(f"From: ada@client.example\n{head}\n\n".encode()), ME)
    assert found == Address("Mara Lindqvist", expected)


BODIES = {
    "ascii": ("Hello.\n\nBye.\n", "7bit"),
    "umlauts": ("Grüße aus Köln.\n", "quoted-printable"),
    "long line": ("word " * 400 + "\n", "quoted-printable"),
    "japanese": ("お世話になっております。\n" * 5, "base64"),
    "from line": ("From here on it is fine.\n", "quoted-printable"),
    "dots": (".\n..\n", "7bit"),
    "emoji": ("Fine 👍 by me, see you then.\n", "quoted-printable"),
}


@pytest.mark.parametrize("kind", BODIES)
def test_bodies_come_back_as_written(kind: str) -> None:
    body, encoding = BODIES[kind]
    found = draft(f"{FROM}\nSubject: x", body)
    assert found["Content-Transfer-Encoding"] == encoding
    assert found.get_content().replace("\r\n", "\n").rstrip() == body.rstrip()


HOSTILE_IDS = (
    "<a@b>\r\nBcc: x@evil.example",
    "<a b@c>",
    "<a@b",
    "<" + "x" * 900 + "@b>",
    "<a\x00@b>",
    '<"@b>',
    "<ä@b>",
    "<a@b>,<c@d>",
)


@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_hostile_ids_are_dropped(hostile: str) -> None:
    message = parse(FROM.encode() + b"\n\n")
    bad = replace(message, message_id=hostile, references=(hostile, "<good@client.example>"))
    raw = compose(bad, "Hello\n", ME, message_id=OWN_ID, now=NOW, reference="x\r\nBcc: y@evil.example")
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"In-Reply-To" not in head
    assert b"References: <good@client.example>\r\n" in head
    assert b"\r\nBcc" not in head
    assert message_key(bad).startswith("sha256:")


def test_a_hostile_own_id_is_refused() -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose(parse(FROM.encode() + b"\n\n"), "x", ME, message_id="<a>\r\nX: y", now=NOW, reference="r")


def test_a_hostile_identity_cannot_inject() -> None:
    found = draft(
        f"{FROM}\nSubject: x", identity=Identity("Mara\r\nBcc: x@evil.example", "mara@studio.example")
    )
    assert found["Bcc"] is None


def test_draft_ids_are_the_same_on_every_run_and_differ_by_what_they_answer() -> None:
    one = draft_message_id("desk", "<a@b>", "reply", "studio.example")
    assert one == draft_message_id("desk", "<a@b>", "reply", "studio.example")
    others = [
        draft_message_id("other", "<a@b>", "reply", "studio.example"),
        draft_message_id("desk", "<a@c>", "reply", "studio.example"),
        draft_message_id("desk", "<a@b>", "holding", "studio.example"),
        draft_message_id("desk", "<a@b>", "reply", "evil\r\nexample"),
    ]
    assert len({one, *others}) == 5
    assert others[-1].endswith("@draft.invalid>")


def test_the_key_of_a_message_is_its_id_or_its_content() -> None:
    assert message_key(parse(FROM.encode() + b"\n\nx")) == "<two@client.example>"
    without = parse(b"From: a@b.example\n\nx")
    assert message_key(without) == f"sha256:{without.content_hash}"


def test_the_time_is_the_callers() -> None:
    raw = compose(
        parse(FROM.encode() + b"\n\n"),
        "x",
        ME,
        message_id=OWN_ID,
        now=datetime(2025, 1, 1, tzinfo=UTC),
        reference="r",
    )
    assert b"Date: Wed, 01 Jan 2025 00:00:00 +0000\r\n" in raw
