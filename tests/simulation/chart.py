"""The month as an SVG that a person can check by eye: a row a letter, from its arrival to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise

from tests.simulation.month import Simulation
from tests.simulation.population import Letter
from tests.simulation.world import HOME, PROMISED, Plan

WIDTH, LEFT, RIGHT, TOP, ROW = 1400, 210, 16, 92, 11
_COLOURS = {"in time": "#2e7d32", "late": "#c62828", "open": "#ef6c00", "none": "#b0bec5"}
_STYLE = (
    "text{font:10px sans-serif;fill:#333}.h{font:bold 15px sans-serif}.s{font-size:11px}"
    ".asleep{fill:#eceff1}.out{fill:#ffcdd2}.away{fill:#bbdefb}.grid{stroke:#cfd8dc;stroke-width:.5}"
)


class _Scale:
    """Moments to places from left to right."""

    def __init__(self, plan: Plan) -> None:
        self._first = plan.first
        self._a_second = (WIDTH - LEFT - RIGHT) / (plan.last - plan.first).total_seconds()

    def at(self, moment: datetime) -> float:
        """The place of a moment; what lies beyond the edge stands at it."""
        return min(WIDTH - RIGHT, LEFT + (moment - self._first).total_seconds() * self._a_second)


def chart(month: Simulation) -> str:
    """The whole picture."""
    letters = sorted(month.world.delivered, key=lambda one: (one.client.name, one.arrived))
    height = TOP + ROW * len(letters) + 20
    scale = _Scale(month.plan)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">',
        f'<style>{_STYLE}</style><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        *_head(), *_background(month, scale, height), *_days(month.plan, scale, height),
    ]  # fmt: skip
    for number, letter in enumerate(letters):
        parts += _row(month, letter, scale, TOP + ROW * number)
    return "\n".join([*parts, "</svg>", ""])


def _head() -> Iterator[str]:
    yield '<text class="h" x="12" y="22">A simulated month: from each letter to its answer</text>'
    yield (
        '<text class="s" x="12" y="40">Line: from arrival to answer – green within 24 hours, red late, '
        "orange still open, grey dots: awaits nothing. Blue bar: a draft appears. Black tick: the deadline. "
        "Diamond: an alarm before it.</text>"
    )
    yield (
        '<text class="s" x="12" y="56">Background: grey where the laptop sleeps, red where the server is '
        "out of reach, blue while nine zones to the west. Dashed: the server forgets all UIDs.</text>"
    )


def _background(month: Simulation, scale: _Scale, height: int) -> Iterator[str]:
    plan = month.plan
    moments = [plan.first + timedelta(minutes=15) * step for step in range(plan.days * 96 + 1)]
    kinds = [_kind(plan, moment) for moment in moments]
    edges = [
        0,
        *(place for place in range(1, len(kinds)) if kinds[place] != kinds[place - 1]),
        len(kinds) - 1,
    ]
    for begin, end in pairwise(edges):
        if kinds[begin]:
            x, right = scale.at(moments[begin]), scale.at(moments[end])
            yield (
                f'<rect class="{kinds[begin]}" x="{x:.1f}" y="{TOP}" width="{right - x:.1f}"'
                f' height="{height - TOP - 20}"/>'
            )
    for moment in plan.resets:
        x = scale.at(moment)
        yield (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{height - 20}" stroke="#6a1b9a"'
            ' stroke-dasharray="3 3"/>'
        )


def _kind(plan: Plan, moment: datetime) -> str:
    if plan.is_out(moment):
        return "out"
    if not plan.is_awake(moment):
        return "asleep"
    return "" if plan.zone(moment) is HOME else "away"


def _days(plan: Plan, scale: _Scale, height: int) -> Iterator[str]:
    """A line at each midnight at home; the clocks' change makes one day longer."""
    for number in range(plan.days):
        day = plan.first.astimezone(HOME).date() + timedelta(days=number)
        moment = datetime(day.year, day.month, day.day, tzinfo=HOME)
        x = scale.at(moment)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - 20}"/>'
        yield f'<text x="{x + 3:.1f}" y="{TOP - 6}">{day:%a}</text>'
        yield f'<text x="{x + 3:.1f}" y="{TOP - 17}">{day.day}</text>'


def _row(month: Simulation, letter: Letter, scale: _Scale, top: int) -> Iterator[str]:
    y = top + ROW / 2
    yield f'<text x="12" y="{y + 3.5:.1f}">{escape(f"{letter.client.name}: {letter.matter}"[:38])}</text>'
    begin, due = scale.at(letter.arrived), letter.arrived + PROMISED
    if not letter.saying.awaits:
        yield f'<circle cx="{begin:.1f}" cy="{y}" r="2.2" fill="{_COLOURS["none"]}"/>'
        return
    end = letter.answered or month.now
    fate = "open" if letter.answered is None else "in time" if end <= due else "late"
    yield (
        f'<line x1="{begin:.1f}" x2="{scale.at(end):.1f}" y1="{y}" y2="{y}" stroke="{_COLOURS[fate]}"'
        f' stroke-width="{4 if letter.saying.flagged else 2}"/>'
    )
    if (drafted := month.drafted.get(letter.message_id)) is not None:
        yield f'<rect x="{scale.at(drafted) - 1.2:.1f}" y="{top + 1}" width="2.4" height="9" fill="#1565c0"/>'
    x = scale.at(due)
    yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top + 2}" y2="{top + 9}" stroke="#000"/>'
    yield from _alarms(month, due, scale, y)


def _alarms(month: Simulation, due: datetime, scale: _Scale, y: float) -> Iterator[str]:
    name = f"{due:%Y%m%dT%H%M%SZ}"
    for at, key in month.told:
        if key.startswith("deadline_near") and key.endswith(name):
            x = scale.at(at)
            yield f'<path d="M{x:.1f} {y - 3}l3 3-3 3-3-3z" fill="#6a1b9a"/>'
