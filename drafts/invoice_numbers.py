"""Whether the words of a message mean an invoice on file: "invoice 14" is 2026-014."""

from __future__ import annotations

import re

NUMBER_GROUPS = re.compile(r"\d+")


def is_meant(number: str, words: str) -> bool:
    """Whether ``words`` name this invoice: by its whole number, or by its last figures."""
    last = NUMBER_GROUPS.findall(number)[-1:]
    said = words.rsplit(maxsplit=1)[-1].lstrip("#") if words.split() else ""
    if plain(said) == plain(number):
        return True
    return bool(last) and said.isdecimal() and int(said[:20]) == int(last[0][:20])


def plain(number: str) -> str:
    """Return an invoice number without what people leave out when they type it."""
    return re.sub(r"[^0-9a-z]", "", number.lower())
