"""What the days a client names mean for the answer: a promise that has passed, a date moved or kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from drafts.bills import bills_meant
from drafts.cues import Cue
from drafts.days import Day
from drafts.draft import Draft
from drafts.facts import Reading, Topic
from drafts.lexicon import Lexicon, lexicon
from drafts.moves import Move
from drafts.payday import pay_day
from drafts.resolved import client_deadline, written_of
from drafts.sentences import Sentence, sentences
from drafts.situation import SCOPE, Situation
from drafts.steps import Plan, Step
from drafts.when import Moment, Relation, moments_in
from drafts.when_words import time_words

# Questions for the day of a payment have no place where it was named; its note takes theirs.
ASKS_PAY_DAY = {
    (Move.CLARIFY, "conditional"): "late_dated_brief",
    (Move.CLARIFY, "payment"): "late_dated_brief",
    (Move.RESTATE_AGREEMENT, "conditional_brief"): "late_dated_brief",
    (Move.RESTATE_AGREEMENT, "payment_brief"): "late_dated_brief",
}
# Questions for the day by which the work is needed.
ASKS_WORK_DAY = {
    (Move.CLARIFY, "delay"): "delay-dated",
    (Move.CLARIFY, "prospect"): "prospect-dated",
}
# What ends the name of a step that need not ask (see compose.SETTLING).
KNOWN = "-known"
MOST_DAYS_LATE = 31
# Who moves a date says so, and why; who says more than that wants more.
MOST_POINTS_OF_A_DATE = 2
QUESTION = re.compile(r"[^.?!\n]+\?")


def dated(reading: Reading, situation: Situation) -> Reading:
    """Return the reading with what the calendar adds to it.

    A promise to pay on a day that has passed is none. Work asked for earlier than agreed is a deadline moved
    forward, also where nothing else of the message says so.
    """
    if situation.received is None:
        return reading
    words = lexicon(situation.language)
    parts = sentences(situation, words)
    if reading.pay_date:
        reading = replace(reading, pay_date=pay_day(parts, words, lambda part: passed_in(part, situation)))
    wanted = tuple(replace(one, labels=one.labels | {SCOPE}) for one in parts if tells_to(one, words))
    named = [one for one in asked_dates((*parts, *wanted), situation) if one.is_deadline]
    is_dated = bool(named) and not is_kept(situation)
    reading = replace(reading, is_far=is_far_off(reading, situation), is_dated=is_dated)
    if reading.scope is None and is_moved_forward(parts, situation) and is_date_alone(reading, words):
        reading = replace(reading, scope=Topic.DEADLINE)
    return reading


def tells_to(part: Sentence, words: Lexicon) -> bool:
    """Whether a sentence says that something be done, more than to answer."""
    said = words.has("ask_strong", part.text) and not words.has("no_point", part.text)
    return said and part.is_safe


def is_date_alone(reading: Reading, words: Lexicon) -> bool:
    """Whether nothing but the date is asked for."""
    makes = any(words.has("making", ask.value) for ask in reading.asks)
    adds = reading.adds or Cue.MORE_WORK in reading.cues
    is_short = len(reading.points) <= MOST_POINTS_OF_A_DATE
    return is_short and not makes and not reading.things and not adds and not reading.excluded


def passed_in(text: str, situation: Situation) -> tuple[Day, ...]:
    """Return the days of a sentence that had passed when the answer is written."""
    today = situation.now.date()
    found = moments_in(text, situation.language, written_of(situation))
    return tuple(Day("", one.words, one.start, one.end) for one in found if one.last and one.last < today)


def asked_dates(parts: Iterable[Sentence], situation: Situation) -> Iterator[Moment]:
    """Yield the days by which, or on which, sentences about scope want something; none that has passed."""
    today = situation.now.date()
    for part in parts:
        if SCOPE not in part.labels:
            continue
        for one in moments_in(part.text, situation.language, written_of(situation)):
            is_over = one.last is not None and one.last < today
            if not is_over and (one.is_deadline or one.relation is Relation.ON):
                yield one


def agreed_day(situation: Situation) -> date | None:
    """Return the agreed day of delivery as long as it lies ahead."""
    agreed = situation.agreement.deadline if situation.agreement else None
    return agreed if agreed and agreed >= situation.now.date() else None


def is_moved_forward(parts: Iterable[Sentence], situation: Situation) -> bool:
    """Whether a date is asked for that surely comes before the agreed one."""
    agreed = agreed_day(situation)
    if agreed is None:
        return False
    named = [one for one in asked_dates(parts, situation) if one.last and one.is_deadline]
    return any(last_day(one) < agreed for one in named)


def moved_day(situation: Situation) -> date | None:
    """Return the last day on which work is wanted that comes surely before the agreed one."""
    agreed = agreed_day(situation)
    if agreed is None or situation.received is None:
        return None
    parts = sentences(situation, lexicon(situation.language))
    days = [last_day(one) for one in asked_dates(parts, situation) if one.last and one.is_deadline]
    return min((day for day in days if day < agreed), default=None)


def is_far_off(reading: Reading, situation: Situation) -> bool:
    """Whether the day named for a payment lies more than a month beyond the due day, or beyond today."""
    if reading.pay_date is None or not bills_meant(situation, reading):
        return False
    due = max(situation.now.date(), *(one.due for one in bills_meant(situation, reading)))
    named = moments_in(reading.pay_date.value, situation.language, written_of(situation))
    return any(one.first is not None and (one.first - due).days > MOST_DAYS_LATE for one in named)


def is_kept(situation: Situation) -> bool:
    """Whether every date asked for is surely the agreed one or later."""
    agreed = agreed_day(situation)
    if agreed is None:
        return False
    named = list(asked_dates(sentences(situation, lexicon(situation.language)), situation))
    return bool(named) and all(one.first is not None and first_day(one) >= agreed for one in named)


def last_day(moment: Moment) -> date:
    """Return the last day that is meant by a resolved moment."""
    assert moment.last is not None
    return day_before(moment.last) if moment.relation is Relation.BEFORE else moment.last


def first_day(moment: Moment) -> date:
    """Return the first day that may be meant by a resolved moment."""
    assert moment.first is not None
    return day_before(moment.first) if moment.relation is Relation.BEFORE else moment.first


def day_before(day: date) -> date:
    """Return the day before."""
    return date.fromordinal(max(1, day.toordinal() - 1))


def on_dates(made: Plan, situation: Situation, reading: Reading) -> Plan:
    """Return a plan that asks for no date which the client has given, and refuses none that was agreed."""
    if situation.kind != "reply":
        return made
    if reading.pay_date:
        made = tuple(renamed(step, ASKS_PAY_DAY) for step in made)
    if client_deadline(situation):
        made = tuple(renamed(step, ASKS_WORK_DAY) for step in made)
    if reading.scope is Topic.DEADLINE and not reading.adds and not reading.off_time and is_kept(situation):
        made = tuple(keeping(made))
    return made


def renamed(step: Step, names: dict[tuple[Move, str], str]) -> Step:
    """Return the step, or what is said in its place."""
    bare = step.about.removesuffix(KNOWN)
    about = names.get((step.move, bare))
    if about is None:
        return step
    about += step.about[len(bare) :]
    # A note of the day on which the payment comes is no restated agreement.
    return replace(step, about=about, move=Move.CLARIFY)


def keeping(made: Plan) -> Iterator[Step]:
    """Yield the steps of a plan about a deadline where the date asked for is the agreed one."""
    for step in made:
        if step.about.startswith("deadline") and step.move is Move.BE_TRANSPARENT:
            yield replace(step, move=Move.RESTATE_AGREEMENT, about="complaint-date")
        elif step.about == "choice":
            yield replace(step, about="plain")
        elif not (step.about.startswith("deadline") and step.move is Move.OFFER_OPTIONS):
            yield step


def asked_date(draft: Draft) -> Iterator[str]:
    """Yield questions for the day of a payment where the client has named it."""
    words = time_words(draft.situation.language)
    if words is None or not draft.reading.pay_date or draft.situation.kind != "reply":
        return
    for question in QUESTION.finditer(draft.own):
        if words.asks_date.search(question[0]):
            yield f"asks “{question[0].strip()}”"
