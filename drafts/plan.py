"""Which moves answer which situation: the playbook's third section, row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from drafts.defaults import ANY_MONEY, ANY_SCOPE, is_money_guessed, is_scope_guessed
from drafts.facts import Reading, Topic
from drafts.moves import Move
from drafts.plan_complaint import complaint_plan
from drafts.plan_money import money_plan
from drafts.plan_scope import moved_with, prospect_plan, scope_plan
from drafts.situation import PAYMENT, SCOPE, Situation
from drafts.steps import Plan, Step, steps
from drafts.subjects import (
    BEFORE_A_JOB,
    blames_work,
    boundary_about,
    ends_the_work,
    hostility_of,
    is_echo,
    is_new_client,
    money_topic,
    scope_topic,
)

ACKNOWLEDGE, CLARIFY, NEXT, OWN = Move.ACKNOWLEDGE, Move.CLARIFY, Move.NEXT_STEP, Move.TAKE_OWNERSHIP
RESTATE, TRANSPARENT, LIMIT = Move.RESTATE_AGREEMENT, Move.BE_TRANSPARENT, Move.LIMIT_TIME

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
    Topic.REVISIONS: Move.REVISION_POLICY,
    Topic.SAMPLE: TRANSPARENT,
    Topic.UNPAID: TRANSPARENT,
    Topic.PRICED: OWN,
}
# What is said of money where the message names what is wrong with the work.
BLAMED: Mapping[Topic, str] = {
    Topic.CONDITIONAL: "-work",
    Topic.REFUSAL: "-told",
    Topic.REFUND: "-told",
}
# A plan of so few steps is a note, which a sentence for the client's temper would only lengthen.
SHORT_PLAN = 3
# Praise for a clear picture has no place beside an invoice.
NOT_ABOUT_MONEY = ("performer", "controller")
NOT_ABOUT_SCOPE = ("performer",)


def plan(situation: Situation, reading: Reading) -> Plan:
    """Return the moves that answer ``situation``, in order; never empty."""
    if situation.kind == "holding":
        return steps("holding", ACKNOWLEDGE, NEXT)
    money = money_topic(situation, reading)
    scope = scope_topic(situation, reading)
    hostility = hostility_of(situation, reading)
    if is_new_client(situation, reading) and (money or scope or hostility >= 2):
        return prospect_plan(money, scope, hostility, reading)
    if ends_the_work(situation, hostility):
        return complaint_plan(hostility, situation, reading)
    if money and scope:
        money, scope = told_apart(money, scope, situation, reading)
    if (money and scope) or ((money or scope) and is_subject(hostility, reading)):
        return combined(hostility, money, scope, situation, reading)
    if money:
        return tempered(money_plan(money, situation, reading), situation, NOT_ABOUT_MONEY)
    if scope:
        return tempered(scope_plan(scope, situation, reading), situation, NOT_ABOUT_SCOPE)
    if hostility >= 2:
        return complaint_plan(hostility, situation, reading)
    return tempered(complaint_plan(hostility, situation, reading), situation)


def told_apart(
    money: Topic, scope: Topic, situation: Situation, reading: Reading
) -> tuple[Topic | None, Topic | None]:
    """Drop the one of two subjects that stands on the other's words alone and names nothing of its own.

    An angry "I won't pay" asks for no work, and who wants a free sample owes nothing yet.
    """
    named = reading.scope or reading.asks or reading.want or reading.things or reading.excluded
    if money is Topic.EXPOSURE and scope is Topic.UNPAID:
        return money, None
    is_only_echo = money is Topic.PAYMENT and is_echo(PAYMENT, situation)
    if not reading.money and (is_only_echo or (scope in BEFORE_A_JOB and is_echo(PAYMENT, situation))):
        return None, scope
    is_angry = hostility_of(situation, reading) >= 2
    return money, None if is_angry and not named and is_echo(SCOPE, situation) else scope


def is_subject(hostility: int, reading: Reading) -> bool:
    """Whether a hostile tone, or the complaint behind it, needs a sentence beside money or scope."""
    complains = reading.work is not None and bool(reading.defects or reading.wishes)
    return hostility >= 2 or (hostility == 1 and complains)


def tempered(made: Plan, situation: Situation, unfit: Collection[str] = ()) -> Plan:
    """Add the one sentence that a client of this temper likes to read, before the next step."""
    temper = situation.temper
    if not temper or temper in unfit or len(made) <= SHORT_PLAN or situation.severity == 3:
        return made
    chooses = any(step.move is Move.OFFER_OPTIONS for step in made)
    if made[-1].move is not NEXT or (temper == "controller" and not chooses):
        return made
    return (*made[:-1], Step(Move.EMPATHISE, f"temper-{temper}"), made[-1])


def combined(
    hostility: int, money: Topic | None, scope: Topic | None, situation: Situation, reading: Reading
) -> Plan:
    """Several labels in one reply: boundary first in one sentence, then money, then scope."""
    made = [Step(ACKNOWLEDGE, opening(hostility, money, scope, situation, reading))]
    if hostility >= 2:
        made.append(Step(Move.SET_BOUNDARY, brief_boundary(reading)))
    if money:
        dated = money is Topic.LATE and reading.pay_date and hostility < 2
        about = "late_dated_brief" if dated else f"{money_words(money, reading)}_brief"
        about += BLAMED.get(money, "") if blames_work(reading) else ""
        made.append(Step(MONEY_BRIEF.get(money, RESTATE), about, part="money"))
    if money in (Topic.REFUND, Topic.REFUSAL) and not scope:
        made.append(Step(RESTATE, "complaint-file", part="file"))
    if scope:
        is_agreed = scope is Topic.EXTRA and reading.included
        about = "extra_brief-included" if is_agreed else f"{scope_words(scope, situation, reading)}_brief"
        made.append(Step(SCOPE_BRIEF.get(scope, RESTATE), about, part="scope"))
        made += moved_with(reading) if scope is Topic.EXTRA else ()
    if hostility == 3:
        made.append(Step(Move.ESCALATE, "brief", part="end"))
    return (*made, Step(NEXT, "several", part="end"))


def money_words(money: Topic, reading: Reading) -> str:
    """Name the words about money: those of its topic, or of none where it wasn't recognised."""
    return ANY_MONEY if is_money_guessed(money, reading) else money


def scope_words(scope: Topic, situation: Situation, reading: Reading) -> str:
    """Name the words about scope: those of its topic, or of none where it wasn't recognised."""
    return ANY_SCOPE if is_scope_guessed(scope, situation, reading) else scope


def brief_boundary(reading: Reading) -> str:
    """Which boundary fits in one sentence."""
    general, dash, special = boundary_about(reading).partition("-")
    return f"{general}_brief{dash}{special}"


def opening(
    hostility: int, money: Topic | None, scope: Topic | None, situation: Situation, reading: Reading
) -> str:
    """What the first sentence of a reply with several subjects names."""
    if hostility and reading.work and (reading.defects or reading.wishes):
        return f"{reading.work}"
    if money and scope:
        is_guessed = is_scope_guessed(scope, situation, reading)
        known = "money_and_scope_firm" if hostility >= 2 else "money_and_scope"
        return "any" if is_guessed else known
    if is_money_guessed(money, reading) or is_scope_guessed(scope, situation, reading):
        return "any"
    return "money" if money else "scope"
