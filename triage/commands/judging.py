"""Shared by ``classify`` and ``draft``: files through the pure half of the pipeline, in batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, TaskID

from drafts.compose import supported_languages
from triage.access import ledger_path
from triage.archive import read_archives
from triage.batches import Judged, batches, concluded, hear
from triage.client_file import load_book, load_clients
from triage.clients.profile import ClientBook
from triage.commands.progress import progress_bar
from triage.conclude import Occasion, Reading, is_clear_by, load_classifier
from triage.config import Config, default_paths, load_config
from triage.corrections import taught
from triage.desk import Desk, desk_of, desk_without_config
from triage.ledger.sqlite import open_ledger_copy
from triage.voice_file import known_voice

if TYPE_CHECKING:
    from classifiers.learnt import Correction


def desk_for_files(config: Path | None, clients: Path | None = None) -> Desk:
    """The desk of the configuration given or found (its first account's), else that of a stranger.

    ``clients`` names another client file than the configuration's; a stranger has none of his own.
    """
    paths = default_paths()
    if config is None and not paths.config.exists():
        book = load_clients(clients) if clients else None
        return desk_without_config(paths.cache, frozenset(supported_languages()), book)
    loaded = load_config(config)
    book = load_clients(clients) if clients else load_book(loaded)
    voice = known_voice(loaded.paths.state)
    return desk_of(loaded, loaded.accounts[0], book, voice, _taught(loaded, book))


def _taught(config: Config, book: ClientBook) -> tuple[Correction, ...]:
    """The corrections in the ledger, where there is one."""
    path = ledger_path(config)
    if not path.exists():
        return ()
    with open_ledger_copy(path) as ledger:
        return taught(ledger, book)


def judge_paths(paths: Iterable[Path], desk: Desk, clock: Callable[[], datetime]) -> Iterator[Judged]:
    """Every message of the paths in order, judged in batches."""
    messages = read_archives(paths)
    console = Console(stderr=True)
    with progress_bar(console, is_shown=console.is_terminal) as progress:
        judge_of = functools.cache(lambda: load_classifier(desk.cache, TrainingBar(progress)))
        task = progress.add_task("judging", total=None)
        for batch in batches(messages):
            now = clock()

            def occasion_of(reading: Reading, now: datetime = now) -> Occasion:
                return Occasion(desk.for_message(reading.message), now, is_clear=is_clear_by(judge_of))

            yield from (concluded(heard, occasion_of) for heard in hear(batch, desk, judge_of))
            progress.advance(task, len(batch))


class TrainingBar:
    """Shows the training of the classifier as one more bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def __call__(self, step: str, fraction: float) -> None:
        if self._task is None:
            self._task = self._progress.add_task("training", total=1.0)
        self._progress.update(self._task, description=f"training: {step}", completed=fraction)
