"""The freelancer's own phrases: one TOML file, all its problems told with their lines before mail is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triage.client_file.loading import parse, read_text
from triage.client_file.positions import Lines, Place
from triage.config import Config
from triage.errors import ConfigError

OwnPhrases = Mapping[str, Mapping[str, tuple[str, ...]]]


def own_phrases(config: Config) -> OwnPhrases:
    """The phrases of this configuration; the usual file may be missing, one that is named may not."""
    return load_phrases(config.paths.phrases, may_be_missing=config.storage.phrases_file is None)


def load_phrases(path: Path, *, may_be_missing: bool = False) -> OwnPhrases:
    """Language → list ("acknowledge.late") → texts; raises ConfigError with a sentence for each problem."""
    remedy = "write it, or remove storage.phrases_file"
    text = read_text(path, may_be_missing=may_be_missing, what="phrase file", remedy=remedy)
    if text is None:
        return {}
    data = parse(text.removeprefix("\ufeff"), path.name)
    lines = Lines(text.removeprefix("\ufeff"))
    problems = sorted((lines.of(place), place, why) for place, why in _problems(data))
    if problems:
        told = (f"{path.name}, line {line}: {_named(place)} {why}." for line, place, why in problems)
        raise ConfigError(*dict.fromkeys(sentence.replace("?.", "?") for sentence in told))
    return {
        language: {
            f"{move}.{about}": tuple(texts) for move, lists in moves.items() for about, texts in lists.items()
        }
        for language, moves in data.items()
    }


def _problems(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for language, moves in data.items():
        if not isinstance(moves, dict):
            yield (language,), "must be a table, such as [en.acknowledge]"
            continue
        for move, lists in moves.items():
            if not isinstance(lists, dict):
                yield (language, move), "must be a table, such as [en.acknowledge]"
                continue
            for about, texts in lists.items():
                yield from _of_list((language, move, about), texts)


def _of_list(place: Place, texts: object) -> Iterator[tuple[Place, str]]:
    from drafts.own_phrases import list_faults, text_faults

    language, move, about = map(str, place)
    key = f"{move}.{about}"
    faults = list(list_faults(language, key))
    yield from ((place, fault) for fault in faults)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        yield place, 'must be a list of sentences, such as ["Thank you for the news."]'
    elif not faults:
        for number, text in enumerate(texts):
            yield from (((*place, number), fault) for fault in text_faults(language, key, text))


def _named(place: Place) -> str:
    *names, last = place
    return (
        f"{'.'.join(map(str, names))}, phrase {last + 1},"
        if isinstance(last, int)
        else ".".join(map(str, place))
    )
