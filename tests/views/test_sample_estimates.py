"""What is drawn from a week's mail, and what its labels say: held against inboxes whose truth is known."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.ledger.samples import Drawable, SampleRow, SampleWindow, Stratum
from triage.views.sample import STRATA, WEEK, drawn, estimate, shares_of, sizes_of, window_after

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
LABEL = "hostility"


def mail(flagged: int, unsure: int, clear: int) -> list[Drawable]:
    """An inbox of so many of each verdict."""
    kinds: list[tuple[Stratum, int]] = [("flagged", flagged), ("unsure", unsure), ("clear", clear)]
    verdicts = [stratum for stratum, number in kinds for _ in range(number)]
    return [
        Drawable(n, stratum, (LABEL,) if stratum == "flagged" else ()) for n, stratum in enumerate(verdicts)
    ]


@given(
    number=st.integers(1, 200),
    sizes=st.fixed_dictionaries({stratum: st.integers(0, 120) for stratum in STRATA}),
)
def test_as_many_are_drawn_as_asked_for_or_as_there_are(number: int, sizes: dict[Stratum, int]) -> None:
    shares = shares_of(number, sizes)
    assert sum(shares.values()) == min(number, sum(sizes.values()))
    assert all(shares[stratum] <= sizes[stratum] for stratum in STRATA)


def test_every_part_is_drawn_from_and_flags_more_than_their_share() -> None:
    assert shares_of(20, {"flagged": 30, "unsure": 20, "clear": 400}) == {
        "flagged": 8,
        "unsure": 4,
        "clear": 8,
    }
    assert shares_of(20, {"flagged": 2, "unsure": 0, "clear": 400}) == {
        "flagged": 2,
        "unsure": 0,
        "clear": 18,
    }
    assert shares_of(3, {"flagged": 9, "unsure": 9, "clear": 9}) == {"flagged": 1, "unsure": 1, "clear": 1}


def test_nothing_is_drawn_twice_and_all_have_the_same_chance() -> None:
    found = mail(10, 5, 40)
    counted: Counter[int] = Counter()
    for seed in range(600):
        picked = drawn(found, 20, random.Random(seed))
        assert len({one.id for one in picked}) == 20
        counted.update(one.id for one in picked if one.stratum == "clear")
    # 8 of 40 each time: 120 in 600, give or take five standard deviations
    assert all(71 <= counted[one.id] <= 169 for one in found if one.stratum == "clear")


def test_the_order_does_not_betray_the_verdict() -> None:
    firsts = Counter(drawn(mail(20, 20, 20), 20, random.Random(seed))[0].stratum for seed in range(200))
    assert all(firsts[stratum] > 15 for stratum in STRATA)


@pytest.mark.parametrize(
    ("last", "span"),
    [
        (None, (NOW - WEEK, NOW)),
        (NOW - timedelta(days=6, hours=23), None),
        (NOW - timedelta(days=7), (NOW - WEEK, NOW)),
        (NOW - timedelta(days=40), (NOW - WEEK, NOW)),
        (NOW + timedelta(days=1), None),  # a clock set back
    ],
)
def test_a_week_is_drawn_from_once(last: datetime | None, span: tuple[datetime, datetime] | None) -> None:
    assert window_after(last, NOW) == span


def window(sizes: dict[Stratum, int]) -> SampleWindow:
    return SampleWindow(1, NOW - WEEK, NOW, sizes)


def labelled(stratum: Stratum, number: int, *, carrying: int) -> list[SampleRow]:
    """So many labelled messages of a part, the first ``carrying`` of them hostile by the user's word."""
    judged = (LABEL,) if stratum == "flagged" else ()
    return [
        SampleRow(n, stratum, judged, (LABEL,) if n < carrying else (), "labelled") for n in range(number)
    ]


def test_a_part_counts_by_its_real_size() -> None:
    """8 of 10 flagged are right; of 400 clear ones 10 were looked at, one was overlooked: 40 in all."""
    rows = [*labelled("flagged", 10, carrying=8), *labelled("clear", 10, carrying=1)]
    found = estimate(LABEL, rows, [window({"flagged": 20, "unsure": 0, "clear": 400})])
    assert (found.flagged, found.right, found.overlooked) == (10, 8, 1)
    assert found.precision == 0.8
    assert found.precision_interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert found.recall == pytest.approx(16 / (16 + 40))
    assert found.recall_interval is not None
    low, high = found.recall_interval
    assert low < 0.15
    assert high > 0.6


def test_few_clear_ones_say_little_about_what_was_overlooked() -> None:
    """None overlooked among five is no proof for four hundred; among four hundred it is."""
    flags = labelled("flagged", 10, carrying=10)
    sizes: dict[Stratum, int] = {"flagged": 10, "unsure": 0, "clear": 400}
    few = estimate(LABEL, [*flags, *labelled("clear", 5, carrying=0)], [window(sizes)])
    all_ = estimate(LABEL, [*flags, *labelled("clear", 400, carrying=0)], [window(sizes)])
    assert few.recall == all_.recall == 1.0
    assert few.recall_interval is not None
    assert all_.recall_interval is not None
    assert few.recall_interval[0] < 0.3
    assert all_.recall_interval[0] > 0.7


def test_what_cannot_be_known_is_not_said() -> None:
    sizes: dict[Stratum, int] = {"flagged": 4, "unsure": 0, "clear": 50}
    no_clear = estimate(LABEL, labelled("flagged", 4, carrying=3), [window(sizes)])
    assert (no_clear.precision, no_clear.recall, no_clear.recall_interval) == (0.75, None, None)
    nothing_hostile = estimate(LABEL, labelled("clear", 9, carrying=0), [window({**sizes, "flagged": 0})])
    assert (nothing_hostile.precision, nothing_hostile.recall) == (None, None)
    assert estimate(LABEL, [], []).precision is None


def test_a_message_flagged_for_something_else_can_be_overlooked_too() -> None:
    rows = [
        SampleRow(1, "flagged", ("payment_issue",), (LABEL,), "labelled"),
        SampleRow(2, "flagged", (LABEL,), (LABEL,), "labelled"),
        SampleRow(3, "flagged", (LABEL,), (), "skipped"),
    ]
    found = estimate(LABEL, rows, [window({"flagged": 2, "unsure": 0, "clear": 0})])
    assert (found.flagged, found.overlooked, found.precision, found.recall) == (1, 1, 1.0, 0.5)


def sampled(inbox: Sequence[Drawable], hostile: set[int], number: int, seed: int) -> list[SampleRow]:
    """The labels of somebody who knows the truth."""
    picked = drawn(inbox, number, random.Random(seed))
    return [
        SampleRow(one.id, one.stratum, one.judged, (LABEL,) if one.id in hostile else (), "labelled")
        for one in picked
    ]


@pytest.mark.parametrize(("flagged", "right", "clear", "overlooked"), [(40, 30, 200, 10), (30, 27, 300, 3)])
def test_the_intervals_hold_the_truth_nearly_always(
    flagged: int, right: int, clear: int, overlooked: int
) -> None:
    """Sixty samples of 60 from an inbox whose precision and recall are known."""
    inbox = mail(flagged, 0, clear)
    hostile = {*range(right), *range(flagged, flagged + overlooked)}
    sizes = sizes_of(inbox)
    precision, recall = right / flagged, right / (right + overlooked)
    held = Counter[str]()
    middle = 0.0
    for seed in range(60):
        found = estimate(LABEL, sampled(inbox, hostile, 60, seed), [window(sizes)])
        assert found.precision_interval
        assert found.recall_interval
        held["precision"] += found.precision_interval[0] <= precision <= found.precision_interval[1]
        held["recall"] += found.recall_interval[0] <= recall <= found.recall_interval[1]
        middle += (found.precision or 0) / 60
    assert held["precision"] >= 55
    assert held["recall"] >= 53
    assert middle == pytest.approx(precision, abs=0.05)
