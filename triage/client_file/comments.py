"""A TOML document whose comments stay with the table they stand above, whatever is put before it."""

from __future__ import annotations

import re

from tomlkit import TOMLDocument
from tomlkit.container import Container
from tomlkit.items import AoT, Comment, Item, Null, Table, Whitespace

# No TOML text may hold this character, and tomlkit doesn't take it for an indentation.
_MARK = "\0"


class BoundComments:
    """Ties the blank lines and comments above each header to the header.

    tomlkit counts a comment as the end of the table before it, so that a key or table added there would
    come between the comment and its own table. What stands behind the last key stays at the file's end.
    """

    def __init__(self, document: TOMLDocument) -> None:
        self._texts: list[str] = []
        last = self._walk(document, document)
        # In a file without a key nothing but its head stands, and that stays there.
        self._end = _cut_tail(last, len(last.body)) if len(document) else ""

    def restored(self, text: str) -> str:
        """The document's text with the comments in their places."""
        return re.sub(f"{_MARK}([0-9]+){_MARK}", lambda found: self._texts[int(found[1])], text) + self._end

    def _walk(self, container: Container, last: Container) -> Container:
        """Bind every header in the container; returns the container that the next header follows."""
        for at, (_, item) in enumerate(list(container.body)):
            for table in _tables(item):
                if not table.is_super_table():
                    self._bind(table, last, at if last is container else len(last.body))
                    last = table.value
                last = self._walk(table.value, last)
            if not isinstance(item, AoT | Table | Null | Whitespace | Comment):
                last = container
        return last

    def _bind(self, table: Table, last: Container, end: int) -> None:
        table.trivia.indent = f"{_MARK}{len(self._texts)}{_MARK}{table.trivia.indent}"
        self._texts.append(_cut_tail(last, end))


def _tables(item: Item) -> list[Table]:
    if isinstance(item, AoT):
        return list(item.body)
    return [item] if isinstance(item, Table) else []


def _cut_tail(container: Container, end: int) -> str:
    """Take out the blank lines and comments before ``end``, from the first blank line on if there is one."""
    start = end
    while start and isinstance(container.body[start - 1][1], Whitespace | Comment | Null):
        start -= 1
    texts = [item.as_string() for _, item in container.body[start:end]]
    blank = next((at for at, text in enumerate(texts) if text and not text.strip()), 0)
    for at in range(start + blank, end):
        container.body[at] = (None, Null())
    return "".join(texts[blank:])
