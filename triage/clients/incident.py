"""Incidents: what went wrong with a client, when, how badly, and where it is heading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Literal, get_args

from triage.clients.traits import Traits

Cause = Literal[
    "policy_not_understood",
    "poor_communication",
    "expectation_unmet",
    "quality",
    "service",
    "inconsistent_message",
    "missed_deadline",
    "money",
]
Trend = Literal["worsening", "steady", "easing"]

CAUSES: tuple[Cause, ...] = get_args(Cause)
HOSTILITY, SCOPE, PAYMENT = "hostility", "scope_pressure", "payment_issue"
SEVERE, CLEAR = 3, 2

# A doubtful label counts where the words speak for it too.
SPEAKS_FOR: Mapping[str, frozenset[str]] = {
    HOSTILITY: frozenset({"threat", "abuse"}),
    SCOPE: frozenset({"scope"}),
    PAYMENT: frozenset({"late", "refusal", "withheld", "dispute", "discount", "refund", "exposure"}),
}
# What bears a mild incident out: the same, and words that alone prove nothing.
BEARS_OUT: Mapping[str, frozenset[str]] = {
    HOSTILITY: SPEAKS_FOR[HOSTILITY],
    SCOPE: SPEAKS_FOR[SCOPE] | {"extra"},
    PAYMENT: SPEAKS_FOR[PAYMENT] | {"promise"},
}
_CAUSE_OF_TRAIT: Mapping[str, Cause] = {
    "policy": "policy_not_understood",
    "silence": "poor_communication",
    "expectation": "expectation_unmet",
    "quality": "quality",
    "service": "service",
    "inconsistent": "inconsistent_message",
    "deadline": "missed_deadline",
}
_CAUSE_OF_LABEL: Mapping[str, Cause] = {SCOPE: "policy_not_understood", PAYMENT: "money"}
# A longer look back than this would hide a change behind old stories, a shorter one sees chance.
WINDOW = timedelta(days=90)
SHORTEST_WINDOW = timedelta(days=14)
# By how much the weight of a window must change to be a trend: one clear incident, or two mild ones.
CHANGE = 2
ANSWER_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Contact:
    """One message from a client, or with ``is_own`` to one, as it is remembered: no word of it.

    ``flagged`` and ``unsure`` are labels by verdict. ``awaits``: it expects an answer; ``answered``: when the
    freelancer gave one.
    """

    message_id: str
    when: datetime
    is_own: bool = False
    flagged: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    severity: int = 0
    traits: Traits = field(default_factory=dict)
    awaits: bool = True
    answered: datetime | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it is held to carry: flagged, or doubtful and borne out by its words."""
        if self.is_own:
            return ()
        borne_out = (label for label in self.unsure if not SPEAKS_FOR[label].isdisjoint(self.traits))
        held = (*self.flagged, *borne_out)
        return tuple(label for label in held if label != HOSTILITY) if self._is_sorry else held

    @property
    def _is_sorry(self) -> bool:
        """Whether it apologises: the hard words that it repeats are taken back."""
        is_rude = not SPEAKS_FOR[HOSTILITY].isdisjoint(self.traits)
        return "apology" in self.traits and not is_rude and self.severity < SEVERE


@dataclass(frozen=True, slots=True)
class Incident:
    """One message by which a client made trouble; ``severity`` is 1 mild, 2 clear or 3 severe."""

    message_id: str
    when: datetime
    labels: tuple[str, ...]
    severity: int
    causes: tuple[Cause, ...]
    traits: Traits = field(default_factory=dict)
    answered: datetime | None = None

    def is_faint(self, label: str) -> bool:
        """Whether neither its severity nor its words bear the label out."""
        return self.severity < CLEAR and BEARS_OUT[label].isdisjoint(self.traits)


@dataclass(frozen=True, slots=True)
class Answering:
    """How the freelancer answered a client: messages that awaited an answer, those answered, the median."""

    awaited: int
    answered: int
    within_24h: int
    median: timedelta | None


def incidents_of(
    contacts: Iterable[Contact], causes: Mapping[str, Sequence[Cause]] | None = None
) -> tuple[Incident, ...]:
    """The incidents among a client's contacts, the earliest first; ``causes`` overrides by Message-ID."""
    named = causes or {}
    found = (
        Incident(
            contact.message_id,
            contact.when,
            contact.labels,
            max(contact.severity, 1),
            tuple(named.get(contact.message_id) or causes_of(contact)),
            contact.traits,
            contact.answered,
        )
        for contact in contacts
        if contact.labels
    )
    return tuple(sorted(found, key=lambda incident: incident.when))


def causes_of(contact: Contact) -> tuple[Cause, ...]:
    """What probably lay behind an incident, by its labels and words, in the playbook's order."""
    by_words = {cause for trait, cause in _CAUSE_OF_TRAIT.items() if trait in contact.traits}
    by_label = {_CAUSE_OF_LABEL[label] for label in contact.labels if label in _CAUSE_OF_LABEL}
    return tuple(cause for cause in CAUSES if cause in by_words | by_label)


def trend(contacts: Sequence[Contact], now: datetime) -> Trend:
    """Whether incidents weigh more or less in the last window of time than in the one before.

    The window is WINDOW, or half the time that the client is known, if that is shorter.
    """
    if not contacts:
        return "steady"
    known = now - min(contact.when for contact in contacts)
    window = max(min(WINDOW, known / 2), SHORTEST_WINDOW)
    found = incidents_of(contacts)
    late = sum(one.severity for one in found if now - window < one.when <= now)
    early = sum(one.severity for one in found if now - 2 * window < one.when <= now - window)
    if late - early >= CHANGE:
        return "worsening"
    return "easing" if early - late >= CHANGE else "steady"


def answering(contacts: Iterable[Contact]) -> Answering:
    """How quickly the client's messages were answered."""
    awaited = [contact for contact in contacts if contact.awaits and not contact.is_own]
    taken = [
        max(contact.answered - contact.when, timedelta())
        for contact in awaited
        if contact.answered is not None
    ]
    in_time = sum(time <= ANSWER_WITHIN for time in taken)
    seconds = [time.total_seconds() for time in taken]
    return Answering(
        len(awaited), len(taken), in_time, timedelta(seconds=median(seconds)) if seconds else None
    )
