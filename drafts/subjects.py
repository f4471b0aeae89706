"""What a message is about, as the plans take it: how hostile, which payment issue, which scope pressure."""

from __future__ import annotations

from drafts.cues import Cue
from drafts.facts import Reading, Threat, Topic
from drafts.situation import HOSTILITY, PAYMENT, SCOPE, Situation

# Lateness by another name: what the client says of the day decides the answer.
LATENESS = (Topic.LATE, Topic.PAYMENT, Topic.CONDITIONAL)
# From here on a message is hostile rather than short.
HOSTILE = 2
# What only somebody asks who hasn't ordered anything yet.
BEFORE_A_JOB = (Topic.SAMPLE, Topic.UNPAID)


def money_topic(situation: Situation, reading: Reading) -> Topic | None:
    """What kind of payment issue there is, if any."""
    if not situation.is_flagged(PAYMENT):
        # Who wants the money back in anger gets an answer to that too, whatever else is flagged.
        wants_back = reading.money is Topic.REFUND and Cue.ASKS_BACK in reading.cues
        return Topic.REFUND if wants_back and situation.hostility() >= HOSTILE else None
    named = reading.money or Topic.PAYMENT
    if Cue.LESS_OFFERED in reading.cues and named is Topic.AMOUNT:
        return Topic.DISCOUNT
    if named is Topic.PAYMENT and (reading.own_figure or Cue.BREAKDOWN in reading.cues):
        return Topic.AMOUNT
    if Cue.CHARGEBACK in reading.cues and named in (Topic.PAYMENT, Topic.AMOUNT):
        return Topic.REFUND
    if Cue.PLAN_TOLD in reading.cues and named is Topic.LATE and situation.hostility() < HOSTILE:
        return Topic.INSTALMENTS
    mild = situation.severity <= 1
    if reading.has_no_day and named in LATENESS:
        return Topic.OPEN
    # A day in an angry mail is a threat's more often than a payment's ("if it isn't mended tomorrow").
    is_promised = reading.pay_date and situation.severity <= 2 and situation.hostility() < 2
    if is_promised and (named is Topic.PAYMENT or (mild and named in (Topic.CONDITIONAL, Topic.TERMS))):
        return Topic.LATE
    if named not in LATENESS or reading.pay_date:
        return named
    if reading.is_paid and situation.severity <= 2:
        return Topic.PAID
    return Topic.PRICED if named is Topic.PAYMENT and mild and reading.offers_pay else named


def scope_topic(situation: Situation, reading: Reading) -> Topic | None:
    """What kind of scope pressure there is, if any."""
    if not situation.is_flagged(SCOPE):
        return None
    if reading.offers_pay and situation.severity <= 2:
        return Topic.PRICED
    # "a form for the Sunday brunch": what the agreement leaves out is an extra, whatever day it names.
    if reading.excluded and reading.scope is Topic.HOURS:
        return Topic.EXTRA
    if reading.adds and reading.scope in (Topic.DEADLINE, Topic.HOURS):
        return Topic.EXTRA
    if reading.scope is None and changes_what_is_there(situation, reading):
        return Topic.REVISIONS
    return reading.scope or Topic.EXTRA


def changes_what_is_there(situation: Situation, reading: Reading) -> bool:
    """Whether changes are asked to work for which rounds were agreed, and no further work."""
    agreed = situation.agreement
    is_new = reading.excluded or reading.included or reading.adds or Cue.MORE_WORK in reading.cues
    has_rounds = agreed is not None and agreed.rounds_included is not None
    return has_rounds and Cue.TWEAKS in reading.cues and not is_new


def hostility_of(situation: Situation, reading: Reading) -> int:
    """How hostile the message is.

    A refusal to pay, severe by itself, makes a rude remark no abuse; the third rude mail is a clear one.
    """
    level = situation.hostility()
    is_over_money = money_topic(situation, reading) in (Topic.REFUSAL, Topic.REFUND)
    if level == 3 and is_over_money and not reading.threats and not reading.has_insult:
        return 2
    if level == 1 and situation.labels[HOSTILITY] == "flagged" and is_repeated(situation, HOSTILITY):
        return 2
    return level


def is_repeated(situation: Situation, label: str) -> bool:
    """Whether the client did this twice before."""
    return bool(situation.history and situation.history.is_repeated(label))


def is_new_client(situation: Situation, reading: Reading) -> bool:
    """Whether somebody writes with whom there is no job yet."""
    knows_nothing = situation.agreement is None and not situation.invoices
    asks_first = reading.scope in BEFORE_A_JOB and situation.is_flagged(SCOPE)
    is_first = reading.is_enquiry or asks_first or Cue.NO_JOB_YET in reading.cues
    return situation.is_prospect and knows_nothing and is_first


def blames_work(reading: Reading) -> bool:
    """Whether the message finds fault with the work, so that it needn't be asked whether the work is why."""
    is_named = reading.is_dissatisfied or bool(reading.defects)
    return reading.names_fault or (reading.work is not None and is_named)


def is_echo(label: str, situation: Situation) -> bool:
    """Whether a label stands on no words of its own, only on those of the other labels."""
    others = {words for name, words in situation.evidence if name != label}
    own = situation.evidence_of(label)
    return bool(own) and set(own) <= others


def has_gift(situation: Situation) -> bool:
    """Whether a one-off favour may still be offered, and none was to this client in an earlier draft."""
    gifts = ("compensate.", "offer_options.extra-gift")
    return situation.gifts_left > 0 and not any(one.startswith(gifts) for one in situation.said)


def has_round_left(situation: Situation) -> bool:
    """Whether the next round of changes is one of those agreed."""
    agreed = situation.agreement
    if agreed is None or agreed.rounds_included is None or agreed.rounds_used is None:
        return False
    return agreed.rounds_used < agreed.rounds_included


def ends_the_work(situation: Situation, hostility: int) -> bool:
    """Whether the freelancer wants to part ways after what the history holds."""
    history = situation.history
    is_severe_again = hostility == 3 and history is not None and history.severe >= 2
    return situation.policy.walks_away and is_severe_again


def boundary_about(reading: Reading) -> str:
    """Which boundary fits: violence, another threat, personal remarks, or just the work."""
    if Threat.VIOLENCE in reading.threats:
        return "violence"
    if reading.threats - {Threat.LEAVING}:
        return "threat"
    return "tone" if reading.is_personal else "tone-work"
