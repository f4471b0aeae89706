"""A program at a pseudo-terminal: what stands on its screen, and keys for it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
# A busy machine starts Python slowly.
PATIENCE_S = 60.0


class Terminal:
    """``triage`` with these arguments, at a terminal of 40 lines of 160 characters."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        import fcntl
        import struct
        import termios

        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
        environ = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
        environ |= {"TERM": "xterm-256color", **(environment or {})}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "triage", *arguments],
            cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.screen = ""
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        os.close(self._ours)

    def until(self, words: str) -> str:
        """Wait for words that were not waited for before; what was shown up to them since the last ones."""
        end = time.monotonic() + PATIENCE_S
        while (place := self.screen.find(words, self._seen)) < 0:
            if time.monotonic() > end or not self._more(1.0):
                raise AssertionError(f"{words!r} never came: {self.screen[-3000:]}")
        shown, self._seen = self.screen[self._seen : place], place + len(words)
        return shown

    def press(self, keys: str) -> None:
        """Press keys; the program has had time to wait for them."""
        time.sleep(0.2)
        os.write(self._ours, keys.encode())

    def interrupt(self) -> None:
        """What Ctrl-C sends to the program that has the terminal."""
        self.process.send_signal(signal.SIGINT)

    def ended(self) -> tuple[int, str]:
        """Wait for the end; the exit status and what was shown since the last words."""
        end = time.monotonic() + PATIENCE_S
        while self._more(0.2) and time.monotonic() < end:
            pass
        return self.process.wait(PATIENCE_S), self.screen[self._seen :]

    def _more(self, wait: float) -> bool:
        """Read what there is; False once the program has closed its side."""
        if not select.select([self._ours], [], [], wait)[0]:
            return self.process.poll() is None
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # Linux says so when the other side is closed
            return False
        self.screen += read.decode("utf-8", "replace")
        return bool(read)
