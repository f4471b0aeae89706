"""Mails that answer no message: the payment ladder, the agreement in writing, an update, feedback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from drafts.bills import bill_facts
from drafts.figures import day_words, weekday_words
from drafts.moves import Move
from drafts.phrasebook import Phrasebook, fill_text
from drafts.situation import Kind, Problem, Situation
from drafts.steps import Plan, Step
from drafts.terms import checklist, term_facts

REMINDER, CLARIFY, NEXT = Move.PAYMENT_REMINDER, Move.CLARIFY, Move.NEXT_STEP
RESTATE, TRANSPARENT, OWN = Move.RESTATE_AGREEMENT, Move.BE_TRANSPARENT, Move.TAKE_OWNERSHIP

# How long a formal demand, and the notice after it, leave for payment.
DEMAND_DAYS = timedelta(days=7)

HOW_TO_PAY = Step(REMINDER, "how", part="how")
PLANS: Mapping[Kind, Plan] = {
    "reminder": (Step(REMINDER, "reminder"), HOW_TO_PAY, Step(CLARIFY, "reminder", part="end")),
    "second_reminder": (
        Step(REMINDER, "second_reminder"),
        HOW_TO_PAY,
        Step(CLARIFY, "second_reminder", part="end"),
    ),
    "formal_demand": (
        Step(REMINDER, "formal_demand"),
        Step(NEXT, "formal_demand"),
        HOW_TO_PAY,
        Step(RESTATE, "late_fee", part="end"),
        Step(CLARIFY, "formal_demand", part="end"),
    ),
    "final_notice": (
        Step(REMINDER, "final_notice"),
        Step(NEXT, "final_notice"),
        Step(Move.ESCALATE, "final_notice", part="legal"),
        HOW_TO_PAY,
    ),
    "pause": (Step(TRANSPARENT, "pause"), Step(NEXT, "pause"), HOW_TO_PAY),
    "progress_update": (Step(OWN, "progress"), Step(CLARIFY, "progress", part="end")),
    "feedback": (Step(Move.FOLLOW_UP, "feedback"), Step(CLARIFY, "feedback", part="end")),
}
# The agreement in writing: nothing of it is on file yet, a part is, or all of it.
FIRST_AGREEMENT: Plan = (Step(RESTATE, "agree"), Step(CLARIFY, "agree", part="missing"), Step(NEXT, "agree"))
PART_AGREEMENT: Plan = (
    Step(RESTATE, "confirm"),
    Step(CLARIFY, "confirm", part="missing"),
    Step(NEXT, "confirm"),
)
WHOLE_AGREEMENT: Plan = (Step(RESTATE, "confirm"), Step(NEXT, "confirm-whole"))
ABOUT_MONEY = ("reminder", "second_reminder", "formal_demand", "final_notice", "pause")


def own_plan(situation: Situation, facts: Mapping[str, str], book: Phrasebook) -> Plan:
    """Return the steps of such a mail; none where the language lacks its subject or its first sentence."""
    made = PLANS.get(situation.kind) or agreement_plan(facts)
    can_begin = book.key_of(made[0], facts) and subject_line(situation.kind, facts, book)
    return made if can_begin else ()


def agreement_plan(facts: Mapping[str, str]) -> Plan:
    """Return the steps that put the agreement in writing, by how much of it is on file."""
    if "on_file" not in facts:
        return FIRST_AGREEMENT
    return PART_AGREEMENT if "not_on_file" in facts else WHOLE_AGREEMENT


def is_own_accord(kind: Kind) -> bool:
    """Whether a mail of this kind answers no message."""
    return kind == "confirm_agreement" or kind in PLANS


def missing_facts(situation: Situation) -> Iterator[Problem]:
    """Yield what a kind can't be written without."""
    if situation.kind in ABOUT_MONEY and situation.invoice is None:
        yield Problem("invoice", "names no invoice to be paid")
    if situation.kind == "final_notice" and not situation.legal_text.strip():
        yield Problem("legal text", "a final notice holds your own legal text, and none is set")


def own_facts(situation: Situation, book: Phrasebook) -> dict[str, str]:
    """Return what the sentences of such a mail may name."""
    language, words, today = situation.language, book.words, situation.now.date()
    facts = term_facts(situation.agreement, today, language, words) if situation.agreement else {}
    if situation.invoice:
        facts |= bill_facts(situation.invoice, today, language, words)
        last_day = today + DEMAND_DAYS
        facts["pay_by"] = weekday_words(last_day, today, language, words)
        facts["pay_by_day"] = day_words(last_day, today, language, words)
    if situation.kind == "confirm_agreement":
        facts |= checklist(situation.agreement, facts, words)
    own = {
        "payment_details": situation.policy.payment_details.strip(),
        "legal_text": situation.legal_text.strip(),
    }
    return facts | {name: value for name, value in own.items() if value}


def subject_line(kind: Kind, facts: Mapping[str, str], book: Phrasebook) -> str:
    """Return the subject of a mail of one's own accord: the first of its kind whose facts are there."""
    for source in book.words.get("subject", {}).get(kind, ()):
        text = fill_text(source, facts)
        if text:
            return text
    return ""
