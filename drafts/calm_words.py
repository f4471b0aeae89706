"""Word lists for reading a hostile message calmly, from ``data/<language>/calm.toml``, compiled once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from drafts.facts import Topic
from drafts.lexicon import NOTHING, Lexicon, compiled, lexicon, shaped


@cache
def calm_lexicon(language: str) -> Lexicon:
    """Return all word lists of ``language``, those for calm reading among the patterns.

    A language without lists gets empty ones: only the evidence tells then what is abuse.
    """
    source = resources.files("drafts") / "data" / language / "calm.toml"
    if not source.is_file():
        return _bare(language)
    data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    words = lexicon(language)
    return Lexicon(
        language=language,
        topics=words.topics,
        threats=words.threats,
        patterns={
            **words.patterns,
            **{name: compiled(found) for name, found in data["patterns"].items()},
            **{name: shaped(found) for name, found in data["shapes"].items()},
        },
        off_times=words.off_times,
        owners=words.owners,
        turns=words.turns,
        has_articles=words.has_articles,
    )


def _bare(language: str) -> Lexicon:
    sentence_break = re.compile(r"[,;:](?=\s)|\s[-–—]+\s")
    return Lexicon(
        language=language,
        topics=dict.fromkeys(Topic, NOTHING),
        threats={},
        patterns={"break": sentence_break},
        off_times={},
        owners={},
        turns=(),
        has_articles=False,
    )
