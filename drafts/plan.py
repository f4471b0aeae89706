"""Which moves answer which situation: the playbook's third section as a table."""

from __future__ import annotations

from collections.abc import Mapping

from drafts.facts import Reading, Threat, Topic
from drafts.moves import Move
from drafts.situation import PAYMENT, SCOPE, Situation
from drafts.steps import Plan, Step, steps

ACKNOWLEDGE, CLARIFY, OFFER, NEXT = Move.ACKNOWLEDGE, Move.CLARIFY, Move.OFFER_OPTIONS, Move.NEXT_STEP
RESTATE, TRANSPARENT, LIMIT = Move.RESTATE_AGREEMENT, Move.BE_TRANSPARENT, Move.LIMIT_TIME
BOUNDARY, ESCALATE, REVISIONS = Move.SET_BOUNDARY, Move.ESCALATE, Move.REVISION_POLICY
OWN = Move.TAKE_OWNERSHIP

# A complaint about the work, by how hostile it is: 0 civil, 1 rude, 2 clear, 3 abuse or threat.
COMPLAINT: Mapping[int, tuple[Move, ...]] = {
    0: (ACKNOWLEDGE, CLARIFY, OFFER),
    1: (ACKNOWLEDGE, CLARIFY),
    2: (ACKNOWLEDGE, BOUNDARY, OFFER),
    3: (ACKNOWLEDGE, BOUNDARY, ESCALATE),
}

# Work beyond what was agreed, and terms moved: first time.
SCOPE_MOVES: Mapping[Topic, tuple[Move, ...]] = {
    Topic.EXTRA: (ACKNOWLEDGE, RESTATE, OFFER),
    Topic.REVISIONS: (ACKNOWLEDGE, REVISIONS, OFFER),
    Topic.DEADLINE: (ACKNOWLEDGE, TRANSPARENT, OFFER),
    Topic.HOURS: (ACKNOWLEDGE, LIMIT, OFFER),
    Topic.RIGHTS: (ACKNOWLEDGE, RESTATE, CLARIFY),
    Topic.SAMPLE: (ACKNOWLEDGE, TRANSPARENT, OFFER),
    Topic.UNPAID: (ACKNOWLEDGE, TRANSPARENT, OFFER),
}
# The same asked again and again.
SCOPE_REPEATED: tuple[Move, ...] = (ACKNOWLEDGE, RESTATE, REVISIONS, BOUNDARY, OFFER)

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
# Lateness by another name: what the client says of the day decides the answer.
LATENESS = (Topic.LATE, Topic.PAYMENT, Topic.CONDITIONAL)

# The one thing to say about money or scope when the reply has more than one subject.
MONEY_BRIEF: Mapping[Topic, Move] = {
    Topic.DISCOUNT: TRANSPARENT,
    Topic.EXPOSURE: TRANSPARENT,
    Topic.LATE: CLARIFY,
    Topic.INSOLVENCY: CLARIFY,
    Topic.INSTALMENTS: CLARIFY,
    Topic.OPEN: CLARIFY,
    Topic.PAID: OWN,
    Topic.PRICED: OWN,
}
SCOPE_BRIEF: Mapping[Topic, Move] = {
    Topic.DEADLINE: TRANSPARENT,
    Topic.HOURS: LIMIT,
    Topic.REVISIONS: REVISIONS,
    Topic.SAMPLE: TRANSPARENT,
    Topic.UNPAID: TRANSPARENT,
    Topic.PRICED: OWN,
}


def plan(situation: Situation, reading: Reading) -> Plan:
    """Return the moves that answer ``situation``, in order; never empty."""
    if situation.kind == "holding":
        return steps("holding", ACKNOWLEDGE, NEXT)
    money = money_topic(situation, reading)
    scope = scope_topic(situation, reading)
    hostility = hostility_of(situation, reading)
    if (money and scope) or (hostility and (money or scope)):
        return combined(hostility, money, scope, reading)
    if money:
        return money_plan(money, situation, reading)
    if scope:
        return scope_plan(scope, situation, reading)
    return complaint_plan(hostility, situation, reading)


def money_topic(situation: Situation, reading: Reading) -> Topic | None:
    """What kind of payment issue there is, if any."""
    if not situation.is_flagged(PAYMENT):
        return None
    named = reading.money or Topic.PAYMENT
    mild = situation.severity <= 1
    if reading.has_no_day and named in LATENESS:
        return Topic.OPEN
    is_promised = reading.pay_date and situation.severity <= 2
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
    return Topic.PRICED if reading.offers_pay and situation.severity <= 2 else reading.scope or Topic.EXTRA


def hostility_of(situation: Situation, reading: Reading) -> int:
    """How hostile the message is; a refusal to pay, severe by itself, makes a rude remark no abuse."""
    level = situation.hostility()
    is_over_money = money_topic(situation, reading) in (Topic.REFUSAL, Topic.REFUND)
    if level == 3 and is_over_money and not reading.threats and not reading.has_insult:
        return 2
    return level


def money_plan(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """A payment issue alone; a late payment with a date needs no more than thanks and a note."""
    if topic is Topic.LATE and reading.pay_date:
        return steps("late_dated", ACKNOWLEDGE, CLARIFY)
    if topic is Topic.PAID:
        return steps(topic, *MONEY_MOVES[topic])
    if topic is Topic.PRICED:
        return steps(topic, ACKNOWLEDGE, OWN, NEXT)
    made = steps(topic, *MONEY_MOVES[topic])
    if topic is Topic.LATE and situation.policy.payment_details:
        made = (*made, Step(Move.PAYMENT_REMINDER, "details"))
    if topic is Topic.REFUSAL and situation.policy.offers_instalments:
        made = (*made, Step(OFFER, "instalments"))
    return (*made, Step(NEXT, "money"))


def scope_plan(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """Scope pressure alone, by topic and by whether it is the third time."""
    if topic is Topic.PRICED:
        return steps(topic, ACKNOWLEDGE, OWN, NEXT)
    if situation.history and situation.history.is_repeated(SCOPE):
        return (*steps("repeated", *SCOPE_REPEATED), Step(NEXT, "choice"))
    if topic is Topic.EXTRA and reading.admits_outside:
        return (
            Step(ACKNOWLEDGE, topic),
            Step(RESTATE, "extra_admitted"),
            Step(OFFER, topic),
            Step(NEXT, "choice"),
        )
    made = steps(topic, *SCOPE_MOVES[topic])
    if topic is Topic.DEADLINE and reading.off_time:
        made = (made[0], Step(LIMIT, "hours_note"), *made[2:])
    if topic is Topic.DEADLINE and not situation.policy.offers_rush:
        made = (*made[:-1], Step(OFFER, "deadline_planned"))
    return (*made, Step(NEXT, "choice"))


def complaint_plan(hostility: int, situation: Situation, reading: Reading) -> Plan:
    """A complaint, a thank-you, an apology, or plain mail that only needs an answer."""
    if not hostility and reading.is_apology:
        return steps("apology", ACKNOWLEDGE)
    complains = hostility or reading.is_dissatisfied or (reading.work and reading.defects)
    if not complains and reading.is_thanks:
        return steps("thanks", ACKNOWLEDGE)
    if not complains:
        return steps("plain", ACKNOWLEDGE, NEXT)
    made = tuple(complaint_step(move, hostility, reading) for move in COMPLAINT[hostility])
    if hostility == 2 and situation.policy.offers_call:
        made = (*made[:-1], Step(LIMIT, "call"))
    return (*made, Step(NEXT, "points"))


def complaint_step(move: Move, hostility: int, reading: Reading) -> Step:
    """Say what each move of an answer to a complaint is about: the work, the points named, or the tone."""
    about = reading.work or Topic.GENERAL
    waits = about in (Topic.DELAY, Topic.AVAILABILITY)
    if move is BOUNDARY:
        return Step(move, boundary_about(reading))
    if move is ESCALATE:
        return Step(move, "written")
    if move is ACKNOWLEDGE:
        return Step(move, about if hostility or waits else "civil")
    points = len(reading.defects) + len(reading.wishes)
    named = "pointed" if points > 1 else "wished" if points else None
    if move is CLARIFY:
        return Step(move, about if waits or not named else named)
    if waits:
        return Step(move, "waiting")
    return Step(move, "civil" if not hostility else named or "points")


def boundary_about(reading: Reading) -> str:
    """Which boundary fits: violence, another threat, or personal remarks."""
    if Threat.VIOLENCE in reading.threats:
        return "violence"
    return "threat" if reading.threats - {Threat.LEAVING} else "tone"


def combined(hostility: int, money: Topic | None, scope: Topic | None, reading: Reading) -> Plan:
    """Several labels in one reply: boundary first in one sentence, then money, then scope."""
    made = [Step(ACKNOWLEDGE, opening(hostility, money, scope, reading))]
    if hostility >= 2:
        made.append(Step(BOUNDARY, f"{boundary_about(reading)}_brief"))
    if money:
        dated = money is Topic.LATE and reading.pay_date
        about = "late_dated_brief" if dated else f"{money}_brief"
        made.append(Step(MONEY_BRIEF.get(money, RESTATE), about, part="money"))
    if scope:
        made.append(Step(SCOPE_BRIEF.get(scope, RESTATE), f"{scope}_brief", part="scope"))
    if hostility == 3:
        made.append(Step(ESCALATE, "brief", part="end"))
    return (*made, Step(NEXT, "several", part="end"))


def opening(hostility: int, money: Topic | None, scope: Topic | None, reading: Reading) -> str:
    """What the first sentence of a reply with several subjects names."""
    if hostility and reading.work and (reading.defects or reading.wishes):
        return f"{reading.work}"
    if money and scope:
        return "money_and_scope_firm" if hostility >= 2 else "money_and_scope"
    return "money" if money else "scope"
