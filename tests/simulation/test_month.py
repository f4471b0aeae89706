"""A month of a freelancer's mail in virtual time: every obligation, draft and alarm in time, nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.rig.dovecot import Dovecot
from tests.simulation.chart import WIDTH, chart
from tests.simulation.month import DAYS_OF_THE_CHANGE, OCTOBER, Simulation, simulation
from tests.simulation.population import CLIENTS, month_of_letters

pytestmark = pytest.mark.dovecot


def lived(one: Simulation) -> Simulation:
    """The same after its time has passed."""
    for _ in one.run():
        pass
    return one


def test_the_month_has_all_that_it_is_there_for() -> None:
    letters = month_of_letters(OCTOBER.first, OCTOBER.days, OCTOBER.seed)
    assert {one.client.name for one in letters} == {client.name for client in CLIENTS}
    assert sum(one.saying.awaits for one in letters) >= 35
    assert sum(not one.saying.awaits for one in letters) >= 20
    assert sum(one.saying.flagged for one in letters) >= 8
    assert any(not one.is_first and not one.refs for one in letters)
    assert {one.client.language for one in letters} == {"en", "de", "fr", "es", "pt"}


def test_the_days_around_the_end_of_daylight_saving(dovecot: Dovecot, tmp_path: Path) -> None:
    month = lived(simulation(DAYS_OF_THE_CHANGE, dovecot, tmp_path))
    assert len(month.passes) > 30
    assert month.refused > 0
    assert len(month.drafted) >= 5
    assert_drawn(month)


def assert_drawn(month: Simulation) -> None:
    """A row for each letter and a line for each that awaits an answer, all inside the picture."""
    picture = ElementTree.fromstring(chart(month))
    shapes = [one for one in picture.iter() if one.tag.endswith(("line", "rect", "circle"))]
    names = [str(one.text) for one in picture.iter() if one.tag.endswith("text")]
    letters = month.world.delivered
    assert len([text for text in names if ": " in text]) >= len(letters)
    places = [
        float(one.attrib[key]) for one in shapes for key in ("x", "x1", "x2", "cx") if key in one.attrib
    ]
    assert all(0 <= place <= WIDTH for place in places)
    lines = [one for one in shapes if one.attrib.get("stroke-width") in ("2", "4")]
    assert len(lines) == sum(one.saying.awaits for one in letters)


@pytest.mark.slow
def test_the_whole_month(dovecot: Dovecot, tmp_path: Path) -> None:
    """By a pass an hour; `make simulate` lives the same month by a pass each quarter of an hour."""
    month = lived(simulation(replace(OCTOBER, poll=timedelta(hours=1)), dovecot, tmp_path))
    assert len(month.passes) > 220
    assert month.refused > 7
    assert len(month.drafted) >= 20
    assert {what for _, what, _ in month.world.log} >= {
        "laptop", "phone", "alias", "draft sent", "edited", "done", "vacation", "forward", "empty",
        "colleague",
    }  # fmt: skip
    assert any(key.startswith("deadline_near") for _, key in month.told)
