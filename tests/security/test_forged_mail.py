"""Forged mail gets no draft and a reason; honest mail that looks a little like it is left in peace."""

from __future__ import annotations

import pytest

from tests.security.forged_letters import FORGED
from tests.security.honest_letters import HONEST
from tests.security.letters_at_the_door import Letter, decision_of, is_refused

LEAST_EACH = 60


def test_there_are_enough_of_either_side() -> None:
    for side in (FORGED, HONEST):
        assert len(side) >= LEAST_EACH
        assert len({letter.key for letter in side}) == len(side)


@pytest.mark.parametrize("letter", FORGED, ids=lambda letter: letter.key)
def test_forged_mail_gets_no_draft_and_a_reason(letter: Letter) -> None:
    decision = decision_of(letter)
    assert is_refused(letter), decision
    assert len(decision.reason) > 40
    assert "@" not in decision.reason


@pytest.mark.parametrize("letter", HONEST, ids=lambda letter: letter.key)
def test_honest_mail_is_not_refused(letter: Letter) -> None:
    assert not is_refused(letter), decision_of(letter)


def test_both_rates() -> None:
    caught = sum(is_refused(letter) for letter in FORGED) / len(FORGED)
    blamed = sum(is_refused(letter) for letter in HONEST) / len(HONEST)
    assert (caught, blamed) == (1.0, 0.0)
