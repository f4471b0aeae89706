"""Which subjects of a message no word list recognised, and the honest answer to those: nothing guessed."""

from __future__ import annotations

from drafts.cues import Cue
from drafts.facts import Reading, Topic
from drafts.listing import FIRM, LEAST_POINTS
from drafts.moves import Move
from drafts.situation import Situation
from drafts.steps import Plan, Step

ANY_MONEY, ANY_SCOPE = "any_money", "any_scope"
# A language that has these words can answer what it didn't recognise; another says what is usual.
NEEDED = f"{Move.NEXT_STEP}.{ANY_MONEY}"


def is_money_guessed(topic: Topic | None, reading: Reading) -> bool:
    """Whether a payment issue's topic stands on a bare sum, or on nothing at all."""
    if not reading.may_be_plain or Cue.THIRD_PARTY in reading.cues:
        return False
    told = reading.own_figure or reading.is_deducted or Cue.BREAKDOWN in reading.cues
    return topic is Topic.PAYMENT or (topic is Topic.AMOUNT and reading.is_by_sum and not told)


def is_told_apart(topic: Topic, situation: Situation, reading: Reading) -> bool:
    """Whether what a payment waits for, or is wanted back for, was told: to ask for it would miss that."""
    if not reading.may_be_plain or situation.hostility() >= FIRM:
        return False
    if topic is Topic.CONDITIONAL:
        return bool(reading.points) and reading.work is Topic.MISSING and not reading.defects
    return topic is Topic.REFUND and reading.work in (Topic.DELAY, Topic.AVAILABILITY)


def is_scope_guessed(topic: Topic | None, situation: Situation, reading: Reading) -> bool:
    """Whether scope pressure is taken for additional work only because nothing else was recognised.

    Changes to what is there are no addition, even beside a word that may tell of one; nor is anything one for
    somebody of whom no agreement is known.
    """
    cues = reading.cues
    if not reading.may_be_plain or topic is not Topic.EXTRA or reading.scope or Cue.ASKS_SCOPE in cues:
        return False
    if reading.excluded or reading.included or reading.adds or reading.admits_outside:
        return False
    if Cue.TWEAKS in cues or is_unknown(situation):
        return True
    return Cue.MORE_WORK not in cues and not (reading.asks or reading.want or reading.things)


def is_unknown(situation: Situation) -> bool:
    """Whether the client file knows neither the sender nor anything agreed."""
    return situation.is_prospect and situation.agreement is None


def any_money_plan(situation: Situation, reading: Reading) -> Plan:
    """Take in what is said of the payment, name the invoice's facts, and answer by the time named."""
    return (
        Step(Move.ACKNOWLEDGE, ANY_MONEY),
        Step(Move.RESTATE_AGREEMENT, file_words(situation)),
        Step(Move.NEXT_STEP, counted(ANY_MONEY, reading)),
    )


def any_scope_plan(situation: Situation, reading: Reading) -> Plan:
    """Take in what is wanted, name what was agreed, and price whatever goes beyond it before any work."""
    about = f"{ANY_SCOPE}-new" if is_unknown(situation) else ANY_SCOPE
    return (
        Step(Move.ACKNOWLEDGE, ANY_SCOPE),
        Step(Move.RESTATE_AGREEMENT, about),
        Step(Move.OFFER_OPTIONS, about),
        Step(Move.NEXT_STEP, counted(ANY_SCOPE, reading)),
    )


def file_words(situation: Situation) -> str:
    """Return the list that says what stands open: one invoice, several, or none that is known."""
    return f"{ANY_MONEY}-several" if len(situation.invoices) > 1 else ANY_MONEY


def counted(about: str, reading: Reading) -> str:
    """Return the list that promises one answer, or one to each of several points."""
    return f"{about}-each" if len(reading.points) >= LEAST_POINTS else about
