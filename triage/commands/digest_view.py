"""What ``triage digest`` prints: records for programs, a page for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

import typer

from triage.alarms.digest import AwaitingLine, Digest, DraftLine, OwedLine, TroubleLine
from triage.alarms.words import clock_time, one_line, time_left
from triage.client_file.amounts import money_text

Record = dict[str, object]

_DRAFTS = {
    "reply": "reply to message",
    "holding": "holding reply to message",
    "payment": "payment reminder",
    "contact": "mail of your own accord",
}


def records(digest: Digest, *, unfold: bool) -> Iterator[Record]:
    """The JSON lines of the ``digest`` contract: one an entry, told apart by ``section``, then the sums."""
    for row in digest.awaiting:
        yield _awaiting_record(row, unfold=unfold)
    for draft in digest.drafts:
        yield {"section": "draft", "account": draft.account, "client": draft.client, "kind": draft.kind,
               "id": draft.id, "what": draft.what}  # fmt: skip
    for line in digest.owed:
        yield {"section": "owed", "client": line.client, **_sums(line)}
    for trouble in digest.troubles:
        since = trouble.since.isoformat() if trouble.since else None
        yield {"section": "trouble", "account": trouble.account, "kind": trouble.kind, "id": trouble.id,
               "since": since, "what": trouble.what}  # fmt: skip
    yield {
        "section": "total",
        "at": digest.at.isoformat(),
        "awaiting": len(digest.awaiting),
        "overdue": digest.overdue,
        "due_soon": sum(row.state == "due_soon" for row in digest.awaiting),
        "folded": digest.folded,
        "drafts": len(digest.drafts),
        "owing": len(digest.owed),
        "late": digest.late,
        "trouble": len(digest.troubles),
    }


def _awaiting_record(row: AwaitingLine, *, unfold: bool) -> Record:
    is_shown = unfold or not row.is_folded
    return {
        "section": "awaiting",
        "id": row.id,
        "account": row.account,
        "client": row.client,
        "subject": row.subject if is_shown else None,
        "folded": row.is_folded,
        "received": row.received.isoformat(),
        "due": row.due.isoformat(),
        "state": row.state,
        "labels": list(row.labels),
        "severity": row.severity,
        "draft_state": row.draft_state,
    }


def _sums(line: OwedLine) -> Record:
    return {
        "owed": [money_text(money) for money in line.owed],
        "late": [money_text(money) for money in line.late],
    }


def print_digest(digest: Digest, zone: tzinfo, *, unfold: bool) -> None:
    """The page: each part under its heading, those that are empty left out."""
    if digest.is_empty and not digest.owed:
        typer.echo("Nothing awaits an answer, no draft waits, nothing is late.")
        return
    parts = [
        ("Awaiting an answer", [_awaiting_line(row, digest.at, zone, unfold) for row in digest.awaiting]),
        ("Drafts that wait for you", [_draft_line(row) for row in digest.drafts]),
        ("Money owed", [_owed_line(row) for row in digest.owed]),
        ("Needs a look", [_trouble_line(row, digest.at, zone) for row in digest.troubles]),
    ]
    shown = [(heading, lines) for heading, lines in parts if lines]
    typer.echo("\n\n".join("\n".join((typer.style(h, bold=True), *lines)) for h, lines in shown))
    if digest.folded and not unfold:
        typer.echo("\nHostile messages are folded; their facts: triage show ID --calm")


def _awaiting_line(row: AwaitingLine, at: datetime, zone: tzinfo, unfold: bool) -> str:
    left = "late" if row.due <= at else f"{time_left(row.due, at)} left"
    due = typer.style(f"{clock_time(row.due, at, zone):>16}", fg=_COLOURS.get(row.state))
    subject = "(hostile, folded)" if row.is_folded and not unfold else one_line(row.subject)
    flagged = f" [{', '.join(label.replace('_', ' ') for label in row.labels)}]" if row.labels else ""
    draft = "" if row.draft_state == "none" else f", draft {row.draft_state}"
    return f"  {due}  {row.id}  {one_line(row.client)}: {subject}{flagged} ({left}{draft})"


_COLOURS = {"overdue": "red", "due_soon": "yellow"}


def _draft_line(row: DraftLine) -> str:
    number = f" {row.id}" if row.id is not None else ""
    what = f" ({row.what.replace('_', ' ')})" if row.what else ""
    return f"  {one_line(row.client)}: {_DRAFTS[row.kind]}{number}{what}"


def _owed_line(row: OwedLine) -> str:
    late = f", late: {', '.join(map(money_text, row.late))}" if row.late else ""
    return f"  {one_line(row.client)}: {', '.join(map(money_text, row.owed))}{late}"


def _trouble_line(row: TroubleLine, at: datetime, zone: tzinfo) -> str:
    where = f"{row.account}, message {row.id}" if row.id is not None else row.account
    since = f" (since {clock_time(row.since, at, zone)})" if row.since else ""
    return f"  {where}: {one_line(row.what)}{since}"
