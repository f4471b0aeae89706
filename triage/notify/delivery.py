"""Alarms delivered by a process of its own, within seconds: it can be ended, a thread can't."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from triage.alarms.words import Push

SECONDS = 12.0
"""All deliveries together; a service that answers takes one."""
_LAST_WORDS_S = 2.0
NETWORK = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.connect"})
"""The audit events of that process that are repeated in this one, as ``HEARD`` with event, host and port."""
HEARD = "triage.notify"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Pushes to one address, in order, or on the desktop where ``address`` is None; no pushes: a check."""

    address: str | None
    pushes: tuple[Push, ...] = ()

    def __repr__(self) -> str:
        """Nothing of the address, which is a secret."""
        return f"Delivery({'desktop' if self.address is None else 'push'}, {len(self.pushes)} pushes)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a push was told; ``why`` not, in one sentence without a secret.

    One whose answer never came counts as told: it may have arrived, and nothing is told twice.
    """

    is_told: bool
    why: str = ""


class Notifier(Protocol):
    """Whatever delivers."""

    def __call__(self, deliveries: Sequence[Delivery]) -> list[list[Outcome]]:
        """What became of each push of each delivery; of one without pushes, one outcome. Never raises."""
        ...


def deliver(deliveries: Sequence[Delivery], seconds: float = SECONDS) -> list[list[Outcome]]:
    """Tell them all in a process that ends within these seconds, whatever the services do."""
    if not deliveries:
        return []
    order = {
        "seconds": seconds,
        "deliveries": [
            {
                "address": delivery.address,
                "pushes": [{"title": one.title, "body": one.body} for one in delivery.pushes],
            }
            for delivery in deliveries
        ],
    }
    lines = _said(json.dumps(order).encode(), seconds)
    found = {(line["delivery"], line["push"]): _outcome(line["state"], line["why"]) for line in lines}
    return [_of(number, delivery, found) for number, delivery in enumerate(deliveries)]


def _of(number: int, delivery: Delivery, found: dict[tuple[int, int], Outcome]) -> list[Outcome]:
    slow = Outcome(False, "it could not be told in time")
    places = range(len(delivery.pushes)) if delivery.pushes else (-1,)
    return [found.get((number, place), slow) for place in places]


def _outcome(state: str, why: str) -> Outcome:
    """What one line of the process says; the last one about a push counts."""
    if state == "failed":
        return Outcome(False, why)
    return Outcome(True, why or ("whether it arrived is not known" if state == "sent" else ""))


def _said(order: bytes, seconds: float) -> Iterator[Any]:
    """The lines that the process prints; one that hangs is ended."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "triage.notify"],
            cwd=Path(__file__).parents[2],  # where the package lies, installed or not
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return
    with process:
        try:
            output, _ = process.communicate(order, timeout=seconds + _LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
    for line in map(json.loads, output.splitlines()):
        if "network" in line:
            sys.audit(HEARD, *line["network"])
        else:
            yield line
