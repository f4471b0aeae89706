"""The figures as a page."""

from __future__ import annotations

from tests.bench.measure import Cost

# A sweep may cost so many times the bare script that does the same on the wire, classification aside.
LIMIT = 3.0
ROWS = (
    "bare visit", "empty sweep", "bare fetch, one a command", "bare fetch, 500 a command",
    "sweep without classification", "sweep",
)  # fmt: skip


def report(costs: dict[str, Cost], messages: int, rate: float, loading: float, machine: str) -> str:
    """docs/performance.md: medians, ratios, limits."""
    table = "\n".join(
        f"| {name} | {costs[name].wall:.2f} | {costs[name].cpu:.2f} | {costs[name].memory:.0f} |"
        for name in ROWS
    )
    ratios = "\n".join(_ratio(costs, *pair) for pair in _PAIRS)
    return f"""# Performance

Written by `make bench`; don't edit by hand. Real Dovecot on loopback, {messages:,} messages of mixed kinds
(plain, with an HTML twin, with attachments, from lists).
Machine: {machine}. Each figure is the median of interleaved runs of whole processes, start and end included.

| process | seconds | seconds of processor | peak memory, MB |
|---|---|---|---|
{table}

| ratio of seconds | measured | limit |
|---|---|---|
{ratios}

- `bare visit`: connect, log in, examine, log out with imapclient.
- `empty sweep`: `triage sweep` with nothing new.
- `bare fetch`: imapclient fetches the same messages, one or 500 a command, and does nothing with them.
- The limit is set against the plain loop of one a command. Against 500 a command, which is little more than
  moving bytes, the ratio stands above as measured, and what is over 3 is the reading of the messages: MIME,
  new text, gate, ledger.
- `sweep without classification`: fetch, parse, find the new text, gate, decide, remember; all judged clear.
- `sweep`: the same with the trained classifier, and the drafts placed.
- The classifier, loaded, judges {rate:,.0f} messages a second; loading it takes {loading:.1f} s.
"""


_PAIRS = (
    ("empty sweep", "bare visit", True),
    ("sweep without classification", "bare fetch, one a command", True),
    ("sweep without classification", "bare fetch, 500 a command", False),
    ("sweep", "bare fetch, one a command", False),
)


def _ratio(costs: dict[str, Cost], name: str, against: str, is_limited: bool) -> str:
    ratio = costs[name].wall / costs[against].wall
    limit = f"{LIMIT:.0f}: {'kept' if ratio <= LIMIT else 'NOT KEPT'}" if is_limited else "none"
    return f"| {name} : {against} | {ratio:.2f} | {limit} |"
