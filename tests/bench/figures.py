"""What is measured: each figure with its goal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.bench.furnish import MODEL, Bench, altered, bare, sweep
from tests.bench.letters import ONE_MACHINE_IN, letters
from tests.bench.measure import ENVIRONMENT, ROOT, Cost, compare, cost_of
from tests.rig.letters import with_attachment
from tests.rig.proxy import FaultProxy, Faults

# A round trip of a usual connection, and of a slow one.
NEAR_S, FAR_S = 0.02, 0.1
BIG = 20_000_000
SMALL_BOX, LARGE_BOX = 1_000, 200_000
IDLE_S = 20.0
DAEMON_IS_UP_S = 3.0


@dataclass(frozen=True)
class Figure:
    """One measured figure. ``goal`` is None where there is none; ``is_most`` says that less is better."""

    name: str
    value: float
    unit: str = ""
    goal: float | None = None
    is_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the goal is kept; what has no goal is."""
        if self.goal is None:
            return True
        return self.value <= self.goal if self.is_most else self.value >= self.goal


@dataclass(frozen=True)
class Judging:
    """What the classifier takes by itself: seconds to load, messages a second."""

    loading: float
    rate: float

    def seconds(self, size: int) -> float:
        """For a mailbox of so many messages, of which the machines' are not judged."""
        return self.loading + size * (1 - 1 / ONE_MACHINE_IN) / self.rate

    def figures(self) -> Iterator[Figure]:
        """Both; neither has a goal."""
        yield Figure("classifier: seconds to load", self.loading)
        yield Figure("classifier: messages judged a second", self.rate)


def judging(sample: int) -> Judging:
    """So many messages judged by a process of its own, whose memory is none of the bench's."""
    command = [sys.executable, "-m", "tests.bench.judging", str(MODEL), str(sample)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True)
    return Judging(**json.loads(done.stdout))


def whole_sweeps(bench: Bench, size: int, bare_judging: Judging, costs: dict[str, Cost]) -> Iterator[Figure]:
    """From the mailbox to the drafts, against its two halves alone."""
    mailbox = bench.box(letters(size, datetime.now(UTC)))
    costs |= compare({"bare fetch, 500 a command": lambda: bare("bare_fetch.py", mailbox, "500")}, 3)
    costs |= compare({"bare fetch, one a command": lambda: bare("bare_fetch.py", mailbox, "1")}, 1)
    costs["sweep without classification"] = cost_of(altered("unjudged", bench.config(mailbox)))
    costs["sweep"] = cost_of(sweep(bench.config(mailbox)))
    slower = max(bare_judging.seconds(size), costs["bare fetch, 500 a command"].wall)
    yield Figure("sweep, messages a second", size / costs["sweep"].wall, "", 100, is_most=False)
    ratio = costs["sweep"].wall / slower
    yield Figure("sweep : the slower of bare fetch and bare classification", ratio, "", 1.5)
    yield Figure(
        "sweep without classification : bare fetch, one a command",
        costs["sweep without classification"].wall / costs["bare fetch, one a command"].wall, "", 3,
    )  # fmt: skip


def overlap(bench: Bench, size: int, bare_judging: Judging) -> Iterator[Figure]:
    """On a slow line: how much of the fetching is hidden behind the judging."""
    mailbox = bench.box(letters(size, datetime.now(UTC)))
    with FaultProxy(bench.server.port, Faults(chunk=16_384, delay=0.02)) as slow:
        fetch = cost_of(bare("bare_fetch.py", mailbox, "500", port=slow.port)).wall
        whole = cost_of(sweep(bench.config(mailbox, port=slow.port))).wall
    judged = bare_judging.seconds(size)
    yield Figure("on a line of 0.8 MB/s: sweep : the slower of the two", whole / max(fetch, judged), "", 1.5)
    yield Figure("on a line of 0.8 MB/s: sweep : both one after the other", whole / (fetch + judged))


def empty_sweeps(bench: Bench, costs: dict[str, Cost], rounds: int) -> Iterator[Figure]:
    """Nothing new, against a script that looks in and leaves."""
    mailbox = bench.box()
    settled = bench.config(mailbox)
    cost_of(sweep(settled))
    costs |= compare(
        {"bare visit": lambda: bare("bare_visit.py", mailbox), "empty sweep": lambda: sweep(settled)}, rounds
    )
    yield Figure("empty sweep : bare visit", costs["empty sweep"].wall / costs["bare visit"].wall, "", 2.5)
    with FaultProxy(bench.server.port, Faults(delay=NEAR_S)) as proxy:
        far = bench.config(mailbox, port=proxy.port)
        cost_of(sweep(far))
        pair = compare(
            {
                "visit": lambda: bare("bare_visit.py", mailbox, port=proxy.port),
                "sweep": lambda: sweep(far),
            },
            max(3, rounds // 3),
        )
    yield Figure("the same, 20 ms away", pair["sweep"].wall / pair["visit"].wall, "", 2.5)


def sizes(bench: Bench, rounds: int) -> Iterator[Figure]:
    """An empty sweep of a small mailbox against a large one, also without the server's own part."""
    commands: dict[str, Callable[[], Sequence[str]]] = {}
    for size in (SMALL_BOX, LARGE_BOX):
        mailbox = bench.crowded_box(size)
        config = bench.config(mailbox)
        cost_of(sweep(config))
        commands |= {f"visit {size}": partial(bare, "bare_visit.py", mailbox)}
        commands |= {f"sweep {size}": partial(sweep, config)}
    costs = list(compare(commands, rounds).values())
    visit_small, small, visit_large, large = (cost.wall for cost in costs)
    name = f"empty sweep, {LARGE_BOX:,} messages : {SMALL_BOX:,} messages"
    yield Figure(name, large / small, "", 1.2)
    yield Figure(f"{name}, beyond a bare visit", (large - visit_large) / (small - visit_small), "", 1.2)
    yield Figure(f"{name}, seconds of processor", costs[3].cpu / costs[1].cpu, "", 1.2)
    yield Figure(f"bare visit, {LARGE_BOX:,} messages : {SMALL_BOX:,} messages", visit_large / visit_small)


def attachments(bench: Bench) -> Iterator[Figure]:
    """What a mailbox of large attachments costs on the wire."""
    raw = [with_attachment(BIG, number=number) for number in range(3)]
    mailbox = bench.box((datetime.now(UTC), one) for one in raw)
    with FaultProxy(bench.server.port) as proxy:
        cost_of(sweep(bench.config(mailbox, port=proxy.port)))
        passed = proxy.traffic.to_client + proxy.traffic.to_server
    share = passed / sum(map(len, raw))
    yield Figure("bytes on the wire of a mailbox of 20 MB attachments", 100 * share, "%", 2)


def ten_accounts(bench: Bench) -> Iterator[Figure]:
    """Ten accounts with nothing new, 100 ms away."""
    mailboxes = [bench.box() for _ in range(10)]
    with FaultProxy(bench.server.port, Faults(delay=FAR_S)) as proxy:
        config = bench.config(*mailboxes, port=proxy.port)
        cost_of(sweep(config))
        pair = compare({"beside": lambda: sweep(config), "in turn": lambda: altered("in_turn", config)}, 2)
    yield Figure(
        "ten accounts side by side : one after another, 100 ms away",
        pair["beside"].wall / pair["in turn"].wall, "", 1 / 3,
    )  # fmt: skip


def idle_daemon(config: Path) -> Iterator[Figure]:
    """Memory and wake-ups of a daemon that waits; Linux tells both."""
    command = [sys.executable, "-m", "triage", "daemon", "--json", "--config", str(config)]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(DAEMON_IS_UP_S)
        before = _switches(process.pid)
        time.sleep(IDLE_S)
        woken = _switches(process.pid) - before
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    yield Figure("idle daemon: wake-ups in 20 seconds, its timer's included", woken, "", 2)
    yield Figure("idle daemon: memory", pages * 4096 / 1_000_000, "MB", 120)


def _switches(pid: int) -> int:
    """How often the threads of a process have gone to sleep by themselves."""
    texts = [(task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("voluntary")]
    return sum(int(line.split()[1]) for line in lines)
