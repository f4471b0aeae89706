"""``triage explain``: why a message was flagged, or left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    accounts_of,
    configure_logging,
    emit,
    exits,
)
from triage.config import Config, load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.conclude import Conclusion
    from triage.ledger.contract import MessageRow


@exits
def explain(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="The id shown by `triage status`, or a Message-ID.")
    ],
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show what was decided about a message and the words that caused it, read again from the server."""
    configure_logging(verbose)
    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger_copy

    settings = load_config(config)
    with open_ledger_copy(ledger_path(settings)) as ledger:
        row = ledger.find(id_)
    if row is None:
        raise ConfigError(f"explain: no message with the id '{id_}' is known; `triage status` shows the ids.")
    conclusion = _judge_again(settings, row)
    if json:
        emit(record_of(row, conclusion))
    else:
        _print(row, conclusion)


def _judge_again(settings: Config, row: MessageRow) -> Conclusion | None:
    """The conclusion as of now, or None where the message has left its folder."""
    from triage.access import fetch_again
    from triage.client_file import load_book
    from triage.conclude import Occasion, conclude, judge, load_classifier, read
    from triage.desk import desk_of

    (account,) = accounts_of(settings, [row.account])
    raw = fetch_again(account, row)
    if raw is None:
        return None
    desk = desk_of(settings, account, load_book(settings))
    reading = read(raw, desk)
    (judgement,) = judge([reading], lambda: load_classifier(desk.cache))
    return conclude(reading, judgement, Occasion(desk, row.received))


def record_of(row: MessageRow, conclusion: Conclusion | None) -> dict[str, object]:
    """One JSON object: what the ledger holds, and the evidence where the message is still there."""
    record: dict[str, object] = {
        "id": row.id,
        "account": row.account,
        "client": row.client,
        "subject": row.subject,
        "received": row.received.isoformat(),
        "decision": row.outcome,
        "reason": row.reason,
        "gate": row.gate,
        "severity": row.severity,
        "labels": {
            label: {"verdict": verdict, "probability": p} for label, (verdict, p) in row.labels.items()
        },
        "draft_state": row.draft_state,
        "evidence": None,
    }
    if conclusion is not None and conclusion.judgement is not None:
        findings = conclusion.judgement.findings.values()
        record["evidence"] = [
            {"label": e.label, "text": e.text, "probability": round(e.probability, 4)}
            for finding in findings
            for e in finding.evidence
        ]
        record["moves"] = list(conclusion.reply.moves) if conclusion.reply else []
    return record


def _print(row: MessageRow, conclusion: Conclusion | None) -> None:
    from rich.console import Console
    from rich.text import Text

    from triage.evidence import evidence_of, highlighted

    console = Console(highlight=False)
    console.print(Text(f"{row.client}: {row.subject}", style="bold"))
    console.print(Text(f"{row.outcome}: {row.reason}"))
    for label, (verdict, probability) in row.labels.items():
        console.print(Text(f"  {label.replace('_', ' ')}: {verdict} ({probability:.2f})"))
    if conclusion is None:
        console.print(Text("The message has left its folder: its words can't be shown."))
        return
    console.print()
    plain = console.color_system is None
    console.print(highlighted(conclusion.reading.new_text, evidence_of(conclusion), plain=plain))
