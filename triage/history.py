"""A client's history as contacts: from messages just read, or from the ledger; both give the same values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.clients.incident import CAUSES, Cause, Contact
from triage.clients.traits import client_traits, own_traits
from triage.conclude import Conclusion, Reading, with_verdict
from triage.ledger.chronicle import LetterRow, ReviewRow
from triage.ledger.contract import StepRow
from triage.ledger.sqlite import SqliteLedger
from triage.story import Whose

# How the ledger closes an obligation that the freelancer's own reply has met.
ANSWERED = "answered"


def contact_of(
    conclusion: Conclusion, when: datetime, key: str, answered: datetime | None = None
) -> Contact | None:
    """A client's message as it is remembered; None for what no person wrote, or not this one."""
    reading = conclusion.reading
    if not counts(reading):
        return None
    judgement = conclusion.judgement
    return Contact(
        message_id=key,
        when=when,
        flagged=with_verdict(judgement, "flagged"),
        unsure=with_verdict(judgement, "unsure"),
        severity=judgement.severity if judgement else 0,
        traits=client_traits(reading.message.subject, reading.new_text),
        awaits=reading.expects_answer or bool(with_verdict(judgement, "flagged")),
        answered=answered,
    )


def own_contact(reading: Reading, when: datetime, key: str) -> Contact:
    """A message of the freelancer's as it is remembered."""
    traits = own_traits(reading.message.subject, reading.new_text)
    return Contact(key, when, is_own=True, traits=traits, awaits=False)


def counts(reading: Reading) -> bool:
    """Whether a message speaks for its sender: a person's, and not one that is forged."""
    return reading.is_judged and reading.authenticity.verdict != "failed"


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the ledger remembers of one client; ``causes`` are those named in reviews, by Message-ID."""

    contacts: tuple[Contact, ...]
    causes: Mapping[str, Sequence[Cause]]


def on_record(ledger: SqliteLedger, who: Whose) -> OnRecord:
    """A client's history from the ledger: what they wrote, and the steps of the ladder sent to them."""
    letters = ledger.letters(who.addresses, who.domains)
    numbers = {invoice.number for invoice in who.client.invoices} if who.client else set()
    sent = [_step_on_record(step) for step in ledger.steps() if step.invoice in numbers and step.sent]
    written = [_contact_on_record(letter) for letter in letters if letter.row.labels]
    contacts = sorted([*written, *sent], key=lambda contact: contact.when)
    return OnRecord(tuple(contacts), causes_named(letters, ledger.reviews()))


def _contact_on_record(letter: LetterRow) -> Contact:
    """A message that was judged: those the gate kept back have no labels."""
    row = letter.row
    return Contact(
        message_id=row.key,
        when=row.received,
        flagged=_with_verdict(row.labels, "flagged"),
        unsure=_with_verdict(row.labels, "unsure"),
        severity=row.severity,
        traits=letter.traits,
        awaits=letter.due is not None,
        answered=letter.closed_at if letter.closed_how == ANSWERED else None,
    )


def _step_on_record(step: StepRow) -> Contact:
    assert step.sent is not None
    return Contact(
        step.sent_message_id or step.message_id, step.sent, is_own=True, traits={step.step: 1}, awaits=False
    )


def _with_verdict(labels: Mapping[str, tuple[str, float]], verdict: str) -> tuple[str, ...]:
    return tuple(label for label, (given, _) in labels.items() if given == verdict)


def causes_named(letters: Iterable[LetterRow], reviews: Iterable[ReviewRow]) -> dict[str, Sequence[Cause]]:
    """The causes that the freelancer named in reviews, by Message-ID."""
    keys = {letter.row.id: letter.row.key for letter in letters}
    named = {keys[review.row_id]: review.cause for review in reviews if review.row_id in keys}
    return {key: [known for known in CAUSES if known == cause] for key, cause in named.items()}
