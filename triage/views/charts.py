"""The report's picture as SVG, by hand: messages by what became of them over time, and each group's share.

Nothing is loaded, nothing runs; what colours tell is written beside them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from triage.views.answers import FATES, Answers, Fate
from triage.views.period import Period
from triage.views.report import Group, Report

_WIDTH, _LEFT, _RIGHT, _TOP, _HIGH = 760, 56, 24, 96, 190
_BAR, _GROUPS_GAP = 22, 78
_MOST_GROUPS = 12
_LONGEST = 30
# Told apart also without red and green, from light to dark in grey.
_LOOKS: dict[Fate, tuple[str, str]] = {
    "in_time": ("#1f6fb4", "in time"),
    "late": ("#e08a1e", "late"),
    "missed": ("#7a1f1f", "no answer, time over"),
    "pending": ("#b8c4cc", "open, within its time"),
    "done": ("#d9d2e9", "ended without a mail"),
}


def chart(report: Report, groups: Sequence[Group], title: str) -> str:
    """The whole picture; of many groups the largest are drawn."""
    shown = [group for group in groups if group.answers.total][:_MOST_GROUPS]
    below = _TOP + _HIGH + _GROUPS_GAP
    height = below + _BAR * len(shown) + (34 if shown else 0)
    said = f"{title}: {report.total.answers.in_time.as_text()} answered in time"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        ' font-family="sans-serif" font-size="12">',
        f"<title>{escape(said)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(12, 26, title, size=15),
        _text(12, 46, f"{report.total.answers.in_time.as_text()} answered in time"),
        *_legend(report.total.answers),
        *_bars(report.columns),
        *_shares(shown, below),
        "</svg>",
        "",
    ]
    return "\n".join(parts)


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 12) -> str:
    shown = "".join(sign for sign in words if sign.isprintable())
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#333333">'
        f"{escape(shown)}</text>"
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _legend(answers: Answers) -> Iterator[str]:
    x = 12.0
    for fate in FATES:
        if answers.fates.get(fate, 0):
            colour, name = _LOOKS[fate]
            words = f"{answers.fates[fate]:,} {name}"
            yield _rect(x, 62, 12, 12, colour)
            yield _text(x + 17, 72, words)
            x += 34 + 6.4 * len(words)


def _bars(columns: Sequence[tuple[Period, Answers]]) -> Iterator[str]:
    """A column each day, week or month, its fates stacked; what was answered in time stands below."""
    most = max((answers.total for _, answers in columns), default=0) or 1
    wide = (_WIDTH - _LEFT - _RIGHT) / len(columns)
    bottom = _TOP + _HIGH
    yield f'<path d="M{_LEFT} {_TOP}V{bottom}H{_WIDTH - _RIGHT}" fill="none" stroke="#333333"/>'
    for count in sorted({0, (most + 1) // 2, most}):
        y = bottom - count / most * _HIGH
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#e4e4e4"/>'
        yield _text(_LEFT - 8, y + 4, f"{count:,}", "end")
    every = -(-len(columns) // 9)
    for number, (column, answers) in enumerate(columns):
        x, y = _LEFT + number * wide, float(bottom)
        for fate in FATES:
            high = answers.fates.get(fate, 0) / most * _HIGH
            y -= high
            if high:
                yield _rect(x + 0.1 * wide, y, 0.8 * wide, high, _LOOKS[fate][0])
        if number % every == 0:
            yield _text(x + wide / 2, bottom + 16, f"{column.first}", "middle", 10)
    yield _text(_LEFT, bottom + 34, _kind_of(columns), size=10)


def _kind_of(columns: Sequence[tuple[Period, Answers]]) -> str:
    longest = max((column.days for column, _ in columns), default=1)
    span = "day" if longest == 1 else "week" if longest <= 7 else "month" if longest <= 31 else "year"
    return f"messages that awaited an answer, by the {span} in which they came"


def _shares(groups: Sequence[Group], top: int) -> Iterator[str]:
    """A line each group: its share in time, with the interval as a whisker."""
    if not groups:
        return
    left, right = 250, _WIDTH - 170
    for tick in range(5):
        x = left + tick / 4 * (right - left)
        yield f'<path d="M{x:.1f} {top - 8}v{_BAR * len(groups) + 8}" stroke="#e4e4e4"/>'
        yield _text(x, top - 14, f"{25 * tick}%", "middle", 10)
    for number, group in enumerate(groups):
        y = top + _BAR * number + _BAR / 2
        share = group.answers.in_time
        name = group.name.replace("_", " ")
        shown = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
        yield _text(left - 10, y + 4, shown, "end")
        if share.value is None or share.interval is None:
            yield _text(left + 6, y + 4, "none decided yet")
            continue
        low, high = (left + edge * (right - left) for edge in share.interval)
        yield f'<path d="M{low:.1f} {y:.1f}H{high:.1f}" stroke="#1f6fb4" stroke-width="2"/>'
        place = left + share.value * (right - left)
        yield f'<circle cx="{place:.1f}" cy="{y:.1f}" r="4.5" fill="#1f6fb4"/>'
        yield _text(right + 12, y + 4, f"{share.per_cent} ({share.hits:,} of {share.of:,})")
    yield _text(
        left, top + _BAR * len(groups) + 18, "answered in time; the line is the 95% interval", size=10
    )
