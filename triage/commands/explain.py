"""``triage explain``: why a message was flagged, or left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    from classifiers.learnt import Correction
    from triage.clients.profile import ClientBook
    from triage.commands.explain_words import Moved, Words
    from triage.conclude import Conclusion
    from triage.desk import Desk
    from triage.ledger.contract import MessageRow
    from triage.ledger.corrections import CorrectionRow


@dataclass(frozen=True, slots=True)
class Explained:
    """A message judged again, now: the words that weigh, and what corrections have moved."""

    conclusion: Conclusion
    words: tuple[Words, ...]
    moved: tuple[Moved, ...]
    desk: Desk


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
    from triage.client_file import load_book
    from triage.corrections import taught
    from triage.ledger.sqlite import open_ledger_copy

    settings = load_config(config)
    book = load_book(settings)
    with open_ledger_copy(ledger_path(settings)) as ledger:
        row = ledger.find(id_)
        said = ledger.corrections(row.id) if row else []
        told = taught(ledger, book)
    if row is None:
        raise ConfigError(f"explain: no message with the id '{id_}' is known; `triage status` shows the ids.")
    explained = _judge_again(settings, row, book, told)
    if json:
        emit(record_of(row, said, explained))
    else:
        _print(row, said, explained)


def _judge_again(
    settings: Config, row: MessageRow, book: ClientBook, told: tuple[Correction, ...]
) -> Explained | None:
    """The conclusion as of now, or None where the message has left its folder."""
    import functools

    from triage.access import fetch_again
    from triage.commands.explain_words import moved_by, words_of
    from triage.conclude import Occasion, conclude, judge, load_classifier, read
    from triage.desk import desk_of

    (account,) = accounts_of(settings, [row.account])
    raw = fetch_again(account, row)
    if raw is None:
        return None
    desk = desk_of(settings, account, book, taught=told)
    reading = read(raw, desk)
    judge_of = functools.cache(lambda: load_classifier(desk.cache))
    (judgement,) = judge([reading], judge_of, told)
    conclusion = conclude(reading, judgement, Occasion(desk, row.received, received=row.received))
    if judgement is None:
        return Explained(conclusion, (), (), desk)
    words = tuple(words_of(judge_of(), judgement))
    return Explained(conclusion, words, tuple(moved_by(reading, judge_of(), judgement, told)), desk)


def record_of(
    row: MessageRow, said: Sequence[CorrectionRow], explained: Explained | None
) -> dict[str, object]:
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
        "corrected": {one.said.label: "is" if one.said.is_so else "not" for one in said},
        "draft_state": row.draft_state,
        "evidence": None,
    }
    conclusion = explained.conclusion if explained else None
    if explained and conclusion and conclusion.judgement is not None:
        findings = conclusion.judgement.findings.values()
        record["evidence"] = [
            {"label": e.label, "text": e.text, "probability": round(e.probability, 4)}
            for finding in findings
            for e in finding.evidence
        ]
        record["words"] = [words.as_record() for words in explained.words]
        record["learnt"] = [moved.as_record() for moved in explained.moved]
        record["facts"] = _facts(row, explained)
        record["moves"] = list(conclusion.reply.moves) if conclusion.reply else []
    return record


def _facts(row: MessageRow, explained: Explained) -> list[dict[str, object]]:
    """What the message names, resolved against when it was written."""
    from triage.commands.facts_view import facts_record, named_by
    from triage.conclude import Occasion, written_at

    reading, judgement = explained.conclusion.reading, explained.conclusion.judgement
    written = written_at(reading.message, Occasion(explained.desk, row.received, received=row.received))
    language = judgement.language if judgement else "en"
    return facts_record(named_by(reading, language, explained.desk, written), written)


def _print(row: MessageRow, said: Sequence[CorrectionRow], explained: Explained | None) -> None:
    from rich.console import Console
    from rich.text import Text

    from triage.evidence import evidence_of, highlighted

    console = Console(highlight=False)
    console.print(Text(f"{row.client}: {row.subject}", style="bold"))
    console.print(Text(f"{row.outcome}: {row.reason}"))
    corrected = {one.said.label for one in said}
    for label, (verdict, probability) in row.labels.items():
        told = "as you said" if label in corrected else f"{probability:.2f}"
        console.print(Text(f"  {label.replace('_', ' ')}: {verdict} ({told})"))
    if explained is None:
        console.print(Text("The message has left its folder: its words can't be shown."))
        return
    console.print()
    plain = console.color_system is None
    conclusion = explained.conclusion
    console.print(highlighted(conclusion.reading.new_text, evidence_of(conclusion), plain=plain))
    lines = [one.as_line() for one in explained.words] + [one.as_line() for one in explained.moved]
    for line in lines:
        console.print(Text(line))
