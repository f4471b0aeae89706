"""Which moves answer a payment issue that stands alone."""

from __future__ import annotations

from collections.abc import Mapping

from drafts.bills import bills_meant
from drafts.cues import Cue
from drafts.defaults import any_money_plan, is_money_guessed, is_told_apart
from drafts.facts import Reading, Topic
from drafts.moves import Move
from drafts.situation import PAYMENT, Situation
from drafts.steps import Plan, Step, steps
from drafts.subjects import blames_work, is_repeated

ACKNOWLEDGE, CLARIFY, OFFER, NEXT = Move.ACKNOWLEDGE, Move.CLARIFY, Move.OFFER_OPTIONS, Move.NEXT_STEP
RESTATE, TRANSPARENT, OWN = Move.RESTATE_AGREEMENT, Move.BE_TRANSPARENT, Move.TAKE_OWNERSHIP

MONEY_MOVES: Mapping[Topic, tuple[Move, ...]] = {
    Topic.LATE: (ACKNOWLEDGE, CLARIFY),
    Topic.CONDITIONAL: (ACKNOWLEDGE, RESTATE, CLARIFY),
    Topic.REFUSAL: (ACKNOWLEDGE, RESTATE, CLARIFY, OFFER),
    Topic.AMOUNT: (ACKNOWLEDGE, RESTATE, CLARIFY),
    Topic.DISCOUNT: (ACKNOWLEDGE, RESTATE, TRANSPARENT, OFFER),
    Topic.REFUND: (ACKNOWLEDGE, RESTATE, CLARIFY),
    Topic.CANCELLATION: (ACKNOWLEDGE, RESTATE),
    Topic.EXPOSURE: (ACKNOWLEDGE, TRANSPARENT, OFFER),
    Topic.TERMS: (ACKNOWLEDGE, RESTATE, CLARIFY),
    Topic.INSOLVENCY: (ACKNOWLEDGE, CLARIFY),
    Topic.INSTALMENTS: (ACKNOWLEDGE, CLARIFY),
    Topic.PAYMENT: (ACKNOWLEDGE, CLARIFY),
    Topic.OPEN: (ACKNOWLEDGE, CLARIFY),
    Topic.PAID: (ACKNOWLEDGE, OWN),
    Topic.PRICED: (ACKNOWLEDGE, OWN),
}
UNSETTLED = (Topic.LATE, Topic.OPEN, Topic.CONDITIONAL, Topic.PAYMENT)
# What a client who names faults need not be asked for item by item.
OBJECTING = (Topic.REFUSAL, Topic.REFUND)
LATE = (Topic.LATE, Topic.OPEN, Topic.CONDITIONAL)


def money_plan(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """A payment issue alone; a late payment with a date needs no more than thanks and a note."""
    if is_money_guessed(topic, reading) or is_told_apart(topic, situation, reading):
        return any_money_plan(situation, reading)
    if special := told_plan(topic, situation, reading):
        return special
    if topic is Topic.LATE and reading.pay_date:
        dated = steps("late_dated", ACKNOWLEDGE, CLARIFY)
        return (*dated, Step(RESTATE, "late-repeated")) if is_repeated(situation, PAYMENT) else dated
    if topic is Topic.PAID:
        return steps(topic, *MONEY_MOVES[topic])
    if topic is Topic.PRICED:
        return steps(topic, ACKNOWLEDGE, OWN, NEXT)
    return (*money_steps(topic, situation, reading), Step(NEXT, "money"))


def told_plan(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """Return the answer to what the client has told of the payment beside its topic; empty without any."""
    cues, closing = reading.cues, Step(NEXT, "money")
    if topic in UNSETTLED and reading.invoices and len(bills_meant(situation, reading)) > 1:
        return (*steps("late-several", ACKNOWLEDGE, CLARIFY), closing)
    if topic in UNSETTLED and reading.is_far:
        return (*steps("late_dated-far", ACKNOWLEDGE, CLARIFY), closing)
    if topic in UNSETTLED and topic is not Topic.OPEN and Cue.THIRD_PARTY in cues:
        return (*steps("conditional-third", ACKNOWLEDGE, RESTATE, CLARIFY), closing)
    if topic is Topic.AMOUNT and not reading.is_deducted and (reading.own_figure or Cue.BREAKDOWN in cues):
        return (*steps("amount-breakdown", ACKNOWLEDGE, RESTATE), Step(NEXT, "money-breakdown"))
    if topic is Topic.REFUSAL and (reading.own_figure or Cue.BREAKDOWN in cues) and situation.hostility() < 2:
        told = "amount-breakdown" if reading.own_figure else topic
        made = (Step(ACKNOWLEDGE, told), Step(RESTATE, "amount-breakdown"))
        return (*made, Step(NEXT, "money-breakdown"))
    if topic is Topic.CANCELLATION and Cue.ASKS_BACK not in cues:
        return (*steps("cancellation-stopped", ACKNOWLEDGE, RESTATE), closing)
    if topic is Topic.EXPOSURE and situation.invoices:
        return (*steps("exposure-bill", ACKNOWLEDGE, TRANSPARENT, CLARIFY), closing)
    if topic is Topic.INSTALMENTS and Cue.PLAN_TOLD in cues:
        return (Step(ACKNOWLEDGE, topic), Step(CLARIFY, "instalments-told"), closing)
    return ()


def usual_steps(topic: Topic, reading: Reading) -> Plan:
    """Return the steps of a topic; what is wrong with the work is not asked once more of who has told it."""
    made = steps(topic, *MONEY_MOVES[topic])
    if topic in OBJECTING and blames_work(reading):
        return tuple(Step(CLARIFY, f"{topic}-told") if step.move is CLARIFY else step for step in made)
    return made


def money_steps(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """The steps up to the next one."""
    made = usual_steps(topic, reading)
    policy = situation.policy
    if topic is Topic.DISCOUNT and reading.is_deducted:
        return (Step(ACKNOWLEDGE, "discount-deducted"), made[1], Step(TRANSPARENT, "discount-deducted"))
    if topic is Topic.AMOUNT and reading.is_deducted:
        return (Step(ACKNOWLEDGE, "amount-deducted"), Step(RESTATE, "amount-deducted"))
    if topic is Topic.DISCOUNT and Cue.PAYS_NOW in reading.cues and not policy.allows_discount:
        return (made[0], made[1], Step(TRANSPARENT, "discount-now"), made[3])
    if topic is Topic.CONDITIONAL and blames_work(reading):
        made = (*made[:-1], Step(CLARIFY, "conditional-work"))
    if topic is Topic.TERMS and reading.names_deposit:
        return (made[0], Step(RESTATE, "terms-deposit"), *made[2:])
    if topic in LATE and is_repeated(situation, PAYMENT):
        made = (*made, Step(RESTATE, "late-repeated"))
    if topic is Topic.LATE and policy.payment_details:
        return (*made, Step(Move.PAYMENT_REMINDER, "details"))
    if topic is Topic.REFUSAL and policy.offers_instalments:
        return (*made, Step(OFFER, "instalments"))
    if topic is Topic.DISCOUNT and Cue.LESS_OFFERED in reading.cues and not policy.allows_discount:
        return (*made[:-1], Step(OFFER, "discount-less"))
    if topic is Topic.DISCOUNT and policy.allows_discount:
        return (*made[:2], Step(OFFER, "discount-allowed"))
    if topic is Topic.REFUND and policy.allows_refund:
        return (*made, Step(OFFER, "refund-allowed"))
    return made
