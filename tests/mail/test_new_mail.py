"""A draft of our own accord: whole, safe, and in the thread it goes on with."""

from __future__ import annotations

import email
import email.policy
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.mail.message import Address
from triage.mail.new_mail import compose_new
from triage.mail.parse import parse
from triage.mail.reply import MAX_REFERENCES, Identity

ME = Identity("Mara Lindqvist", "mara@studio.example", ("office@studio.example",))
NOW = datetime(2026, 4, 6, 9, 0, tzinfo=timezone(timedelta(hours=2)))
NORA = Address("Nora Bäcker", "nora@harbourbakery.example")
OWN_ID = "<step-1@studio.example>"


def made(
    recipient: Address = NORA,
    subject: str = "Invoice 2026-014: reminder",
    body: str = "Hello Nora,\n\nInvoice 2026-014 is open.\n",
    thread: tuple[str, ...] = (),
    identity: Identity = ME,
) -> EmailMessage:
    raw = compose_new(
        recipient, subject, body, identity, message_id=OWN_ID, now=NOW, reference="ref-1", thread=thread
    )
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_it_stands_alone() -> None:
    found = made()
    assert found["To"].addresses[0].addr_spec == "nora@harbourbakery.example"
    assert found["To"].addresses[0].display_name == "Nora Bäcker"
    assert found["From"] == "Mara Lindqvist <mara@studio.example>"
    assert found["Subject"] == "Invoice 2026-014: reminder"
    assert (found["Message-ID"], found["X-Draft-Reference"]) == (OWN_ID, "ref-1")
    assert found["Date"] == "Mon, 06 Apr 2026 09:00:00 +0200"
    assert (found["In-Reply-To"], found["References"]) == (None, None)
    assert (found["Cc"], found["Bcc"]) == (None, None)
    assert found.get_content().replace("\r\n", "\n") == "Hello Nora,\n\nInvoice 2026-014 is open.\n"


def test_it_goes_on_with_the_thread_it_is_given() -> None:
    found = made(thread=("<bill@studio.example>", "<first@studio.example>", "<bill@studio.example>"))
    assert found["In-Reply-To"] == "<first@studio.example>"
    assert found["References"].split() == ["<bill@studio.example>", "<first@studio.example>"]


def test_a_long_thread_keeps_its_last_ones() -> None:
    ids = tuple(f"<{number}@studio.example>" for number in range(MAX_REFERENCES + 9))
    found = made(thread=ids)
    assert found["References"].split() == list(ids[9:])
    assert found["In-Reply-To"] == ids[-1]


@pytest.mark.parametrize("bad", ["no id", "<a b@c>", "<x@y>\r\nBcc: eve@evil.example", "", "<>"])
def test_an_id_that_is_none_is_left_out(bad: str) -> None:
    found = made(thread=("<bill@studio.example>", bad))
    assert found["Bcc"] is None
    assert found["References"] == "<bill@studio.example>"


@pytest.mark.parametrize(
    "address", ["", "nora", "nora@", "a b@client.example", "nora@client.example\r\nBcc: eve@evil.example"]
)
def test_an_address_that_cannot_be_written_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="safe recipient"):
        made(Address("Nora", address))


def test_a_message_id_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose_new(NORA, "s", "b", ME, message_id="step 1", now=NOW, reference="r")


@pytest.mark.parametrize(
    "subject",
    [
        "Rechnung 2026-014: Mahnung mit Frist",
        "Facture n° 14 : mise en demeure",
        "督促 2026-014",
        "One of many words " * 20,
        "",
    ],
)
def test_subjects_of_every_kind_come_back(subject: str) -> None:
    assert str(made(subject=subject)["Subject"] or "") == " ".join(subject.split())[:300].rstrip()


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_nothing_can_be_injected(subject: str, name: str, body: str, thread: list[str]) -> None:
    raw = compose_new(
        Address(name, NORA.email), subject, body, ME, message_id=OWN_ID, now=NOW, reference=name,
        thread=thread,
    )  # fmt: skip
    found = parse(raw)
    assert [one.email for one in found.to] == [NORA.email]
    assert (found.message_id, found.cc, found.reply_to) == (OWN_ID, (), ())
    head = raw.partition(b"\r\n\r\n")[0]
    names = {line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert names <= {
        b"Date", b"From", b"To", b"Subject", b"Message-ID", b"In-Reply-To", b"References",
        b"X-Draft-Reference", b"X-Draft-Seal", b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding",
    }  # fmt: skip
