"""``make bench``: the sweep against bare scripts on a real server, written to docs/performance.md."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.furnish import Bench
from tests.bench.measure import ROOT, Cost
from tests.bench.report import report
from tests.rig.dovecot import Dovecot

PAGE = ROOT / "docs" / "performance.md"
SIZE = 5000
SAMPLE = 1000
SLOW_SHARE = 5
ROUNDS = 15


def measured(bench: Bench, size: int, costs: dict[str, Cost]) -> Iterator[Figure]:
    """Every figure; what each process took goes into ``costs``."""
    rounds = max(3, ROUNDS * min(size, SIZE) // SIZE)
    bare_judging = figures.judging(min(size, SAMPLE))
    yield from figures.whole_sweeps(bench, size, bare_judging, costs)
    yield from figures.overlap(bench, max(100, size // SLOW_SHARE), bare_judging)
    yield from figures.empty_sweeps(bench, costs, rounds)
    yield from figures.sizes(bench, rounds)
    yield from figures.attachments(bench)
    yield from figures.ten_accounts(bench)
    if sys.platform.startswith("linux"):
        mailbox = bench.box()
        yield from figures.idle_daemon(bench.config(mailbox))
    yield from bare_judging.figures()


def machine() -> str:
    """The machine in a few words."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        name = f"{len(models)} cores of {models[0]}" if models else name
    return f"{name}, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Measure, write the page, print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--size", type=int, default=SIZE, help="messages of the sweep end to end")
    parser.add_argument("--dry-run", action="store_true", help="print the page, leave docs/ alone")
    given = parser.parse_args()
    found: list[Figure] = []
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder, Dovecot() as server:
        for figure in measured(Bench(server, Path(folder)), given.size, costs):
            found.append(figure)
            print(f"{figure.name}: {figure.value:.2f} {figure.unit}", file=sys.stderr, flush=True)
    page = report(found, costs, given.size, machine())
    if not given.dry_run:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
