"""Several pieces of work side by side, a few at a time, their results in the order of the work."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

T = TypeVar("T")
_Done: TypeAlias = "queue.SimpleQueue[tuple[int, T | None]]"
_Waiting: TypeAlias = "queue.SimpleQueue[tuple[int, Callable[[], T]]]"

# On Windows a wait without an end hears no Ctrl-C.
_BEAT_S = 0.5


def side_by_side(work: Sequence[Callable[[], T]], most: int) -> Iterator[T | None]:
    """The result of each, in order, as soon as it and all before it are there; None for one that raised.

    At most ``most`` run at once, and are begun in order; a single one runs in the calling thread. The threads
    are daemons: who is interrupted while waiting doesn't wait for them.
    """
    if len(work) == 1:
        yield work[0]()
        return
    done: _Done[T] = queue.SimpleQueue()
    waiting: _Waiting[T] = queue.SimpleQueue()
    for numbered in enumerate(work):
        waiting.put(numbered)
    for _ in range(min(most, len(work))):
        _start(waiting, done)
    early: dict[int, T | None] = {}
    for number in range(len(work)):
        while number not in early:
            early |= _arrived(done)
        yield early.pop(number)


def _arrived(done: _Done[T]) -> dict[int, T | None]:
    try:
        return dict([done.get(timeout=_BEAT_S)])
    except queue.Empty:
        return {}


def _start(waiting: _Waiting[T], done: _Done[T]) -> None:
    threading.Thread(target=_carry_out, args=(waiting, done), name="beside", daemon=True).start()


def _carry_out(waiting: _Waiting[T], done: _Done[T]) -> None:
    """One piece after the other, until none is left; what raises is shown as any thread's error is."""
    result: T | None = None
    try:
        number, one = waiting.get_nowait()
    except queue.Empty:
        return
    try:
        result = one()
    finally:
        done.put((number, result))
        _start(waiting, done)
