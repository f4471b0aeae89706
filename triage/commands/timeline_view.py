"""A timeline as a person sees it, and as JSON Lines."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.clients.money import Money
from triage.clients.timeline import Event, EventKind, Totals, severity_by_week
from triage.errors import ConfigError
from triage.evidence import COLOURS
from triage.evidence_index import one_line

# Columns where the output goes to a file or another program.
WIDE = 120
BARS = "▁▃▅█"
_WEB_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_MARKS: Mapping[EventKind, tuple[str, str]] = {
    "message": ("→", ""),
    "incident": ("⚑", "red"),
    "draft": ("✎", "dim"),
    "reply": ("←", "green"),
    "unanswered": ("!", "yellow"),
    "invoice": ("▤", "cyan"),
    "due": ("!", "yellow"),
    "payment": ("✓", "green"),
    "step": ("▲", "magenta"),
    "review": ("∴", "cyan"),
}


def event_record(client: str, event: Event) -> dict[str, object]:
    """One JSON line an event; ``took_s`` is the time from the message to this reply."""
    return {
        "client": client,
        "at": event.at.date().isoformat() if event.is_day else event.at.isoformat(),
        "kind": event.kind,
        "what": event.what,
        "id": event.letter,
        "message_id": event.message_id or None,
        "labels": list(event.labels),
        "severity": event.severity,
        "state": event.state or None,
        "invoice": event.invoice or None,
        "amount": money_text(event.money) if event.money else None,
        "took_s": int(event.took.total_seconds()) if event.took is not None else None,
        "late": event.is_late,
    }


def totals_record(client: str, totals: Totals) -> dict[str, object]:
    """The last JSON line: what it adds up to."""
    return {
        "client": client,
        "messages": totals.messages,
        "incidents": dict(totals.incidents),
        "awaited": totals.awaited,
        "replies": totals.replies,
        "in_time": totals.in_time,
        "median_reply_s": int(totals.median.total_seconds()) if totals.median is not None else None,
        "owed": [money_text(money) for money in totals.owed],
        "late": [money_text(money) for money in totals.late_money],
    }


def print_timeline(
    client: str, events: Sequence[Event], totals: Totals, now: datetime, *, svg: Path | None
) -> None:
    """The events in order, severity over the weeks, and what it adds up to; ``now`` in local time."""
    width = None if sys.stdout.isatty() else WIDE
    console = Console(width=width, highlight=False, record=svg is not None)
    console.print(Text(client, style="bold"))
    if not events:
        console.print(Text("Nothing is known of this client yet."))
    else:
        console.print(_table(events, now))
    for line in _summary(events, totals, now):
        console.print(Text(line))
    if svg is not None:
        _save(console, svg, client)


def money_text(money: Money) -> str:
    """An amount as the client file writes it."""
    return f"{money.amount:.2f} {money.currency}"


def time_text(took: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = int(took.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def notes_of(event: Event) -> str:
    """What stands beside an event: labels, severity, amount, time taken."""
    notes = [label.replace("_", " ") for label in event.labels]
    if event.severity:
        notes.append(f"severity {event.severity}")
    if event.money is not None:
        notes.append(money_text(event.money))
    if event.took is not None:
        notes.append(f"after {time_text(event.took)}{', late' if event.is_late else ''}")
    if event.state.startswith("left alone"):
        notes.append(event.state)
    return ", ".join(notes)


def _table(events: Sequence[Event], now: datetime) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    day = ""
    for event in events:
        local = event.at.astimezone(now.tzinfo)
        own = f"{local:%Y-%m-%d}"
        mark, style = _MARKS[event.kind]
        style = COLOURS.get(event.labels[0], style) if event.labels else style
        clock = "" if event.is_day else f"{local:%H:%M}"
        number = (
            f"#{event.letter}" if event.letter is not None and event.kind in ("message", "incident") else ""
        )
        # Text, not str: a subject in brackets is no markup.
        cells = (own if own != day else "", clock, mark, one_line(event.what), number, notes_of(event))
        table.add_row(*(Text(cell, style=style) for cell in cells))
        day = own
    return table


def _summary(events: Sequence[Event], totals: Totals, now: datetime) -> Iterator[str]:
    weeks = severity_by_week(events, now)
    if weeks:
        yield ""
        bars = "".join(BARS[severity] for _, severity in weeks)
        yield f"severity  {bars}  week by week since {weeks[0][0]}"
    flagged = ", ".join(f"{count} {label.replace('_', ' ')}" for label, count in totals.incidents.items())
    yield f"messages  {totals.messages}{f' ({flagged})' if flagged else ''}"
    if totals.awaited:
        middle = f", half of them within {time_text(totals.median)}" if totals.median is not None else ""
        yield f"answered  {totals.replies} of {totals.awaited}, {totals.in_time} in time{middle}"
    if totals.owed:
        late = ", ".join(map(money_text, totals.late_money))
        yield f"owed      {', '.join(map(money_text, totals.owed))}{f', late: {late}' if late else ''}"


def _save(console: Console, path: Path, client: str) -> None:
    """Write the view as a picture; no font is loaded from anywhere."""
    from triage.files import write_private

    try:
        drawn = console.export_svg(title=f"timeline {client}", unique_id="timeline")
        write_private(path, _WEB_FONT.sub("", drawn))
    except OSError as error:
        raise ConfigError(f"--svg: the picture can't be written ({error.strerror}).") from None
