"""Processes measured: wall time, processor time, peak memory; interleaved, so that a busy moment hits all."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
# An installed program's modules are compiled: here, too, whatever the developer's environment says.
_PYCACHE = Path(tempfile.gettempdir()) / "triage-bench-pycache"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(_PYCACHE)
}


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds on the wall, seconds of processor, peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def cost_of(command: Sequence[str]) -> Cost:
    """Run it to its end; raises RuntimeError with its last words when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    words = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{command[1:3]} ended with {process.returncode}: {words.decode()[-800:]}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def medians(runs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "memory")))


def compare(commands: dict[str, Callable[[], Sequence[str]]], rounds: int) -> dict[str, Cost]:
    """Medians of ``rounds`` interleaved runs of each command; each is made anew for each run."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            costs[name].append(cost_of(command()))
            print(f"  round {number + 1}: {name}: {costs[name][-1].wall:.2f} s", file=sys.stderr)
    return {name: medians(runs) for name, runs in costs.items()}
