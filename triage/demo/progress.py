"""The demo's progress: training, which happens once, and reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from triage.conclude import Conclusion
from triage.pipeline import Observer


class Bars(Observer):
    """One bar for the training of the classifier, one for the mail."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._training: TaskID | None = None
        self._mail: TaskID | None = None

    def started(self, total: int) -> None:
        """Begin the bar of the mail."""
        self._mail = self._progress.add_task("reading, judging, drafting", total=total, step="")

    def training(self, step: str, fraction: float) -> None:
        """Move the bar of the training; it stands before the mail is judged."""
        if self._training is None:
            self._training = self._progress.add_task("training the classifier, once", total=1.0, step=step)
        self._progress.update(self._training, completed=fraction, step=step)

    def handled(self, conclusion: Conclusion, received: datetime) -> None:
        """Move the bar of the mail."""
        if self._mail is not None:
            self._progress.advance(self._mail)


@contextmanager
def watched(console: Console) -> Iterator[Bars]:
    """Bars that stay on the console when full; without a terminal they are printed once, at the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[step]}", style="dim"),
    )
    with Progress(*columns, console=console) as progress:
        yield Bars(progress)
