"""What the user says of judgements: kept with what each message is like, and handed to the classifier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from triage.clients.profile import ClientBook, client_key
from triage.conclude import Judge, Reading
from triage.ledger.contract import Labels, MessageRow
from triage.ledger.corrections import CorrectionRow, CorrectionStore, Place, Said

if TYPE_CHECKING:
    from classifiers.learnt import Correction, Shift

LABELS = ("hostility", "scope_pressure", "payment_issue")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a correction keeps of its message: thread, what the classifier alone says, what it is like."""

    thread: str
    probabilities: Mapping[str, float]
    meaning: bytes | None


def taught(ledger: CorrectionStore, book: ClientBook) -> tuple[Correction, ...]:
    """The corrections that stand, as the classifier learns from them; none costs no import."""
    rows = ledger.corrections() if ledger.has_corrections() else []
    return corrections_of(rows, book)


def corrections_of(rows: Iterable[CorrectionRow], book: ClientBook) -> tuple[Correction, ...]:
    """Rows of the ledger with the name of the client, as on file today."""
    return tuple(_correction(row, book) for row in rows)


def _correction(row: CorrectionRow, book: ClientBook) -> Correction:
    from classifiers.learnt import Correction

    said = row.said
    return Correction(
        label=said.label,
        is_so=said.is_so,
        client=client_key(book.client_of(row.client), row.client),
        thread=said.thread,
        probability=said.probability,
        meaning=said.meaning,
        is_shared=not said.client_only,
    )


def shifts(reading: Reading, judge: Judge, told: Sequence[Correction]) -> dict[str, Shift]:
    """How far, in log-odds, corrections move each label of a message; only those that are moved."""
    from classifiers.judge import Classifier

    if not told or not reading.is_judged or not isinstance(judge, Classifier):
        return {}
    from classifiers.learnt import Learnt, meanings

    item = (reading.message.subject, reading.new_text)
    (row,) = meanings(judge.model, [item])
    (judgement,) = judge.judge_many([item])
    chances = {label: finding.probability for label, finding in judgement.findings.items()}
    learnt = Learnt(told, judge.model.cuts)
    return learnt.shifts(reading.client_key, row, chances) if row.any() else {}


def why_not(row: MessageRow, own: frozenset[str]) -> str | None:
    """Why a message can't be corrected, as the end of a sentence; None where it can."""
    if row.client.lower() in {address.lower() for address in own}:
        return "is your own mail"
    if row.gate:
        return f"was written by no client ({row.gate})"
    if not row.labels:
        return "was never judged"
    return None


def likeness(reading: Reading, judge: Judge) -> Likeness:
    """What is kept of a message that is still there."""
    from classifiers.judge import Classifier

    item = (reading.message.subject, reading.new_text)
    (judgement,) = judge.judge_many([item])
    meaning = None
    if isinstance(judge, Classifier):
        from classifiers.learnt import meanings, packed

        (row,) = meanings(judge.model, [item])
        meaning = packed(row) if row.any() else None
    chances = {label: finding.probability for label, finding in judgement.findings.items()}
    return Likeness(_thread(reading), chances, meaning)


def _thread(reading: Reading) -> str:
    """The conversation's first Message-ID, as far as the message names it."""
    message = reading.message
    return next(iter(message.references), None) or message.in_reply_to or message.message_id or ""


def likeness_of_gone(row: MessageRow, judged: Labels) -> Likeness:
    """What is left of a message that has gone: whose it was, and what the classifier said then."""
    return Likeness(row.key, {label: p for label, (_, p) in judged.items()}, None)


def correct(
    ledger: CorrectionStore,
    row: MessageRow,
    words: Mapping[str, bool],
    like: Likeness,
    at: datetime,
    *,
    place: Place | None = None,
    client_only: bool = False,
) -> list[CorrectionRow]:
    """Keep the user's words on a message's labels, all or none; ``place``: where they were read, if not here.

    Returns what stands afterwards of these labels.
    """
    with ledger.together():
        for label, is_so in words.items():
            chance = like.probabilities.get(label, 0.0)
            said = Said(label, is_so, like.thread, chance, like.meaning, client_only, place or Place())
            ledger.correct(row.id, said, at)
        return [one for one in ledger.corrections(row.id) if one.said.label in words]
