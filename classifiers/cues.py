"""Named cues: the few turns of phrase, in seven languages, that weigh in a judgement by their name.

A cue never flags anything alone; it is one feature among others, and the scorecard says what each is worth.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(alternatives) + r")(?!\w)", re.IGNORECASE)


SECOND_PERSON: Final = "second_person"
_SHAPES: Final = ("shouting", "many_marks", "question", SECOND_PERSON, "length")
_SHOUT = re.compile(r"\b[A-ZÄÖÜÉÈÀÇÑ]{3,}\b(?:\W+[A-ZÄÖÜÉÈÀÇÑ]{2,}\b){2,}")


@lru_cache(maxsize=1)
def patterns() -> dict[str, re.Pattern[str]]:
    """The pattern of each worded cue in cues.toml, ``second_person`` among them."""
    words = tomllib.loads(Path(__file__).with_name("cues.toml").read_text(encoding="utf-8"))
    return {name: _any(*alternatives) for name, alternatives in words.items()}


def names() -> tuple[str, ...]:
    """The names of all cues, in the order of the columns of cue_rows."""
    return (*(name for name in patterns() if name != SECOND_PERSON), *_SHAPES)


def cue_rows(texts: Sequence[str]) -> NDArray[np.float32]:
    """One row a text, one column a name, 0 or 1; only the length lies between."""
    import numpy as np

    rows = np.zeros((len(texts), len(names())), dtype=np.float32)
    worded = [pattern for name, pattern in patterns().items() if name != SECOND_PERSON]
    for row, text in zip(rows, texts, strict=True):
        row[: len(worded)] = [pattern.search(text) is not None for pattern in worded]
        row[len(worded) :] = _shape(text)
    return rows


def _shape(text: str) -> tuple[float, ...]:
    return (
        float(_SHOUT.search(text) is not None),
        float(any(marks in text for marks in ("!!", "??", "?!", "!?"))),
        float("?" in text),
        float(patterns()[SECOND_PERSON].search(text) is not None),
        min(len(text) / 300.0, 1.0),
    )


def found_cues(text: str) -> tuple[str, ...]:
    """The names of the cues in a text, for people to read."""
    row = cue_rows([text])[0]
    return tuple(name for name, value in zip(names(), row, strict=True) if value and name != "length")
