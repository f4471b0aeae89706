"""What ``triage report`` prints: a page for a person, records for programs, a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.commands.timeline_view import time_text
from triage.config import Clock
from triage.evidence_index import one_line
from triage.views.answers import FATES, DraftFigures
from triage.views.report import NO_STEP, Group, GroupedBy, Report
from triage.views.shares import Share, quantile

WIDE = 160
# A page shows the groups with the most messages.
MOST_ROWS = 25
_HEADINGS: Mapping[GroupedBy, str] = {"client": "By client", "label": "By label"}
# A spreadsheet takes a cell that begins so for a formula; addresses are whatever a stranger likes.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def promised_text(clock: Clock) -> str:
    """The promised time in words."""
    hours = clock.answer_within_hours
    of_what = " of working time" if clock.deadline == "working_time" else ""
    return ("1 hour" if hours == 1 else f"{hours:g} hours") + of_what


# ---------------------------------------------------------------------------------------------- for programs


def records(report: Report, grouped: Sequence[GroupedBy], clock: Clock) -> Iterator[dict[str, object]]:
    """The JSON lines of the ``report`` contract: the sums, each group, the chart's columns, the ladder."""
    period = report.period
    yield {
        "section": "total",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "time_zone": str(period.zone),
        "answer_within_hours": clock.answer_within_hours,
        "deadline": clock.deadline,
        "messages": report.came,
        "flagged": report.flagged,
        **_figures(report.total),
    }
    for by in grouped:
        for group in report.groups(by):
            yield {"section": by, "name": group.name, **_figures(group)}
    for column, answers in report.columns:
        fates: dict[str, object] = {fate: answers.fates.get(fate, 0) for fate in FATES}
        yield {"section": "span", "from": f"{column.first}", "to": f"{column.last}", **fates}
    yield {
        "section": "ladder",
        "sent": dict(report.ladder.sent),
        "paid_after": dict(report.ladder.paid_after),
    }


def _figures(group: Group) -> dict[str, object]:
    answers = group.answers
    return {
        "awaited": answers.total,
        **{fate: answers.fates.get(fate, 0) for fate in FATES},
        "in_time_share": _share(answers.in_time),
        "median_answer_s": _seconds(answers.took, 0.5),
        "p90_answer_s": _seconds(answers.took, 0.9),
        "drafted": len(answers.to_draft),
        "median_draft_s": _seconds(answers.to_draft, 0.5),
        "p90_draft_s": _seconds(answers.to_draft, 0.9),
        "replies": _drafts(group.replies),
        "holding": _drafts(group.holding),
    }


def _share(share: Share) -> dict[str, object]:
    interval = share.interval
    return {
        "hits": share.hits,
        "of": share.of,
        "value": None if share.value is None else round(share.value, 4),
        "interval": None if interval is None else [round(edge, 4) for edge in interval],
    }


def _drafts(drafts: DraftFigures) -> dict[str, object]:
    return {"total": drafts.total, **asdict(drafts), "used": _share(drafts.used)}


def _seconds(values: Sequence[timedelta], share: float) -> int | None:
    found = quantile(values, share)
    return None if found is None else int(found.total_seconds())


# ------------------------------------------------------------------------------------------ for spreadsheets


def print_csv(report: Report, grouped: Sequence[GroupedBy]) -> None:
    """One table with a heading: the sums, then each group (RFC 4180)."""
    lines = [("total", report.total), *((by, group) for by in grouped for group in report.groups(by))]
    rows = [
        {"section": section, "name": harmless(group.name), **_flat(_figures(group))}
        for section, group in lines
    ]
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    typer.echo(page.getvalue(), nl=False)


def harmless(name: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    plain = one_line(name)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def _flat(record: Mapping[str, object], before: str = "") -> dict[str, object]:
    """Nested figures as columns: ``replies_edited``, ``in_time_share_value``."""
    flat: dict[str, object] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}_")
        elif key == "interval":
            low, high = value if isinstance(value, list) else (None, None)
            flat |= {f"{before}low": low, f"{before}high": high}
        else:
            flat[f"{before}{key}"] = value
    return flat


# ---------------------------------------------------------------------------------------------- for a person


def print_report(report: Report, grouped: Sequence[GroupedBy], within: str) -> None:
    """Sentences with their counts, then a table for each kind of group."""
    if not report.came and not report.total.replies.total and not report.ladder.sent:
        typer.echo(f"No mail from a person came in the period ({report.period}).")
    else:
        for line in _summary(report, within):
            typer.echo(line)
    for line in _ladder(report):
        typer.echo(line)
    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    for by in grouped:
        groups = [group for group in report.groups(by) if group.answers.total]
        if groups:
            console.print(_table(_HEADINGS[by], groups[:MOST_ROWS]))
        if len(groups) > MOST_ROWS:
            typer.echo(f"… and {len(groups) - MOST_ROWS:,} more, with fewer messages: --csv lists all.")


def _summary(report: Report, within: str) -> Iterator[str]:
    answers = report.total.answers
    yield typer.style(f"{report.period}", bold=True)
    came = f"{_count(report.came, 'message')} came, {report.flagged:,} flagged"
    yield f"{came}; {answers.total:,} awaited an answer."
    if not answers.total:
        return
    if answers.in_time.of:
        late, missed = answers.fates.get("late", 0), answers.fates.get("missed", 0)
        others = f"{late:,} late, {missed:,} not at all so far"
        yield f"Answered within {within}: {answers.in_time.as_text()}; {others}."
    else:
        yield f"Answered within {within}: nothing is decided yet."
    if pending := answers.fates.get("pending", 0):
        yield f"Still open within their time, not counted above: {pending:,}."
    if done := answers.fates.get("done", 0):
        yield f"Ended by you without a mail, in time, not counted above: {done:,}."
    if answers.took:
        yield f"Time to answer: {_middle(answers.took)}."
    if answers.to_draft:
        yield f"Time to draft: {_middle(answers.to_draft)}."
    yield from _drafted("Drafts of replies", report.total.replies)
    yield from _drafted("Holding replies", report.total.holding)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _middle(values: Sequence[timedelta]) -> str:
    median, late = quantile(values, 0.5), quantile(values, 0.9)
    if median is None or late is None:
        return "none"
    return f"half within {time_text(median)}, nine of ten within {time_text(late)} ({len(values):,})"


def _drafted(name: str, drafts: DraftFigures) -> Iterator[str]:
    if not drafts.total:
        return
    told = [
        (drafts.untouched, "sent without a change seen"),
        (drafts.edited, f"edited ({drafts.edited_and_answered:,} of them answered)"),
        (drafts.discarded, "discarded"),
        (drafts.overtaken, "taken back or overtaken"),
        (drafts.waiting, "waiting"),
    ]
    listed = ", ".join(f"{count:,} {words}" for count, words in told if count)
    used = f"; {drafts.used.as_text()} of those dealt with were sent as they were" if drafts.used.of else ""
    yield f"{name}: {drafts.total:,}: {listed}{used}."


def _ladder(report: Report) -> Iterator[str]:
    sent, paid = report.ladder.sent, report.ladder.paid_after
    if sent:
        yield f"Payment ladder, sent: {', '.join(f'{n:,} {_words(step)}' for step, n in sent.items())}."
    if paid:
        listed = (
            f"{n:,} before any step" if step == NO_STEP else f"{n:,} after the {_words(step)}"
            for step, n in paid.items()
        )
        yield f"Invoices paid: {', '.join(listed)}."


def _words(name: str) -> str:
    return one_line(name).replace("_", " ")


def _table(heading: str, groups: Sequence[Group]) -> Table:
    table = Table(title=heading, title_justify="left", title_style="bold")
    for name in ("", "awaited", "in time", "late", "no answer", "open", "half within", "drafts edited"):
        table.add_column(name, justify="left" if not name else "right", overflow="fold")
    for group in groups:
        answers, median = group.answers, quantile(group.answers.took, 0.5)
        fates = answers.fates
        cells = (
            _words(group.name) if heading == _HEADINGS["label"] else one_line(group.name),
            f"{answers.total:,}",
            f"{answers.in_time.per_cent} ({answers.in_time.hits:,} of {answers.in_time.of:,})",
            f"{fates.get('late', 0):,}",
            f"{fates.get('missed', 0):,}",
            f"{fates.get('pending', 0):,}",
            "–" if median is None else time_text(median),
            f"{group.replies.edited:,} of {group.replies.total:,}",
        )
        table.add_row(*map(Text, cells))  # Text, not str: a name in brackets is no markup
    return table
