"""The letter around the sentences: greeting, sign-off, and contractions written out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from drafts.facts import Reading
from drafts.lexicon import lexicon
from drafts.names import addressed, is_titled
from drafts.phrasebook import Phrasebook, phrasebook
from drafts.situation import Situation

# Mails in which nobody says "Hi": the last steps before work stops.
RESERVED_KINDS = ("formal_demand", "final_notice", "pause")


def letter(paragraphs: Iterable[str], situation: Situation, reading: Reading, book: Phrasebook) -> str:
    """Put greeting and sign-off around the paragraphs."""
    body = "\n\n".join(paragraphs)
    text = f"{greeting(situation, reading, book)}\n\n{body}\n\n{closing(situation, reading, book)}\n"
    return written_out(text, book) if is_written_out(situation, reading) else text


def is_written_out(situation: Situation, reading: Reading) -> bool:
    """Whether contractions are to be written in full: in a formal letter, or by who never uses them."""
    voice = situation.voice
    return is_formal(situation, reading) or bool(voice and voice.contracts is False)


def is_formal(situation: Situation, reading: Reading) -> bool:
    """Whether the client is on formal terms: as the client file says, else as the client writes."""
    return situation.form == "formal" if situation.form else reading.is_formal


def is_distant(situation: Situation, reading: Reading, book: Phrasebook) -> bool:
    """Whether the letter keeps its distance: on formal terms, and wherever Sie or vous is said."""
    return is_formal(situation, reading) or bool(
        book.words["has_forms"] and not is_familiar(situation, reading)
    )


def is_familiar(situation: Situation, reading: Reading) -> bool:
    """Whether the client is addressed as du, tu and the like: as the client file says, else as they write.

    A book whose two sides are something else (Portuguese of Portugal, of Brazil) goes by the client's writing
    and by the currency that only those on the right are billed in.
    """
    words = phrasebook(situation.language).words
    if situation.form and words["has_forms"]:
        return situation.form == "familiar"
    return reading.is_familiar or words.get("right_currency") in currencies(situation)


def currencies(situation: Situation) -> set[str]:
    """Return the currencies that the client is billed in."""
    bills = (*situation.invoices, *([situation.invoice] if situation.invoice else []))
    rate = situation.agreement.rate if situation.agreement else None
    return {bill.total.currency for bill in bills} | ({rate.money.currency} if rate else set())


def written_out(text: str, book: Phrasebook) -> str:
    """Write contractions in full."""
    for short, full in book.words.get("formal", {}).items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", full, text)
        text = re.sub(
            rf"(?<!\w){re.escape(short[:1].upper() + short[1:])}(?!\w)", full[:1].upper() + full[1:], text
        )
    return text


def greeting(situation: Situation, reading: Reading, book: Phrasebook) -> str:
    """Return the greeting line in the freelancer's voice; a polite one without a name where none is known."""
    formal = is_distant(situation, reading, book)
    name = situation.greeting_name or addressed(
        situation.client_name, reading.sign_off_name, formal, lexicon(situation.language)
    )
    if not name:
        return str(book.words["no_name"])
    is_named_formally = bool(situation.greeting_name) and is_titled(name)
    own = own_greeting(situation, formal)
    if own and (formal or not is_named_formally):
        return own.replace("{name}", name)
    is_dear = formal or reading.opens_dear or is_named_formally
    return str(book.words[usual_greeting(situation, name, is_dear)]).replace("{name}", name)


def usual_greeting(situation: Situation, name: str, is_dear: bool) -> str:
    """Return which of the language's greetings fits."""
    if is_dear:
        return "greeting_formal"
    is_reserved = situation.severity == 3 or situation.kind in RESERVED_KINDS or is_titled(name)
    return "greeting_severe" if is_reserved else "greeting"


def own_greeting(situation: Situation, formal: bool) -> str:
    """Return the freelancer's own greeting with ``{name}`` in it: to this client, else in this language."""
    freelancer, voice = situation.freelancer, situation.voice
    learnt = (voice.formal_greeting if formal else voice.greeting).strip() if voice else ""
    if learnt:
        return learnt if learnt.endswith((",", ":")) else f"{learnt},"
    chosen = freelancer.greeting.strip().rstrip(",")
    if not chosen or formal or freelancer.language != situation.language:
        return ""
    return f"{chosen}," if "{name}" in chosen else f"{chosen} {{name}},"


def closing(situation: Situation, reading: Reading, book: Phrasebook) -> str:
    """Return the sign-off and the freelancer's name."""
    freelancer, voice = situation.freelancer, situation.voice
    formal = is_distant(situation, reading, book)
    learnt = (voice.formal_sign_off if formal else voice.sign_off).strip() if voice else ""
    own = freelancer.sign_off.strip() if freelancer.language == situation.language else ""
    words = learnt or own or str(book.words["sign_off"])
    if not freelancer.name or freelancer.name.split()[0] in words:
        return words
    comma = "" if words.endswith((",", ".")) or not book.words["sign_off_comma"] else ","
    return f"{words}{comma}\n{freelancer.name}"
