"""Which moves answer scope pressure that stands alone, and somebody with whom there is no job yet."""

from __future__ import annotations

from collections.abc import Mapping

from drafts.cues import Cue
from drafts.defaults import any_scope_plan, is_scope_guessed
from drafts.facts import Reading, Topic
from drafts.moves import Move
from drafts.situation import SCOPE, Situation
from drafts.steps import Plan, Step, steps
from drafts.subjects import has_gift, has_round_left, is_repeated

ACKNOWLEDGE, CLARIFY, OFFER, NEXT = Move.ACKNOWLEDGE, Move.CLARIFY, Move.OFFER_OPTIONS, Move.NEXT_STEP
RESTATE, TRANSPARENT, LIMIT = Move.RESTATE_AGREEMENT, Move.BE_TRANSPARENT, Move.LIMIT_TIME
BOUNDARY, REVISIONS, OWN = Move.SET_BOUNDARY, Move.REVISION_POLICY, Move.TAKE_OWNERSHIP

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
# Topics beside which the same message may ask for work as well.
MIXED = (Topic.REVISIONS, Topic.DEADLINE, Topic.HOURS)
MOST_SEVERE_GIFT = 1


def scope_plan(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """Scope pressure alone, by topic, by what was agreed and by whether it is the third time."""
    if topic is Topic.PRICED:
        return steps(topic, ACKNOWLEDGE, OWN, NEXT)
    if topic is Topic.EXTRA and Cue.ASKS_SCOPE in reading.cues and situation.agreement:
        return (*steps("extra-question", ACKNOWLEDGE, RESTATE, OFFER), Step(NEXT, "choice"))
    if topic is Topic.EXTRA and reading.included:
        return (Step(ACKNOWLEDGE, topic), Step(RESTATE, "extra-included"), Step(NEXT, "points-included"))
    if topic is Topic.REVISIONS and has_round_left(situation):
        within = (
            Step(REVISIONS, "revisions-included"),
            *beyond(topic, reading),
            Step(NEXT, "points-included"),
        )
        return (Step(ACKNOWLEDGE, topic), *within)
    if is_repeated(situation, SCOPE):
        again = steps("repeated", *SCOPE_REPEATED)
        if topic is Topic.REVISIONS:
            again = (*again[:2], Step(REVISIONS, "repeated-rounds"), *again[3:])
        return (*again, Step(NEXT, "choice"))
    if is_scope_guessed(topic, situation, reading):
        return any_scope_plan(situation, reading)
    return (*scope_steps(topic, situation, reading), Step(NEXT, "choice"))


def scope_steps(topic: Topic, situation: Situation, reading: Reading) -> Plan:
    """The steps up to the next one, the first and the second time."""
    made = steps(topic, *SCOPE_MOVES[topic])
    if topic is Topic.EXTRA and reading.admits_outside:
        made = (made[0], Step(RESTATE, "extra_admitted"), made[2])
    if topic is Topic.EXTRA:
        made = (*made[:2], *faults_beside(reading), *moved_with(reading), *made[2:])
    if topic is Topic.HOURS and Cue.CALL_ASKED in reading.cues:
        made = (made[0], Step(LIMIT, "hours-call"), *made[2:])
    if topic is Topic.RIGHTS and reading.points:
        made = (*made[:-1], Step(CLARIFY, "rights-told"))
    if topic in MIXED:
        made = (*made[:2], *beyond(topic, reading), *made[2:])
    # What the agreement leaves out by name has its price.
    if topic is Topic.EXTRA and is_gift_fitting(situation) and not reading.excluded:
        return (made[0], Step(RESTATE, "extra-gift"), Step(OFFER, "extra-gift"))
    if topic is Topic.DEADLINE and reading.off_time:
        is_dated = situation.agreement is not None and situation.agreement.deadline is not None
        # A date agreed says more than the hours; the hours alone are said where there is none.
        made = (*made[: 2 if is_dated else 1], Step(LIMIT, "hours_note"), *made[2:])
    if topic is Topic.DEADLINE and not situation.policy.offers_rush:
        made = (*made[:-1], Step(OFFER, "deadline_planned"))
    return made


def beyond(topic: Topic, reading: Reading) -> Plan:
    """Return what is said of further work, or of changes, that stand beside the topic."""
    if Cue.MORE_WORK in reading.cues or (topic is not Topic.REVISIONS and reading.excluded):
        return (Step(RESTATE, f"{topic}-more", part="more"),)
    if topic is not Topic.REVISIONS and Cue.TWEAKS in reading.cues:
        return (Step(REVISIONS, "beside-tweaks", part="more"),)
    return ()


def faults_beside(reading: Reading) -> Plan:
    """Return that what is wrong with the work is no extra, where a message names both."""
    return (Step(RESTATE, "faults", part="faults"),) if reading.names_fault else ()


def is_gift_fitting(situation: Situation) -> bool:
    """Whether something small, asked by a client without any incident, may be given once."""
    is_good = situation.history is not None and situation.history.is_good()
    return is_good and situation.severity <= MOST_SEVERE_GIFT and has_gift(situation)


def prospect_plan(money: Topic | None, scope: Topic | None, hostility: int, reading: Reading) -> Plan:
    """Somebody new, with warning signs: what the job is, in writing, with a deposit; or a polite no."""
    if hostility >= 2:
        return (Step(ACKNOWLEDGE, "general-prospect"), Step(Move.WALK_AWAY, "prospect"))
    topic = money if money is Topic.EXPOSURE else scope if scope in (Topic.SAMPLE, Topic.UNPAID) else None
    if topic and Cue.NO_JOB_YET in reading.cues:
        told = (*steps(topic, ACKNOWLEDGE, TRANSPARENT), Step(RESTATE, "prospect"), Step(OFFER, topic))
        return (*told, Step(NEXT, "choice"))
    opening = Step(ACKNOWLEDGE, topic or "general-prospect")
    fee = (Step(TRANSPARENT, topic),) if topic else ()
    ways = (*steps("prospect", CLARIFY, RESTATE), Step(OFFER, "sample-prospect"))
    return (opening, *fee, *ways, Step(NEXT, "choice-prospect"))


def moved_with(reading: Reading) -> Plan:
    """Return what an extra needs besides where the message moves a date or the hours with it."""
    if reading.is_dated or (reading.adds and reading.scope is Topic.DEADLINE):
        return (Step(TRANSPARENT, "deadline_brief", part="when"),)
    # "a form for the Sunday brunch" asks for no work on a Sunday.
    if reading.adds and reading.scope is Topic.HOURS and reading.off_time and not reading.excluded:
        return (Step(LIMIT, "hours_note", part="when"),)
    return ()
