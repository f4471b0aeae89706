"""The figures as a page."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figures import Figure
from tests.bench.measure import Cost


def report(figures: Sequence[Figure], costs: dict[str, Cost], messages: int, machine: str) -> str:
    """docs/performance.md: each figure with its goal, then the processes behind them."""
    told = "\n".join(_line(figure) for figure in figures)
    table = "\n".join(
        f"| {name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} |" for name, cost in costs.items()
    )
    missed = sum(not figure.is_met for figure in figures)
    goals = sum(figure.goal is not None for figure in figures)
    return f"""# Performance

Written by `make bench`; don't edit by hand. Real Dovecot on loopback, {messages:,} messages of mixed kinds
(plain, with an HTML twin, with attachments, from lists).
Machine: {machine}. Whole processes, start and end included; short ones are the medians of interleaved runs.

{goals - missed} of {goals} goals are met.

| figure | measured | goal | |
|---|---|---|---|
{told}

| process | seconds | seconds of processor | peak memory, MB |
|---|---|---|---|
{table}

- `bare visit`: connect, log in, examine, log out by imapclient.
- `empty sweep`: `triage sweep` with nothing new.
  Nearly all of both is the start of Python and its libraries: on a line with a usual delay the ratio falls.
- `bare fetch`: imapclient fetches the same messages, one or 500 a command, and does nothing with them.
- `bare classification`: the classifier loaded, and the texts of those that people wrote judged in one go.
- `sweep without classification`: fetch, parse, find the new text, gate, decide, remember; all judged clear.
- `sweep`: the same with the trained classifier, and the drafts placed.
- On the slow line, the next messages come while the last are judged.
- The large mailbox holds one message under many names; both sizes are swept with nothing new. What the server
  itself takes longer for the large one, a bare visit takes, too.
"""


def _line(figure: Figure) -> str:
    unit = f" {figure.unit}" if figure.unit else ""
    if figure.goal is None:
        return f"| {figure.name} | {figure.value:.2f}{unit} | none | |"
    sign = "≤" if figure.is_most else "≥"
    verdict = "met" if figure.is_met else "NOT MET"
    return f"| {figure.name} | {figure.value:.2f}{unit} | {sign} {figure.goal:.3g}{unit} | {verdict} |"
