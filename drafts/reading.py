"""Reading a message: what it asks for, complains of, threatens and names, as facts with their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from drafts.agreed import with_agreement
from drafts.asks import asks, defects, is_within, quotable, quote, remark, statement, want
from drafts.calm_words import calm_lexicon
from drafts.cues import cues_in
from drafts.facts import MONEY_TOPICS, SCOPE_TOPICS, WORK_TOPICS, Fact, Reading, Threat, Topic
from drafts.lexicon import NOTHING, Lexicon, lexicon
from drafts.names import signed_name
from drafts.objects import bare_subject, led_in, matter
from drafts.payday import pay_day
from drafts.sentences import Sentence, sentences
from drafts.situation import HOSTILITY, PAYMENT, SCOPE, Situation
from drafts.things import things

AMOUNT = re.compile(
    r"(?:[€$£¥]|\b(?:eur|usd|gbp|chf|aud|cad)\s?)\s?\d[\d.,'’]*\d?k?\b"
    r"|\b\d(?:[\d.,'’]*\d)?k?\s?(?:€|\$|£|(?:eur|euros?|usd|dollars?|gbp|pounds?|quid|bucks|chf|francs?)\b)",
    re.IGNORECASE,
)
THANKS_WORDS = 60
# What the client says in one sentence, among others about the same invoice.
TOLD_BY_TOPIC = (Topic.DISCOUNT, Topic.AMOUNT, Topic.REFUSAL, Topic.REFUND, Topic.TERMS, Topic.CONDITIONAL)
# What is scope pressure wherever in the message it is said.
TOLD_ANYWHERE = (Topic.UNPAID, Topic.SAMPLE, Topic.RIGHTS)
MONEY_ANYWHERE = (Topic.EXPOSURE, Topic.REFUND)
# What is asked or refused of a payment because the job is called off.
MAY_BE_OFF = (Topic.REFUND, None)
PRAISE_WORDS = 7
# From so many points on, one of them told back would pass over the others.
LEAST_POINTS = 3
POINT = re.compile(r"^\s*(?:[-–*•]|\d{1,2}[.)])\s+\w", re.MULTILINE)


def read(situation: Situation) -> Reading:
    """Return what the message says, read with the word lists of the situation's language."""
    words = lexicon(situation.language)
    parts = sentences(situation, words)
    whole = f"{bare_subject(situation.subject)}\n{situation.new_text}"
    reading = with_work(Reading(), situation, parts, words)
    reading = with_scope(reading, situation, parts, words)
    reading = with_money(reading, situation, parts, words)
    reading = with_manner(reading, situation, words)
    spoken = joined(part for part in parts if not part.labels & {SCOPE, PAYMENT})
    reading = with_agreement(reading, situation, spoken, words)
    return replace(
        reading,
        cues=cues_in(situation, words),
        own_figure=own_figure(parts, words) if is_over_a_bill(situation, words) else None,
        matter=(led_in(reading.invoice, words) if marked(parts, PAYMENT) else None)
        or matter(situation.subject, parts, words),
        amounts=found(AMOUNT, whole),
        moments=found(words["moment"], whole),
    )


def with_work(reading: Reading, situation: Situation, parts: tuple[Sentence, ...], words: Lexicon) -> Reading:
    """Add what is said of the work and, in anger, of the person."""
    plain_parts = tuple(part for part in parts if not part.labels)
    work = tuple(part for part in parts if not part.labels & {SCOPE, PAYMENT})
    hostile = "\n".join(situation.evidence_of(HOSTILITY))
    return replace(
        reading,
        work=best_topic(WORK_TOPICS, words.topics, joined(work)),
        threats=threats(hostile, words),
        has_insult=words.has("insult", hostile) or words.has("belittling", hostile),
        is_personal=is_personal(hostile, words),
        is_dissatisfied=words.has("dissatisfied", joined(work)),
        wishes=asks(plain_parts, words),
        defects=defects(plain_parts, words),
        remark=remark(plain_parts, words),
        names_fault=names_fault(plain_parts, words),
        work_quote=work_quote(plain_parts, words),
    )


def with_scope(
    reading: Reading, situation: Situation, parts: tuple[Sentence, ...], words: Lexicon
) -> Reading:
    """Add what is asked for beyond what was agreed."""
    scope_parts = marked(parts, SCOPE)
    spans = situation.evidence_of(SCOPE)
    told = () if len(POINT.findall(situation.new_text)) >= LEAST_POINTS else parts
    wanted = marked(told, SCOPE)
    adds = bool(first_topic((Topic.EXTRA,), words.topics, " ".join(spans)))
    return replace(
        reading,
        scope=first_topic(SCOPE_TOPICS, words.topics, " ".join(spans))
        or (first_topic(TOLD_ANYWHERE, words.topics, situation.new_text) if spans else None),
        adds=adds,
        asks=asks(wanted, words),
        want=want(wanted, words),
        things=things(narrowed(wanted, spans), words) or things(led_up(told, words), words),
        off_time=off_time(joined(scope_parts), words),
        deadline=moment_in(scope_parts, words, words["deadline_moment"]),
        scope_told=statement(told, SCOPE, spans, words),
        scope_quote=quote(quotable_asks(told, adds, words), SCOPE, spans, words),
        offers_pay=is_said("offers_pay", "no_offer", situation, words),
        admits_outside=words.has("admits_outside", situation.new_text),
        is_enquiry=words.has("enquiry", f"{bare_subject(situation.subject)}\n{situation.new_text}"),
    )


def with_money(
    reading: Reading, situation: Situation, parts: tuple[Sentence, ...], words: Lexicon
) -> Reading:
    """Add what is said of the payment."""
    money_parts = marked(parts, PAYMENT)
    spans = situation.evidence_of(PAYMENT)
    whole = f"{bare_subject(situation.subject)}\n{situation.new_text}"
    invoices = tuple(within(fact, words) for fact in found(words["invoice"], whole))
    topic = money_topic(" ".join(spans), whole, words)
    telling = telling_of(topic, parts, words)
    return replace(
        reading,
        money=topic,
        is_by_sum=topic is Topic.AMOUNT and not first_topic((topic,), words.topics, " ".join(spans)),
        is_paid=is_said("paid_already", "not_paid", situation, words),
        has_no_day=words.has("no_day", joined(money_parts)),
        pay_date=pay_day(parts, words) if money_parts else None,
        amount=only(found(AMOUNT, joined(money_parts))),
        invoice=only(invoices),
        invoices=invoices,
        money_told=statement(telling, PAYMENT, spans, words),
        names_deposit=words.has("deposit", joined(money_parts)),
        money_quote=quote(telling, PAYMENT, spans, words),
        is_deducted=words.has("deducted", joined(money_parts)),
        asks_bill=words.has("bill", whole) and words.has("bill_asked", whole),
        asks_bill_more=words.has("bill_more", situation.new_text),
    )


def with_manner(reading: Reading, situation: Situation, words: Lexicon) -> Reading:
    """Add how the client writes and signs."""
    text = situation.new_text
    is_sorry = words.has("apology_for", f"{bare_subject(situation.subject)}\n{text}")
    return replace(
        reading,
        is_thanks=is_thanks(situation, words),
        is_apology=words.has("apology", text) and is_sorry,
        sign_off_name=signed_name(text, situation.client_name, words),
        is_formal=is_said("formal", "informal", situation, words),
        opens_dear=words.has("opens_dear", text.lstrip()[:40]),
        is_familiar=is_said("familiar", "polite", situation, words),
    )


def is_said(name: str, unless: str, situation: Situation, words: Lexicon) -> bool:
    """Whether the message says what the list ``name`` holds, and nothing of the list ``unless``."""
    return words.has(name, situation.new_text) and not words.has(unless, situation.new_text)


def marked(parts: Iterable[Sentence], label: str) -> tuple[Sentence, ...]:
    """Return the sentences that hold evidence of ``label``."""
    return tuple(part for part in parts if label in part.labels)


def narrowed(parts: Iterable[Sentence], spans: Iterable[str]) -> tuple[Sentence, ...]:
    """Return the marked words of each sentence in its place; a sentence that no mark lies in stays whole."""
    marks = tuple(spans)
    inside = ((part, [span for span in marks if is_within(span, part.text)]) for part in parts)
    return tuple(replace(part, text=", ".join(found) or part.text) for part, found in inside)


def led_up(parts: tuple[Sentence, ...], words: Lexicon) -> tuple[Sentence, ...]:
    """Return the sentence right before the first one about scope, where it tells what is wanted."""
    for before, part in pairwise(parts):
        if SCOPE in part.labels:
            return (before,) if not before.labels and words.has("adding", before.text) else ()
    return ()


def joined(parts: Iterable[Sentence]) -> str:
    """Return the text of some sentences."""
    return "\n".join(part.text for part in parts)


def best_topic(order: Iterable[Topic], lists: Mapping[str, re.Pattern[str]], text: str) -> Topic | None:
    """Return the topic with most words in ``text``; the earlier of two equals; None without any."""
    scores = {topic: len({hit[0].lower() for hit in lists[topic].finditer(text)}) for topic in order}
    best = max(scores, key=lambda topic: scores[topic])
    return best if scores[best] else None


def first_topic(order: Iterable[Topic], lists: Mapping[str, re.Pattern[str]], text: str) -> Topic | None:
    """Return the first topic with a word in ``text``."""
    plain = text.replace("’", "'")
    return next((topic for topic in order if lists[topic].search(plain)), None)


def money_topic(text: str, whole: str, words: Lexicon) -> Topic | None:
    """Return what kind of payment issue ``text`` is; a sum without other signs is about the amount."""
    if not text:
        return Topic.REFUND if words.topics[Topic.REFUND].search(whole) else None
    unnumbered = words["invoice"].sub(" ", text)
    by_sum = Topic.AMOUNT if AMOUNT.search(unnumbered) or re.search(r"\d{3}|\d\s?%", unnumbered) else None
    topic = (
        first_topic(MONEY_TOPICS, words.topics, text)
        or first_topic(MONEY_ANYWHERE, words.topics, whole)
        or by_sum
    )
    content = not words.has("dissatisfied", whole) and not words.topics[Topic.REFUSAL].search(text)
    is_off = topic in MAY_BE_OFF and content and words.has("called_off", whole)
    return Topic.CANCELLATION if is_off else topic


def quotable_asks(parts: tuple[Sentence, ...], adds: bool, words: Lexicon) -> tuple[Sentence, ...]:
    """Return the sentences to quote an ask from: no short praise, and beside an extra none that says when."""
    dated = (words.topics[Topic.DEADLINE], words.topics[Topic.HOURS]) if adds else ()
    asking = (part for part in parts if not any(one.search(part.text) for one in dated))
    return tuple(
        one for one in asking if len(one.text.split()) > PRAISE_WORDS or not words.has("praise", one.text)
    )


def telling_of(topic: Topic | None, parts: tuple[Sentence, ...], words: Lexicon) -> tuple[Sentence, ...]:
    """Return the sentences that show the payment issue's topic, as a reply should quote; else all of them."""
    if topic is None or topic not in TOLD_BY_TOPIC:
        return parts
    return tuple(part for part in parts if words.topics[topic].search(part.text)) or parts


def work_quote(parts: Iterable[Sentence], words: Lexicon) -> Fact | None:
    """Return the first clean sentence about something wrong with the work that speaks of nobody."""
    faulty = (
        part.text
        for part in parts
        if part.is_safe and is_about_work(part.text, words) and not words.has("second_person", part.text)
    )
    return next((fact for text in faulty if (fact := quotable(text, words))), None)


def names_fault(parts: Iterable[Sentence], words: Lexicon) -> bool:
    """Whether a sentence says what is wrong, in a language whose clauses aren't read one by one."""
    calm = calm_lexicon(words.language)
    told = (calm["lead"].sub("", part.text) for part in parts)
    faults = (text for text in told if calm.has("fault", text) and not calm.has("no_point", text))
    return words["thing"] is NOTHING and any(faults)


def is_about_work(text: str, words: Lexicon) -> bool:
    """Whether a sentence holds a word of a complaint about the work, and no praise."""
    faulty = words.has("defect", text) or any(words.topics[topic].search(text) for topic in WORK_TOPICS)
    return faulty and not words.has("praise", text)


def is_personal(hostile: str, words: Lexicon) -> bool:
    """Whether hostile words speak to the person; True where the language has no list to tell by."""
    return words["at_you"] is NOTHING or any(words.has(name, hostile) for name in ("insult", "at_you"))


def threats(hostile: str, words: Lexicon) -> frozenset[Threat]:
    """Return what the hostile words hold out."""
    return frozenset(Threat(name) for name, pattern in words.threats.items() if pattern.search(hostile))


def found(pattern: re.Pattern[str], text: str) -> tuple[Fact, ...]:
    """Return every distinct hit as a fact."""
    hits = {hit[0].strip().lower(): hit[0].strip() for hit in pattern.finditer(text)}
    return tuple(Fact(words, words) for words in hits.values())


def within(fact: Fact, words: Lexicon) -> Fact:
    """Write a fact as it stands inside a sentence: its noun small, and in German with its capital."""
    if words.language == "de":
        return Fact(fact.value[:1].upper() + fact.value[1:], fact.words)
    return Fact(fact.value[:1].lower() + fact.value[1:], fact.words) if words.has_articles else fact


def is_over_a_bill(situation: Situation, words: Lexicon) -> bool:
    """Whether a message disputes a bill: a payment issue is flagged, or it asks what a bill is made up of."""
    return situation.is_flagged(PAYMENT) or words.has("cue_breakdown", situation.new_text)


def own_figure(parts: tuple[Sentence, ...], words: Lexicon) -> Fact | None:
    """Return the figure that the client sets against the bill's, if it is named in so many words."""
    for part in parts:
        found = words["own_figure"].search(part.text)
        if part.is_safe and found and found.lastindex:
            figure = found[found.lastindex].strip()
            unit = (
                words["figure_unit"].search(joined(parts)) if " " not in figure and figure.isalnum() else None
            )
            return Fact(f"{figure} {unit[1]}" if unit else figure, part.text)
    return None


def only(facts: tuple[Fact, ...]) -> Fact | None:
    """Return the fact if it is the only one: with two, which one is meant would be a guess."""
    return facts[0] if len(facts) == 1 else None


def moment_in(parts: Iterable[Sentence], words: Lexicon, pattern: re.Pattern[str]) -> Fact | None:
    """Return the one moment that ``pattern`` finds in sentences safe to draw on."""
    safe = joined(part for part in parts if part.is_safe)
    return capitalised(only(found(pattern, safe)), words)


def capitalised(fact: Fact | None, words: Lexicon) -> Fact | None:
    """Write the weekday or month of a fact with its capital."""
    if fact is None:
        return None
    return Fact(words["proper"].sub(lambda hit: hit[0].capitalize(), fact.value), fact.words)


def off_time(text: str, words: Lexicon) -> str:
    """Return how to name the hours outside a working week that ``text`` asks for, if any."""
    return next((name for name, pattern in words.off_times.items() if pattern.search(text)), "")


def is_thanks(situation: Situation, words: Lexicon) -> bool:
    """Whether the message only says thanks: short, no question, no label."""
    text = situation.new_text
    short = len(text.split()) <= THANKS_WORDS
    return short and words.has("thanks", text) and not words.has("question", text)
