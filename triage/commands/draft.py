"""``triage draft``: the reply to messages from files, shown and not written anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    configure_logging,
    emit,
    exits,
    parse_moment,
)

if TYPE_CHECKING:
    from triage.batches import Judged
    from triage.desk import Desk


@exits
def draft(
    paths: Annotated[list[Path], typer.Argument(help="An .eml file, a folder of them, an mbox, a Maildir.")],
    config: ConfigOption = None,
    clients: Annotated[Path | None, typer.Option(help="Draw on this client file.")] = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show the reply that would be left in Drafts for messages from files; nothing is written."""
    configure_logging(verbose)
    from triage.commands.judging import desk_for_files, judge_paths

    desk = desk_for_files(config, clients)
    fixed = parse_moment(now, "--now")
    failed = False
    for judged in judge_paths(paths, desk, (lambda: fixed) if fixed else (lambda: datetime.now(UTC))):
        failed = failed or judged.error is not None
        record = record_of(judged, desk)
        if json:
            emit(record)
        else:
            typer.echo(text_of(record))
    raise typer.Exit(int(failed))


def record_of(judged: Judged, desk: Desk) -> dict[str, object]:
    """The JSON line of the ``draft`` contract; ``body`` is null where no draft is due."""
    from triage.mail.reply import reply_recipient, reply_subject

    conclusion = judged.conclusion
    if conclusion is None:
        return _empty_record(judged.path, judged.error or "unreadable")
    message, reply = conclusion.reading.message, conclusion.reply
    is_due = conclusion.decision.action == "draft" and reply is not None
    recipient = reply_recipient(message, desk.own)
    return {
        "path": judged.path,
        "decision": conclusion.decision.action,
        "reason": conclusion.decision.reason,
        "moves": list(reply.moves) if reply else [],
        "subject": reply_subject(message.subject) if is_due else None,
        "to": recipient.email if is_due and recipient else None,
        "body": reply.text if is_due and reply else None,
        "language": reply.language
        if reply
        else (conclusion.judgement.language if conclusion.judgement else None),
        "lint": [f"{problem.rule}: {problem.detail}" for problem in reply.lint] if reply else [],
    }


def _empty_record(path: str, error: str) -> dict[str, object]:
    nothing = dict.fromkeys(("subject", "to", "body", "language"))
    return {
        "path": path,
        "decision": "leave_alone",
        "reason": error,
        "moves": [],
        **nothing,
        "lint": [],
        "error": error,
    }


def text_of(record: dict[str, object]) -> str:
    """The same for a person."""
    head = f"{record['path']}: {record['decision']} ({record['reason']})"
    if record["body"] is None:
        return head
    return f"{head}\nTo: {record['to']}\nSubject: {record['subject']}\n\n{record['body']}\n"
