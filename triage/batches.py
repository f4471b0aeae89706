"""Messages from files through the pure half of the pipeline: judged in bulk, concluded one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from triage.conclude import Conclusion, Judge, Occasion, Reading, conclude, judge, read
from triage.containment import contained
from triage.desk import Desk

if TYPE_CHECKING:
    from classifiers.judge import Judgement

# Enough for the encoder to work in bulk, few enough that the first line is there soon and memory stays flat.
BATCH = 64
BATCH_BYTES = 16 * 1024 * 1024
# A file of this size is no message that a person wrote; what is read of it would be its attachments.
MAX_BYTES = 64 * 1024 * 1024

File = tuple[str, bytes | OSError]


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of an archive, read and judged; ``error`` says why it could not be."""

    path: str
    reading: Reading | None = None
    judgement: Judgement | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One message of an archive: its conclusion, or the sentence that says why there is none."""

    path: str
    conclusion: Conclusion | None
    error: str | None = None


def batches(files: Iterable[File]) -> Iterator[list[File]]:
    """Bounded by count and by bytes: a folder of large messages must not fill the memory."""
    batch: list[File] = []
    held = 0
    for path, raw in files:
        batch.append((path, raw))
        held += len(raw) if isinstance(raw, bytes) else 0
        if len(batch) == BATCH or held > BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def hear(batch: list[File], desk: Desk, judge_of: Callable[[], Judge]) -> list[Heard]:
    """Read and judge in bulk; where that fails, one by one, so that a poison message fails alone."""
    worked = contained(lambda: _hear_all(batch, desk, judge_of), lambda _: None, "judging in bulk")
    if worked is not None:
        return worked
    return [_hear_one(file, desk, judge_of) for file in batch]


def concluded(heard: Heard, occasion_of: Callable[[Reading], Occasion]) -> Judged:
    """Decide about one message, and write the reply where one is due."""
    reading = heard.reading
    if reading is None:
        return Judged(heard.path, None, heard.error)
    reasons: list[str] = []
    conclusion = contained(
        lambda: conclude(reading, heard.judgement, occasion_of(reading)), reasons.append, heard.path
    )
    return Judged(heard.path, conclusion, _unforeseen(reasons) if conclusion is None else None)


def _hear_one(file: File, desk: Desk, judge_of: Callable[[], Judge]) -> Heard:
    reasons: list[str] = []
    worked = contained(lambda: _hear_all([file], desk, judge_of), reasons.append, file[0])
    return worked[0] if worked else Heard(file[0], error=_unforeseen(reasons))


def _hear_all(batch: list[File], desk: Desk, judge_of: Callable[[], Judge]) -> list[Heard]:
    readings = [read(raw, desk) for _, raw in batch if _is_readable(raw)]
    worked = iter(zip(readings, judge(readings, judge_of, desk.taught), strict=True))
    return [
        Heard(path, *next(worked)) if _is_readable(raw) else Heard(path, error=_why(raw))
        for path, raw in batch
    ]


def _is_readable(raw: bytes | OSError) -> TypeGuard[bytes]:
    return isinstance(raw, bytes) and len(raw) <= MAX_BYTES


def _why(raw: bytes | OSError) -> str:
    if isinstance(raw, OSError):
        return raw.strerror or type(raw).__name__
    return f"larger than {MAX_BYTES // 1024 // 1024} MB"


def _unforeseen(reasons: list[str]) -> str:
    return f"can't be judged ({', '.join(reasons)})"
