"""Which sent mails teach something: those written by hand to a person, and none of our own drafts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.sent_mail import HABITS, NORA, WEISS, fetched, forty, sent
from triage.clients.voice import Sample, VoiceBook, voice_for
from triage.clients.voice_reading import fingerprint
from triage.mail.new_text import new_text
from triage.mail.parse import parse
from triage.mail.reply import Identity, compose
from triage.voice_learning import Writer, sample_of_mail

MARA = Writer("studio", "Mara Lindqvist", ("mara@studio.example", "hello@studio.example"))
TEXT = "Hi Nora,\n\nthe pages are online and the price list is attached.\n\nCheers,\nMara\n"


def told(raw: bytes, writer: Writer = MARA) -> Sample | None:
    """What one mail tells."""
    return sample_of_mail(fetched(raw), writer)


def test_forty_mails_in_three_languages_show_four_habits() -> None:
    mails = [sample_of_mail(fetched(raw, number), MARA) for number, raw in enumerate(forty())]
    assert None not in mails
    book = VoiceBook().learnt(one for one in mails if one)
    found = {}
    for habit, language in zip(HABITS, ("en", "de", "de", "fr"), strict=True):
        address = habit.to.partition("<")[2].rstrip(">")
        voice = voice_for(book, (address,), language)
        found[address] = (
            voice.text("greeting"), voice.text("name"), voice.text("sign_off"), voice.form, voice.contracts
        )  # fmt: skip
    assert found == {
        "nora@harbourbakery.example": ("Hi {name},", "{first}", "Cheers", "familiar", True),
        "p.weiss@weissundsohn.example": (
            "Sehr geehrter {name},", "Herr {last}", "Mit freundlichen Grüßen", "formal", None
        ),
        "lea@brandt-foto.example": ("Liebe {name},", "{first}", "Viele Grüße", "familiar", None),
        "claire.petit@maison-petit.example": (
            "Bonjour {name},", "Madame {last}", "Bien cordialement", "formal", None
        ),
    }  # fmt: skip


def test_the_quote_below_is_not_the_writers() -> None:
    quoted = TEXT + "\nOn Mon, 5 Jan 2026 at 10:00, Nora Hill wrote:\n> Hey you!\n> Best\n> Nora\n"
    one, other = told(sent(1, NORA, TEXT)), told(sent(1, NORA, quoted))
    assert one is not None
    assert one == other


def test_html_reads_as_plain_text_does() -> None:
    html = "<p>Hi Nora,</p><p>the pages are online and the price list is attached.</p><p>Cheers,<br>Mara</p>"
    found = told(sent(1, NORA, TEXT, html=html))
    assert found is not None
    assert (found.greeting, found.sign_off, found.words) == ("Hi {name}", "Cheers", 10)


def test_a_mail_from_a_phone_has_length_and_no_greeting() -> None:
    found = told(sent(1, NORA, "Got it, will change the header tonight.\n\nSent from my iPhone\n"))
    assert found is not None
    assert (found.greeting, found.sign_off, found.words) == ("", "", 7)


@pytest.mark.parametrize(
    "raw",
    [
        sent(1, NORA, TEXT, subject="Fwd: Website"),
        sent(1, NORA, TEXT, subject="WG: Website"),
        sent(1, NORA, TEXT, sender="Jo <jo@else.example>"),
        sent(1, "mara@studio.example", TEXT),
        sent(1, "Design <design-l@lists.example>", TEXT),
        sent(1, "everyone@firm.example", TEXT),
        sent(1, "no-reply@shop.example", TEXT),
        sent(1, ", ".join(f"P{n} <p{n}@firm.example>" for n in range(9)), TEXT),
        sent(1, NORA, TEXT, headers=(("List-Id", "<news.studio.example>"),)),
        sent(1, NORA, TEXT, headers=(("Auto-Submitted", "auto-replied"),)),
        sent(1, NORA, "Ok!\n"),
        sent(1, NORA, ""),
        b"",
        b"\x00\xff" * 500,
    ],
)
def test_what_was_not_written_by_hand_to_a_person_teaches_nothing(raw: bytes) -> None:
    assert told(raw) is None


def test_an_alias_is_the_freelancer_too() -> None:
    assert told(sent(1, NORA, TEXT, sender="Mara <hello@studio.example>")) is not None


def draft() -> bytes:
    """A draft of ours, as it is sent by a mail program that keeps its headers."""
    question = sent(1, "Mara <mara@studio.example>", "Where are the pages?", sender=NORA)
    identity = Identity("Mara Lindqvist", "mara@studio.example", ())
    reference = f"0123456789abcdef-{fingerprint(new_text(TEXT))}"
    return compose(
        parse(question),
        TEXT,
        identity,
        message_id="<draft@studio.example>",
        now=datetime(2026, 3, 9, tzinfo=UTC),
        reference=reference,
    )


def test_our_own_draft_teaches_nothing_unless_it_was_rewritten() -> None:
    raw = draft()
    assert told(raw) is None
    assert told(raw.replace(b"X-Draft-Reference", b"X-Other")) is not None
    rewritten = told(raw.replace(b"the pages are online", b"your pages have been online since noon"))
    assert rewritten is not None
    assert rewritten.greeting == "Hi {name}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"the pages are online and the price", b"the pages are online and\r\nthe price"),
        (b"Cheers,\r\nMara", b"Cheers,\r\nMara\r\n\r\n-- \r\nMara Lindqvist\r\nStudio\r\n+49 30 1234567"),
        (b"Cheers,\r\nMara", b"Cheers,\r\nMara\r\n\r\nNora Hill wrote:\r\n> Where are the pages?\r\n> Nora"),
    ],
)
def test_what_a_mail_program_adds_is_no_rewriting(old: bytes, new: bytes) -> None:
    raw = draft()
    assert old in raw
    assert told(raw.replace(old, new)) is None


def test_a_reply_to_what_we_drafted_for_is_taken_for_our_draft() -> None:
    raw = sent(2, NORA, TEXT, headers=(("In-Reply-To", "<sent-1@studio.example>"),))
    assert told(raw) is not None
    knowing = Writer("studio", "Mara", MARA.own, is_drafted={"<sent-1@studio.example>"}.__contains__)
    assert told(raw, knowing) is None
    assert told(sent(2, NORA, TEXT), knowing) is not None


def test_a_draft_without_a_fingerprint_is_not_learnt_from() -> None:
    assert told(sent(1, WEISS, TEXT, headers=(("X-Draft-Reference", "a1b2c3"),))) is None


@given(st.binary(max_size=400), st.text(max_size=200))
def test_any_bytes_are_read(raw: bytes, text: str) -> None:
    head = b"From: mara@studio.example\r\nTo: nora@harbourbakery.example\r\n"
    for mail in (raw, head + raw, head + b"\r\n" + text.encode("utf-8", "replace")):
        found = told(mail)
        assert found is None or len(found.identity) == 16
