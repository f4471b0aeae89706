"""The process that judges: started when there is mail to judge, gone when there is none.

What the classifier's libraries hold is given back to the system only by the end of their process. This one
runs whole passes, each in a thread, as JSON lines on standard input ask for them; it answers with JSON lines
on standard output. The end of its input is its end.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from triage.config import Config
from triage.config.loading import check_config
from triage.containment import contained
from triage.order import Order, Summary, shared_judge
from triage.sweep import sweep

Say = Callable[[dict[str, Any]], None]


def config_record(config: Config) -> dict[str, Any]:
    """The configuration as the daemon has it, whatever its file says by now."""
    return {"config": config.model_dump(mode="json", exclude_unset=True), "path": str(config.paths.config)}


def config_of(record: dict[str, Any]) -> Config:
    """The same configuration again."""
    return check_config(record["config"], Path(record["path"]))


def summary_record(summary: Summary) -> dict[str, Any]:
    """A summary as JSON."""
    return asdict(summary)


class _Forwarded(logging.Handler):
    """Log records go to the daemon, which has the one log."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say({"log": [record.name, record.levelno, record.getMessage()]})


class _Worker:
    """Passes side by side, one classifier for all of them."""

    def __init__(self, config: Config, say: Say) -> None:
        self._config = config
        self._say = say
        self._stop = threading.Event()
        judge_of = shared_judge(config, stop=self._stop.is_set)
        clock = lambda: datetime.now(UTC)  # noqa: E731
        self._order = Order(clock=clock, stop=self._stop.is_set, judge_of=judge_of, tells_alarms=False)
        self._accounts = {account.name: account for account in config.accounts}

    def serve(self, requests: TextIO) -> None:
        """A thread for each request; when there are no more, all end at their next message."""
        threads: list[threading.Thread] = []
        for line in requests:
            thread = threading.Thread(target=self._answer, args=(json.loads(line),))
            thread.start()
            threads = [*(one for one in threads if one.is_alive()), thread]
        self._stop.set()
        for thread in threads:
            thread.join()

    def _answer(self, request: dict[str, Any]) -> None:
        name = request["account"]
        order = replace(self._order, next_pass_in=timedelta(seconds=request["next_in"]))
        failed = Summary(name)
        summary = contained(lambda: sweep(self._config, self._accounts[name], order), failed.break_off, name)
        self._say({"summary": summary_record(summary or failed)})


def _private_channel() -> TextIO:
    """Standard output for answers alone: what a library prints goes to stderr."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return channel


def main() -> None:
    """Serve until the input ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # they reach the whole group; the daemon alone answers them
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    channel, lock = _private_channel(), threading.Lock()

    def say(record: dict[str, Any]) -> None:
        with lock:
            channel.write(json.dumps(record) + "\n")

    first = json.loads(sys.stdin.readline())
    logging.basicConfig(handlers=[_Forwarded(say)], level=logging.WARNING)
    logging.getLogger("triage").setLevel(first["level"])
    logging.getLogger("imapclient").setLevel(logging.ERROR)
    _Worker(config_of(first), say).serve(sys.stdin)


if __name__ == "__main__":
    main()
