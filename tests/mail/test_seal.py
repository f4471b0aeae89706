"""The seal tells an untouched draft from any other, whatever servers do to line ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.letters import draft
from tests.rig.providers import as_exchange_stores
from triage.mail.seal import SEAL_HEADER, is_as_written, sealed


def test_what_was_written_is_untouched() -> None:
    assert is_as_written(draft())
    assert draft().count(SEAL_HEADER.encode()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        draft().replace(b"\r\n", b"\n"),
        draft() + b"\r\n\r\n",
        draft().replace(b"I have it", b"I have\0 it"),
        draft().replace(b"X-Draft-Seal", b"x-draft-seal"),
    ],
    ids=["LF", "blank lines", "NUL", "case"],
)
def test_what_servers_do_is_no_edit(changed: bytes) -> None:
    assert is_as_written(changed)


@pytest.mark.parametrize(
    "changed",
    [
        draft().replace(b"I have it", b"I have read it"),
        draft().replace(b"To: Jo Client", b"Cc: new@other.example\r\nTo: Jo Client"),
        draft().replace(b"jo@client.example", b"joe@client.example"),
        draft().replace(b"X-Draft-Seal", b"X-Other"),
        draft().replace(b"Message-ID: <draft-1", b"Message-ID: <draft-2"),
        b"",
        b"Subject: nothing\r\n\r\n" + SEAL_HEADER.encode() + b": " + b"0" * 32 + b"\r\n",
    ],
    ids=["text", "copy", "recipient", "no seal", "name", "empty", "seal in the body"],
)
def test_what_people_do_is_an_edit(changed: bytes) -> None:
    assert not is_as_written(changed)


@pytest.mark.parametrize(
    "rewritten",
    [
        as_exchange_stores(draft()),
        draft().replace(b"References: ", b"X-Was: "),
        draft().replace(b"\r\n\r\n", b"\r\nReceived: from a by b\r\nX-Spam-Score: 0\r\n\r\n", 1),
        draft(body="Grüße,\n\nich habe es.\n")
        .replace(b"8bit", b"quoted-printable")
        .replace("Grüße".encode(), b"Gr=C3=BC=C3=9Fe"),
    ],
    ids=["Exchange", "no references", "headers added", "another encoding"],
)
def test_a_server_that_writes_the_same_mail_anew_has_edited_nothing(rewritten: bytes) -> None:
    assert is_as_written(rewritten)


@pytest.mark.parametrize(
    "edited",
    [
        as_exchange_stores(draft()).replace(b"I have it", b"I have read it"),
        as_exchange_stores(draft()).replace(b"Jo Client", b"Joe Client"),
        as_exchange_stores(draft()).replace(b"\r\n\r\n", b"\r\nBcc: eve@other.example\r\n\r\n", 1),
        as_exchange_stores(draft()).replace(b"\r\n\r\n", b"\r\nImportance: high\r\n\r\n", 1),
        as_exchange_stores(draft()).replace(b"text/plain", b"text/html"),
        as_exchange_stores(draft()).replace(b"draft-1@", b"draft-2@"),
    ],
    ids=["text", "recipient", "blind copy", "importance", "kind", "name"],
)
def test_what_people_change_is_seen_behind_what_servers_change(edited: bytes) -> None:
    assert not is_as_written(edited)


def test_a_seal_of_an_earlier_version_still_holds() -> None:
    raw = b"Subject: x\r\n\r\nHello.\r\n"
    seal = re.sub(rb"-[0-9a-f]{32}(?=\r\n)", b"", sealed(raw))
    assert seal != sealed(raw)
    assert is_as_written(seal)
    assert not is_as_written(seal.replace(b"Hello", b"Hallo"))


@given(st.binary(max_size=300), st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_noticed(body: bytes, at: int, shift: int) -> None:
    """Bytes that a server may change are no part of it: line ends, NUL, the last blank lines."""
    text = bytes(byte for byte in body if byte not in b"\r\n\0") or b"text"
    raw = sealed(b"Subject: x\r\n\r\n" + text + b"\r\n")
    assert is_as_written(raw)
    place = len(raw) - 2 - len(text) + at % len(text)
    other = (raw[place] + shift) % 256
    if other not in b"\r\n\0":
        assert not is_as_written(raw[:place] + bytes([other]) + raw[place + 1 :])
