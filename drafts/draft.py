"""A finished text as the rules of the lint look at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from drafts.facts import Reading
from drafts.situation import Situation

QUOTED = re.compile(r"“[^”]*”|„[^“]*“|«[^»]*»")


class Draft(NamedTuple):
    """What every rule looks at; ``own`` is the text without what it quotes.

    ``facts`` are what the mail may name beside the message: figures of the client file, as words.
    """

    text: str
    own: str
    situation: Situation
    reading: Reading
    moves: frozenset[str]
    facts: Mapping[str, str]


Rule = Callable[[Draft], Iterator[str]]


def own_words(text: str, situation: Situation, reading: Reading) -> str:
    """Return ``text`` without what it quotes: the client's message, and the user's own legal texts."""
    groups = (reading.asks, reading.wishes, reading.defects)
    told = {fact.value for group in groups for fact in group}
    told |= {
        fact.value for fact in (reading.want, reading.scope_told, reading.money_told, reading.remark) if fact
    }
    late_fee = situation.agreement.late_fee.strip().rstrip(".") if situation.agreement else ""
    told |= {clause for clause in (late_fee, situation.legal_text.strip()) if clause}
    for clause in sorted(told, key=len, reverse=True):
        text = text.replace(clause, " ")
    return QUOTED.sub("", text)
