"""What a message says beside its topic that changes the answer: a cue each, by its own word list."""

from __future__ import annotations

from enum import StrEnum

from drafts.lexicon import Lexicon
from drafts.situation import Situation


class Cue(StrEnum):
    """One thing that a message may say; its words stand under ``[cues]`` of the language's reading.toml."""

    TWEAKS = "tweaks"
    MORE_WORK = "more_work"
    ASKS_SCOPE = "asks_scope"
    THIRD_PARTY = "third_party"
    BREAKDOWN = "breakdown"
    LESS_OFFERED = "less_offered"
    PAYS_NOW = "pays_now"
    PLAN_TOLD = "plan_told"
    ASKS_WHEN = "asks_when"
    WROTE_BEFORE = "wrote_before"
    RESEND = "resend"
    CALL_ASKED = "call_asked"
    NO_JOB_YET = "no_job_yet"
    ASKS_ROUNDS = "asks_rounds"
    ASKS_BACK = "asks_back"
    CHARGEBACK = "chargeback"


def cues_in(situation: Situation, words: Lexicon) -> frozenset[Cue]:
    """Return every cue that the message holds."""
    text = f"{situation.subject}\n{situation.new_text}".replace("’", "'")
    return frozenset(cue for cue in Cue if words.has(f"cue_{cue}", text))
