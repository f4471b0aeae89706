"""Fetching goes ahead of judging: while a batch is judged, the next one is on its way."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType

from triage.imap.inbox import MOST_BYTES, MOST_UIDS, Fetched


@dataclass
class _Queue:
    """What has been fetched and not yet taken; ``error`` is how the fetching ended, None at the end of mail.

    It holds ``most_bytes`` and ``most`` messages, and one message however large.
    """

    most_bytes: int
    most: int
    waiting: deque[Fetched] = field(default_factory=deque)
    weight: int = 0
    is_over: bool = False
    is_unwanted: bool = False
    error: BaseException | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)

    def put(self, fetched: Fetched) -> bool:
        """Wait for room and add a message; False where nobody wants more."""
        with self.changed:
            self.changed.wait_for(lambda: self.is_unwanted or self._has_room(fetched))
            if not self.is_unwanted:
                self.waiting.append(fetched)
                self.weight += len(fetched.raw)
                self.changed.notify_all()
            return not self.is_unwanted

    def _has_room(self, fetched: Fetched) -> bool:
        fits = self.weight + len(fetched.raw) <= self.most_bytes and len(self.waiting) < self.most
        return fits or not self.waiting

    def take(self) -> Fetched | None:
        """Wait for the next message; None at the end, and the error where there is one."""
        with self.changed:
            self.changed.wait_for(lambda: self.waiting or self.is_over)
            if self.waiting:
                fetched = self.waiting.popleft()
                self.weight -= len(fetched.raw)
                self.changed.notify_all()
                return fetched
        if self.error is not None:
            raise self.error
        return None

    def __enter__(self) -> None:
        """Begin to fetch."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Nothing more will come; an error is kept for the thread that takes the messages."""
        with self.changed:
            self.is_over, self.error = True, error
            self.changed.notify_all()
        return True

    def unwant(self) -> None:
        """Nothing more will be taken."""
        with self.changed:
            self.is_unwanted = True
            self.changed.notify_all()


@contextmanager
def fetched_ahead(
    messages: Iterable[Fetched], *, most_bytes: int = MOST_BYTES, most: int = MOST_UIDS
) -> Generator[Iterable[Fetched], None, None]:
    """The same messages in the same order, fetched by a thread of their own while earlier ones are used.

    Until the block is left the connection belongs to that thread, which has ended then. What it raises is
    raised where the message would have come. ``most_bytes`` and ``most`` bound what waits to be used.
    """
    queue = _Queue(most_bytes, most)
    thread = threading.Thread(target=_fill, args=(queue, messages), name="fetch", daemon=True)
    thread.start()
    try:
        yield _drain(queue)
    finally:
        queue.unwant()
        thread.join()


def _fill(queue: _Queue, messages: Iterable[Fetched]) -> None:
    with queue:
        for fetched in messages:
            if not queue.put(fetched):
                return


def _drain(queue: _Queue) -> Iterator[Fetched]:
    while (fetched := queue.take()) is not None:
        yield fetched
