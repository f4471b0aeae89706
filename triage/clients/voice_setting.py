"""Features of the voice as a person sets them: what may be given for each, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from triage.clients.voice import SETTABLE, Value

MOST_CHARS = 60
WORDS_FROM, WORDS_TO = 20, 400
FORMS = ("formal", "familiar")


def checked(name: str, text: str) -> Value:
    """What was given for a feature, as it is kept; raises ValueError with what may be given."""
    if name not in SETTABLE:
        raise ValueError(f"'{name}' can't be set; what can: {', '.join(SETTABLE)}")
    return _CHECKS[name](" ".join(text.split()))


def told(value: Value) -> str:
    """A value as a person would give it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _greeting(text: str) -> str:
    line = _line(text)
    if line.count("{") != line.count("{name}") or line.count("}") != line.count("{name}"):
        raise ValueError("a greeting has {name} where the client's name goes, and no other braces")
    return line if "{name}" in line else f"{line.rstrip(',:')} {{name}}"


def _line(text: str) -> str:
    if not text or len(text) > MOST_CHARS or re.search(r"[\x00-\x1f\x7f]", text):
        raise ValueError(f"it must be one line of at most {MOST_CHARS} characters")
    if "!" in text or "¡" in text:
        raise ValueError("drafts have no exclamation marks; leave it out")
    return text


def _form(text: str) -> str:
    if text.lower() not in FORMS:
        raise ValueError("it is formal (Sie, vous, usted) or familiar (du, tu, tú)")
    return text.lower()


def _words(text: str) -> int:
    if not (text.isdecimal() and len(text) < 6 and WORDS_FROM <= int(text) <= WORDS_TO):
        raise ValueError(f"it is a number of words, {WORDS_FROM} to {WORDS_TO}")
    return int(text)


def _flag(text: str) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in known:
        raise ValueError('it is yes ("I\'ll send it") or no ("I will send it")')
    return known[text.lower()]


_CHECKS: Mapping[str, Callable[[str], Value]] = {
    "greeting": _greeting,
    "sign_off": _line,
    "form": _form,
    "words": _words,
    "contractions": _flag,
}
