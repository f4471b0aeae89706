"""``make bench``: the sweep against bare scripts on a real server, written to docs/performance.md."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median

from imapclient import IMAPClient

from tests.bench.letters import letters
from tests.bench.measure import ROOT, Cost, compare
from tests.bench.report import report
from tests.rig.dovecot import Dovecot

MESSAGES = 2000
HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "performance.md"
# Where the tests keep the trained classifier too; training is no part of the figures.
MODEL = ROOT / ".pytest_cache" / "d" / "model"
ROUNDS_EMPTY, ROUNDS_FULL = 15, 3


@dataclass
class Bench:
    """One server with the mail on it, and commands that sweep it from a fresh or a settled state."""

    host: str
    port: int
    user: str
    password: str
    folder: Path

    def bare(self, script: str, *arguments: str) -> list[str]:
        """A bare script against the same mailbox."""
        told = (self.host, str(self.port), self.user, self.password, *arguments)
        return [sys.executable, str(HERE / script), *told]

    def config(self, state: Path) -> Path:
        """A configuration whose ledger lies in ``state``; the classifier's cache is shared."""
        state.mkdir(parents=True, exist_ok=True)
        path = state / "config.toml"
        path.write_text(
            f"""
            [freelancer]
            name = "Mara Lindqvist"
            [[accounts]]
            name = "bench"
            address = "mara@lindqvist.example"
            username = "{self.user}"
            host = "{self.host}"
            port = {self.port}
            security = "plaintext"
            password_command = "echo {self.password}"
            [storage]
            state_folder = "{state}"
            cache_folder = "{MODEL}"
            """,
            encoding="utf-8",
        )
        return path

    def sweep(self, state: Path) -> list[str]:
        """The real command."""
        return [sys.executable, "-m", "triage", "sweep", "--json", "--config", str(self.config(state))]

    def unjudged(self, state: Path) -> list[str]:
        """The same without classification."""
        return [sys.executable, "-m", "tests.bench.unjudged", str(self.config(state))]


@contextmanager
def furnished() -> Iterator[Bench]:
    """A Dovecot with the messages delivered."""
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder, Dovecot() as server:
        user = server.user()
        bench = Bench(server.host, server.port, user.name, user.password, Path(folder))
        with IMAPClient(bench.host, bench.port, ssl=False) as client:
            client.login(bench.user, bench.password)
            for arrival, raw in letters(MESSAGES, datetime.now(UTC)):
                client.append("INBOX", raw, (), arrival)
        yield bench


def judged_per_second(cache: Path) -> tuple[float, float]:
    """Messages classified per second by the loaded classifier, and the seconds that loading takes."""
    from classifiers.judge import load_or_train
    from triage.mail.new_text import message_new_text
    from triage.mail.parse import parse

    messages = [parse(raw) for _, raw in letters(MESSAGES // 4, datetime.now(UTC))]
    items = [(message.subject, message_new_text(message)) for message in messages]
    started = time.perf_counter()
    classifier = load_or_train(cache)
    loading = time.perf_counter() - started
    rates = []
    for _ in range(3):
        started = time.perf_counter()
        classifier.judge_many(items)
        rates.append(len(items) / (time.perf_counter() - started))
    return median(rates), loading


def measure(bench: Bench) -> dict[str, Cost]:
    """Every process of the table, interleaved within its group."""
    fresh = (bench.folder / f"fresh-{number}" for number in count())
    settled = bench.folder / "settled"
    # The first sweep settles the mail and trains the classifier where needed: no part of the figures.
    compare({"settling": lambda: bench.sweep(settled)}, 1)
    empty = compare(
        {
            "bare visit": lambda: bench.bare("bare_visit.py"),
            "empty sweep": lambda: bench.sweep(settled),
        },
        ROUNDS_EMPTY,
    )
    full = compare(
        {
            "bare fetch, one a command": lambda: bench.bare("bare_fetch.py", "1"),
            "bare fetch, 500 a command": lambda: bench.bare("bare_fetch.py", "500"),
            "sweep without classification": lambda: bench.unjudged(next(fresh)),
            "sweep": lambda: bench.sweep(next(fresh)),
        },
        ROUNDS_FULL,
    )
    return empty | full


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


def main(arguments: Sequence[str]) -> None:
    """Measure, write the page, print it."""
    with furnished() as bench:
        costs = measure(bench)
        rate, loading = judged_per_second(MODEL)
    page = report(costs, MESSAGES, rate, loading, machine())
    if "--dry-run" not in arguments:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main(sys.argv[1:])
