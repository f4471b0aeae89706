"""The table of what becomes of a draft, row by row, and what it may never say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.fate import Fate, Sighting, fate_of

SIGHTINGS = st.builds(Sighting, st.booleans(), st.booleans(), st.booleans(), st.booleans())


@pytest.mark.parametrize(
    ("seen", "fate"),
    [
        (Sighting(is_there=True), "stays"),
        (Sighting(is_there=True, is_answered=True), "withdraw"),
        (Sighting(is_there=True, has_newer=True), "supersede"),
        (Sighting(is_there=True, has_heir=True), "stays"),
        (Sighting(is_there=False, is_answered=True), "sent"),
        (Sighting(is_there=False, has_heir=True), "edited"),
        (Sighting(is_there=False), "discarded"),
    ],
)
def test_each_row(seen: Sighting, fate: Fate) -> None:
    assert fate_of(seen) == fate


@given(SIGHTINGS)
def test_only_a_draft_that_is_there_is_taken_back_and_only_for_a_reason(seen: Sighting) -> None:
    if fate_of(seen) in ("withdraw", "supersede"):
        assert seen.is_there
        assert seen.is_answered or seen.has_newer
    else:
        assert not (seen.is_there and (seen.is_answered or seen.has_newer))
