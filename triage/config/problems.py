"""Every problem of a configuration as one sentence: where it is in the file's own terms, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from triage.config.model import Config

Place = tuple[int | str, ...]

_SECRET = re.compile(r"pass(word|wd|phrase)?|secret|token|api_?key", re.IGNORECASE)
_SENTENCES = {
    "missing": "is missing; add it.",
    "string_type": "must be text in quotes.",
    "int_type": "must be a whole number.",
    "float_type": "must be a number.",
    "bool_type": "must be true or false.",
    "tuple_type": 'must be a list, such as ["…"].',
    "model_type": "must be a table of keys.",
    "model_attributes_type": "must be a table of keys.",
    "path_type": "must be a path in quotes.",
    "too_short": "must name at least one.",
    "finite_number": "must be a number.",
    "string_pattern_mismatch": 'must be a language\'s two letters, such as "en".',
}
_BOUNDS = {
    "greater_than": "must be more than {gt}.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than": "must be less than {lt}.",
    "less_than_equal": "must be at most {le}.",
    "literal_error": "must be one of {expected}.",
}


def sentences(error: ValidationError, data: dict[str, Any]) -> Iterator[str]:
    """One sentence for each problem, in the file's order; no value of the file is ever repeated."""
    return (f"{in_toml(place)}: {sentence}" for place, sentence in placed_sentences(error, data, Config))


def placed_sentences(
    error: ValidationError, data: dict[str, Any], root: type[BaseModel]
) -> Iterator[tuple[Place, str]]:
    """The same with each problem's place beside it, for a file whose whole is ``root``."""
    for problem in error.errors(include_url=False, include_input=False):
        place, value = _located(problem["loc"], data)
        if problem["type"] == "too_short" and value:
            continue  # pydantic counts only the items that are right; the wrong ones are told already
        yield place, _sentence(problem["type"], place, problem, root)


def _sentence(kind: str, place: Place, problem: Any, root: type[BaseModel]) -> str:
    context = problem.get("ctx", {})
    if kind == "extra_forbidden":
        return _about_unknown(place, root)
    if kind == "value_error":
        return f"{context['error']}".rstrip(".?") + ("?" if str(context["error"]).endswith("?") else ".")
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**context).replace("'", '"')
    return _SENTENCES.get(kind, f"{problem['msg']}.")


def _about_unknown(place: Place, root: type[BaseModel]) -> str:
    """A key that isn't known: a secret in the wrong place, a misspelling, or one that never was."""
    name = str(place[-1])
    known = sorted(_model_at(place[:-1], root).model_fields)
    meant = get_close_matches(name.lower().replace("-", "_"), known, 1, 0.6)
    if _SECRET.fullmatch(name.rpartition("_")[2]) or (_SECRET.search(name) and not meant):
        return (
            "secrets don't belong in this file; remove the line, and store the secret with `triage init` "
            "or let password_command print it."
        )
    if meant:
        return f"there is no such key; did you mean {meant[0]}?"
    return f"there is no such key; known here are {', '.join(known)}."


def _model_at(place: Place, root: type[BaseModel]) -> type[BaseModel]:
    """The model of the table at this place."""
    model = root
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = next(iter(_models_in(model.model_fields[part].annotation)), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _located(place: Place, data: Any) -> tuple[Place, Any]:
    """The place, as far as the file has it and one key more, and the value there; pydantic adds its types."""
    kept: list[int | str] = []
    for part in place:
        kept.append(part)
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
            break
    return tuple(kept), data


def in_toml(place: Place) -> str:
    """``accounts[0].port`` for ``("accounts", 0, "port")``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
