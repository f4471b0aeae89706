"""Reading bytes into a Message: what a mail program shows, for well-formed and for broken mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triage.mail.message import Address, Attachment
from triage.mail.parse import parse

PLAIN = b"""\
Message-ID: <one@studio.example>
From: "Okafor, Ada" <Ada@Studio.EXAMPLE>
To: Me <me@desk.example>, you@desk.example
Cc: =?iso-8859-1?q?J=F6rg_Ma=DF?= <joerg@studio.example>
Reply-To: office@studio.example
Subject: =?utf-8?B?w5xiZXIgZGFz?= =?utf-8?Q?_Logo?=
In-Reply-To: <zero@desk.example>
References: <first@desk.example>
 <zero@desk.example>
Date: Tue, 3 Jun 2025 09:15:00 +0200

Hello,

the blue is wrong.
"""


def letter(head: str, body: bytes = b"Hello\n") -> bytes:
    """A message with these header lines, which may hold any characters, and a body."""
    return head.strip().encode("utf-8") + b"\n\n" + body


def test_a_plain_message_is_read_as_a_mail_program_shows_it() -> None:
    message = parse(PLAIN)
    assert message.message_id == "<one@studio.example>"
    assert message.sender == Address("Okafor, Ada", "Ada@studio.example")
    assert message.to == (Address("Me", "me@desk.example"), Address("", "you@desk.example"))
    assert message.cc == (Address("Jörg Maß", "joerg@studio.example"),)
    assert message.reply_to == (Address("", "office@studio.example"),)
    assert message.subject == "Über das Logo"
    assert message.in_reply_to == "<zero@desk.example>"
    assert message.references == ("<first@desk.example>", "<zero@desk.example>")
    assert message.text == "Hello,\n\nthe blue is wrong.\n".strip("\n")
    assert message.defects == ()
    assert message.is_readable


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_every_line_ending_reads_the_same(ending: bytes) -> None:
    message = parse(PLAIN.replace(b"\n", ending))
    assert message.subject == "Über das Logo"
    assert message.text == "Hello,\n\nthe blue is wrong."
    assert message.references == ("<first@desk.example>", "<zero@desk.example>")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tue, 3 Jun 2025 09:15:00 +0200", datetime(2025, 6, 3, 7, 15, tzinfo=UTC)),
        ("3 Jun 25 09:15 GMT", datetime(2025, 6, 3, 9, 15, tzinfo=UTC)),
        ("Tue, 03 Jun 2025 09:15:00 -0700 (PDT)", datetime(2025, 6, 3, 16, 15, tzinfo=UTC)),
        ("Wed, 3 Jun 2025 09:15:00 +0000", datetime(2025, 6, 3, 9, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("Tue, 3 Jun 1825 09:15:00 +0200", None),
        ("Tue, 33 Jun 2025 09:15:00 +0200", None),
        ("Tue, 3 Jun 99999 09:15:00 +0200", None),
        ("", None),
    ],
)
def test_dates_are_aware_or_none(written: str, read: datetime | None) -> None:
    assert parse(letter(f"From: a@b.example\nDate: {written}")).date == read


def test_the_date_keeps_the_senders_own_offset() -> None:
    date = parse(PLAIN).date
    assert date is not None
    assert date.utcoffset() == timedelta(hours=2)


def mixed(*parts: str, subtype: str = "mixed") -> bytes:
    """A multipart message of these parts, each with its own header lines."""
    body = "".join(f"--cut\n{part}\n" for part in parts)
    return letter(
        f"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/{subtype}; boundary=cut",
        f"{body}--cut--\n".encode(),
    )


HTML_PART = "Content-Type: text/html\n\n<p>Hello <b>you</b></p><style>p{color:red}</style>"
TEXT_PART = "Content-Type: text/plain\n\nHello you"


def test_the_plain_alternative_is_preferred() -> None:
    message = parse(mixed(TEXT_PART, HTML_PART, subtype="alternative"))
    assert message.text == "Hello you"
    assert not message.is_from_html
    assert message.html is not None
    assert "<b>you</b>" in message.html


def test_html_is_read_where_the_plain_part_is_empty() -> None:
    message = parse(mixed("Content-Type: text/plain\n\n  \n", HTML_PART, subtype="alternative"))
    assert message.text == "Hello you"
    assert message.is_from_html


def test_html_is_read_where_the_plain_part_is_a_stub() -> None:
    stub = "Content-Type: text/plain\n\nYour mail client does not support HTML."
    long_html = "Content-Type: text/html\n\n<p>I am not paying for this banner until it has been redone.</p>"
    assert parse(mixed(stub, long_html, subtype="alternative")).text.startswith("I am not paying")


def test_an_html_body_is_not_lost_behind_a_plain_footer() -> None:
    footer = "Content-Type: text/plain\n\n-- \nlist footer"
    text = parse(mixed(HTML_PART, footer)).text
    assert "Hello you" in text
    assert "list footer" in text


def test_attachments_are_named_and_not_read_as_text() -> None:
    message = parse(
        mixed(
            TEXT_PART,
            "Content-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nSECRET NOTES",
            "Content-Type: application/pdf\nContent-Disposition: attachment;\n"
            " filename*0*=utf-8''Angebot%20;\n filename*1*=f%C3%BCr.pdf\n\nAAAA",
            'Content-Type: image/png; name="=?utf-8?q?l=C3=B6go.png?="\n\nAAAA',
            "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: inner\n\nINNER WORDS",
        )
    )
    assert message.text == "Hello you"
    assert [one.filename for one in message.attachments] == ["notes.txt", "Angebot für.pdf", "lögo.png", ""]
    assert message.attachments[-1].media_type == "message/rfc822"
    assert message.attachments[1].media_type == "application/pdf"


def test_a_file_name_never_holds_a_folder() -> None:
    part = 'Content-Type: image/png\nContent-Disposition: attachment; filename="../../etc/x.png"\n\nA'
    assert parse(mixed(TEXT_PART, part)).attachments == (Attachment("x.png", "image/png", ""),)


def test_a_calendar_part_is_noted_with_its_method() -> None:
    part = "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR"
    message = parse(mixed(TEXT_PART, part, subtype="alternative"))
    assert message.attachments[0].media_type == "text/calendar"
    assert "REPLY" in message.attachments[0].parameters
    assert message.text == "Hello you"


@pytest.mark.parametrize(
    ("charset", "octets"),
    [
        ("iso-8859-1", "naïve café".encode("latin-1")),
        ("utf-8", "naïve café".encode()),
        ("windows-1252", "naïve café".encode("cp1252")),
        ("us-ascii", "naïve café".encode()),
        ("us-ascii", "naïve café".encode("latin-1")),
        ("no-such-charset", "naïve café".encode()),
        ("no-such-charset", "naïve café".encode("latin-1")),
        ("utf-8", "naïve café".encode("latin-1")),
        ("utf-7", b"na+AO8-ve caf+AOk-"),
        ("utf-16le", "naïve café".encode("utf-16le")),
        ("idna", "naïve café".encode()),
        ("unicode_escape", "naïve café".encode()),
    ],
)
def test_text_survives_a_wrong_charset(charset: str, octets: bytes) -> None:
    head = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit"
    assert parse(letter(head, octets)).text == "naïve café"


def test_a_wrong_charset_is_recorded() -> None:
    head = "From: a@b.example\nContent-Type: text/plain; charset=utf-8"
    assert "text is in no charset it claims" in parse(letter(head, b"caf\xe9")).defects


@pytest.mark.parametrize(
    "octets", ["Jörg Maß".encode(), "Jörg Maß".encode("latin-1")], ids=["utf-8", "latin-1"]
)
def test_raw_eight_bit_headers_are_read(octets: bytes) -> None:
    message = parse(b"From: " + octets + b" <j@b.example>\nSubject: " + octets + b"\n\nhi")
    assert message.sender == Address("Jörg Maß", "j@b.example")
    assert message.subject == "Jörg Maß"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?one?= =?utf-8?q?_two?=", "one two"),
        ("=?utf-8?q?one?= two", "one two"),
        ("=?utf-8?b?4pi?= =?utf-8?b?g?=", "=?utf-8?b?4pi?= =?utf-8?b?g?="),
        ("=?utf-8?b?!!!!?=", "=?utf-8?b?!!!!?="),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?line=0Abreak?=", "line break"),
        ("=?utf-8?q?nul=00byte?=", "nulbyte"),
        ("100% =? odd ?=", "100% =? odd ?="),
    ],
)
def test_encoded_words(written: str, read: str) -> None:
    subject = parse(letter(f"From: a@b.example\nSubject: {written}")).subject
    assert subject == read or (read.startswith("=?") and "\n" not in subject)


def test_flowed_paragraphs_are_joined_and_quotes_kept() -> None:
    head = "From: a@b.example\nContent-Type: text/plain; format=flowed"
    body = (
        b"This paragraph \nflows over \nthree lines.\nHard break.\n> quoted \n> text\n From here\n-- \nAda\n"
    )
    text = parse(letter(head, body)).text
    assert text == "This paragraph flows over three lines.\nHard break.\n> quoted text\nFrom here\n-- \nAda"


def test_delsp_joins_without_a_space() -> None:
    head = "From: a@b.example\nContent-Type: text/plain; format=flowed; delsp=yes; charset=utf-8"
    assert parse(letter(head, "日本 \n語\n".encode())).text == "日本語"


@pytest.mark.parametrize("encoding", ["base64", "BASE64 ", "quoted-printable", "quoted-printable   "])
def test_transfer_encodings_with_spaces(encoding: str) -> None:
    body = b"Y2Fmw6k=" if "64" in encoding else b"caf=C3=A9"
    head = (
        f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}"
    )
    assert parse(letter(head, body)).text == "café"


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"", "no sender can be read"),
        (b"\n\n\n", "no sender can be read"),
        (b"\x00" * 100, "no sender can be read"),
        (b"just words", "no sender can be read"),
        (b"From: a@b.example\nFrom: c@d.example\n\nhi", "more than one From header"),
        (b"\n\nFrom: a@b.example\n\nhi", "something stands before the first header"),
        (b"From: a@b.example\nDate: nonsense\n\nhi", "the date cannot be read"),
        (b"From: a@b.example\nContent-Type: multipart/mixed\n\nhi", "a multipart message names no boundary"),
        (b"From: a@b.example\n" + b"X: y\n" * 600 + b"\nhi", "too many headers, the rest is not read"),
        (b"From: a@b.example\nX: " + b"y" * 40_000 + b"\n\nhi", "an overlong header is cut"),
    ],
)
def test_defects_are_told_in_plain_words(raw: bytes, defect: str) -> None:
    assert defect in parse(raw).defects


def test_a_multipart_without_boundary_still_shows_its_words() -> None:
    assert (
        parse(b"From: a@b.example\nContent-Type: multipart/mixed\n\nI will not pay.").text
        == "I will not pay."
    )


def test_what_stands_before_the_first_header_is_stepped_over() -> None:
    message = parse(b"\xef\xbb\xbf\r\nFrom: a@b.example\r\nSubject: Hi\r\n\r\nhello")
    assert message.subject == "Hi"
    assert message.sender == Address("", "a@b.example")


@pytest.mark.parametrize(
    ("written", "email"),
    [
        ("Ada <ada@b.example>", "ada@b.example"),
        ("<ada@b.example>", "ada@b.example"),
        ("ada@b.example (Ada)", "ada@b.example"),
        ('"Ada @ Home" <ada@b.example>', "ada@b.example"),
        ("Ada <ada@b.example", "ada@b.example"),
        ("ada@b.example <ada@b.example>", "ada@b.example"),
        ("Team: ada@b.example;", "ada@b.example"),
    ],
)
def test_sender_addresses_in_many_spellings(written: str, email: str) -> None:
    sender = parse(letter(f"From: {written}")).sender
    assert sender is not None
    assert sender.email == email


@pytest.mark.parametrize(
    "written", ["undisclosed-recipients:;", "nobody", "<>", "", "a@b.example, c@d.example <"]
)
def test_no_sender_is_invented(written: str) -> None:
    sender = parse(letter(f"From: {written}")).sender
    assert sender is None or sender.email in ("a@b.example",)


def test_the_sender_header_serves_where_from_is_missing() -> None:
    sender = parse(letter("Sender: ada@b.example")).sender
    assert sender == Address("", "ada@b.example")


def test_a_nest_too_deep_for_the_parser_is_read_by_its_headers() -> None:
    nest = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (one, one) for one in range(3000)
    )
    message = parse(b"From: a@b.example\nSubject: deep\n" + nest + b"\nhello")
    assert message.subject == "deep"
    assert "the structure cannot be read, only the headers and the raw text are" in message.defects


def test_moderate_nesting_is_cut_with_a_defect() -> None:
    nest = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (one, one) for one in range(60)
    )
    message = parse(b"From: a@b.example\n" + nest + b"Content-Type: text/plain\n\nhello")
    assert "too many or too deeply nested parts, the rest is not read" in message.defects


def test_the_same_bytes_have_the_same_hash_and_others_another() -> None:
    assert parse(PLAIN).content_hash == parse(PLAIN).content_hash
    assert parse(PLAIN).content_hash != parse(PLAIN + b".").content_hash
    assert parse(b"Received: from a.example\r\n" + PLAIN).content_hash == parse(PLAIN).content_hash
    assert parse(PLAIN.replace(b"Subject: ", b"Subject: No ")).content_hash != parse(PLAIN).content_hash


def test_headers_keep_order_and_repetition() -> None:
    message = parse(letter("Received: one\nFrom: a@b.example\nReceived: two"))
    assert message.headers_all("received") == ("one", "two")
    assert [name for name, _ in message.headers] == ["Received", "From", "Received"]
