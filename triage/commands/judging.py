"""Shared by ``classify`` and ``draft``: files through the pure half of the pipeline, in batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeGuard

from rich.console import Console
from rich.progress import Progress, TaskID

from drafts.compose import supported_languages
from triage.archive import read_archives
from triage.client_file import load_book, load_clients
from triage.commands.progress import progress_bar
from triage.conclude import Conclusion, Judge, Occasion, conclude, is_clear_by, judge, load_classifier, read
from triage.config import default_paths, load_config
from triage.containment import contained
from triage.desk import Desk, desk_of, desk_without_config
from triage.pipeline import CHUNK
from triage.voice_file import known_voice

# A file of this size is no message that a person wrote; what is read of it would be its attachments.
MAX_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 16 * 1024 * 1024

File = tuple[str, bytes | OSError]


@dataclass(frozen=True, slots=True)
class Judged:
    """One message of an archive: its conclusion, or the sentence that says why there is none."""

    path: str
    conclusion: Conclusion | None
    error: str | None = None


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
    return desk_of(loaded, loaded.accounts[0], book, known_voice(loaded.paths.state))


def judge_paths(paths: Iterable[Path], desk: Desk, clock: Callable[[], datetime]) -> Iterator[Judged]:
    """Every message of the paths in order, judged in batches."""
    messages = read_archives(paths)
    console = Console(stderr=True)
    with progress_bar(console, is_shown=console.is_terminal) as progress:
        judge_of = functools.cache(lambda: load_classifier(desk.cache, TrainingBar(progress)))
        task = progress.add_task("judging", total=None)
        for chunk in _chunks(messages):
            yield from _judge_chunk(chunk, desk, judge_of, clock)
            progress.advance(task, len(chunk))


def _chunks(messages: Iterable[File]) -> Iterator[list[File]]:
    """Bounded by count and by bytes: a folder of large messages must not fill the memory."""
    chunk: list[File] = []
    held = 0
    for path, raw in messages:
        chunk.append((path, raw))
        held += len(raw) if isinstance(raw, bytes) else 0
        if len(chunk) == CHUNK or held > CHUNK_BYTES:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _judge_chunk(
    chunk: list[File], desk: Desk, judge_of: Callable[[], Judge], clock: Callable[[], datetime]
) -> list[Judged]:
    """Judged in bulk; where that fails, one by one, so that a poison message fails alone."""
    worked = contained(lambda: _judge_all(chunk, desk, judge_of, clock), lambda _: None, "judging in bulk")
    if worked is not None:
        return worked
    return [_judge_one(file, desk, judge_of, clock) for file in chunk]


def _judge_one(
    file: File, desk: Desk, judge_of: Callable[[], Judge], clock: Callable[[], datetime]
) -> Judged:
    reasons: list[str] = []
    worked = contained(lambda: _judge_all([file], desk, judge_of, clock), reasons.append, file[0])
    return worked[0] if worked else Judged(file[0], None, f"can't be judged ({', '.join(reasons)})")


def _judge_all(
    chunk: list[File], desk: Desk, judge_of: Callable[[], Judge], clock: Callable[[], datetime]
) -> list[Judged]:
    readings = [read(raw, desk) for _, raw in chunk if _is_readable(raw)]
    judgements = judge(readings, judge_of)
    worked = iter(zip(readings, judgements, strict=True))
    now = clock()

    def judged(path: str, raw: bytes | OSError) -> Judged:
        if not _is_readable(raw):
            return Judged(path, None, _why(raw))
        reading, judgement = next(worked)
        occasion = Occasion(desk.for_message(reading.message), now, is_clear=is_clear_by(judge_of))
        return Judged(path, conclude(reading, judgement, occasion))

    return [judged(path, raw) for path, raw in chunk]


def _is_readable(raw: bytes | OSError) -> TypeGuard[bytes]:
    return isinstance(raw, bytes) and len(raw) <= MAX_BYTES


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
