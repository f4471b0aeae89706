"""One sent mail's voice: greeting, sign-off, form of address, length and habits, counted; no words kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from triage.clients import voice_words
from triage.clients.profile import AddressForm
from triage.clients.recipient import Recipient, recipient_of
from triage.clients.voice import Sample
from triage.mail.message import Address

# Fewer words are a nod from a phone, and no letter.
LEAST_WORDS = 4
MOST_WORDS = 2_000
# Shorter texts may well be written twice by hand.
TEMPLATE_WORDS = 12
_ENDING_LINES = 30
_MOST_CHARS = 20_000

_MARK = re.compile(r"\s*([,:!.;]|[–—-](?=\s|$))?\s*")
# The comma of a Spanish "Hola, Nora:" and its like.
_VOCATIVE = re.compile(r",(?=\s+[^\W\d_])")
_NAME_WORD = re.compile(r"\s*([^\W\d_][\w'’.-]{0,30})")
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_BELOW = re.compile(r"^\s*(?:[-–—_*=]{2,}.*|.*(?:@|https?:|www\.|\+?\d[\d /()-]{6,}).*)$")
_SHORT = re.compile(
    r"\b(?:(?:is|are|was|were|do|does|did|has|have|had|would|could|should|wo|ca|must|need)n['’]t"
    r"|i['’](?:m|ll|ve|d)|(?:you|we|they)['’](?:re|ll|ve|d)|(?:he|she|it|that|there|here|what|who)['’](?:s|ll)"
    r"|let['’]s)(?!\w)",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\b(?:(?:is|are|was|were|do|does|did|has|have|had|would|could|should|will|must) not|cannot"
    r"|i (?:am|will|would)|i have (?:not|been|just|already|now|\w+ed)|(?:you|we|they) (?:are|will)"
    r"|(?:it|that|there|here) is|let us)\b",
    re.IGNORECASE,
)
# Pronouns that are capitals of courtesy only where no sentence begins.
_COURTESY: Mapping[str, str] = {
    "de": r"\b(?:Sie|Ihnen|Ihr(?:e|en|em|er|es)?)\b",
    "it": r"\b(?:Lei|Suo|Sua|Suoi|Sue)\b|(?<=\w)(?:La|Le)\b",
}
_DISTANT: Mapping[str, str] = {
    "fr": r"(?<![-\w])(?:vous|votre|vos)\b(?!-)",
    "es": r"\b(?:usted|uds?\.|su (?:correo|mensaje|respuesta|confirmación|proyecto|pedido|interés|paciencia)"
    r"|le (?:envío|adjunto|agradezco|escribo|confirmo|mando|comento|informo|paso|propongo|parece)"
    r"|dígame|avíseme|indíqueme|confírmeme)\b",
    "pt": r"\b(?:(?:[adn]?o|pelo) senhor|(?:[dn]?a|à|pela) senhora|lhe|vossa|v\. ?exa|consigo)\b",
    "nl": r"\b(?:u|uw)\b",
}
_NEAR: Mapping[str, str] = {
    "de": r"\b(?:du|dich|dir|dein(?:e|en|em|er|es)?|euch|euer|eure[nmrs]?)\b",
    "fr": r"(?<![-\w])(?:tu|toi|ton|tes|t['’](?=\w))(?!\w)|(?<=-)toi\b",
    "es": r"\b(?:tú|tu|tus|te|ti|contigo|puedes|quieres|tienes|podrías|sabes|estás|prefieres|necesitas|dime"
    r"|avísame|mándame|envíame|vosotr[oa]s|vuestr[oa]s?)\b",
    "pt": r"\b(?:vocês?|vcs?|tu|te|ti|teus?|tuas?|contigo|podes|queres|tens|sabes|diz-me|avisa-me)\b",
    "it": r"\b(?:tu|ti|te|tuo|tua|tuoi|tue)\b",
    "nl": r"\b(?:je|jij|jou|jouw|jullie)\b",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of the freelancer's own.

    ``text`` is its new text without signature, ``signed`` the same with whatever stands below. ``key`` tells
    it from all others. ``to`` holds those it is addressed to, without Cc.
    """

    key: str
    day: date
    to: tuple[Address, ...]
    language: str
    text: str
    signed: str
    own_name: str


@dataclass(frozen=True, slots=True)
class _Opening:
    head: str = ""
    mark: str = ""
    title: str = ""
    name: str = ""
    end: int = 0
    """Where the words behind the greeting begin."""


def sample_of(letter: Letter) -> Sample | None:
    """What a mail tells of its writer's voice; None where it is too short to tell anything. Never raises."""
    text = letter.text[:_MOST_CHARS].strip()
    alone = letter.to[0] if len(letter.to) == 1 else None
    opening = _opening(text, letter.language, recipient_of(alone) if alone else Recipient(()))
    body = text[opening.end :]
    count = len(_WORDS.findall(body))
    if count < LEAST_WORDS:
        return None
    is_learnt = bool(opening.head) and not voice_words.is_timed(opening.head.rstrip(","))
    is_english = letter.language == "en"
    return Sample(
        identity=digest(letter.key),
        day=letter.day.isoformat(),
        address=alone.email.lower() if alone else "",
        language=letter.language,
        greeting=f"{opening.head} {{name}}" if is_learnt else "",
        mark=opening.mark,
        name=opening.name,
        sign_off=_sign_off(letter),
        form=_form(body, letter.language, opening),
        words=min(count, MOST_WORDS),
        short=len(_SHORT.findall(body)) if is_english else 0,
        full=len(_FULL.findall(body)) if is_english else 0,
        exclaims="!" in text,
        body=fingerprint(body) if count >= TEMPLATE_WORDS else "",
    )


def fingerprint(text: str) -> str:
    """A number for what a text says, whatever its line breaks, figures and capitals: equal texts have one."""
    return digest(" ".join(_LETTERS.findall(text.casefold())))


def digest(text: str) -> str:
    """Sixteen hexadecimal digits that stand for a text and don't tell it."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


# ---------------------------------------------------------------------------------------- the greeting


def _opening(text: str, language: str, recipient: Recipient) -> _Opening:
    """The greeting at the begin of a text; one that is refused has no head, and its line is left out."""
    line = text.partition("\n")[0][:200]
    found = voice_words.greeting_head(line, language)
    if found is None:
        return _Opening()
    head, end = found
    called = _VOCATIVE.match(line, end)
    if called and (opening := _addressed(line, f"{head},", called.end(), recipient)).head:
        return opening
    return _addressed(line, head, end, recipient)


def _addressed(line: str, head: str, end: int, recipient: Recipient) -> _Opening:
    """The greeting whose head ends at ``end``, with whomever it names."""
    titles, end = _titles(line, end)
    words, end = _names(line, end)
    mark = _MARK.match(line, end)
    assert mark is not None  # it matches nothing at all
    if mark[1] is None and mark.end() < len(line):
        return _Opening()
    refused = _Opening(end=mark.end())
    if (
        len([*head.split(), *titles.split(), *words]) > voice_words.MOST_WORDS
        or {word.lower() for word in words} & voice_words.MANY
    ):
        return refused
    if not words and not titles:
        return _Opening(head, _kept(mark[1]), end=mark.end())
    name = recipient.name_form(words, titles)
    return _Opening(head, _kept(mark[1]), titles, name, mark.end()) if name else refused


def _kept(mark: str | None) -> str:
    """The mark behind a greeting as a draft may have it: never an exclamation mark."""
    return mark if mark in (",", ":") else ""


def _titles(line: str, end: int) -> tuple[str, int]:
    """Courtesies and degrees from ``end`` on, with one space between, and where they end."""
    titles: list[str] = []
    while found := re.compile(r"\s+").match(line, end):
        title = voice_words.TITLE.match(line, found.end())
        if title is None:
            break
        written = title[0].capitalize() if title[0].isupper() else title[0]
        titles.append(written[0].upper() + written[1:])
        end = title.end()
    return " ".join(titles), end


def _names(line: str, end: int) -> tuple[list[str], int]:
    words: list[str] = []
    while len(words) <= voice_words.MOST_WORDS and (found := _NAME_WORD.match(line, end)):
        words.append(found[1].rstrip(".'’-"))
        end = found.start(1) + len(words[-1])
    return words, end


# ---------------------------------------------------------------------------------------- the sign-off


def _sign_off(letter: Letter) -> str:
    """The words above the own name, or alone at the end; empty where they are none that may be kept."""
    lines = [line.strip() for line in letter.signed[-_MOST_CHARS:].splitlines() if line.strip()]
    own = recipient_of(Address(letter.own_name, ""))
    for index, line in list(enumerate(lines))[1:][-_ENDING_LINES:]:
        words, is_signed = _without_name(line, own)
        below = lines[index + 1] if index + 1 < len(lines) else ""
        if is_signed or not below or _BELOW.match(below) or _is_own(below, own):
            kept = voice_words.sign_off(words, letter.language)
            if kept:
                return kept
    return ""


def _without_name(line: str, own: Recipient) -> tuple[str, bool]:
    """A line without the own name at its end, and whether it stood there."""
    words = line.split()
    start = len(words)
    while start > 1 and _is_own(words[start - 1], own):
        start -= 1
    return " ".join(words[:start]), start < len(words)


def _is_own(line: str, own: Recipient) -> bool:
    """Whether a line is the own name, in part or in initials, and nothing else."""
    words = [word.strip(".,-–—/*_()") for word in line.split()]
    initials = {part[:1].lower() for part in own.parts}
    if not own.parts or not 0 < len(words) <= len(own.parts) + 1:
        return False
    return all(
        (word.lower() in initials) if len(word) == 1 else bool(word) and own.name_form([word]) is not None
        for word in words
    )


# ------------------------------------------------------------------------------------- form of address


def _form(body: str, language: str, opening: _Opening) -> AddressForm | None:
    """Formal or familiar by the pronouns; in English, and where there are none, by the greeting."""
    distant = _count(_DISTANT, language, body) + _courtesies(language, body)
    near = _count(_NEAR, language, body)
    if distant != near:
        return "formal" if distant > near else "familiar"
    if opening.title or voice_words.is_formal(opening.head):
        return "formal"
    return "familiar" if language == "en" and opening.name == "{first}" else None


def _count(patterns: Mapping[str, str], language: str, body: str) -> int:
    pattern = patterns.get(language)
    return len(re.findall(pattern, body, re.IGNORECASE)) if pattern else 0


def _courtesies(language: str, body: str) -> int:
    pattern = _COURTESY.get(language)
    found: Sequence[re.Match[str]] = list(re.finditer(pattern, body)) if pattern else []
    return sum(
        body[: one.start()].rstrip(" \t\"'„“»«(*")[-1:] not in ("", ".", "!", "?", ":", "\n") for one in found
    )
