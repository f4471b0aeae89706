"""Civil mail of a client on file that deserves a whole answer although nothing in it is flagged."""

from __future__ import annotations

import re
from typing import Literal

from drafts.bills import bill_of
from drafts.cues import Cue
from drafts.facts import Reading
from drafts.reading import read
from drafts.situation import Situation

CivilMatter = Literal["complaint", "invoice query", "question about the agreement"]

QUESTION = re.compile(r"[?¿]")


def civil_matter(situation: Situation) -> CivilMatter | None:
    """What an unflagged message is about, where an answer can stand on facts; None where it would guess.

    A complaint names a fault and either what is wanted or that it isn't good enough, or speaks of a mistake
    on record. An invoice query asks something of an unpaid invoice on file: it names it, or asks what is open
    or when it is due while there is only one. A question about the agreement asks what is included, or when
    the work comes.
    """
    reading = read(situation)
    if reading.is_apology or reading.is_thanks:
        return None
    numbers = {digits for fact in reading.invoices for digits in re.findall(r"\d+", fact.words)}
    on_file = any(set(re.findall(r"\d+", one.number)) <= numbers for one in situation.invoices)
    is_meant = on_file or (reading.asks_bill and bill_of(situation, reading) is not None)
    is_asked = QUESTION.search(situation.new_text) or reading.cues & {Cue.BREAKDOWN, Cue.RESEND}
    if is_meant and is_asked:
        return "invoice query"
    if situation.agreement and reading.mistakes and (reading.work or reading.is_dissatisfied):
        return "complaint"
    if situation.agreement is None:
        return None
    named = reading.defects or reading.names_fault
    if reading.work and named and (reading.is_dissatisfied or reading.wishes):
        return "complaint"
    return "question about the agreement" if is_on_file(situation, reading) else None


def is_on_file(situation: Situation, reading: Reading) -> bool:
    """Whether the message asks what is included, or when the work comes, and the agreement tells."""
    agreed = situation.agreement
    if agreed is None or reading.is_enquiry:
        return False
    if Cue.ASKS_SCOPE in reading.cues and agreed.exclusions:
        return True
    return bool(agreed.deadline and reading.cues & {Cue.ASKS_WHEN, Cue.WROTE_BEFORE})
