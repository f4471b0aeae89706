"""Typed facts read from a message, each with the exact words it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drafts.cues import Cue


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
    UNPAID = "unpaid"
    LATE = "late"
    CONDITIONAL = "conditional"
    REFUSAL = "refusal"
    AMOUNT = "amount"
    DISCOUNT = "discount"
    REFUND = "refund"
    CANCELLATION = "cancellation"
    EXPOSURE = "exposure"
    INSOLVENCY = "insolvency"
    INSTALMENTS = "instalments"
    TERMS = "terms"
    PAYMENT = "payment"
    PAID = "paid"
    OPEN = "late_open"
    PRICED = "priced"
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
# The first that matches is the topic, for scope as for money.
SCOPE_TOPICS = (
    Topic.UNPAID,
    Topic.SAMPLE,
    Topic.RIGHTS,
    Topic.DEADLINE,
    Topic.HOURS,
    Topic.REVISIONS,
    Topic.EXTRA,
)
# A refund asked "once we have closed" is a refund, not a condition.
MONEY_TOPICS = (
    Topic.INSOLVENCY,
    Topic.EXPOSURE,
    Topic.REFUND,
    Topic.REFUSAL,
    Topic.INSTALMENTS,
    Topic.DISCOUNT,
    Topic.AMOUNT,
    Topic.TERMS,
    Topic.LATE,
    Topic.CONDITIONAL,
)


@dataclass(frozen=True)
class Fact:
    """One thing the message says: ``value`` as a reply may say it, ``words`` as the client wrote it."""

    value: str
    words: str


@dataclass(frozen=True)
class Reading:
    """What was understood; an absent fact is None or empty and is not mentioned.

    ``matter`` is a noun phrase ready to follow "about". ``asks`` (beyond what was agreed) and ``wishes``
    (ordinary ones) follow "you'd like me to"; ``things`` are noun phrases; ``defects`` and
    ``..._told`` follow "you write that"; ``..._quote`` is the client's own clean sentence. ``pay_date`` says
    when ("on Friday"); ``off_time`` names hours outside a working week ("at weekends").

    Of the agreement on file: ``excluded`` was left out and is asked for all the same, ``included`` is asked
    for as an extra and was agreed, ``lacking`` is agreed and spoken of in a complaint, ``mistakes`` are the
    freelancer's own, on record. ``is_enquiry``: there is no job yet.
    ``adds``: a message that moves a date or hours asks for more work as well.
    ``is_deducted``: part of an invoice was not paid along with the rest. ``asks_bill``: what of an invoice is
    open, and by when; ``asks_bill_more``: something about it that the client file can't answer.
    ``points``: what an answer must not pass over, in the client's own words, to be quoted.
    ``own_figure``: what the client would pay for instead ("nine hours", "£2,000"). ``is_dated``: extra
    work is wanted by a day that isn't surely the agreed one or later. ``is_far``: the day named for a payment
    lies more than a month beyond the one it is due. ``cues``: what else is said that changes the answer.
    ``names_fault``: what is wrong is said, in a language whose clauses aren't read one by one.
    ``is_by_sum``: nothing but a sum tells what the payment issue is. ``may_be_plain``: the language has words
    for an answer to what wasn't recognised.
    ``is_personal``: the hostile words are aimed at the person, or the language can't tell.
    """

    work: Topic | None = None
    scope: Topic | None = None
    adds: bool = False
    money: Topic | None = None
    threats: frozenset[Threat] = frozenset()
    has_insult: bool = False
    is_dissatisfied: bool = False
    is_thanks: bool = False
    is_paid: bool = False
    has_no_day: bool = False
    offers_pay: bool = False
    is_apology: bool = False
    matter: Fact | None = None
    asks: tuple[Fact, ...] = ()
    want: Fact | None = None
    wishes: tuple[Fact, ...] = ()
    defects: tuple[Fact, ...] = ()
    remark: Fact | None = None
    things: tuple[Fact, ...] = ()
    off_time: str = ""
    deadline: Fact | None = None
    pay_date: Fact | None = None
    amount: Fact | None = None
    invoice: Fact | None = None
    scope_told: Fact | None = None
    money_told: Fact | None = None
    scope_quote: Fact | None = None
    money_quote: Fact | None = None
    admits_outside: bool = False
    sign_off_name: str = ""
    work_quote: Fact | None = None
    is_formal: bool = False
    opens_dear: bool = False
    is_familiar: bool = False
    amounts: tuple[Fact, ...] = ()
    invoices: tuple[Fact, ...] = ()
    moments: tuple[Fact, ...] = ()
    excluded: tuple[Fact, ...] = ()
    included: tuple[Fact, ...] = ()
    lacking: tuple[Fact, ...] = ()
    mistakes: tuple[Fact, ...] = ()
    is_enquiry: bool = False
    is_personal: bool = True
    names_deposit: bool = False
    is_deducted: bool = False
    asks_bill: bool = False
    asks_bill_more: bool = False
    points: tuple[Fact, ...] = ()
    cues: frozenset[Cue] = frozenset()
    own_figure: Fact | None = None
    is_far: bool = False
    names_fault: bool = False
    is_dated: bool = False
    is_by_sum: bool = False
    may_be_plain: bool = False
