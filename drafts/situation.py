"""What a reply is written from, and what comes back: facts in, text and its lint out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

HOSTILITY = "hostility"
SCOPE = "scope_pressure"
PAYMENT = "payment_issue"

Kind = Literal["reply", "holding"]


@dataclass(frozen=True)
class Freelancer:
    """Who signs the reply, and how.

    ``greeting`` is a word ("Hi"), or a line with ``{name}`` in it; ``sign_off`` is a closing
    ("Best regards"). Either may be empty: the language's usual one is taken. Both are used only in replies in
    ``language``.
    """

    name: str
    greeting: str = ""
    sign_off: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Policy:
    """What the freelancer allows a draft to offer; nothing is offered that is not allowed here."""

    offers_call: bool = False
    call_link: str = ""
    offers_rush: bool = True
    offers_instalments: bool = False
    allows_discount: bool = False
    allows_refund: bool = False
    payment_details: str = ""
    legal_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """How often this client did the same before; counts of settled incidents, per label."""

    incidents: Mapping[str, int] = field(default_factory=dict)

    def is_repeated(self, label: str) -> bool:
        """Whether at least two earlier incidents carry ``label``."""
        return self.incidents.get(label, 0) >= 2


@dataclass(frozen=True)
class Situation:
    """Everything known about one message that awaits a draft; facts only, no wording.

    ``labels`` maps each label to "flagged", "unsure" or "clear"; ``evidence`` holds (label, exact words).
    ``hear_by`` is aware and in the freelancer's own time zone. ``said`` holds ids of phrases that this client
    was already sent (see ``Reply.phrases``): they are avoided as long as others are left.
    """

    now: datetime
    language: str
    new_text: str
    subject: str
    hear_by: datetime
    freelancer: Freelancer
    kind: Kind = "reply"
    client_name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    severity: int = 0
    evidence: tuple[tuple[str, str], ...] = ()
    policy: Policy = field(default_factory=Policy)
    working_hours: str | None = None
    history: History | None = None
    said: frozenset[str] = frozenset()

    def is_flagged(self, label: str) -> bool:
        """Whether ``label`` is to be answered: flagged, or unsure while nothing at all is flagged."""
        if "flagged" in self.labels.values():
            return self.labels.get(label) == "flagged"
        return self.labels.get(label) == "unsure"

    def hostility(self) -> int:
        """How hostile the message is, 0 to 3; an unsure label never counts above 1."""
        if not self.is_flagged(HOSTILITY):
            return 0
        return min(self.severity, 1) if self.labels[HOSTILITY] == "unsure" else max(self.severity, 1)

    def evidence_of(self, label: str) -> tuple[str, ...]:
        """The client's exact words behind ``label``."""
        return tuple(words for name, words in self.evidence if name == label)


@dataclass(frozen=True)
class Problem:
    """Why a draft must not be written: the rule's name and what broke it."""

    rule: str
    detail: str


@dataclass(frozen=True)
class Reply:
    """A drafted reply; it may be written only if ``is_sendable``.

    ``phrases`` are the ids of the phrases it was made of, to be remembered for ``Situation.said``.
    """

    moves: tuple[str, ...]
    text: str
    language: str
    lint: tuple[Problem, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def is_sendable(self) -> bool:
        """Whether the draft passed every rule of the lint."""
        return not self.lint and bool(self.text)
