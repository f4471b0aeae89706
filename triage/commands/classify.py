"""``triage classify``: judge messages from files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, VerboseOption, configure_logging, emit, exits

if TYPE_CHECKING:
    from triage.batches import Judged

LABELS = ("hostility", "scope_pressure", "payment_issue")


@exits
def classify(
    paths: Annotated[list[Path], typer.Argument(help="An .eml file, a folder of them, an mbox, a Maildir.")],
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Judge messages from files: labels, severity, and the words that caused them."""
    configure_logging(verbose)
    from triage.commands.judging import desk_for_files, judge_paths

    desk = desk_for_files(config)
    failed = False
    for judged in judge_paths(paths, desk, lambda: datetime.now(UTC)):
        failed = failed or judged.error is not None
        if json:
            emit(record_of(judged))
        else:
            typer.echo(line_of(judged))
    raise typer.Exit(int(failed))


def record_of(judged: Judged) -> dict[str, object]:
    """The JSON line of the ``classify`` contract."""
    conclusion = judged.conclusion
    if conclusion is None:
        return _empty_record(judged.path, judged.error or "unreadable")
    message, judgement = conclusion.reading.message, conclusion.judgement
    record: dict[str, object] = {
        "path": judged.path,
        "message_id": message.message_id,
        "from": message.sender.email if message.sender else None,
        "subject": message.subject,
        "language": judgement.language if judgement else None,
        "new_text": conclusion.reading.new_text,
        "gate": conclusion.reading.gate,
        "labels": labels_of(judged),
        "severity": judgement.severity if judgement else 0,
        "evidence": [
            {"label": e.label, "text": e.text, "probability": round(e.probability, 4)}
            for finding in (judgement.findings.values() if judgement else ())
            for e in finding.evidence
        ],
    }
    if not message.is_readable:
        record["error"] = "; ".join(message.defects) or "nothing in it can be read"
    if judgement and judgement.note:
        record["note"] = judgement.note
    return record


def labels_of(judged: Judged) -> dict[str, dict[str, object]]:
    """Probability and verdict by label; all clear where nothing was judged."""
    judgement = judged.conclusion.judgement if judged.conclusion else None
    if judgement is None:
        return {label: {"probability": 0.0, "verdict": "clear"} for label in LABELS}
    return {
        label: {"probability": round(finding.probability, 4), "verdict": finding.verdict}
        for label, finding in judgement.findings.items()
    }


def _empty_record(path: str, error: str) -> dict[str, object]:
    nothing = dict.fromkeys(("message_id", "from", "subject", "language", "new_text", "gate"))
    labels = {label: {"probability": 0.0, "verdict": "clear"} for label in LABELS}
    return {"path": path, **nothing, "labels": labels, "severity": 0, "evidence": [], "error": error}


def line_of(judged: Judged) -> str:
    """The same for a person: one line a message, the evidence below it."""
    conclusion = judged.conclusion
    if conclusion is None:
        return f"{judged.path}: {judged.error}"
    if conclusion.judgement is None:
        return f"{judged.path}: left alone: {conclusion.decision.reason}"
    findings = conclusion.judgement.findings.values()
    told = ", ".join(f"{f.label} {f.verdict} ({f.probability:.2f})" for f in findings if f.verdict != "clear")
    lines = [f"{judged.path}: {told or 'clear'}"]
    lines += [f"    {e.label}: “{e.text}”" for f in findings for e in f.evidence]
    return "\n".join(lines)
