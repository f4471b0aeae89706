"""What a message is about, as small counts: all that the history keeps of a text, never a word of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

from triage.clients.cues import Cues, cues_from

Side = Literal["client", "own"]
Traits = Mapping[str, int]
"""Name of a trait → in how many places of a message it shows."""

# The tables of a language that are read for each side.
_TABLES: Mapping[Side, tuple[str, ...]] = {"client": ("client", "temper"), "own": ("own",)}


# What "not", "if" or "once" turns into its opposite.
_DENIABLE = ("paid", "received", "praise", "apology")


def client_traits(subject: str, new_text: str) -> Traits:
    """The traits of a client's message; ``words`` is its length."""
    told = dict(_cues("client").counts(_told(subject, new_text)))
    loud = new_text.count("!")
    return {**told, **({"loud": loud} if loud else {}), "words": len(new_text.split())}


def own_traits(subject: str, new_text: str) -> Traits:
    """The traits of a message that the freelancer wrote."""
    return dict(_cues("own").counts(_told(subject, new_text)))


def _told(subject: str, new_text: str) -> str:
    """What the writer says here: the subject of an answer is the thread's."""
    return new_text if ":" in subject[:6] and new_text.strip() else f"{subject}\n{new_text}"


@cache
def _cues(side: Side) -> Cues:
    """The cues of all languages together: people mix them, and few words look alike."""
    return cues_from(_named(side), _DENIABLE)


def _named(side: Side) -> Iterator[tuple[str, str]]:
    for file in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        for table in _TABLES[side]:
            for name, phrases in tables[table].items():
                yield from ((name, phrase) for phrase in phrases)


def _folder() -> Traversable:
    return resources.files("triage.clients").joinpath("words")
