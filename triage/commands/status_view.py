"""What ``triage status`` shows a person: a table whose colours are words too, once or again and again."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from triage.alarms.words import one_line
from triage.clock.working_time import WorkingTime
from triage.commands.common import stop_on_signals

Record = Mapping[str, object]
Urgency = Literal["missed", "soon", "today", "later", "trouble"]

# Columns where the output goes to a file or another program.
WIDE = 200
SOON = timedelta(hours=2)
EVERY_S, SLICE_S = 5.0, 0.2
# Lines around the table's rows on a screen.
_FRAME = 8
_LOOKS: Mapping[Urgency, tuple[str, str]] = {
    "missed": ("!! MISSED", "bold red"),
    "soon": ("! under 2 h", "yellow"),
    "today": ("today", "cyan"),
    "later": ("later", ""),
    "trouble": ("? not handled", "magenta"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """The present, by the clock on the user's wall."""

    now: datetime
    working: WorkingTime

    def urgency(self, due: datetime | None) -> Urgency:
        """How much time is left; without a deadline it is trouble."""
        if due is None:
            return "trouble"
        if self.now >= due:
            return "missed"
        if due - self.now < SOON:
            return "soon"
        return "today" if self.working.local(due).date() == self.working.local(self.now).date() else "later"

    def clock(self, due: datetime) -> str:
        """The deadline as a person reads it: the hour alone where it is today."""
        local = self.working.local(due)
        is_today = local.date() == self.working.local(self.now).date()
        return f"{local:%H:%M}" if is_today else f"{local:%a} {local:%Y-%m-%d %H:%M}"


def print_status(records: Sequence[Record], moment: Moment) -> None:
    """The table, once; a reader that is no terminal has no width to fit into."""
    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    console.print(table_of(records, moment))


def table_of(records: Sequence[Record], moment: Moment, most: int | None = None) -> RenderableType:
    """All of it, or the first ``most`` with a word about the rest."""
    if not records:
        return Text("Nothing awaits an answer.")
    table = Table()
    for name in ("id", "account", "client", "subject", "when", "due", "time", "flagged", "draft"):
        table.add_column(name, no_wrap=name in ("id", "when", "time"))
    shown = records if most is None else records[:most]
    for record in shown:
        cells, style = _cells(record, moment)
        table.add_row(*map(Text, cells), style=style)  # Text, not str: a subject in brackets is no markup
    hidden = len(records) - len(shown)
    return Group(table, Text(f"… and {hidden:,} more")) if hidden else table


def _cells(record: Record, moment: Moment) -> tuple[list[str], str]:
    due = datetime.fromisoformat(str(record["due"])) if record["due"] else None
    word, style = _LOOKS[moment.urgency(due)]
    labels = record["labels"]
    cells = [
        str(record["id"]),
        str(record["account"]),
        one_line(str(record["client"])),
        one_line(str(record["subject"])),
        word,
        moment.clock(due) if due else one_line(str(record["reason"])),
        time_left(due, moment.now) if due else "",
        ", ".join(labels) if isinstance(labels, list) else "",
        str(record["draft_state"]),
    ]
    return cells, style


def time_left(due: datetime, now: datetime) -> str:
    """How long still, or how late."""
    hours, minutes = divmod(abs(int((due - now).total_seconds())) // 60, 60)
    return f"{hours} h {minutes:02} min {'left' if due > now else 'late'}"


def watch(look: Callable[[], tuple[Sequence[Record], Moment]], seconds: float = EVERY_S) -> None:
    """Show it on a screen of its own, anew every few seconds, until Ctrl-C; then all is as before."""
    console = Console(highlight=False)
    with (
        stop_on_signals() as is_stopped,
        Live(console=console, screen=True, auto_refresh=False, transient=True) as live,
    ):
        while not is_stopped():
            records, moment = look()
            most = max(1, console.size.height - _FRAME)
            local = moment.working.local(moment.now)
            head = Text(f"{local:%H:%M:%S}  what awaits an answer  (Ctrl-C ends)", style="bold")
            live.update(Group(head, table_of(records, moment, most)), refresh=True)
            _wait(seconds, is_stopped)


def _wait(seconds: float, is_stopped: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not is_stopped() and (left := end - time.monotonic()) > 0:
        time.sleep(min(SLICE_S, left))


class Unchanged:
    """Tells whether a ledger's file or its log was written to since the last time it was asked."""

    def __init__(self, path: Path) -> None:
        self._paths = (path, path.with_name(f"{path.name}-wal"))
        self._seen: tuple[tuple[int, int], ...] | None = None

    def __call__(self) -> bool:
        seen = tuple(_stamp(path) for path in self._paths)
        is_same, self._seen = seen == self._seen, seen
        return is_same


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
