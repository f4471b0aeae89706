"""The labelled messages that the classifier learns from, and the strict reading of their files.

The format is described in README.md beside this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, NoReturn

from classifiers.errors import CorpusError
from classifiers.labels import LABELS, LANGUAGES, MARKS

HEADERS: Final = ("id", "labels", "lang", "trade", "register", "subject")
_MARK = re.compile(r"\[\[([A-Z])\|(.*?)\]\]", re.DOTALL)
_LABEL = re.compile(r"([a-z_]+) ([123])")
_FAMILY = re.compile(r"[a-z]$")

Part = Literal["subject", "body"]


@dataclass(frozen=True, slots=True)
class Mark:
    """The words, by position in subject or body, that carry a label."""

    label: str
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """One message of the corpus, its marks taken out of the text; no label means an ordinary message."""

    id: str
    labels: Mapping[str, int]
    lang: str
    trade: str
    register: str
    subject: str
    body: str
    marks: tuple[Mark, ...]
    source: str

    @property
    def severity(self) -> int:
        """The highest severity of its labels; 0 without labels."""
        return max(self.labels.values(), default=0)

    @property
    def family(self) -> str:
        """What near twins share: the id without its closing letter."""
        return _FAMILY.sub("", self.id)

    def words_of(self, mark: Mark) -> str:
        """The marked words."""
        text = self.subject if mark.part == "subject" else self.body
        return text[mark.start : mark.end]


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one message and where in its file they begin."""

    path: Path
    first_line: int
    lines: tuple[str, ...]

    def refuse(self, problem: str, line: int = 0) -> NoReturn:
        raise CorpusError(f"{self.path.name}, line {self.first_line + line}: {problem}.")


def corpus_folder() -> Path:
    """Where the shipped corpus lies."""
    return Path(__file__).parent


def read_corpus(folder: Path | None = None) -> list[Example]:
    """All messages of a folder's ``*.txt`` files, in the order of file and line.

    Raises CorpusError on the first broken block, on an id used twice and on an empty folder.
    """
    folder = folder or corpus_folder()
    examples = [example for path in sorted(folder.glob("*.txt")) for example in read_file(path)]
    if not examples:
        raise CorpusError(f"No messages to learn from in {folder}: install the program again.")
    _refuse_twice(examples)
    return examples


def read_file(path: Path) -> list[Example]:
    """The messages of one file; raises CorpusError with the line number of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CorpusError(f"{path.name} is not UTF-8: save it again as UTF-8.") from None
    return [_example(block) for block in _blocks(path, text)]


def _refuse_twice(examples: list[Example]) -> None:
    seen: set[str] = set()
    for example in examples:
        if example.id in seen:
            raise CorpusError(f"{example.source}.txt: the id {example.id} is used twice.")
        seen.add(example.id)


def _blocks(path: Path, text: str) -> Iterator[_Block]:
    lines: list[str] = []
    first = 1
    for number, line in enumerate([*text.split("\n"), "===="], start=1):
        if line.rstrip("\r") != "====":
            lines.append(line.rstrip("\r"))
            continue
        if any(each.strip() for each in lines):
            yield _Block(path, first, tuple(lines))
        lines, first = [], number + 1


def _example(block: _Block) -> Example:
    headers, body_from = _headers(block)
    marked_body = "\n".join(block.lines[body_from:]).strip("\n")
    subject, in_subject = _unmark(block, headers["subject"], "subject")
    body, in_body = _unmark(block, marked_body, "body")
    labels = _labels(block, headers["labels"])
    marks = in_subject + in_body
    if {mark.label for mark in marks} != set(labels):
        block.refuse("labels and marks differ: each label needs marked words, and no others")
    if headers["lang"] not in LANGUAGES:
        block.refuse(f"lang is none of {', '.join(LANGUAGES)}")
    if not (subject + body).strip():
        block.refuse("there is no text")
    return Example(
        id=headers["id"],
        labels=labels,
        lang=headers["lang"],
        trade=headers["trade"],
        register=headers["register"],
        subject=subject,
        body=body,
        marks=marks,
        source=block.path.stem,
    )


def _headers(block: _Block) -> tuple[dict[str, str], int]:
    headers: dict[str, str] = {}
    for number, line in enumerate(block.lines):
        if line == "---":
            break
        if not line.strip() and not headers:
            continue
        name, colon, value = line.partition(":")
        if not colon or name not in HEADERS or name in headers:
            block.refuse("a header that is unknown, doubled or without a colon", number)
        headers[name] = value.strip()
    else:
        block.refuse("no line --- between headers and body")
    missing = [name for name in HEADERS if name not in headers]
    if missing or not headers["id"]:
        block.refuse(f"missing header: {', '.join(missing) or 'id'}")
    return headers, number + 1


def _labels(block: _Block, value: str) -> Mapping[str, int]:
    labels: dict[str, int] = {}
    for each in [] if value == "none" else value.split(","):
        match = _LABEL.fullmatch(each.strip())
        if not match or match[1] not in LABELS or match[1] in labels:
            block.refuse("labels are 'none' or names with a severity from 1 to 3, parted by commas")
        labels[match[1]] = int(match[2])
    return MappingProxyType({label: labels[label] for label in LABELS if label in labels})


def _unmark(block: _Block, text: str, part: Part) -> tuple[str, tuple[Mark, ...]]:
    plain: list[str] = []
    marks: list[Mark] = []
    length = at = 0
    for match in _MARK.finditer(text):
        if match[1] not in MARKS or not match[2].strip() or "[[" in match[2]:
            block.refuse("a mark that is empty, nested or of an unknown letter")
        plain += [text[at : match.start()], match[2]]
        length += match.start() - at
        marks.append(Mark(MARKS[match[1]], part, length, length + len(match[2])))
        length += len(match[2])
        at = match.end()
    plain.append(text[at:])
    joined = "".join(plain)
    if "[[" in joined or "]]" in joined:
        block.refuse("a mark that is not closed or not opened")
    return joined, tuple(marks)
