"""Plots of the scorecard as SVG, by hand: lines over two axes, and a table of counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

Point = tuple[float, float]

_WIDTH: Final = 560
_HEIGHT: Final = 400
_LEFT: Final = 64
_RIGHT: Final = 24
_TOP: Final = 44
_BOTTOM: Final = 56
_COLOURS: Final = ("#1f6fb4", "#c8501e", "#2d8a4e", "#7a5195", "#6b6b6b")
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A named row of points; a dashed one is there to compare with."""

    name: str
    points: Sequence[Point]
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured along one side, from where to where."""

    name: str
    low: float = 0.0
    high: float = 1.0

    def place(self, value: float, start: float, end: float) -> float:
        """Where a value lies between two edges of the drawing."""
        return start + (value - self.low) / (self.high - self.low) * (end - start)


def plot(title: str, across: Axis, up: Axis, lines: Sequence[Line]) -> str:
    """A drawing of lines with a legend."""
    body = [*_frame(across, up)]
    for number, line in enumerate(lines):
        body += _line(line, _COLOURS[number % len(_COLOURS)], across, up)
        body += _legend(line, _COLOURS[number % len(_COLOURS)], number)
    return _drawing(title, body)


def counts(title: str, rows: Sequence[str], columns: Sequence[str], numbers: Sequence[Sequence[int]]) -> str:
    """A table of counts, each cell the darker the larger its share of the row."""
    width, height = (_WIDTH - 2 * _LEFT - 60) / len(columns), (_HEIGHT - _TOP - _BOTTOM) / len(rows)
    body = [_text(_LEFT + 60 + (n + 0.5) * width, _TOP + 14, name) for n, name in enumerate(columns)]
    for n, (name, row) in enumerate(zip(rows, numbers, strict=True)):
        top = _TOP + 24 + n * height
        body.append(_text(_LEFT + 54, top + height / 2 + 4, name, "end"))
        for k, number in enumerate(row):
            share = number / max(sum(row), 1)
            left = _LEFT + 60 + k * width
            body.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{width - 2:.1f}" height="{height - 2:.1f}" '
                f'fill="#1f6fb4" fill-opacity="{0.06 + 0.7 * share:.2f}"/>'
            )
            body.append(_text(left + width / 2, top + height / 2 + 4, str(number)))
    return _drawing(title, body)


def _drawing(title: str, body: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{escape(title)}</title>'
    )
    ground = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
    shown = f'<text x="{_LEFT}" y="24" font-size="14" fill="#222222">{escape(title)}</text>'
    return "\n".join([head, ground, shown, *body, "</svg>", ""])


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#333333">{escape(words)}</text>'


def _frame(across: Axis, up: Axis) -> list[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    body = [
        f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" fill="none" stroke="#333333"/>',
        _text((_LEFT + right) / 2, _HEIGHT - 14, across.name),
        f'<text transform="translate(16 {(_TOP + bottom) / 2}) rotate(-90)" text-anchor="middle" '
        f'fill="#333333">{escape(up.name)}</text>',
    ]
    for tick in range(_TICKS + 1):
        x_value = across.low + tick / _TICKS * (across.high - across.low)
        y_value = up.low + tick / _TICKS * (up.high - up.low)
        x, y = across.place(x_value, _LEFT, right), up.place(y_value, bottom, _TOP)
        body.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#e4e4e4"/>')
        body.append(_text(x, bottom + 18, f"{x_value:g}"))
        body.append(_text(_LEFT - 8, y + 4, f"{y_value:.2g}", "end"))
    return body


def _line(line: Line, colour: str, across: Axis, up: Axis) -> list[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    places = [f"{across.place(x, _LEFT, right):.1f},{up.place(y, bottom, _TOP):.1f}" for x, y in line.points]
    dashes = ' stroke-dasharray="5 4"' if line.is_dashed else ""
    path = f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    few = len(places) <= 2 * _TICKS + 2 and not line.is_dashed
    dots = [
        f'<circle cx="{place.split(",")[0]}" cy="{place.split(",")[1]}" r="3" fill="{colour}"/>'
        for place in places
    ]
    return [path, *(dots if few else [])]


def _legend(line: Line, colour: str, number: int) -> list[str]:
    y = _HEIGHT - _BOTTOM - 14 - 18 * number
    return [
        f'<path d="M{_LEFT + 12} {y - 4}h22" stroke="{colour}" stroke-width="2"/>',
        _text(_LEFT + 40, y, line.name, "start"),
    ]
