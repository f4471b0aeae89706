"""What a reply is written from, and what comes back: facts in, text and its lint out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

HOSTILITY = "hostility"
SCOPE = "scope_pressure"
PAYMENT = "payment_issue"

LadderStep = Literal["reminder", "second_reminder", "formal_demand", "final_notice", "pause"]
AnswerKind = Literal["reply", "holding"]
Kind = Literal[
    "reply",
    "holding",
    "reminder",
    "second_reminder",
    "formal_demand",
    "final_notice",
    "pause",
    "confirm_agreement",
    "progress_update",
    "feedback",
]
"""What is written: the answer to a message, or a mail of one's own accord (a payment reminder, …)."""


@dataclass(frozen=True)
class Freelancer:
    """Who signs the reply, and how.

    ``greeting`` is a word ("Hi"), or a line with ``{name}`` in it; ``sign_off`` is a closing
    ("Best regards"). Either may be empty: the language's usual one is taken. Both are used only in replies in
    ``language``. ``phrases`` are the freelancer's own, by language and list ("acknowledge.late").
    """

    name: str
    greeting: str = ""
    sign_off: str = ""
    language: str = "en"
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


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
    walks_away: bool = False


@dataclass(frozen=True)
class Money:
    """An exact amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Price:
    """What one ``unit`` ("hour", "day", "round", "page", "word", "project") costs."""

    money: Money
    unit: str


@dataclass(frozen=True)
class Agreement:
    """The terms on file of the project the message speaks of; what is None or empty was never agreed.

    ``scope``, ``exclusions``, ``delivered``, ``approved`` and ``mistakes`` are noun phrases in the client's
    language. ``rush_percent`` is a surcharge; ``payment_days`` run from an invoice's date.
    """

    project: str = ""
    agreed_on: date | None = None
    scope: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    rounds_included: int | None = None
    rounds_used: int | None = None
    rate: Price | None = None
    extra_round: Money | None = None
    rush_percent: Decimal | None = None
    rush_fee: Money | None = None
    deadline: date | None = None
    payment_days: int | None = None
    deposit_percent: Decimal | None = None
    late_fee: str = ""
    channels: tuple[str, ...] = ()
    working_hours: str = ""
    delivered: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invoice:
    """An unpaid invoice of this client; ``open`` is what is still owed of ``total``."""

    number: str
    total: Money
    open: Money
    issued: date
    due: date
    is_disputed: bool = False
    plan: tuple[tuple[date, Money], ...] = ()


@dataclass(frozen=True)
class Voice:
    """How the freelancer writes, learnt from sent mail or set; an empty field is not known.

    ``greeting`` holds ``{name}``; the ``formal`` ones are for those on formal terms. ``words`` is the usual
    length of a reply. ``contracts``: "I'll" is used.
    """

    greeting: str = ""
    sign_off: str = ""
    formal_greeting: str = ""
    formal_sign_off: str = ""
    words: int | None = None
    contracts: bool | None = None


@dataclass(frozen=True)
class History:
    """How often this client did the same before; counts of settled incidents, per label.

    ``severe`` counts those of severity 3, whatever their label.
    """

    incidents: Mapping[str, int] = field(default_factory=dict)
    severe: int = 0

    def is_repeated(self, label: str) -> bool:
        """Whether at least two earlier incidents carry ``label``."""
        return self.incidents.get(label, 0) >= 2

    def is_good(self) -> bool:
        """Whether no incident is on record."""
        return not any(self.incidents.values()) and not self.severe


@dataclass(frozen=True)
class Situation:
    """Everything known about one message that awaits a draft; facts only, no wording.

    ``labels`` maps each label to "flagged", "unsure" or "clear"; ``evidence`` holds (label, exact words).
    ``hear_by`` is aware and in the freelancer's own time zone. ``said`` holds ids of phrases that this client
    was already sent (see ``Reply.phrases``): they are avoided as long as others are left.

    From the client file: ``agreement`` and ``invoices`` (the unpaid ones, oldest first); ``invoice`` is the
    one that a step of the payment ladder is about. ``form`` is the form of address (None: as the client
    writes), ``greeting_name`` how the client is greeted. ``is_prospect``: the client file doesn't know the
    sender. ``gifts_left``: free favours that may still be offered. ``temper`` shapes wording only.
    ``legal_text``: the user's own, for a final notice. ``received``: when the message was written, aware;
    the days it names are resolved against it, and stay unresolved where it is None.
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
    agreement: Agreement | None = None
    invoices: tuple[Invoice, ...] = ()
    invoice: Invoice | None = None
    form: Literal["formal", "familiar"] | None = None
    greeting_name: str = ""
    is_prospect: bool = False
    gifts_left: int = 0
    temper: Literal["controller", "performer", "approver", "evaluator"] | None = None
    voice: Voice | None = None
    legal_text: str = ""
    received: datetime | None = None

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
    ``subject`` is set for a mail of one's own accord; an answer takes the subject of its message.
    """

    moves: tuple[str, ...]
    text: str
    language: str
    lint: tuple[Problem, ...] = ()
    phrases: tuple[str, ...] = ()
    subject: str = ""

    @property
    def is_sendable(self) -> bool:
        """Whether the draft passed every rule of the lint."""
        return not self.lint and bool(self.text)
