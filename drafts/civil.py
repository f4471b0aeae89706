"""Civil mail of a client on file that deserves a whole answer although nothing in it is flagged."""

from __future__ import annotations

import re
from typing import Literal

from drafts.reading import read
from drafts.situation import Situation

CivilMatter = Literal["complaint", "invoice query"]

QUESTION = re.compile(r"[?¿]")


def civil_matter(situation: Situation) -> CivilMatter | None:
    """What an unflagged message is about, where an answer can stand on facts; None where it would guess.

    A complaint names a fault and either what is wanted or that it isn't good enough. An invoice query asks
    something and names an unpaid invoice that is on file.
    """
    reading = read(situation)
    if reading.is_apology or reading.is_thanks:
        return None
    numbers = {digits for fact in reading.invoices for digits in re.findall(r"\d+", fact.words)}
    on_file = any(set(re.findall(r"\d+", one.number)) <= numbers for one in situation.invoices)
    if on_file and QUESTION.search(situation.new_text):
        return "invoice query"
    is_complaint = reading.work and reading.defects and (reading.is_dissatisfied or reading.wishes)
    return "complaint" if is_complaint and situation.agreement else None
