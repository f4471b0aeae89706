"""The demo's progress: training, which happens once, and reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from triage.conclude import Conclusion
from triage.observer import Observer


class Bars(Observer):
    """One bar for each step of the classifier's training, one for the mail."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps: dict[str, TaskID] = {}
        self._mail: TaskID | None = None

    def started(self, total: int) -> None:
        """Begin the bar of the mail; the training is done."""
        for done in self._steps.values():
            self._progress.update(done, completed=1.0)
        self._mail = self._progress.add_task("reading, judging, drafting", total=total)

    def training(self, step: str, fraction: float) -> None:
        """Move the bar of this step; the steps before it are done."""
        if step not in self._steps:
            for done in self._steps.values():
                self._progress.update(done, completed=1.0)
            self._steps[step] = self._progress.add_task(f"first use: {step}", total=1.0)
        self._progress.update(self._steps[step], completed=fraction)

    def handled(self, conclusion: Conclusion, received: datetime) -> None:
        """Move the bar of the mail."""
        if self._mail is not None:
            self._progress.advance(self._mail)


@contextmanager
def watched(console: Console) -> Iterator[Bars]:
    """Bars that stay on the console when full; without a terminal they are printed once, at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield Bars(progress)
