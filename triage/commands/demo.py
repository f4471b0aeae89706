"""``triage demo``: the whole job on an embedded mail server with a day's invented mail."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import JsonOption, configure_logging, emit, exits
from triage.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from triage.demo.stage import Result

# Mail reads badly outside these; a pipe has no width of its own.
NARROWEST, WIDEST, UNKNOWN = 80, 110, 100

SvgOption = Annotated[
    Path | None,
    typer.Option("--svg", metavar="PATH", help="Also write a picture of it (SVG), shortened for a README."),
]
CacheOption = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="FOLDER",
        help="Where the trained classifier is kept. Default: the user's own cache.",
    ),
]


@exits
def demo(svg: SvgOption = None, cache: CacheOption = None, json: JsonOption = False) -> None:
    """Show the whole job on invented mail: nothing is set up and nothing leaves this machine."""
    if find_spec("pymap") is None:
        raise ConfigError(
            "The demo needs its embedded mail server: install it with pip install 'inbox-triage[demo]'."
        )
    configure_logging(verbose=False)
    from triage.demo.show import draw, show

    now = datetime.now(UTC)
    console = _console(json)
    result = _run(console, now, cache)
    if json:
        _emit(result)
    else:
        show(console, result, now)
    if svg:
        draw(result, now, svg)
        console.print(f"Picture written: {svg}")


def _console(json: bool) -> Console:
    """Where people read: stdout, or stderr when stdout carries JSON; a width that suits mail."""
    from rich.console import Console

    console = Console(stderr=json, highlight=False)
    console.width = min(max(console.width, NARROWEST), WIDEST) if console.is_terminal else UNKNOWN
    return console


def _run(console: Console, now: datetime, cache: Path | None) -> Result:
    """Set the stage and perform, with a progress bar; a pass that failed raises its sentence."""
    from triage.demo.letters import OWNER_ADDRESS, OWNER_NAME, post
    from triage.demo.progress import watched
    from triage.demo.stage import perform, staged

    letters = post()
    console.print(f"A day's mail of {OWNER_NAME} <{OWNER_ADDRESS}>, all of it invented, on an IMAP server")
    console.print("that lives in this process; nothing leaves this machine. ", end="")
    console.print(f"{len(letters.inbox)} messages in the inbox, {len(letters.sent)} in Sent.\n")
    with (
        tempfile.TemporaryDirectory(prefix="triage-demo-", ignore_cleanup_errors=True) as folder,
        staged(Path(folder), cache, letters, now) as stage,
        watched(console) as progress,
    ):
        return perform(stage, now, progress)


def _emit(result: Result) -> None:
    """One JSON line a message, then one a pass."""
    from triage.demo.show import sender_name
    from triage.evidence import evidence_of

    for conclusion, received in result.conclusions:
        message, draft = conclusion.reading.message, result.draft_for(conclusion)
        emit(
            {
                "from": sender_name(message),
                "subject": message.subject,
                "received": received,
                "flagged": list(conclusion.flagged),
                "evidence": [{"label": label, "text": text} for label, text in evidence_of(conclusion)],
                "decision": conclusion.decision.action,
                "reason": conclusion.decision.reason,
                "draft": draft.text if draft else None,
            }
        )
    for summary in (result.first, result.second):
        emit(
            summary.as_record()
            | {"drafts": result.drafts_after_second, "flags_unchanged": result.is_untouched}
        )
