"""The bare tables of a client file, before anything in them is known to be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from triage.client_file.positions import Place

T = TypeVar("T")
Found = Iterator[tuple[Place, str]]
"""Problems, each with its place and its sentence."""
RawTable = tuple[Place, Mapping[str, Any]]


def tables(parent: RawTable, key: str) -> Iterator[RawTable]:
    """The tables of a list in another table, each with its place."""
    place, table = parent
    found = table.get(key)
    for at, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (*place, key, at), item


def texts(parent: RawTable, key: str) -> Iterator[tuple[Place, str]]:
    """The text of a key, or those of an array, each with its place; empty ones are left out."""
    place, table = parent
    value = table.get(key)
    if isinstance(value, str) and value.strip():
        yield (*place, key), value
    for at, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str) and item.strip():
            yield (*place, key, at), item


def quietly(reader: Callable[[object], T], raw: object) -> T | None:
    """The value, or None where it is no such value."""
    try:
        return reader(raw)
    except ValueError:
        return None


def folded(text: str) -> str:
    """The text for comparing: case and spacing don't matter."""
    return " ".join(text.split()).casefold()
