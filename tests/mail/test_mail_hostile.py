"""Nothing that anybody can send makes the mail part raise, loop or grow without bound."""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from triage.mail.authenticity import assess
from triage.mail.expects import expects_answer
from triage.mail.gate import gate
from triage.mail.html import html_to_text
from triage.mail.message import Address, Message
from triage.mail.new_text import MAX_CHARS, message_new_text, new_text
from triage.mail.parse import parse
from triage.mail.reply import Identity, compose, draft_message_id, message_key, reply_recipient, reply_subject

ME = Identity("Mara Lindqvist", "mara@studio.example", ("office@studio.example",))
NOW = datetime(2025, 6, 3, 9, 0, tzinfo=UTC)
TEN_MEGABYTES = 10_000_000
# Far above what a loaded machine needs for linear work, far below what quadratic work on ten megabytes takes.
PATIENCE = 60.0

HEADER_NAMES = (
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "In-Reply-To",
    "Reply-To",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Authentication-Results",
    "Auto-Submitted",
    "Return-Path",
    "MIME-Version",
    "List-Id",
)
SNIPPETS = (
    b"multipart/mixed; boundary=b",
    b"multipart/alternative; boundary=b",
    b"text/html",
    b"text/plain; charset=utf-7",
    b"text/plain; charset=idna",
    b"text/plain; charset=punycode; format=flowed",
    b"message/rfc822",
    b"base64",
    b"x-uuencode",
    b"quoted-printable",
    b"attachment; filename*0*=x''%ff",
    b"=?utf-8?b?///?=",
    b"=?idna?q?x?=",
    b"a@b.example",
    b"<a@b.example>",
    b'"',
    b"(",
    b"\xff\xfe",
    b"\x00",
    b"<x@y>",
    b"Tue, 3 Jun 2025 99:99 +9999",
    b"mx; dkim=pass",
    b"multipart/report; report-type=delivery-status",
    b"text/plain; charset*=x'y'z",
    b"text/plain; charset*0=u; charset*1=8",
)
BODY_LINES = (
    b"--b",
    b"--b--",
    b"",
    b"> quoted",
    b"On 3 May 2025, Ada <a@b.example> wrote:",
    b"From: a@b.example",
    b"Sent: today",
    b"To: me",
    b"Subject: x",
    b"-- ",
    b"-----Original Message-----",
    b"Best regards,",
    b"Ada",
    b"Sent from my iPhone",
    b"<blockquote>",
    b"</div>",
    b"<p style='display:none'>",
    b"begin 644 x",
    b"M",
    b"=",
    b"=3D",
    b"\xff",
    b"\x00",
    b"____________",
    b"Content-Type: text/html",
    b"Content-Type: message/rfc822",
    b"CAUTION: external sender",
)


@st.composite
def almost_mail(draw: st.DrawFn) -> bytes:
    """Bytes that look like mail closely enough to reach every branch, with noise mixed in."""
    noise = st.binary(max_size=30)
    value = st.lists(st.one_of(st.sampled_from(SNIPPETS), noise), max_size=4).map(b" ".join)
    header = st.tuples(st.sampled_from(HEADER_NAMES).map(str.encode), value).map(b": ".join)
    ending = draw(st.sampled_from((b"\n", b"\r\n", b"\r")))
    head = draw(st.lists(header, max_size=10))
    body = draw(st.lists(st.one_of(st.sampled_from(BODY_LINES), noise), max_size=25))
    return ending.join((*head, b"", *body))


def put_through(raw: bytes) -> Message:
    """One message through everything that is pure in the mail part; asserts what must hold for any bytes."""
    message = parse(raw)
    words = message_new_text(message)
    gate(message, ME.addresses)
    assess(message, ["mx"], [Address("Ada Okafor", "ada@client.example")], ME.addresses)
    expects_answer(message, words)
    json.dumps([message.text, message.subject, words, message.headers, message_key(message)]).encode()
    "".join((message.text, message.subject, words)).encode("utf-8")
    if reply_recipient(message, ME.addresses) is not None:
        check_draft(compose_for(message))
    return message


def compose_for(message: Message) -> bytes:
    """A draft for the message with a plain body."""
    own_id = draft_message_id("desk", message_key(message), "reply", "studio.example")
    return compose(message, "Hello,\n\nI have it.\n", ME, message_id=own_id, now=NOW, reference="r-1")


def check_draft(raw: bytes) -> None:
    """What holds for every draft: ASCII, CRLF, one recipient, the known headers and no other."""
    raw.decode("ascii")
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    allowed = (
        b"Date From To Subject Message-ID In-Reply-To References X-Draft-Reference X-Draft-Seal"
        b" MIME-Version Content-Type"
    )
    assert set(names) <= {*allowed.split(), b"Content-Transfer-Encoding"}
    assert len(names) == len(set(names))
    again = parse(raw)
    assert len(again.to) == 1
    assert again.cc == ()
    assert body.strip() == b"Hello,\r\n\r\nI have it."


@given(almost_mail())
@example(b"Content-Type: text/plain; charset=idna\n\n\xff")
@example(b"Subject: =?utf-8?q?x?=\r\rBcc: thief@evil.example\n\nhi")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mail_like_bytes_raise(raw: bytes) -> None:
    put_through(raw)


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
def test_no_bytes_raise(raw: bytes) -> None:
    put_through(raw)


@given(st.text(max_size=2000), st.text(max_size=500))
@settings(max_examples=150, deadline=None)
def test_no_text_raises(text: str, markup: str) -> None:
    assert isinstance(new_text(text, html=markup), str)
    assert "\x00" not in html_to_text(markup)


TEXTS = {
    "one letter": "a",
    "newlines": "\n",
    "quote marks": ">",
    "quoted lines": "> x\n",
    "ends in colons": "On 3 May 2025 a:\n",
    "attributions": "On 3 May 2025, Ada <a@b.example> wrote:\nx\n\n",
    "head lines": "From: a@b.example\nx\nx\n",
    "delimiters": "-- \n",
    "rules": "-" * 79 + "\n",
    "blank lines of spaces": " " * 200 + "\n",
    "addresses": "a@b.example ",
    "sign-offs": "Best regards,\nBob\n\n",
    "disclaimers": "this email is confidential ",
    "banners": "[EXTERNAL]\n\n",
    "digits": "1" * 79 + "\n",
    "angle brackets": "<",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_new_text_of_ten_megabytes_is_bounded(kind: str) -> None:
    text = TEXTS[kind] * (TEN_MEGABYTES // len(TEXTS[kind]))
    start = time.perf_counter()
    assert len(new_text(text)) <= MAX_CHARS
    assert time.perf_counter() - start < PATIENCE


MARKUP = {
    "angle brackets": "<",
    "unclosed": "<div>",
    "quotes": "<blockquote>a</blockquote>",
    "nested quotes": "<blockquote>a",
    "tables": "<table><tr><td>",
    "cells": "<td>x</td>",
    "breaks": "<br>",
    "comments": "<!--",
    "entities": "&amp;",
    "lists": "<ul><li>a",
    "colours": "<div style='background:#fff;color:#fff'>x</div>",
}


@pytest.mark.parametrize("kind", MARKUP)
def test_html_of_ten_megabytes_is_bounded(kind: str) -> None:
    start = time.perf_counter()
    html_to_text(MARKUP[kind] * (TEN_MEGABYTES // len(MARKUP[kind])))
    assert time.perf_counter() - start < PATIENCE


RAW = {
    "no line end": (b"", b"a"),
    "header lines": (b"", b"A: b\n"),
    "folded header": (b"Subject: x\n", b" b\n"),
    "recipients": (b"To: ", b"a@b.example, "),
    "comments": (b"From: ", b"("),
    "encoded words": (b"Subject: ", b"=?utf-8?q?a?= "),
    "references": (b"References: ", b"<a@b> "),
    "parameters": (b"Content-Type: text/plain; ", b'a="b;";'),
    "parts": (b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\n\nx\n"),
    "attached messages": (b"", b"Content-Type: message/rfc822\n\n"),
    "base64": (b"Content-Transfer-Encoding: base64\n\n", b"A"),
    "quoted-printable": (b"Content-Transfer-Encoding: quoted-printable\n\n", b"="),
    "flowed": (b"Content-Type: text/plain; format=flowed\n\n", b"a \n"),
    "lines": (b"From: a@b.example\n\n", b"a\n"),
    "NULs": (b"", b"\x00"),
    "results": (b"From: a@b.example\nAuthentication-Results: mx; ", b"dkim=pass ("),
}


@pytest.mark.parametrize("kind", RAW)
def test_raw_mail_of_ten_megabytes_is_bounded(kind: str) -> None:
    head, unit = RAW[kind]
    start = time.perf_counter()
    message = put_through(head + unit * (TEN_MEGABYTES // len(unit)))
    assert time.perf_counter() - start < PATIENCE
    assert len(message.text) <= 1_000_000
    assert len(message.headers) <= 500


def test_a_subject_of_ten_megabytes_is_cut() -> None:
    assert len(reply_subject("Re: " * (TEN_MEGABYTES // 4))) <= 310
    assert len(reply_subject("x" * TEN_MEGABYTES)) <= 310


def test_nothing_in_a_header_steers_a_terminal_or_turns_a_line() -> None:
    """ESC, the C1 controls that mean the same, and marks that turn the rest of a line around."""
    evil = "Bill \x1b]0;owned\x07\x9b31m \u202egnp.exe\u2066"
    encoded = "=?utf-8?b?" + base64.b64encode(evil.encode()).decode() + "?="
    message = parse(f"From: {encoded} <a@b.example>\nSubject: {encoded}\n\nhi \x1b[2J\x9b2J".encode())
    assert message.sender is not None
    for text in (message.subject, message.sender.name, message.text):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "\u202e" not in message.subject + message.sender.name
