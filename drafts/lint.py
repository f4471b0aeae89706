"""The rules a draft must pass before anyone may find it in a Drafts folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from drafts import supported
from drafts.dates_given import asked_date
from drafts.draft import QUOTED, Draft, Rule, own_words
from drafts.facts import Reading
from drafts.letter import is_familiar
from drafts.lexicon import banned, forbidden
from drafts.moves import Move
from drafts.phrasebook import phrasebook
from drafts.sentences import runs, words_of
from drafts.situation import HOSTILITY, Problem, Situation

MOST_PLACEHOLDERS = 2
PLACEHOLDER = re.compile(r"\[[^\]\n]*\]|…(?=\s*\])")
LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|\bNone\b|\bundefined\b|\{\w+\}")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
# A reply is short: the playbook's 60 to 160 words and a little for greeting and sign-off.
MOST_WORDS = 175
LEAST_WORDS = 6
# An agreement set down term by term.
MOST_WORDS_OF_A_LIST = 320
# Twice the client's own text, but a short mail may still get a whole answer.
ROOM_FOR_AN_ANSWER = 150


def inspect(
    text: str,
    situation: Situation,
    reading: Reading,
    moves: Collection[str] = (),
    clear: Callable[[str], bool] | None = None,
    facts: Mapping[str, str] | None = None,
) -> tuple[Problem, ...]:
    """Return every rule that ``text`` breaks; none means that it may be written.

    ``facts`` are what the mail may name beside the message: figures of the client file, as words.
    """
    own = own_words(text, situation, reading)
    draft = Draft(text, own, situation, reading, frozenset(moves), facts or {})
    problems = [Problem(name, detail) for name, rule in RULES.items() for detail in rule(draft)]
    if clear is not None and not clear(text):
        problems.append(Problem("classifier", "the draft itself would be flagged"))
    return tuple(problems)


def without(name: str) -> Rule:
    """Make the rule that no word of the list ``name`` stands in the draft's own sentences."""

    def rule(draft: Draft) -> Iterator[str]:
        for hit in banned(name).finditer(draft.own):
            yield f"says “{hit[0]}”"

    return rule


def legal_words(draft: Draft) -> Iterator[str]:
    """Yield legal words that the freelancer's own settings do not hold."""
    allowed = {word.lower() for word in draft.situation.policy.legal_words}
    for hit in banned("legal").finditer(draft.own):
        if hit[0].lower() not in allowed:
            yield f"says “{hit[0]}”"


def exclamation(draft: Draft) -> Iterator[str]:
    """Yield once if the draft shouts."""
    if re.search(r"[!¡]", draft.text):
        yield "holds an exclamation mark"


def boundary_in_i_form(draft: Draft) -> Iterator[str]:
    """Yield boundaries that begin with the other person."""
    yield from without("you_boundary")(draft)


def placeholders(draft: Draft) -> Iterator[str]:
    """Yield once if more than two gaps are left to the freelancer."""
    gaps = PLACEHOLDER.findall(draft.text)
    if len(gaps) > MOST_PLACEHOLDERS:
        yield f"leaves {len(gaps)} gaps"


def leftover(draft: Draft) -> Iterator[str]:
    """Yield template marks that were not filled in."""
    for hit in LEFTOVER.finditer(draft.own):
        yield f"holds “{hit[0]}”"


def length(draft: Draft) -> Iterator[str]:
    """Yield once if the draft, its quotations aside, is too long for the message, or says nothing."""
    count = len(QUOTED.sub("", draft.text).split())
    twice = max(ROOM_FOR_AN_ANSWER, 2 * len(draft.situation.new_text.split()))
    most = MOST_WORDS if Move.OFFER_OPTIONS in draft.moves else min(MOST_WORDS, twice)
    if draft.situation.kind == "confirm_agreement":
        most = MOST_WORDS_OF_A_LIST
    if not LEAST_WORDS <= count <= most:
        yield f"{count} words where {LEAST_WORDS} to {most} are fitting"


def repetition(draft: Draft) -> Iterator[str]:
    """Yield sentences that stand in the draft twice."""
    seen: set[tuple[str, ...]] = set()
    for found in SENTENCE.finditer(draft.text):
        words = words_of(found[0])
        if len(words) > 3 and words in seen:
            yield f"says “{found[0].strip()}” twice"
        seen.add(words)


def echo(draft: Draft) -> Iterator[str]:
    """Yield words of the hostile evidence that come back in the draft."""
    told = draft.text
    # What is quoted as a point has been made calm, and must be shown to have been read.
    for point in draft.reading.points:
        told = told.replace(point.value, " … ")
    own = runs(told)
    for span in draft.situation.evidence_of(HOSTILITY):
        shared = own & runs(span) if len(words_of(span)) >= 4 else set()
        for words in sorted(shared):
            yield f"repeats “{' '.join(words)}”"


def greeted(draft: Draft) -> Iterator[str]:
    """Yield once if the greeting names somebody who is neither the sender nor the one who signed."""
    line = draft.text.strip().splitlines()[0] if draft.text.strip() else ""
    if not line.endswith((",", ":")):
        yield "begins without a greeting"
        return
    given = draft.situation
    known = words_of(f"{given.greeting_name} {given.client_name} {draft.reading.sign_off_name}")
    small = words_of(" ".join(greeting_words(draft)))
    strange = [word for word in words_of(line) if word not in known and word not in small]
    if strange:
        yield f"greets “{' '.join(strange)}”"


def greeting_words(draft: Draft) -> tuple[str, ...]:
    """Return the words a greeting may hold beside a name."""
    words = phrasebook(draft.situation.language).words
    voice = draft.situation.voice
    learnt = [voice.greeting, voice.formal_greeting] if voice else []
    own = [draft.situation.freelancer.greeting, *learnt]
    usual = [str(words[name]) for name in words if name.startswith(("greeting", "no_name", "and"))]
    return tuple(line.replace("{name}", "") for line in (*usual, *own))


def form_of_address(draft: Draft) -> Iterator[str]:
    """Yield words of the polite form in a familiar letter, and of the familiar form in a polite one."""
    strange = "polite" if is_familiar(draft.situation, draft.reading) else "familiar"
    for hit in banned(strange, draft.situation.language).finditer(draft.own):
        yield f"says “{hit[0]}”"


def language(draft: Draft) -> Iterator[str]:
    """Yield once if fewer of the text's small words belong to its language than to another."""
    counts = small_words(draft.own)
    best = max(counts, key=lambda name: counts[name])
    if counts[best] > counts.get(draft.situation.language, 0):
        yield f"reads as “{best}”"


def small_words(text: str) -> Mapping[str, int]:
    """Count the commonest words of each language in ``text``."""
    return {name: len(banned("small_words", name).findall(text)) for name in forbidden()["small_words"]}


RULES: Mapping[str, Rule] = {
    **supported.RULES,
    "asked date": asked_date,
    "padding": without("padding"),
    "hedged apology": without("hedged_apology"),
    "legal words": legal_words,
    "blame": without("blame"),
    "sarcasm": without("sarcasm"),
    "insult": without("insult"),
    "exclamation mark": exclamation,
    "boundary": boundary_in_i_form,
    "placeholders": placeholders,
    "leftover template": leftover,
    "length": length,
    "repetition": repetition,
    "echo": echo,
    "greeting": greeted,
    "form of address": form_of_address,
    "language": language,
}
