"""When the daemon tells what is due: after passes, and when something falls due between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage.alarms_due import between_passes
from triage.config import Config
from triage.order import Order

#: Passes that are under way may find more to tell, and all of it is one summary; a deadline waits no longer.
PATIENCE = timedelta(minutes=2)
#: What was due and could not be told is not looked at again at once.
PAUSE = timedelta(seconds=30)
#: The loop comes by more often than this.
GAP = timedelta(minutes=1)
#: A thread that tells is done in this time, whatever the services do.
_END_S = 40.0


@dataclass
class AlarmClock:
    """Tells in a thread of its own, one at a time: no pass waits for a service. ``ring`` wakes the loop."""

    config: Config
    order: Order
    ring: Callable[[], None]
    next_at: datetime | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, now: datetime) -> None:
        """Look soon: a pass is over, and what it has found may be worth telling."""
        with self._lock:
            if self.config.alarms.is_on and (self.next_at is None or self.next_at > now):
                self.next_at = now

    def look(self, now: datetime, *, is_idle: bool) -> None:
        """Tell if it is time; while passes are under way it waits for them, for a while."""
        with self._lock:
            due = self.next_at is not None and self.next_at <= now - (timedelta(0) if is_idle else PATIENCE)
            if due and not self.is_telling:
                self.next_at = None
                self._thread = threading.Thread(target=self._tell, name="alarms", daemon=True)
                self._thread.start()

    @property
    def is_telling(self) -> bool:
        """Whether its thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    def join(self) -> None:
        """Wait for a thread that is telling; its pushes end by themselves."""
        if self._thread is not None:
            self._thread.join(_END_S)

    def _tell(self) -> None:
        following = between_passes(self.config, replace(self.order, next_pass_in=GAP))
        now = self.order.clock()
        if following is not None and following <= now:
            following = now + PAUSE
        with self._lock:
            moments = [moment for moment in (self.next_at, following) if moment is not None]
            self.next_at = min(moments, default=None)
        self.ring()
