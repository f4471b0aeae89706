"""Memory over many passes: ``python -m tests.daemon.many_passes 10000`` runs them on a real Dovecot."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.daemon.house import settings
from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from triage.daemon.passes import Passes
from triage.order import Order


def resident_mb() -> float:
    """What of this process lies in memory, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


def memory_over(passes: int, mailbox: Mailbox, folder: Path, steps: int = 10) -> Iterator[tuple[int, float]]:
    """Run empty passes; resident memory after each of ``steps`` shares of them."""
    config = settings(mailbox, folder)
    runner = Passes(config, Order(secret=mailbox.secret), lambda: False)
    for number in range(1, passes + 1):
        summary = runner.run(config.accounts[0], False, timedelta(minutes=5), lambda: 0.0)
        assert summary.error is None, summary.error
        if number % max(1, passes // steps) == 0:
            gc.collect()
            yield number, resident_mb()


def main() -> None:
    """Print memory as it goes."""
    with Dovecot() as server, tempfile.TemporaryDirectory() as folder:
        mailbox = on_dovecot(server, server.user("alice"))
        for number, memory in memory_over(int(sys.argv[1]), mailbox, Path(folder)):
            print(f"{number:>6} passes: {memory:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
