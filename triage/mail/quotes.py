"""Takes quoted text out of a message and leaves the runs of lines that the sender wrote between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from triage.mail.attribution import Attribution, Strength, find_attribution, is_closing_bracket
from triage.mail.quote_headers import header_block_end, is_forward_mark, is_rule, is_separator

_QUOTED = re.compile(r"^\s{0,3}>")
_COMPARISON = re.compile(r"^\s{0,3}>{1,2}=?\s?[\d$€£]")
_WRAPPED_CHARS = 60


@dataclass
class Segments:
    """Runs of the sender's own lines; ``is_cut`` says that an earlier message followed to the end."""

    runs: list[list[str]] = field(default_factory=lambda: [[]])
    is_cut: bool = False

    def add(self, line: str) -> None:
        """Put a line of the sender's to the current run."""
        self.runs[-1].append(line)

    def close(self) -> None:
        """A quote begins: what follows it is another run."""
        if self.runs[-1]:
            self.runs.append([])

    def take_back(self, count: int) -> None:
        """Forget the last lines, which have turned out to be an attribution's first ones."""
        if count:
            del self.runs[-1][-count:]

    @property
    def is_empty(self) -> bool:
        """Whether nothing but blank lines has been kept so far."""
        return not any(line.strip() for run in self.runs for line in run)


def split_quotes(lines: Sequence[str], *, is_forward: bool = False) -> Segments:
    """The sender's own lines, in runs between quotes.

    A head of an earlier message at the very top stands above one that was passed on whole: unless
    ``is_forward`` says so, its text is kept, since it may be all the sender has to say.
    """
    segments = Segments()
    quoted = _quoted_lines(lines)
    index = 0
    while index < len(lines):
        if quoted[index]:
            segments.close()
            index += 1
            continue
        step = _step(lines, quoted, index, segments, is_forward)
        if step is None:
            segments.is_cut = True
            break
        index = step
    return segments


def _quoted_lines(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is quoted by ``>``, broken ends of wrapped quotes included."""
    quoted = [
        _QUOTED.match(line) is not None and not is_closing_bracket(lines, index)
        for index, line in enumerate(lines)
    ]
    if sum(quoted) == 1 and _COMPARISON.match(lines[quoted.index(True)]):
        return [False] * len(lines)
    for index in range(1, len(lines) - 1):
        if quoted[index - 1] and quoted[index + 1] and not quoted[index]:
            quoted[index] = _is_wrapped_end(lines[index - 1], lines[index])
    return quoted


def _is_wrapped_end(above: str, line: str) -> bool:
    """Whether a line is the tail of the long quoted line above, broken off by a mail program."""
    is_cut_off = len(above) >= _WRAPPED_CHARS and above.rstrip()[-1:] not in ".?!:;…"
    return is_cut_off and line[:1].islower() and len(line) < _WRAPPED_CHARS


def _step(
    lines: Sequence[str], quoted: Sequence[bool], index: int, segments: Segments, is_forward: bool
) -> int | None:
    """Deal with the line at ``index``: the index of the next one, or None when all that follows is quoted."""
    line = lines[index]
    if is_forward_mark(line) or is_separator(line):
        _drop_rule(segments)
        return None
    end = header_block_end(lines, index)
    if end is not None:
        _drop_rule(segments)
        return end if segments.is_empty and not is_forward and index <= _first_text(lines) else None
    found = find_attribution(lines, index)
    if found is not None:
        return _after_attribution(lines, quoted, index, found, segments)
    segments.add(line)
    return index + 1


def _first_text(lines: Sequence[str]) -> int:
    return next((index for index, line in enumerate(lines) if line.strip() and not is_rule(line)), 0)


def _drop_rule(segments: Segments) -> None:
    """Take back a drawn rule, and blank lines, that stood directly above the earlier message."""
    run = segments.runs[-1]
    while run and not run[-1].strip():
        run.pop()
    if run and is_rule(run[-1]):
        run.pop()


def _after_attribution(
    lines: Sequence[str], quoted: Sequence[bool], index: int, found: Attribution, segments: Segments
) -> int | None:
    """Take an attribution out, if what follows it bears it out; the index to go on at, or None to stop."""
    follows = _next_text(lines, index + 1)
    is_marked = follows is not None and quoted[follows]
    if found.strength is Strength.NEEDS_MARKS and not is_marked:
        segments.add(lines[index])
        return index + 1
    segments.take_back(index - found.start)
    if found.kept:
        segments.add(found.kept)
    segments.close()
    if is_marked or follows is None:
        return index + 1
    if found.strength is Strength.CUTS:
        return None
    return _paragraph_end(lines, follows)


def _next_text(lines: Sequence[str], start: int) -> int | None:
    return next((index for index in range(start, len(lines)) if lines[index].strip()), None)


def _paragraph_end(lines: Sequence[str], start: int) -> int:
    return next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines))
