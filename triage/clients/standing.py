"""How a client stands: what of the history still counts, what has eased, and what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.clients.debt import Debt, debt_on_file, debt_told, late_payments, spells
from triage.clients.incident import CLEAR, HOSTILITY, PAYMENT, SCOPE, SEVERE, Contact, Incident, incidents_of
from triage.clients.invoice import Invoice

# Messages of one evening are one outburst.
OUTBURST = timedelta(days=1)
# What is older counts no more; money is remembered longer.
MEMORY, MONEY_MEMORY = timedelta(days=365), timedelta(days=540)
# A good stretch of so long and so many messages eases what was before it: short after an apology, longer
# without one, and over several bills where it was about money.
AFTER_APOLOGY = (timedelta(days=14), 3)
WITHOUT_APOLOGY = (timedelta(days=75), 5)
MONEY_STRETCH = (timedelta(days=120), 4)
# After so long a good stretch nothing needs watching.
FORGIVEN = timedelta(days=180)
# A doubtful message, or a mild one that its words don't bear out, counts for half a mild incident.
DOUBT = 0.5


@dataclass(frozen=True, slots=True)
class Strand:
    """The incidents of one label that still count; ``eased_at`` is the last one's time where none does.

    ``days`` are outbursts, ``clear`` and ``severe`` those of that severity; ``share`` is that of the client's
    messages. ``weight`` adds up severities of outbursts, faint ones and doubtful messages at half a point.
    """

    incidents: tuple[Incident, ...] = ()
    days: int = 0
    clear: int = 0
    severe: int = 0
    doubtful: int = 0
    share: float = 0.0
    weight: float = 0.0
    eased_at: datetime | None = None

    @property
    def first(self) -> datetime:
        """The earliest that still counts; only asked where there is one."""
        return self.incidents[0].when

    @property
    def last(self) -> datetime:
        """The latest that still counts; only asked where there is one."""
        return self.incidents[-1].when


@dataclass(frozen=True, slots=True)
class Standing:
    """All that advice may depend on, as it was at ``now``."""

    now: datetime
    contacts: tuple[Contact, ...]
    incidents: tuple[Incident, ...]
    hostility: Strand
    scope: Strand
    payment: Strand
    debt: Debt | None = None
    late_payments: int = 0
    apology: datetime | None = None

    @property
    def messages(self) -> int:
        """How many messages the client wrote."""
        return sum(not contact.is_own for contact in self.contacts)

    @property
    def good_since(self) -> int:
        """How many messages without incident the client wrote since the last one."""
        last = self.incidents[-1].when if self.incidents else None
        return sum(_is_good(one) and (last is None or one.when > last) for one in self.contacts)

    @property
    def strands(self) -> tuple[Strand, ...]:
        """The three, in the order of the labels."""
        return (self.hostility, self.scope, self.payment)

    @property
    def terms_stated(self) -> int:
        """How often the freelancer has stated the terms to this client."""
        return sum(contact.is_own and contact.traits.get("terms", 0) >= 2 for contact in self.contacts)


def standing_of(contacts: Iterable[Contact], invoices: Sequence[Invoice], now: datetime) -> Standing:
    """How a client stands at ``now``; what came later is not looked at."""
    known = tuple(sorted((one for one in contacts if one.when <= now), key=lambda one: one.when))
    issued = [invoice for invoice in invoices if invoice.issued <= now.date()]
    incidents = incidents_of(known)
    remembered = [one for one in known if now - one.when <= MONEY_MEMORY]
    # Where invoices are on file they say what is late; words alone say it otherwise.
    debt = debt_on_file(issued, known, now) if issued else debt_told(known, now)
    payment = _strand(PAYMENT, incidents, known, now)
    return Standing(
        now=now,
        contacts=known,
        incidents=incidents,
        hostility=_strand(HOSTILITY, incidents, known, now),
        scope=_strand(SCOPE, incidents, known, now),
        payment=payment,
        debt=debt,
        late_payments=0 if _is_mended(payment, debt) else late_payments(remembered, issued, now),
        apology=next((one.when for one in reversed(known) if _apologises(one)), None),
    )


def _strand(label: str, incidents: Sequence[Incident], contacts: Sequence[Contact], now: datetime) -> Strand:
    memory = MONEY_MEMORY if label == PAYMENT else MEMORY
    found = [one for one in incidents if label in one.labels]
    if not found:
        return _strand_of(label, [], _doubtful(label, contacts, now - memory), contacts)
    last = found[-1].when
    after = [one for one in contacts if one.when > last]
    if _has_eased(label, last, after, now):
        return Strand(eased_at=last)
    kept = [one for one in found if now - one.when <= memory]
    return _strand_of(label, kept, _doubtful(label, contacts, now - memory), contacts)


def _strand_of(label: str, kept: Sequence[Incident], doubtful: int, contacts: Sequence[Contact]) -> Strand:
    days = _outbursts(kept)
    clear = _outbursts(one for one in kept if one.severity >= CLEAR)
    severe = _outbursts(filter(is_severe, kept))
    faint = _outbursts(one for one in kept if one.is_faint(label))
    sure = _outbursts(one for one in kept if not one.is_faint(label))
    weight = sure + clear + severe + DOUBT * (faint + doubtful)
    written = sum(not one.is_own for one in contacts)
    share = len(kept) / written if written else 0.0
    return Strand(tuple(kept), days, clear, severe, doubtful, share, weight)


def _outbursts(incidents: Iterable[Incident]) -> int:
    return spells([one.when for one in incidents], OUTBURST)


def is_severe(incident: Incident) -> bool:
    """Whether an incident is abuse or a threat, by severity or by a clear one's words."""
    if HOSTILITY not in incident.labels:
        return incident.severity >= SEVERE
    by_words = not {"threat", "abuse"}.isdisjoint(incident.traits)
    return incident.severity >= SEVERE or (incident.severity >= CLEAR and by_words)


def _doubtful(label: str, contacts: Iterable[Contact], since: datetime) -> int:
    return sum(
        label in one.unsure and label not in one.labels and one.when >= since
        for one in contacts
        if not one.is_own
    )


def _has_eased(label: str, last: datetime, after: Sequence[Contact], now: datetime) -> bool:
    """Whether a good stretch followed the last incident; an apology for words pays no invoice."""
    usual = AFTER_APOLOGY if any(map(_apologises, after)) else WITHOUT_APOLOGY
    days, messages = MONEY_STRETCH if label == PAYMENT else usual
    return now - last >= days and sum(map(_is_good, after)) >= messages


def _is_good(contact: Contact) -> bool:
    return not contact.is_own and not contact.labels


def _apologises(contact: Contact) -> bool:
    return _is_good(contact) and "apology" in contact.traits


def _is_mended(payment: Strand, debt: Debt | None) -> bool:
    return payment.eased_at is not None and debt is None
