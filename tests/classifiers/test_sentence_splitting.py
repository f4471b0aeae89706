"""Cutting a message: every piece stands exactly where it says, and time is bounded."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from classifiers.sentences import MOST_SENTENCES, split_message


@given(st.text(max_size=300), st.text(max_size=3000))
def test_pieces_stand_where_they_say(subject: str, body: str) -> None:
    last = 0
    for piece in split_message(subject, body).sentences:
        text = subject if piece.part == "subject" else body
        assert text[piece.start : piece.end] == piece.text
        if piece.part == "body":
            assert piece.start >= last
            last = piece.end


def test_subject_comes_first_without_its_prefixes() -> None:
    pieces = split_message("Re: AW: [2] Fwd: your invoice", "Paid today. Thanks!")
    assert [piece.text for piece in pieces.sentences][-2:] == ["Paid today.", "Thanks!"]
    assert pieces.sentences[0].part == "subject"
    assert split_message("RE: your bill", "").sentences[0].text == "your bill"


def test_an_empty_subject_is_no_piece() -> None:
    for subject in ("", "(no subject)", "Re:", "(kein Betreff)", "...", "🎉"):
        assert [piece.part for piece in split_message(subject, "Call me please.").sentences] == ["body"]


def test_text_without_words_gives_no_pieces() -> None:
    for body in ("", "   \n\n", "🎉🎉", "1234 5678", "-----", "\u200b\u200b"):
        assert split_message("", body).sentences == ()


def test_encoded_noise_is_left_out() -> None:
    noise = "QWxhZGRpbjpvcGVuIHNlc2FtZQ" * 40
    pieces = split_message("", f"Here is the key.\n\n{noise}\n\nThanks, bye now.")
    assert [piece.text for piece in pieces.sentences] == ["Here is the key.", "Thanks, bye now."]
    assert pieces.is_noise


def test_a_long_line_is_cut() -> None:
    pieces = split_message("", "and then we changed it again, " * 200)
    assert len(pieces.sentences) > 10
    assert max(len(piece.text) for piece in pieces.sentences) <= 400


def test_a_huge_text_is_bounded_and_says_so() -> None:
    body = "You never answer me! " * 500_000
    began = time.perf_counter()
    pieces = split_message("", body)
    assert time.perf_counter() - began < 2.0
    assert pieces.is_cut
    assert len(pieces.sentences) == MOST_SENTENCES


def test_an_ordinary_message_is_not_said_to_be_cut() -> None:
    assert not split_message("hello", "One. Two words. " * 30).is_cut
