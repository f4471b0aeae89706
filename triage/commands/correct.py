"""``triage correct``: the user's own word on a judgement, from which the next ones learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
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
    from triage.corrections import Likeness
    from triage.ledger.contract import MessageRow
    from triage.ledger.corrections import CorrectionRow
    from triage.ledger.sqlite import SqliteLedger

_LABEL = "hostility, scope_pressure or payment_issue"


@exits
def correct(
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The id shown by `triage status`, or a Message-ID.")
    ] = None,
    is_: Annotated[list[str] | None, typer.Option("--is", metavar="LABEL", help=f"It is {_LABEL}.")] = None,
    not_: Annotated[list[str] | None, typer.Option("--not", metavar="LABEL", help="It isn't.")] = None,
    client_only: Annotated[
        bool, typer.Option("--client-only", help="Learn from it for this client's mail alone.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was said of the message.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show all corrections.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say what a message is, or isn't: it counts at once, and later mail is judged by it too."""
    configure_logging(verbose)
    words = _words(is_ or [], not_ or [])
    _check_asked(id_, words, undo=undo, list_=list_)
    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger

    settings = load_config(config)
    with open_ledger(ledger_path(settings)) as ledger:
        if id_ is None:
            rows, state = ledger.corrections(), ""
        elif undo:
            rows, state = _undone(ledger, id_), "undone"
        else:
            rows, state = _said(ledger, settings, id_, words, client_only=client_only), "corrected"
    for row in rows:
        if json:
            emit(record_of(row) | ({"state": state} if state else {}))
        else:
            typer.echo(line_of(row, state))
    if not rows and not json:
        typer.echo("Nothing has been corrected.")


def _words(is_: Sequence[str], not_: Sequence[str]) -> dict[str, bool]:
    """Each label named with whether it applies; raises ConfigError for one unknown or named both ways."""
    from triage.corrections import LABELS

    problems = [
        f"correct: there is no label '{label}'; name {_LABEL}."
        for label in dict.fromkeys((*is_, *not_))
        if label not in LABELS
    ]
    problems += [f"correct: {label} can't be said both ways." for label in sorted({*is_} & {*not_})]
    if problems:
        raise ConfigError(*problems)
    return dict.fromkeys(is_, True) | dict.fromkeys(not_, False)


def _check_asked(id_: str | None, words: Mapping[str, bool], *, undo: bool, list_: bool) -> None:
    """One thing at a time."""
    if sum((bool(words), undo, list_)) != 1:
        raise ConfigError("correct: say what the message is, with --is or --not; or --undo; or --list.")
    if (id_ is None) != list_:
        raise ConfigError(
            "correct: --list takes no ID."
            if list_
            else "correct: name the message by its ID, see `triage status`."
        )


def _row(ledger: SqliteLedger, id_: str) -> MessageRow:
    row = ledger.find(id_)
    if row is None:
        raise ConfigError(f"correct: no message with the id '{id_}' is known; `triage status` shows the ids.")
    return row


def _undone(ledger: SqliteLedger, id_: str) -> list[CorrectionRow]:
    undone = ledger.undo_corrections(_row(ledger, id_).id, datetime.now(UTC))
    if not undone:
        raise ConfigError(
            f"correct: nothing was said of the message '{id_}'; `triage correct --list` shows all."
        )
    return undone


def _said(
    ledger: SqliteLedger, settings: Config, id_: str, words: Mapping[str, bool], *, client_only: bool
) -> list[CorrectionRow]:
    from triage.corrections import correct as keep
    from triage.corrections import why_not

    row = _row(ledger, id_)
    (account,) = accounts_of(settings, [row.account])
    reason = why_not(row, frozenset({account.address, *account.aliases}))
    if reason:
        raise ConfigError(f"correct: the message '{id_}' {reason}, so nothing can be learnt from it.")
    return keep(
        ledger, row, words, _likeness(ledger, settings, row), datetime.now(UTC), client_only=client_only
    )


def _likeness(ledger: SqliteLedger, settings: Config, row: MessageRow) -> Likeness:
    """Read the message again; one that has left its folder still teaches about its client."""
    from triage.access import fetch_again
    from triage.client_file import load_book
    from triage.conclude import load_classifier, read
    from triage.corrections import likeness, likeness_of_gone
    from triage.desk import desk_of

    (account,) = accounts_of(settings, [row.account])
    raw = fetch_again(account, row)
    if raw is None:
        typer.echo("triage: the message has left its folder: it teaches about this client alone.", err=True)
        return likeness_of_gone(row, ledger.judged_as(row.id))
    desk = desk_of(settings, account, load_book(settings))
    return likeness(read(raw, desk), load_classifier(desk.cache))


def record_of(row: CorrectionRow) -> dict[str, object]:
    """The JSON line of one correction."""
    return {
        "id": row.row_id,
        "account": row.account,
        "client": row.client,
        "subject": row.subject,
        "label": row.said.label,
        "verdict": _verdict(row),
        "probability": row.said.probability,
        "client_only": row.said.client_only,
        "source": row.said.place.source,
        "at": row.at.isoformat(),
    }


def line_of(row: CorrectionRow, state: str) -> str:
    """The same for a person."""
    label = row.said.label.replace("_", " ")
    ending = " – taken back" if state == "undone" else ""
    place = "" if row.said.place.source == "command" else f", by a {row.said.place.source}"
    alone = ", for this client alone" if row.said.client_only else ""
    told = f"{_verdict(row)} {label} (judged {row.said.probability:.2f}{place}{alone})"
    return f"{row.row_id} {row.client}: {row.subject} – {told}{ending}"


def _verdict(row: CorrectionRow) -> str:
    return "is" if row.said.is_so else "not"
