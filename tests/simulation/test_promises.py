"""Which deadline the simulated month expects a warning of: that of the oldest open letter of a matter."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.maildir import Maildir
from tests.simulation.population import CLIENTS, Letter, Saying
from tests.simulation.promises import alarm_breaches
from tests.simulation.world import PROMISED, Plan, World, utc

# A Maildir changes owners, which not every system knows; where there is Dovecot there are owners.
pytestmark = pytest.mark.dovecot

FIRST, SECOND = utc("2026-10-22T13:30"), utc("2026-10-22T16:00")
NIGHTFALL = utc("2026-10-23T19:00")
WARNED_OF_FIRST = (utc("2026-10-23T11:30"), f"deadline_near:1:{FIRST + PROMISED:%Y%m%dT%H%M%SZ}")
WARNED_OF_SECOND = (utc("2026-10-23T14:00"), f"deadline_near:2:{SECOND + PROMISED:%Y%m%dT%H%M%SZ}")
MISSED_SECOND = ["letter 2 (Hollis Grant, Invoice 1, 22 14:00Z) was missed without a warning"]


def breaches_of(
    folder: Path,
    answered: datetime | None,
    *told: tuple[datetime, str],
    awaits: bool = True,
    matter: str = "Invoice 1",
) -> list[str]:
    """What is broken where the older of two letters was answered then, and the later one never."""
    first = Letter(1, CLIENTS[0], Saying("Is it ready?", awaits=awaits), matter, FIRST, answered=answered)
    second = Letter(2, CLIENTS[0], Saying("And the invoice?"), "Invoice 1", SECOND, is_first=False)
    plan = Plan(first=utc("2026-10-22T00:00"), days=2)
    world = World(Maildir(folder, (os.getuid(), os.getgid())), plan, [first, second])
    world.delivered += [first, second]
    passes = [NIGHTFALL - timedelta(minutes=15) * step for step in range(40)]
    return list(alarm_breaches(world, passes, list(told)))


def test_the_older_letters_warning_is_that_of_the_conversation(tmp_path: Path) -> None:
    assert breaches_of(tmp_path, NIGHTFALL, WARNED_OF_FIRST) == []
    assert breaches_of(tmp_path, None, WARNED_OF_FIRST) == []


def test_the_older_letters_own_warning_is_expected(tmp_path: Path) -> None:
    broken = breaches_of(tmp_path, NIGHTFALL)
    assert broken == ["letter 1 (Hollis Grant, Invoice 1, 22 11:30Z) was missed without a warning"]


@pytest.mark.parametrize("answered", ["2026-10-23T10:00", "2026-10-23T15:00"])
def test_once_the_older_one_is_answered_the_later_ones_warning_is_expected(
    tmp_path: Path, answered: str
) -> None:
    assert breaches_of(tmp_path, utc(answered), WARNED_OF_FIRST) == MISSED_SECOND
    assert breaches_of(tmp_path, utc(answered), WARNED_OF_FIRST, WARNED_OF_SECOND) == []


def test_an_older_letter_that_awaits_nothing_excuses_nothing(tmp_path: Path) -> None:
    assert breaches_of(tmp_path, None, awaits=False) == MISSED_SECOND


def test_a_letter_of_another_matter_excuses_nothing(tmp_path: Path) -> None:
    assert breaches_of(tmp_path, None, WARNED_OF_FIRST, matter="Invoice 2") == MISSED_SECOND
