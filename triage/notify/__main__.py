"""The process that tells: deliveries come as JSON on stdin, what becomes of each push goes out line by line.

The names it asks for and the addresses it connects to go out too, so that `doctor --prove` sees them.
It lives for seconds and is ended from outside when it hangs. Every address comes by stdin, so that no list of
processes shows one; what it prints holds none either.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from triage.containment import contained
from triage.errors import ConfigError
from triage.notify import desktop
from triage.notify.delivery import NETWORK
from triage.notify.gate import close_gate
from triage.notify.push import READ_S, push, pusher

T = TypeVar("T")

REJECTED = "the service could not be reached, or did not take it"
NO_ANSWER = "the service gave no answer"
BROKEN = "apprise failed by a fault of its own ({})"
CHECK = -1
"""The place of what is said about an address as a whole."""


class Reporter:
    """Writes what becomes of each push; a thread works at one at a time."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._at = threading.local()
        self._seen: set[tuple[str, str, int]] = set()

    @property
    def last_why(self) -> str:
        """What this thread said last of why something failed."""
        return str(self._at.why)

    def begin(self, delivery: int, number: int) -> None:
        """This thread works at this push now."""
        self._at.place, self._at.sent = (delivery, number), None

    def note_sent(self) -> None:
        """Bytes are on their way: whether it arrives can't be known any more until the answer comes."""
        if getattr(self._at, "place", None) is not None and self._at.sent is None:
            self._at.sent = time.monotonic()
            self.say("sent")

    @property
    def has_waited(self) -> bool:
        """Whether the answer to what was sent has been waited for in vain."""
        sent: float | None = self._at.sent
        return sent is not None and time.monotonic() - sent >= READ_S

    def say(self, state: str, why: str = "") -> None:
        """One line about the push that this thread works at."""
        (delivery, number), self._at.why = self._at.place, why
        self._print({"delivery": delivery, "push": number, "state": state, "why": why})

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an audit event: bytes on their way, a name asked for, a connection; each is told once."""
        if event == "http.client.send":
            self.note_sent()
        elif event in NETWORK:
            place = arguments[1] if event == "socket.connect" else arguments[:2]
            if isinstance(place, tuple):  # else a socket of this machine
                self._meet(event, str(place[0]), place[1] if isinstance(place[1], int) else 0)

    def _meet(self, event: str, host: str, port: int) -> None:
        if (event, host, port) not in self._seen:
            self._seen.add((event, host, port))
            self._print({"network": [event, host, port]})

    def _print(self, said: dict[str, Any]) -> None:
        line = json.dumps(said)
        with self._lock:
            self._write(line + "\n")


def main() -> None:
    """Tell all that stdin asks for, each delivery in a thread of its own, and end in any case."""
    close_gate()
    answers = os.dup(1)
    os.dup2(2, 1)  # what a plugin may print is no answer
    reporter = Reporter(lambda line: os.write(answers, line.encode()))
    sys.addaudithook(reporter.hear)
    order = json.load(sys.stdin)
    threads = [
        threading.Thread(target=deliver, args=(number, delivery, reporter), daemon=True)
        for number, delivery in enumerate(order["deliveries"])
    ]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + float(order["seconds"])
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    os._exit(0)  # a plugin that hangs keeps no process alive


def deliver(number: int, delivery: dict[str, Any], reporter: Reporter) -> None:
    """All pushes of one delivery, in order; one without pushes is only checked."""
    reporter.begin(number, CHECK)
    tell = _guarded(lambda: _teller(delivery["address"]), reporter)
    if tell is not None:
        reporter.say("ready")
    for at, said in enumerate(delivery["pushes"]):
        reporter.begin(number, at)
        if tell is None:
            reporter.say("failed", reporter.last_why)
        else:
            _guarded(lambda: _one(tell, said, reporter), reporter)  # noqa: B023


def _teller(address: str | None) -> Callable[[str, str], bool]:
    """How one is told: by push to the address, or on the desktop where there is none."""
    if address is not None:
        made = pusher(address)
        return lambda title, body: push(made, title, body)
    desktop.check()
    return _shown


def _shown(title: str, body: str) -> bool:
    desktop.show(title, body)
    return True


def _one(tell: Callable[[str, str], bool], said: dict[str, str], reporter: Reporter) -> None:
    if tell(said["title"], said["body"]):
        reporter.say("told")
    elif reporter.has_waited:
        reporter.say("unsure", NO_ANSWER)
    else:
        reporter.say("failed", REJECTED)


def _guarded(work: Callable[[], T], reporter: Reporter) -> T | None:
    """What was refused, and whatever a plugin raises, is said and ends this push alone."""
    try:
        return contained(work, lambda reason: reporter.say("failed", BROKEN.format(reason)), "alarms")
    except ConfigError as error:
        reporter.say("failed", str(error))
        return None


if __name__ == "__main__":
    main()
