"""Every input that was ever interesting is put through again; what headers could smuggle is tried by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.entries import ME, NOW, OWN_ID
from tests.fuzz.target import BODY, check_draft, put_through
from triage.mail.parse import parse
from triage.mail.reply import MAX_REFERENCES, compose, reply_recipient

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
BREAKS = (
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\r\n ",
)
SMUGGLED = "Bcc: thief@evil.example"
PLACES = {
    "subject": ("Subject", "Hi{0}{1}"),
    "encoded subject": ("Subject", "=?utf-8?q?Hi{0}{1}?="),
    "name": ("From", '"Ada{0}{1}" <ada@client.example>'),
    "address": ("From", "<ada{0}{1}@client.example>"),
    "domain": ("From", "<ada@client.example{0}{1}>"),
    "Message-ID": ("Message-ID", "<1{0}{1}@client.example>"),
    "behind the Message-ID": ("Message-ID", "<1@client.example>{0}{1}"),
    "References": ("References", "<a@b>{0}{1} <c{0}@d>"),
    "In-Reply-To": ("In-Reply-To", "<a{0}{1}@b>"),
    "Reply-To": ("Reply-To", '"x{0}{1}" <office@client.example>'),
    "Reply-To's address": ("Reply-To", "<office{0}{1}@client.example>"),
    "To": ("To", '"Mara{0}{1}" <mara@studio.example>'),
}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_was_interesting_once_holds(path: Path) -> None:
    put_through(path.read_bytes())


def test_the_corpus_is_there_and_small() -> None:
    assert len(CORPUS) >= 40
    assert max(path.stat().st_size for path in CORPUS) < 20_000


def written(name: str, value: str) -> bytes:
    """A message with this header, raw octets and all."""
    head = {
        "From": "Ada <ada@client.example>",
        "Subject": "x",
        "Message-ID": "<1@client.example>",
        name: value,
    }
    return "".join(f"{key}: {one}\r\n" for key, one in head.items()).encode() + b"\r\nhi\r\n"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sign", BREAKS, ids=ascii)
def test_no_header_can_be_smuggled_into_a_draft(place: str, sign: str) -> None:
    name, form = PLACES[place]
    coded = "".join(f"={octet:02X}" for octet in sign.encode()) if "=?" in form else sign
    put_through(written(name, form.format(coded, SMUGGLED)))


def test_a_long_chain_of_references_is_cut_and_folded() -> None:
    chain = " ".join(f"<{number}.{'x' * 200}@client.example>" for number in range(2_000))
    message = parse(written("References", chain))
    raw = compose(message, BODY, ME, message_id=OWN_ID, now=NOW, reference="r")
    check_draft(raw, "ada@client.example")
    (line,) = [line for line in raw.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
               if line.startswith(b"References:")]  # fmt: skip
    kept = line.split()[1:]
    assert len(kept) <= MAX_REFERENCES
    assert kept[-1] == b"<1@client.example>"


@given(
    st.lists(
        st.sampled_from(["ada@client.example", "eve@evil.example", "mara@studio.example", "", "@"]),
        max_size=8,
    )
)
@settings(max_examples=200, deadline=None)
def test_there_is_never_more_than_one_recipient_and_never_ourselves(reply_to: list[str]) -> None:
    message = parse(written("Reply-To", ", ".join(reply_to)))
    recipient = reply_recipient(message, ME.addresses)
    assert recipient is not None
    assert recipient.email == "ada@client.example"


SEEDS = [path.read_bytes() for path in CORPUS]
PIECES = st.sampled_from(SEEDS).flatmap(
    lambda seed: st.tuples(st.integers(0, len(seed)), st.integers(0, len(seed))).map(
        lambda ends: seed[min(ends) : max(ends)]
    )
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=5).map(b"".join))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_pieces_of_the_corpus_in_any_order_hold(raw: bytes) -> None:
    put_through(raw)
