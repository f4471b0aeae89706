"""Ten times the input costs about ten times the work, whatever the input: told as ratios of CPU time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from classifiers.judge import Classifier
from tests.fuzz.bait import MAILS, TEXTS, Bait
from tests.fuzz.entries import OF_MAIL, OF_TEXT, THROUGH_OTHERS, public_functions
from tests.security.letters_at_the_door import NOW, desk
from triage.conclude import Occasion, conclude, is_clear_by, judge, read

TOO_STEEP = 15.0
# Work this short tells nothing of how it grows: the clock and the machine's other work weigh more.
FLOOR_S = 0.03
SMALL, MIDDLE = 10_000, 100_000
ONE_MB, TEN_MB = 1_000_000, 10_000_000
STEEPEST = 2
# What takes longer than this at one megabyte isn't tried with ten: it would be seconds for each function.
QUICK_S = 0.1

Work = Callable[[Any], object]
ALL: dict[str, tuple[Work, tuple[Bait, ...]]] = {
    **{name: (work, TEXTS) for name, work in OF_TEXT.items()},
    **{name: (work, MAILS) for name, work in OF_MAIL.items()},
}


def cost(work: Work, bait: Bait, size: int, *, is_text: bool) -> float:
    """CPU seconds for an input of this size."""
    given = bait.text(size) if is_text else bait.of(size)
    start = time.process_time()
    work(given)
    return time.process_time() - start


def growth(work: Work, bait: Bait, small: int, big: int, *, is_text: bool) -> float:
    """How many times the work the big input costs; the least of three, as other work only adds to it."""
    found = []
    for _ in range(3):
        dear = cost(work, bait, big, is_text=is_text)
        found.append(dear / max(FLOOR_S, cost(work, bait, small, is_text=is_text)))
        if found[-1] <= TOO_STEEP:
            break
    return min(found)


def test_no_public_function_of_the_mail_part_is_left_out() -> None:
    named = {*OF_TEXT, *OF_MAIL, *THROUGH_OTHERS}
    assert public_functions() <= named, "a new public function: put it in tests/fuzz/entries.py"
    assert named <= public_functions(), "it is gone or renamed"


@pytest.mark.parametrize("name", ALL)
def test_no_bait_makes_work_grow_faster_than_its_size(name: str) -> None:
    work, baits = ALL[name]
    is_text = name in OF_TEXT
    steep = {}
    for bait in baits:
        found = growth(work, bait, SMALL, MIDDLE, is_text=is_text)
        if found > TOO_STEEP:
            steep[bait.name] = round(found)
    assert steep == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_ten_megabytes_cost_ten_times_one(name: str) -> None:
    """With the baits that grow most at smaller sizes: one megabyte, and ten where that takes a second."""
    work, baits = ALL[name]
    is_text = name in OF_TEXT

    def steepness(bait: Bait) -> float:
        return cost(work, bait, MIDDLE, is_text=is_text)

    steepest = sorted(baits, key=steepness)[-STEEPEST:]
    for bait in steepest:
        found = growth(work, bait, MIDDLE, ONE_MB, is_text=is_text)
        assert found <= TOO_STEEP, f"{bait.name}: {found:.0f} times"
    if cost(work, steepest[-1], ONE_MB, is_text=is_text) < QUICK_S:
        found = growth(work, steepest[-1], ONE_MB, TEN_MB, is_text=is_text)
        assert found <= TOO_STEEP, f"{steepest[-1].name}: {found:.0f} times"


WHOLE = tuple(bait for bait in MAILS if bait.name.startswith("body of"))


@pytest.mark.slow
def test_judging_and_answering_grow_no_faster_than_the_mail(classifier: Classifier) -> None:
    """The way of `classify` and of `draft`: read, judge, conclude, write."""
    ours = desk()
    occasion = Occasion(ours, NOW, is_clear=is_clear_by(lambda: classifier))

    def whole(raw: bytes) -> object:
        reading = read(raw, ours)
        (judgement,) = judge([reading], lambda: classifier)
        return conclude(reading, judgement, occasion)

    whole(WHOLE[0].of(SMALL))
    steep = {}
    for bait in WHOLE:
        found = growth(whole, bait, SMALL * 2, MIDDLE * 2, is_text=False)
        if found > TOO_STEEP:
            steep[bait.name] = round(found)
    assert steep == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["body of one word", "body of asks", "body of spaces, then a letter"])
def test_a_megabyte_is_judged_and_answered_in_bounds(name: str, classifier: Classifier) -> None:
    ours = desk()
    (bait,) = (bait for bait in WHOLE if bait.name == name)
    occasion = Occasion(ours, NOW, is_clear=is_clear_by(lambda: classifier))

    def whole(raw: bytes) -> object:
        reading = read(raw, ours)
        (judgement,) = judge([reading], lambda: classifier)
        return conclude(reading, judgement, occasion)

    assert growth(whole, bait, MIDDLE, ONE_MB, is_text=False) <= TOO_STEEP
