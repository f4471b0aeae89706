"""What a subject is about, whatever marks stand before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.mail.subjects import is_forward, is_reply_subject, matter

REPLIES = (
    "Re: {}", "RE: {}", "re:{}", "Re : {}", "AW: {}", "Aw: {}", "Antw: {}", "Antw.: {}", "SV: {}", "Sv: {}",
    "VS: {}",
    "RE[2]: {}", "Re(3): {}", "Re^2: {}", "RES: {}", "RIF: {}", "R: {}", "Odp: {}", "YNT: {}", "Ref: {}",
    "Отв: {}", "回复：{}", "返信: {}", "[EXT] Re: {}", "[External] AW: {}", "(EXT) Re: {}", "Re: [EXT] {}",
    "Re: AW: RE[4]: {}",
)  # fmt: skip
FORWARDS = (
    "Fwd: {}", "FW: {}", "WG: {}", "TR: {}", "RV: {}", "Enc: {}", "I: {}", "Doorst: {}", "VL: {}", "转发: {}",
    "Fwd: Re: {}", "[EXT] Fwd: {}",
)  # fmt: skip


@pytest.mark.parametrize("mark", [*REPLIES, *FORWARDS, "Re: Fwd: {}"])
def test_the_matter_is_what_is_left(mark: str) -> None:
    assert matter(mark.format("Neue  Homepage")) == "neue homepage"


@pytest.mark.parametrize("mark", REPLIES)
def test_replies(mark: str) -> None:
    assert is_reply_subject(mark.format("Logo"))
    assert not is_forward(mark.format("Logo"))


@pytest.mark.parametrize("mark", FORWARDS)
def test_forwards(mark: str) -> None:
    assert is_forward(mark.format("Logo"))


@pytest.mark.parametrize(
    "subject", ["Relaunch: Logo", "Rechnung: 7", "Rest: two", "Fwding: x", "Logo", "", "Re"]
)
def test_words_that_only_begin_so_stay(subject: str) -> None:
    assert matter(subject) == subject.casefold()
    assert not is_forward(subject)
    assert not is_reply_subject(subject)


@given(st.text(max_size=500))
def test_any_subject_has_one_matter_with_or_without_a_mark(subject: str) -> None:
    found = matter(subject)
    assert len(found) <= 900
    assert matter(f"Re: {subject[:200]}") == matter(subject[:200])
