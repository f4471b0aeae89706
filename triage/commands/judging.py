"""Shared by ``classify`` and ``draft``: files through the pure half of the pipeline, in batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from drafts.compose import supported_languages
from triage.archive import read_archives
from triage.commands.progress import progress_bar
from triage.conclude import Conclusion, Judge, Occasion, conclude, is_clear_by, judge, load_classifier, read
from triage.config import default_paths, load_config
from triage.desk import Desk, desk_of, desk_without_config
from triage.pipeline import CHUNK

# A file of this size is no message that a person wrote; what is read of it would be its attachments.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Judged:
    """One message of an archive: its conclusion, or the sentence that says why there is none."""

    path: str
    conclusion: Conclusion | None
    error: str | None = None


def desk_for_files(config: Path | None) -> Desk:
    """The desk of the configuration given or found (its first account's), else that of a stranger."""
    paths = default_paths()
    if config is None and not paths.config.exists():
        return desk_without_config(paths.cache, frozenset(supported_languages()))
    loaded = load_config(config)
    return desk_of(loaded, loaded.accounts[0])


def judge_paths(paths: Iterable[Path], desk: Desk, clock: Callable[[], datetime]) -> Iterator[Judged]:
    """Every message of the paths in order, judged in batches."""
    messages = read_archives(paths)
    console = Console(stderr=True)
    with progress_bar(console, is_shown=console.is_terminal) as progress:
        judge_of = functools.cache(lambda: load_classifier(desk.cache, TrainingBar(progress)))
        task = progress.add_task("judging", total=None)
        while chunk := list(islice(messages, CHUNK)):
            yield from _judge_chunk(chunk, desk, judge_of, clock)
            progress.advance(task, len(chunk))


def _judge_chunk(
    chunk: list[tuple[str, bytes | OSError]],
    desk: Desk,
    judge_of: Callable[[], Judge],
    clock: Callable[[], datetime],
) -> list[Judged]:
    readable = [(path, raw) for path, raw in chunk if isinstance(raw, bytes) and len(raw) <= MAX_BYTES]
    readings = [read(raw, desk) for _, raw in readable]
    judgements = judge(readings, judge_of)
    done = {
        path: conclude(
            reading,
            judgement,
            Occasion(desk.for_message(reading.message), clock(), is_clear=is_clear_by(judge_of)),
        )
        for (path, _), reading, judgement in zip(readable, readings, judgements, strict=True)
    }
    return [Judged(path, done.get(path), None if path in done else _why(raw)) for path, raw in chunk]


def _why(raw: bytes | OSError) -> str:
    if isinstance(raw, OSError):
        return raw.strerror or type(raw).__name__
    return f"larger than {MAX_BYTES // 1024 // 1024} MB"


class TrainingBar:
    """Shows the training of the classifier as one more bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def __call__(self, step: str, fraction: float) -> None:
        if self._task is None:
            self._task = self._progress.add_task("training", total=1.0)
        self._progress.update(self._task, description=f"training: {step}", completed=fraction)
