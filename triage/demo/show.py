"""What the demo shows: flags with their evidence, what was left alone, the drafts, a second sweep."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from triage.conclude import Conclusion
from triage.demo.letters import OWNER_NAME
from triage.demo.stage import Result
from triage.evidence import COLOURS, evidence_of, highlighted
from triage.mail.message import Message

SEVERITY = ("none", "mild", "clear", "severe")
PICTURE_WIDTH, PICTURED = 100, 2
# Rich's picture names a font to be fetched from the web; without it the viewer's own monospace is used.
_WEB_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")
Handled = tuple[Conclusion, datetime]


def show(console: Console, result: Result, now: datetime, limit: int | None = None) -> None:
    """Print all of it; ``limit`` keeps so many flagged messages and drafts, for a picture."""
    plain = console.color_system is None
    flagged = [item for item in result.conclusions if item[0].flagged]
    flagged.sort(key=lambda item: -_severity(item[0]))
    shown = flagged if limit is None else _telling(flagged, result)[:limit]
    _head(console, "Flagged, and why")
    for conclusion, received in shown:
        console.print(_flagged_panel(conclusion, _ago(now - received), plain=plain))
    _more(console, len(flagged) - len(shown), "flagged messages")
    _head(console, "Not flagged, and why")
    others = [conclusion for conclusion, _ in result.conclusions if not conclusion.flagged]
    console.print(_left_table(others, limit))
    _head(console, "The drafts, read back from the Drafts folder over a second connection")
    drafts = [draft for conclusion, _ in shown if (draft := result.draft_for(conclusion))]
    for draft in drafts:
        console.print(draft_panel(draft))
    _more(console, len(result.drafts) - len(drafts), "drafts")
    _head(console, "A second sweep")
    console.print(_closing(result))


def draw(result: Result, now: datetime, path: Path) -> None:
    """Write a picture of it (SVG), shortened; it loads nothing from elsewhere."""
    console = Console(record=True, file=StringIO(), width=PICTURE_WIDTH, force_terminal=True, highlight=False)
    show(console, result, now, limit=PICTURED)
    svg = console.export_svg(title="triage demo", unique_id="triage-demo")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_WEB_FONT.sub("", svg), encoding="utf-8")


def _head(console: Console, title: str) -> None:
    console.print()
    console.rule(Text(title, style="bold cyan"), align="left", style="cyan")


def _more(console: Console, count: int, what: str) -> None:
    if count > 0:
        console.print(Text(f"... and {count} more {what}", style="dim"))


def _telling(flagged: list[Handled], result: Result) -> list[Handled]:
    """Those with a draft first, and among them those that bring a label not seen yet."""
    seen: set[str] = set()
    ranked = []
    for item in flagged:
        labels = set(item[0].flagged)
        ranked.append((result.draft_for(item[0]) is None, labels <= seen, item))
        seen |= labels if not ranked[-1][0] else set()
    return [item for _, _, item in sorted(ranked, key=lambda rank: rank[:2])]


def _ago(age: timedelta) -> str:
    return f"{round(age.total_seconds() / 3600)} h ago"


def _severity(conclusion: Conclusion) -> int:
    return conclusion.judgement.severity if conclusion.judgement else 0


def sender_name(message: Message) -> str:
    """Who wrote it, as a reader calls them."""
    if message.sender is None:
        return "(no sender)"
    return message.sender.name or message.sender.email


def _flagged_panel(conclusion: Conclusion, ago: str, *, plain: bool) -> Panel:
    message, evidence = conclusion.reading.message, evidence_of(conclusion)
    words = highlighted(conclusion.reading.new_text.strip(), evidence, plain=plain)
    parts: list[RenderableType] = [_verdicts(conclusion), "", words]
    if conclusion.decision.action != "draft":
        parts += ["", Text(conclusion.decision.reason, style="italic")]
    title = highlighted(message.subject, evidence, plain=plain)
    title.stylize("bold")
    subtitle = Text(f"{sender_name(message)}, {ago}", style="dim")
    return Panel(Group(*parts), title=title, subtitle=subtitle, title_align="left", subtitle_align="right")


def _verdicts(conclusion: Conclusion) -> Text:
    """``hostility 0.97, payment issue 0.91: severe``, each label in its colour."""
    line = Text()
    findings = conclusion.judgement.findings if conclusion.judgement else {}
    for label in conclusion.flagged:
        name = label.replace("_", " ")
        line.append(f"{name} {findings[label].probability:.2f}", style=f"bold {COLOURS.get(label, 'cyan')}")
        line.append("  ")
    line.append(f"severity {_severity(conclusion)}, {SEVERITY[_severity(conclusion)]}", style="dim")
    return line


def _left_table(conclusions: list[Conclusion], limit: int | None) -> Table:
    """First what still awaits the freelancer, then what needs nobody; a picture has some of both."""
    waiting = [each for each in conclusions if each.decision.action == "hold_later"]
    settled = [each for each in conclusions if each.decision.action != "hold_later"]
    table = Table(box=box.SIMPLE, pad_edge=False, expand=True)
    table.add_column("From", ratio=3, no_wrap=True)
    table.add_column("Subject", ratio=4, no_wrap=True)
    table.add_column("What and why", ratio=6)
    for conclusion in (*waiting[:limit], *settled[: limit and 2 * limit]):
        message, reason = conclusion.reading.message, conclusion.decision.reason
        told = Text(reason) if conclusion in waiting else Text(f"left alone: {reason}", style="dim")
        table.add_row(Text(sender_name(message)), Text(message.subject), told)
    return table


def draft_panel(draft: Message) -> Panel:
    """One draft with the headers that thread it, and its body."""
    lines = Text()
    for name, value in (
        ("From", _address(draft.sender.name, draft.sender.email) if draft.sender else ""),
        ("To", ", ".join(_address(each.name, each.email) for each in draft.to)),
        ("Subject", draft.subject),
        ("In-Reply-To", draft.in_reply_to or "(none)"),
    ):
        lines.append(f"{name}: ", style="cyan")
        lines.append(f"{value}\n")
    return Panel(Group(lines, Text(draft.text.strip())), border_style="green", box=box.ROUNDED)


def _address(name: str, email: str) -> str:
    return f"{name} <{email}>" if name else email


def _closing(result: Result) -> RenderableType:
    first, second = result.first, result.second
    unread = sum(b"\\Seen" not in flags for flags in result.flags_after.values())
    kept = "are what they were" if result.is_untouched else "HAVE CHANGED"
    lines = Text()
    lines.append(f"first sweep:   {_counted(first.seen, 'message')}, {first.flagged} flagged, ")
    lines.append(f"{_counted(first.drafted, 'new draft')}, {first.duration_s:.1f} s\n")
    lines.append(f"second sweep:  {_counted(second.seen, 'message')}, ")
    lines.append(f"{_counted(second.drafted, 'new draft')}, {second.duration_s:.1f} s\n", style="bold")
    lines.append(
        f"Drafts folder: {_counted(result.drafts_after_second, 'draft')}, waiting for {OWNER_NAME}\n"
    )
    unread_of = f"{_counted(unread, 'message')} of {len(result.flags_after)} unread"
    lines.append(f"inbox:         {unread_of}, all flags {kept}\n")
    lines.append("sent:          nothing; the program has no way to send mail")
    return Padding(lines, (1, 0, 0, 0))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
