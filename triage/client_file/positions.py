"""On which line of a TOML text each key stands; the text is one that tomllib has accepted."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

Place = tuple[int | str, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.S),
    re.compile(r"'''.*?'{3,5}(?!')", re.S),
    re.compile(r'"(?:[^"\\]|\\.)*"'),
    re.compile(r"'[^']*'"),
)


def line_index(text: str) -> Mapping[Place, int]:
    """The line (from 1) of each table, key and item, by its place: ``("clients", 0, "name")``."""
    return _Reader(text).read()


@dataclass
class Lines:
    """The lines of a text's places; nothing is read before a line is asked for."""

    text: str

    @cached_property
    def index(self) -> Mapping[Place, int]:
        """Every place and its line."""
        return line_index(self.text)

    def of(self, place: Place) -> int:
        """The line of the place or, where the file doesn't have it, of the table that lacks it."""
        while place and place not in self.index:
            place = place[:-1]
        return self.index.get(place, 1)

    def of_headers(self, name: str, count: int) -> list[int]:
        """The lines of ``[[name]]``, of which there are so many; where they are written plainly, at once."""
        plain = re.compile(rf"^[ \t]*\[\[[ \t]*{re.escape(name)}[ \t]*\]\]", re.M)
        starts = [found.start() for found in plain.finditer(self.text)]
        has_long_strings = '"""' in self.text or "'''" in self.text  # which may hold what looks like one
        if has_long_strings or len(starts) != count:
            return [self.of((name, number)) for number in range(count)]
        breaks = [found.start() for found in re.finditer("\n", self.text)]
        return [bisect_right(breaks, start) + 1 for start in starts]


class _Reader:
    """Walks the text once from its start; ``at`` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [found.start() for found in re.finditer("\n", text)]
        self.lines: dict[Place, int] = {}
        self.items: dict[Place, int] = {}

    def read(self) -> Mapping[Place, int]:
        """Every statement."""
        table: Place = ()
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()
        return self.lines

    def _skip(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _note(self, place: Place, at: int) -> None:
        for size in range(len(place), 0, -1):  # a dotted key makes the tables it passes
            self.lines.setdefault(place[:size], bisect_right(self.breaks, at) + 1)

    def _header(self) -> Place:
        start = self.at
        is_item = self.text.startswith("[[", start)
        self.at += 2 if is_item else 1
        names = self._key()
        self.at += 2 if is_item else 1
        place = self._resolved(names[:-1])
        place = (*place, names[-1])
        if is_item:
            self.items[place] = self.items.get(place, -1) + 1
            self._note(place, start)
            place = (*place, self.items[place])
        self._note(place, start)
        return place

    def _resolved(self, names: tuple[str, ...]) -> Place:
        """The table of these names; of a list of tables the last one is meant."""
        place: Place = ()
        for name in names:
            place = (*place, name)
            if place in self.items:
                place = (*place, self.items[place])
        return place

    def _key(self) -> tuple[str, ...]:
        """A dotted key, up to behind it and the blanks that follow."""
        names = []
        while True:
            self._skip()
            names.append(self._key_part())
            self._skip()
            if self.text[self.at] != ".":
                return tuple(names)
            self.at += 1

    def _key_part(self) -> str:
        bare = _BARE_KEY.match(self.text, self.at)
        if bare:
            self.at = bare.end()
            return bare[0]
        start = self.at
        self._string()
        return str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"])

    def _pair(self, table: Place) -> None:
        start = self.at
        place = (*table, *self._key())
        self._note(place, start)
        self.at += 1  # the equals sign
        self._skip()
        self._value(place)

    def _value(self, place: Place) -> None:
        mark = self.text[self.at]
        if mark in "\"'":
            self._string()
        elif mark == "[":
            self._members("]", place)
        elif mark == "{":
            self._members("}", place)
        else:
            found = _PLAIN_VALUE.match(self.text, self.at)
            self.at = found.end() if found else self.at

    def _string(self) -> None:
        for kind in _STRINGS:
            if found := kind.match(self.text, self.at):
                self.at = found.end()
                return

    def _members(self, end: str, place: Place) -> None:
        """The items of an array or the pairs of an inline table."""
        self.at += 1
        number = 0
        self._skip()
        while self.text[self.at] != end:
            if end == "}":
                self._pair(place)
            else:
                self._note((*place, number), self.at)
                self._value((*place, number))
                number += 1
            self._skip()
            self.at += self.text[self.at] == ","
            self._skip()
        self.at += 1
