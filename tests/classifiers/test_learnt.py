"""What corrections teach, on numbers alone: how far they reach, and how little one hand can do to others."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.labels import LABELS
from classifiers.learnt import (
    MOST_BY_ONE,
    MOST_BY_OTHERS,
    MOST_SHIFT,
    WIDTH,
    Correction,
    Learnt,
    Shift,
    packed,
    unpacked,
)

CUTS = np.array([[0.06, 0.16], [0.05, 0.13], [0.07, 0.17]])
NOBODY = "nobody@else.example"


def meaning(seed: int, near: int | None = None, share: float = 0.9) -> np.ndarray:
    """A direction of its own; with ``near`` one that is alike by about ``share``."""
    row = np.random.default_rng(seed).normal(size=WIDTH)
    row /= np.linalg.norm(row)
    if near is not None:
        row = share * meaning(near) + math.sqrt(1 - share**2) * row
    return (row / np.linalg.norm(row)).astype(np.float32)


def said(
    number: int,
    *,
    label: str = "hostility",
    is_so: bool = False,
    client: str = "bea@client.example",
    thread: str = "",
    probability: float = 0.6,
    like: int | None = None,
    is_shared: bool = True,
) -> Correction:
    row = packed(meaning(number if like is None else like))
    return Correction(label, is_so, client, thread or f"thread {number}", probability, row, is_shared)


def shift_of(
    corrections: Sequence[Correction],
    row: np.ndarray,
    *,
    client: str = "bea@client.example",
    probability: float = 0.6,
    label: str = "hostility",
) -> Shift:
    chances = dict.fromkeys(LABELS, 0.01) | {label: probability}
    return Learnt(corrections, CUTS).shifts(client, row, chances).get(label, Shift())


def verdict_of(corrections: Sequence[Correction], shift: Shift, probability: float) -> str:
    odds = math.log(probability / (1 - probability))
    return Learnt(corrections, CUTS).verdict("hostility", odds + shift.total)


def moved(probability: float, shift: Shift) -> float:
    odds = math.log(probability / (1 - probability)) + shift.total
    return abs(1 / (1 + math.exp(-odds)) - probability)


def test_without_corrections_nothing_moves() -> None:
    assert shift_of([], meaning(1)) == Shift()


@pytest.mark.parametrize("probability", [0.2, 0.6, 0.9, 0.99])
def test_one_correction_turns_mail_of_the_client_that_is_worded_alike(probability: float) -> None:
    corrections = [said(1, probability=probability)]
    shift = shift_of(corrections, meaning(2, near=1), probability=probability)
    assert verdict_of(corrections, shift, probability) != "flagged"


@pytest.mark.parametrize("probability", [0.01, 0.05])
def test_a_miss_is_raised_where_the_words_are_alike(probability: float) -> None:
    corrections = [said(1, is_so=True, probability=probability)]
    shift = shift_of(corrections, meaning(2, near=1), probability=probability)
    assert verdict_of(corrections, shift, probability) == "flagged"


@pytest.mark.parametrize("probability", [0.01, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("client", ["bea@client.example", NOBODY])
def test_two_corrections_leave_unrelated_mail_alone(probability: float, client: str) -> None:
    corrections = [said(1, probability=0.9), said(2, probability=0.7)]
    shift = shift_of(corrections, meaning(3), client=client, probability=probability)
    assert moved(probability, shift) < 0.02


def test_ten_threads_change_what_is_held_of_a_client() -> None:
    corrections = [said(number, probability=0.4 + number / 20) for number in range(10)]
    shift = shift_of(corrections, meaning(99), probability=0.6)
    assert verdict_of(corrections, shift, 0.6) != "flagged"
    raised = [said(number, is_so=True, probability=0.03) for number in range(10)]
    assert verdict_of(raised, shift_of(raised, meaning(99), probability=0.03), 0.03) == "flagged"


def test_ten_messages_of_one_thread_do_not() -> None:
    corrections = [said(number, thread="one", probability=0.6) for number in range(10)]
    shift = shift_of(corrections, meaning(99), probability=0.6)
    assert verdict_of(corrections, shift, 0.6) == "flagged"
    assert moved(0.6, shift) < 0.2


def test_far_graver_mail_of_a_forgiven_client_stays_flagged() -> None:
    banter = [said(number, probability=0.3) for number in range(12)]
    assert verdict_of(banter, shift_of(banter, meaning(99), probability=0.995), 0.995) == "flagged"


def test_ordinary_mail_of_a_client_whose_misses_were_told_stays_clear() -> None:
    missed = [said(number, is_so=True, probability=0.04) for number in range(12)]
    shift = shift_of(missed, meaning(99), probability=0.002)
    assert verdict_of(missed, shift, 0.002) == "clear"


def test_corrections_the_other_way_hold_back() -> None:
    one_way = [said(number, probability=0.6) for number in range(8)]
    torn = [*one_way, *(said(number, is_so=True, probability=0.6) for number in range(20, 28))]
    assert abs(shift_of(torn, meaning(99)).own) < abs(shift_of(one_way, meaning(99)).own)


def test_what_the_model_says_itself_teaches_nothing() -> None:
    right = [said(number, is_so=True, probability=0.95) for number in range(30)]
    assert shift_of(right, meaning(99), probability=0.3) == Shift()
    assert shift_of(right, meaning(31, near=1), client=NOBODY, probability=0.3) == Shift()


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 200),
    is_one_thread=st.booleans(),
    is_so=st.booleans(),
    taught_at=st.floats(0.0001, 0.9999),
    probability=st.floats(0.0002, 0.9998),
    likeness=st.floats(0.0, 1.0),
)
def test_one_client_never_changes_a_verdict_on_another(
    count: int, is_one_thread: bool, is_so: bool, taught_at: float, probability: float, likeness: float
) -> None:
    corrections = [
        said(n, is_so=is_so, probability=taught_at, thread="one" if is_one_thread else "", like=1)
        for n in range(count)
    ]
    row = meaning(999, near=1, share=likeness)
    shift = shift_of(corrections, row, client=NOBODY, probability=probability)
    assert shift.own == 0
    assert abs(shift.others) <= MOST_BY_ONE
    assert verdict_of(corrections, shift, probability) == verdict_of(corrections, Shift(), probability)


def test_a_flood_from_one_client_leaves_the_word_of_others_standing() -> None:
    """Two honest clients agree; two hundred corrections of a third the other way can't outweigh them."""
    honest = [said(n, client=f"c{n}@x.example", like=1, probability=0.3) for n in range(4)]
    before = shift_of(honest, meaning(5, near=1), client=NOBODY, probability=0.3)
    flood = [said(n + 10, client="evil@x.example", is_so=True, like=1, probability=0.02) for n in range(200)]
    after = shift_of([*honest, *flood], meaning(5, near=1), client=NOBODY, probability=0.3)
    assert before.others < after.others <= before.others + MOST_BY_ONE + 1e-9


def test_clients_that_agree_do_change_a_verdict() -> None:
    corrections = [said(n, client=f"c{n}@x.example", like=1, probability=0.2) for n in range(4)]
    shift = shift_of(corrections, meaning(9, near=1), client=NOBODY, probability=0.2)
    assert verdict_of(corrections, shift, 0.2) != "flagged"
    kept = [said(n, client=f"c{n}@x.example", like=1, probability=0.2, is_shared=False) for n in range(4)]
    assert shift_of(kept, meaning(9, near=1), client=NOBODY, probability=0.2) == Shift()


def crowd(count: int, seed: int = 7) -> list[Correction]:
    """Corrections of many clients, threads, labels and both ways."""
    chance = random.Random(seed)
    return [
        said(
            number,
            label=chance.choice(LABELS),
            is_so=chance.random() < 0.5,
            client=f"c{chance.randrange(12)}@x.example",
            thread=f"t{chance.randrange(60)}",
            probability=round(chance.uniform(0.001, 0.999), 4),
            like=chance.randrange(20),
            is_shared=chance.random() < 0.8,
        )
        for number in range(count)
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 80), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference_to_the_bit(count: int, chance: random.Random) -> None:
    corrections = crowd(count)
    mixed = list(corrections)
    chance.shuffle(mixed)
    chances = dict.fromkeys(LABELS, 0.2)
    for query in range(20, 24):
        row = meaning(query + 500, near=query - 20)
        told = [Learnt(each, CUTS).shifts("c3@x.example", row, chances) for each in (corrections, mixed)]
        assert told[0] == told[1]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(0, 19), st.floats(0.0001, 0.9999))
def test_all_shifts_are_bounded(count: int, like: int, probability: float) -> None:
    chances = dict.fromkeys(LABELS, probability)
    found = Learnt(crowd(count), CUTS).shifts("c3@x.example", meaning(800, near=like), chances)
    for shift in found.values():
        assert abs(shift.total) <= MOST_SHIFT
        assert abs(shift.others) <= MOST_BY_OTHERS


def test_a_thousand_corrections_are_ready_in_well_under_a_second() -> None:
    corrections = crowd(1000)
    begun = time.perf_counter()
    learnt = Learnt(corrections, CUTS)
    learnt.shifts("c3@x.example", meaning(800, near=3), dict.fromkeys(LABELS, 0.2))
    assert time.perf_counter() - begun < 1.5


def test_a_message_that_was_gone_teaches_about_its_client_alone() -> None:
    gone = [Correction("hostility", False, "bea@client.example", f"t{n}", 0.6) for n in range(10)]
    assert shift_of(gone, meaning(1)).own < -2
    assert shift_of(gone, meaning(1), client=NOBODY) == Shift()


def test_a_meaning_survives_packing_and_a_foreign_one_is_nothing() -> None:
    row = meaning(4)
    assert len(packed(row)) == 2 * WIDTH
    assert float(unpacked(packed(row)) @ row) > 0.999
    assert not unpacked(b"\x00" * 12).any()
    assert not unpacked(None).any()
    assert np.isfinite(unpacked(b"\xff" * 2 * WIDTH)).all()


def test_labels_of_another_version_are_passed_over() -> None:
    strange = said(1, label="flattery")
    assert Learnt([strange], CUTS).shifts("bea@client.example", meaning(1), dict.fromkeys(LABELS, 0.2)) == {}
