"""Typed facts read from a message, each with the exact words it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What a message is about, in words nobody can take offence at."""

    QUALITY = "quality"
    BUG = "bug"
    DELAY = "delay"
    MISSING = "missing"
    BRIEF = "brief"
    AVAILABILITY = "availability"
    GENERAL = "general"
    EXTRA = "extra"
    REVISIONS = "revisions"
    DEADLINE = "deadline"
    HOURS = "hours"
    RIGHTS = "rights"
    SAMPLE = "sample"
    LATE = "late"
    CONDITIONAL = "conditional"
    REFUSAL = "refusal"
    AMOUNT = "amount"
    DISCOUNT = "discount"
    REFUND = "refund"
    EXPOSURE = "exposure"
    TERMS = "terms"
    PAYMENT = "payment"
    THANKS = "thanks"
    APOLOGY = "apology"
    PLAIN = "plain"


class Threat(StrEnum):
    """What a hostile message holds out."""

    REVIEW = "review"
    LAWYER = "lawyer"
    REPORT = "report"
    CHARGEBACK = "chargeback"
    LEAVING = "leaving"
    VIOLENCE = "violence"


WORK_TOPICS = (Topic.BUG, Topic.MISSING, Topic.DELAY, Topic.BRIEF, Topic.AVAILABILITY, Topic.QUALITY)
SCOPE_TOPICS = (Topic.SAMPLE, Topic.RIGHTS, Topic.REVISIONS, Topic.HOURS, Topic.DEADLINE, Topic.EXTRA)
MONEY_TOPICS = (
    Topic.EXPOSURE,
    Topic.REFUND,
    Topic.TERMS,
    Topic.DISCOUNT,
    Topic.CONDITIONAL,
    Topic.REFUSAL,
    Topic.AMOUNT,
    Topic.LATE,
)


@dataclass(frozen=True)
class Fact:
    """One thing the message says: ``value`` as a reply may say it, ``words`` as the client wrote it."""

    value: str
    words: str


@dataclass(frozen=True)
class Reading:
    """What was understood; an absent fact is None or empty and is not mentioned.

    ``matter`` is a noun phrase ready to follow "about"; ``ask`` ready to follow "you'd like me to";
    ``defects`` are clauses ready to follow "you write that"; ``quote`` is the client's own clean sentence.
    """

    work: Topic | None = None
    scope: Topic | None = None
    money: Topic | None = None
    threats: frozenset[Threat] = frozenset()
    has_insult: bool = False
    is_thanks: bool = False
    is_apology: bool = False
    matter: Fact | None = None
    ask: Fact | None = None
    defects: tuple[Fact, ...] = ()
    deadline: Fact | None = None
    pay_date: Fact | None = None
    amount: Fact | None = None
    invoice: Fact | None = None
    scope_quote: Fact | None = None
    money_quote: Fact | None = None
    admits_outside: bool = False
    sign_off_name: str = ""
    is_formal: bool = False
    amounts: tuple[Fact, ...] = ()
    invoices: tuple[Fact, ...] = ()
    moments: tuple[Fact, ...] = ()
