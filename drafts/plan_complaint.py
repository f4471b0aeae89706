"""Which moves answer a complaint, a thank-you, an apology, or plain mail that only needs an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from drafts.bills import bill_of
from drafts.cues import Cue
from drafts.facts import Reading, Threat, Topic
from drafts.moves import Move
from drafts.situation import HOSTILITY, Situation
from drafts.steps import Plan, Step, steps
from drafts.subjects import boundary_about, ends_the_work, has_gift, has_round_left, is_repeated

ACKNOWLEDGE, CLARIFY, OFFER, NEXT = Move.ACKNOWLEDGE, Move.CLARIFY, Move.OFFER_OPTIONS, Move.NEXT_STEP
RESTATE, LIMIT, BOUNDARY, ESCALATE = (
    Move.RESTATE_AGREEMENT,
    Move.LIMIT_TIME,
    Move.SET_BOUNDARY,
    Move.ESCALATE,
)

# A complaint about the work, by how hostile it is: 0 civil, 1 rude, 2 clear, 3 abuse or threat.
COMPLAINT: Mapping[int, tuple[Move, ...]] = {
    0: (ACKNOWLEDGE, CLARIFY, OFFER),
    1: (ACKNOWLEDGE, CLARIFY),
    2: (ACKNOWLEDGE, BOUNDARY, OFFER),
    3: (ACKNOWLEDGE, BOUNDARY, ESCALATE),
}
QUESTION = re.compile(r"[?¿]")
WAITING = (Topic.DELAY, Topic.AVAILABILITY)
# Complaints that a question for the date says more of.
VAGUE = (None, Topic.QUALITY, Topic.BRIEF)


def complaint_plan(hostility: int, situation: Situation, reading: Reading) -> Plan:
    """Answer a message without scope pressure or payment issue."""
    complains = hostility or reading.is_dissatisfied or (reading.work and reading.defects)
    if not hostility and reading.is_apology:
        return steps("apology", ACKNOWLEDGE)
    if not complains and reading.is_thanks:
        return steps("thanks", ACKNOWLEDGE)
    if ends_the_work(situation, hostility):
        return (Step(ACKNOWLEDGE, "general-parting"), *steps("parting", Move.WALK_AWAY, NEXT))
    if reading.mistakes and (complains or reading.work or situation.severity):
        return tuple(mistake_steps(hostility, situation, reading))
    if not complains:
        return (
            bill_plan(situation, reading)
            or asked_plan(situation, reading)
            or steps("plain", ACKNOWLEDGE, NEXT)
        )
    return grievance_plan(hostility, situation, reading)


def bill_plan(situation: Situation, reading: Reading) -> Plan:
    """Answer a civil question about an invoice on file with what the file says; empty for other mail."""
    is_about_one = bool(reading.invoices) or reading.asks_bill
    is_asked = QUESTION.search(situation.new_text) or reading.cues & {Cue.BREAKDOWN, Cue.RESEND}
    if not is_about_one or bill_of(situation, reading) is None or not is_asked:
        return ()
    is_answered = reading.asks_bill and not reading.asks_bill_more
    if Cue.BREAKDOWN in reading.cues and not is_answered:
        return (*steps("amount-breakdown", ACKNOWLEDGE, RESTATE), Step(NEXT, "money-breakdown"))
    if Cue.THIRD_PARTY in reading.cues:
        return (*steps("conditional-third", ACKNOWLEDGE, RESTATE, CLARIFY), Step(NEXT, "money"))
    if Cue.RESEND in reading.cues:
        return (Step(ACKNOWLEDGE, "plain-bill"), Step(RESTATE, "bill-resend"))
    closing = Step(NEXT, "plain-bill" if is_answered else "plain-bill_more")
    return (Step(ACKNOWLEDGE, "plain-bill"), Step(RESTATE, "bill"), closing)


def asked_plan(situation: Situation, reading: Reading) -> Plan:
    """Answer a civil question that the agreement has an answer to; empty for other mail."""
    agreed = situation.agreement
    if agreed is None:
        return ()
    if Cue.ASKS_SCOPE in reading.cues and (agreed.scope or agreed.exclusions):
        rounds = (Step(Move.REVISION_POLICY, "plain-rounds"),) if Cue.ASKS_ROUNDS in reading.cues else ()
        made = (*steps("plain-scope", ACKNOWLEDGE, RESTATE), *rounds)
        if Cue.ASKS_WHEN in reading.cues and agreed.deadline:
            date_known = Step(RESTATE, "complaint-date-known", part="file")
            return (*made, date_known, Step(NEXT, "points-date"))
        return (*made, Step(NEXT, "plain-bill"))
    if (waited := waits_for(reading)) and agreed.deadline:
        return (
            Step(ACKNOWLEDGE, "plain-when" if waited is Topic.DELAY else waited),
            Step(RESTATE, "complaint-date-known", part="file"),
            Step(NEXT, "points-date"),
        )
    return ()


def grievance_plan(hostility: int, situation: Situation, reading: Reading) -> Plan:
    """Answer a complaint, from civil to abusive."""
    made = [complaint_step(move, hostility, situation, reading) for move in moves_for(hostility, reading)]
    if hostility == 2 and is_repeated(situation, HOSTILITY):
        made[-1] = Step(ESCALATE, "written")
    elif hostility == 2 and Threat.LEAVING in reading.threats:
        made[-1] = Step(OFFER, "points-leaving")
    elif hostility == 2 and situation.policy.offers_call and is_talk_fitting(reading):
        is_known = is_specific(reading) or waits_for(reading)
        call = Step(LIMIT, "call-asked" if Cue.CALL_ASKED in reading.cues else "call")
        made = [*made, call] if is_known else [*made[:-1], call]
    closing = Step(NEXT, "points-date" if waits_for(reading) else "points")
    return (made[0], *on_file(hostility, situation, reading), *made[1:], closing)


def is_talk_fitting(reading: Reading) -> bool:
    """Whether a call may help: it is asked for, or what it would be about is known."""
    return Cue.CALL_ASKED in reading.cues or reading.work is not None


def moves_for(hostility: int, reading: Reading) -> tuple[Move, ...]:
    """Return the moves of a complaint.

    Who waits is asked one thing, not two; who misses what was left out needs to be asked nothing.
    """
    moves = COMPLAINT[hostility]
    if hostility <= 1 and reading.excluded and len(reading.defects) <= 1:
        return (ACKNOWLEDGE,)
    return moves[:-1] if hostility == 0 and waits_for(reading) else moves


def waits_for(reading: Reading) -> Topic | None:
    """Return what a client waits for: the work, or an answer; None where the complaint is another."""
    if reading.work in WAITING:
        return reading.work
    if Cue.WROTE_BEFORE in reading.cues and reading.work in VAGUE:
        return Topic.AVAILABILITY
    return Topic.DELAY if Cue.ASKS_WHEN in reading.cues and reading.work in VAGUE else None


def is_specific(reading: Reading) -> bool:
    """Whether a message says what is wrong, so that nothing need be asked."""
    return bool(reading.points or reading.defects or reading.wishes)


def on_file(hostility: int, situation: Situation, reading: Reading) -> Iterator[Step]:
    """Yield what the agreement says to a complaint: left out, agreed, its date, its rounds, what was sent."""
    if reading.excluded:
        yield Step(RESTATE, "complaint-excluded", part="file")
    elif reading.lacking and reading.work is Topic.MISSING:
        yield Step(RESTATE, "complaint-lacking", part="file")
    elif waits_for(reading):
        yield Step(RESTATE, "complaint-date-known", part="file")
    elif hostility >= 2 and not (reading.defects or reading.wishes or reading.work_quote):
        yield Step(RESTATE, "complaint-delivered", part="file")
    if hostility <= 1 and reading.work is Topic.QUALITY and has_round_left(situation):
        yield Step(Move.REVISION_POLICY, "complaint-included")


def mistake_steps(hostility: int, situation: Situation, reading: Reading) -> Iterator[Step]:
    """Yield the answer to a complaint about the freelancer's own mistake, which is on record."""
    yield Step(ACKNOWLEDGE, "general-mistake")
    yield Step(Move.APOLOGISE, "mistake")
    yield Step(Move.TAKE_OWNERSHIP, "mistake")
    if hostility >= 2:
        yield Step(BOUNDARY, boundary_about(reading))
    if hostility == 3:
        yield Step(ESCALATE, "written")
    elif has_gift(situation):
        yield Step(Move.COMPENSATE, "mistake")
    yield Step(NEXT, "points")


def complaint_step(move: Move, hostility: int, situation: Situation, reading: Reading) -> Step:
    """Say what each move of an answer to a complaint is about: the work, the points named, or the tone."""
    waited = waits_for(reading)
    about = waited or reading.work or Topic.GENERAL
    if move is BOUNDARY:
        return Step(move, boundary_about(reading))
    if move is ESCALATE:
        return Step(move, "written-told" if is_specific(reading) else "written")
    if move is ACKNOWLEDGE:
        return Step(move, about if hostility or waited else "civil")
    points = len(reading.defects) + len(reading.wishes)
    named = "pointed" if max(points, len(reading.points)) > 1 else "wished" if points else None
    known = "-known" if is_known(waited, situation, reading) else ""
    if move is CLARIFY:
        return Step(move, f"{about if waited or not named else named}{known}")
    if waited:
        return Step(move, f"waiting{known}")
    if hostility >= 2 and reading.work is None and not known:
        return Step(move, "points-any")
    return Step(move, f"civil{known}" if not hostility else f"{named or 'points'}{known}")


def is_known(waited: Topic | None, situation: Situation, reading: Reading) -> bool:
    """Whether the message, or for who waits the date on file, leaves nothing to ask."""
    agreed = situation.agreement
    return bool(agreed and agreed.deadline) if waited else is_specific(reading)
