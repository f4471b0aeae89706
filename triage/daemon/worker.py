"""The daemon's side of the process that judges: started on demand, ended when it has been idle."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from queue import SimpleQueue
from typing import IO, Any

from triage.config import Config
from triage.daemon.worker_process import config_record
from triage.errors import ExitCode
from triage.order import Summary

logger = logging.getLogger(__name__)

_END_S = 20.0
_GONE = "the process that judges mail has ended in the middle of a pass (out of memory?): it is tried again."


class Worker:
    """Runs passes in a process of their own; used from several threads, one pass an account at a time."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._waiting: dict[str, SimpleQueue[Summary]] = {}

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def is_busy(self) -> bool:
        """Whether passes are running in it."""
        return bool(self._waiting)

    def run(self, account: str, next_in: timedelta) -> Summary:
        """One pass, the next in so long; what became of it also where the process dies meanwhile."""
        answer: SimpleQueue[Summary] = SimpleQueue()
        with self._lock:
            self._waiting[account] = answer
            if not self._ask({"account": account, "next_in": next_in.total_seconds()}):
                self._fail_all()
        return answer.get()

    def end(self) -> None:
        """End the process: passes in it stop at their next message and are told as stopped."""
        with self._lock:
            process, reader, self._process = self._process, self._reader, None
        if process is None:
            return
        _close(process)
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if reader is not None:
            reader.join(_END_S)

    def _ask(self, request: dict[str, Any]) -> bool:
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._started()
        return process is not None and _write(process, request)

    def _started(self) -> subprocess.Popen[str] | None:
        command = [sys.executable, "-m", "triage.daemon.worker_process"]
        # it answers no watchdog, and the daemon's status is not its own to tell
        environ = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=environ,
            )
        except OSError as error:
            logger.error("the process that judges mail can't be started: %s", error.strerror)
            return None
        level = logging.getLogger("triage").getEffectiveLevel()
        _write(process, config_record(self._config) | {"level": level})
        self._reader = threading.Thread(target=self._read, args=(process,), name="worker", daemon=True)
        self._reader.start()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        """Hand out what the process says, until its end."""
        assert process.stdout is not None
        with process.stdout as lines:
            self._hand_out(lines)
        _close(process)
        process.wait()
        with self._lock:
            if self._process is process or self._process is None:
                self._process = None
                self._fail_all()

    def _hand_out(self, lines: IO[str]) -> None:
        for line in lines:
            record = json.loads(line)
            if "log" in record:
                name, level, message = record["log"]
                logging.getLogger(name).log(level, "%s", message)
                continue
            summary = _summary(record["summary"])
            with self._lock:
                answer = self._waiting.pop(summary.account, None)
            if answer is not None:
                answer.put(summary)

    def _fail_all(self) -> None:
        for account, answer in self._waiting.items():
            answer.put(Summary(account, error=_GONE, exit_code=ExitCode.SOME_FAILED))
        self._waiting.clear()


def _summary(record: dict[str, Any]) -> Summary:
    return Summary(**(record | {"exit_code": ExitCode(record["exit_code"])}))


def _close(process: subprocess.Popen[str]) -> None:
    """The end of its input is its end; what it has not read any more is lost with it."""
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()


def _write(process: subprocess.Popen[str], record: dict[str, Any]) -> bool:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(record) + "\n")
        process.stdin.flush()
    except OSError:
        return False
    return True
