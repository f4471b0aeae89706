"""The quick MIME tree is the standard library's own, wherever it is built at all."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import Message as MimeMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.bench.letters import letters
from triage.mail.mime import tidy_tree

LINES = st.sampled_from(
    [
        b"From: Ada <ada@client.example>",
        b"Subject: one",
        b" two",
        b"\tthree",
        b"Subject:",
        b": no name",
        b"From ada Mon Mar  2 10:00:00 2026",
        b"no header at all",
        b'Content-Type: multipart/mixed; boundary="ab"',
        b"Content-Type: multipart/alternative; boundary=abc",
        b"Content-Type: multipart/digest; boundary=abc",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
        b"",
        b"",
        b"--ab",
        b"--ab ",
        b"--ab--",
        b"--abc",
        b"--abc--\t",
        b"--ab--c",
        b" --ab",
        b"caf\xc3\xa9 \xff",
        b"two\rlines",
    ]
)


def shape(message: MimeMessage) -> object:
    """Headers, types, defects and contents, all the way down."""
    payload = message.get_payload()
    below = (
        [shape(one) for one in payload if isinstance(one, MimeMessage)]
        if isinstance(payload, list)
        else payload
    )
    defects = [type(defect).__name__ for defect in message.defects]
    return list(message.raw_items()), message.get_content_type(), defects, below


@given(lines=st.lists(LINES, max_size=25), end=st.sampled_from([b"\n", b"\r\n"]), is_closed=st.booleans())
@example(lines=[b"Subject: x", b"", b"words"], end=b"\r\n", is_closed=False)
@example(
    lines=[b"Content-Type: multipart/mixed; boundary=ab", b"", b"--ab", b"", b"one", b"--ab--", b"after"],
    end=b"\n",
    is_closed=True,
)
def test_a_tree_is_the_library_s_or_none(lines: list[bytes], end: bytes, is_closed: bool) -> None:
    raw = end.join(lines) + (end if is_closed else b"")
    tree = tidy_tree(raw)
    assert tree is None or shape(tree) == shape(email.message_from_bytes(raw))


def test_ordinary_mail_is_read_the_quick_way() -> None:
    for _, raw in letters(60, datetime(2026, 3, 2, tzinfo=UTC)):
        tree = tidy_tree(raw)
        assert tree is not None
        assert shape(tree) == shape(email.message_from_bytes(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\n\r\nlone\rreturn",
        b"no header\n\nwords",
        b"Content-Type: multipart/mixed; boundary=ab\n\n--ab\n\nnever closed\n",
        b"Content-Type: multipart/mixed; boundary=ab\n\nno part at all\n",
        b"Content-Type: multipart/mixed; boundary=ab\n\n--ab\n--ab\n\none\n--ab--\n",
        b"Content-Type: multipart/mixed\n\n--ab\n\none\n--ab--\n",
        b"Content-Type: message/rfc822\n\nSubject: inner\n\nwords\n",
        b"Content-Type: text/plain; x=" + b"y" * 4_001 + b"\n\nwords\n",
        b'Content-Type: multipart/mixed; boundary="ab"\n\n' + b"--ab\n\none\n" * 201 + b"--ab--\n",
    ],
)
def test_what_is_odd_is_left_to_the_library(raw: bytes) -> None:
    assert tidy_tree(raw) is None
