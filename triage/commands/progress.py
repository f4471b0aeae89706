"""What a person sees while a pass runs, and its summary; the JSON forms say nothing until the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from triage.observer import Observer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from triage.conclude import Conclusion
    from triage.order import Summary


class SweepObserver(Observer):
    """Shows a progress bar on stderr, and the intended writes of a dry run on stdout.

    ``account`` is the one that it watches among several: what it has to say then waits for its summary.
    """

    def __init__(self, progress: Progress | None, *, json: bool, dry_run: bool, account: str = "") -> None:
        self._progress = progress
        self._account = account
        self._unsaid: list[str] = []
        self._json = json
        self._dry_run = dry_run
        self._mail: Any = None
        self._model: Any = None
        self.intended: list[dict[str, object]] = []

    def of(self, account: str) -> SweepObserver:
        """An observer of one account's pass beside others: with bars on the same screen."""
        return SweepObserver(self._progress, json=self._json, dry_run=self._dry_run, account=account)

    def started(self, total: int) -> None:
        """Begin the bar of this folder's messages."""
        if self._progress and total:
            name = f"{self._account}: reading mail" if self._account else "reading mail"
            self._mail = self._progress.add_task(name, total=total)

    def training(self, step: str, fraction: float) -> None:
        """Show the training of the classifier, which happens on first use."""
        if self._progress is None:
            return
        if self._model is None:
            self._model = self._progress.add_task("training", total=1.0)
        self._progress.update(self._model, description=f"training: {step}", completed=fraction)

    def handled(self, conclusion: Conclusion, received: datetime) -> None:
        """Move the bar; in a dry run say what would be remembered."""
        self._step()
        if self._dry_run:
            self._intend(
                {
                    "write": "ledger",
                    "message_id": conclusion.reading.message.message_id,
                    "received": received.isoformat(),
                    "decision": conclusion.decision.action,
                    "reason": conclusion.decision.reason,
                }
            )

    def draft(self, conclusion: Conclusion, raw: bytes) -> None:
        """In a dry run show the draft that would be placed."""
        if self._dry_run:
            self._intend({"write": "draft", **_shown(raw)})

    def step(self, step: str, invoices: Sequence[str], raw: bytes) -> None:
        """In a dry run show the step of the payment ladder that would be drafted."""
        if self._dry_run:
            self._intend({"write": "draft", "step": step, "invoices": list(invoices), **_shown(raw)})

    def own_mail(self, kind: str, client: str, raw: bytes) -> None:
        """In a dry run show the update or the question for feedback that would be drafted."""
        if self._dry_run:
            self._intend({"write": "draft", "kind": kind, "client": client, **_shown(raw)})

    def withdrawn(self, message_id: str, invoices: Sequence[str]) -> None:
        """In a dry run say which draft would be taken back."""
        if self._dry_run:
            self._intend({"write": "withdraw", "message_id": message_id, "invoices": list(invoices)})

    def failed(self, uid: int, reason: str) -> None:
        """Move the bar past a message that could not be handled."""
        self._step()
        if not self._json:
            sys.stderr.write(
                f"message {uid} could not be handled ({reason}); `triage status` shows what becomes of it\n"
            )

    def summary(self, summary: Summary) -> None:
        """One line a person reads at the end of an account's pass, below what was not said yet."""
        sys.stdout.write("".join(self._unsaid))
        if summary.error:
            sys.stderr.write(f"triage: {summary.account}: {summary.error}\n")
            return
        late = f" ({summary.late} later than promised)" if summary.late else ""
        steps = f"{summary.ladder} payment reminders, " if summary.ladder else ""
        steps += f"{summary.contact} updates or questions, " if summary.contact else ""
        sys.stdout.write(
            f"{summary.account}: {summary.seen} seen, {summary.flagged} flagged, "
            f"{summary.drafted} drafted{late}, {steps}{summary.left_alone} left alone, "
            f"{summary.failed} failed in {summary.duration_s:.1f} s\n"
        )

    def record(self, summary: Summary) -> dict[str, object]:
        """The summary's JSON line; a dry run's carries the intended writes since the last one."""
        record = summary.as_record()
        if self._dry_run:
            record["intended"], self.intended = self.intended, []
        return record

    def _step(self) -> None:
        if self._progress and self._mail is not None:
            self._progress.advance(self._mail)

    def _intend(self, write: dict[str, object]) -> None:
        if self._json:
            self.intended.append(write)
        elif self._account:
            self._unsaid.append(_in_words(write))
        else:
            sys.stdout.write(_in_words(write))


def _in_words(write: dict[str, object]) -> str:
    """An intended write as a person reads it."""
    if write["write"] == "draft":
        body = "".join(f"    {line}\n" for line in str(write["body"]).splitlines())
        return f"would place a draft to {write['to']}: {write['subject']}\n{body}"
    if write["write"] == "withdraw":
        return f"would take back the untouched draft {write['message_id']}\n"
    return f"would remember {write['message_id']}: {write['decision']} ({write['reason']})\n"


def _shown(raw: bytes) -> dict[str, object]:
    """A draft as a dry run lists it."""
    message = message_from_bytes(raw, policy=policy.default)
    return {
        "message_id": message["Message-ID"],
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "body": message.get_content() if message.get_content_type() == "text/plain" else "",
    }


@contextmanager
def observer_for(*, json: bool, dry_run: bool) -> Iterator[SweepObserver]:
    """An observer whose bars stand on stderr, and only where that is a terminal."""
    if json or not sys.stderr.isatty():
        yield SweepObserver(None, json=json, dry_run=dry_run)
        return
    from rich.console import Console

    with progress_bar(Console(stderr=True), is_shown=True) as progress:
        yield SweepObserver(progress, json=json, dry_run=dry_run)


@contextmanager
def progress_bar(console: Console, *, is_shown: bool) -> Iterator[Progress]:
    """The house's progress bar: what, how far, how many, how long still."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not is_shown, transient=True) as progress:
        yield progress
