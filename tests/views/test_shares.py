"""Shares, their intervals and middles of lengths of time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.views.shares import Share, quantile, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # worked by hand from the formula; 0 of 10 and 10 of 10 are mirror images
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=2e-4)


@given(of=st.integers(1, 5000), data=st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= high <= 1
    mirrored = wilson(of - hits, of)
    assert mirrored == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(
    ("hits", "of", "text"),
    [
        (0, 0, "none"),
        (3, 4, "75% (3 of 4, 95% interval 30 to 95)"),
        (999, 1000, "99% (999 of 1,000)"),
        (1, 1000, "1% (1 of 1,000)"),
        (1000, 1000, "100% (1,000 of 1,000)"),
        (0, 1000, "0% (0 of 1,000)"),
    ],
)
def test_per_cent_never_rounds_to_all_or_none(hits: int, of: int, text: str) -> None:
    assert Share(hits, of).as_text() == text


@pytest.mark.parametrize(
    ("minutes", "share", "found"),
    [
        ([5], 0.9, 5),
        ([1, 3], 0.5, 2),
        ([9, 1, 5], 0.5, 5),
        ([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 0.9, 90),
    ],
)
def test_middles(minutes: list[int], share: float, found: float) -> None:
    assert quantile([timedelta(minutes=one) for one in minutes], share) == timedelta(minutes=found)


def test_nothing_has_no_middle() -> None:
    assert quantile([], 0.5) is None
