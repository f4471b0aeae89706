"""Recognises the line above a quote, "On 3 May 2025, Ada wrote:", in some thirty languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

MAX_LINES = 4
MAX_CHARS = 500

_VERBS = (
    r"wrote|writes|has written|sent|schrieb(?:en)?|schreibt|hat geschrieben|geschrieben|a écrit|a ecrit"
    r"|écrivait"
    r"|escribió|escribio|ha escrito|va escriure|escreveu|escreveu o seguinte|ha scritto|scrive|scrisse"
    r"|schreef"
    r"|heeft (?:het volgende )?geschreven|skrev|skreiv|har skrevet|kirjoitti|skrifaði|napisał(?:\(a\)|a)?"
    r"|pisze"
    r"|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|je napisa[ol]|написал(?:\(а\)|а)?|пишет|писал(?:\(а\)|а)?"
    r"|пише|написав"
    r"|írta|ezt írta|a scris|yazdı|şunu yazdı|έγραψε|đã viết|menulis|kirjutas|rašė|rakstīja|написа"
    r"|כתב(?:ה)?|كتب"
    r"|さんは書きました|のメール|写道|寫道|来信|님이 작성"
)
_VERB_AT_END = re.compile(
    rf"(?:^|[\s>\"'”»)\]】,@.\w])(?:{_VERBS})(?:\s+(?:the following|folgendes|lo siguiente))?\s*[:：]\s*$",
    re.IGNORECASE,
)
_VERB_INSIDE = re.compile(
    r"\s(?:schrieb|schreibt|ezt írta|skrev|schreef|kirjoitti|escribió|escreveu|napsal(?:\(a\)|a)?|writes"
    r"|wrote)\s"
    r"[^\n]{1,200}[:：]\s*$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s<>@\"(),;:]{1,64}@[^\s<>@\"(),;:]{1,190}")
_MONTHS = (
    r"jan|feb|mar|mär|mrt|maa|apr|avr|abr|may|mai|mei|maj|mag|jun|juin|giu|jul|juil|lug|aug|aoû|ago|sep|set"
    r"|szept"
    r"|oct|okt|out|ott|nov|dec|dez|déc|dic|gen|ene|fév|fev|stycz|lut|kwie|czerw|lip|sierp|wrze|paźdz|list"
    r"|grud"
    r"|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|tammi|helmi|huhti|touko|kesä|heinä|elo|syys|loka"
    r"|marras|joulu"
    r"|tháng|oca|şub|nis|haz|tem|eyl|eki|kas|ara"
)
_DATE = re.compile(
    r"\b\d{1,4}[./\-]\s?\d{1,2}[./\-]\s?\d{2,4}\b"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?[\s\-]{{0,2}}(?:de\s|of\s)?(?:{_MONTHS})"
    rf"|\b(?:{_MONTHS})[^\W\d_]{{0,8}}\.?\s\d{{1,2}}\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2}\s?[:.hH]\s?\d{2}\b")
_WEEKDAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|(?:mon|diens|donners|frei|sams"
    r"|sonn)tag"
    r"|mittwoch|mo|di|mi|do|fr|sa|so|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lun|mer|jeu|ven|sam|dim"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|mié|mie|jue|vie|sáb|dom|(?:lune|marte|mercole"
    r"|giove|vener)dì"
    r"|sabato|domenica|gio|sab|(?:segunda|terça|quarta|quinta|sexta)-feira|seg|ter|qua|qui|sex|dt"
    r"|(?:maan|dins|woens|donder|vrij|zater|zon)dag|ma|wo|vr|za|zo|mandag|tirsdag|onsdag|torsdag|fredag"
    r"|lørdag|søndag"
    r"|tir|ons|tor|fre|lør|søn|måndag|tisdag|lördag|söndag|tis|lör|sön|ti|ke|to|pe|la|su|pon|wt|śr|czw|pt"
    r"|sob|niedz|ndz"
    r"|po|út|st|čt|pá|so|ne|пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|среда|четверг|пятница|суббота"
    r"|воскресенье"
)
_PREPOSITIONS = (
    r"on|at|am|le|el|il|em|no dia|op|den|dne|dňa|dnia|w dniu|la|în|in data|data|vào|pada|a|dana|kell|в|на"
    r"|στις|於|于|在"
)
_OPENER = re.compile(rf"^\W{{0,4}}(?:(?:{_PREPOSITIONS}|{_WEEKDAYS})\b|\d|date:)", re.IGNORECASE)
# Programs that name no verb begin with the weekday or the date itself, and end with the address.
_BARE_DATE = re.compile(rf"^\W{{0,4}}(?:(?:{_WEEKDAYS})\b|\d|date:)", re.IGNORECASE)
_EMAIL_AT_END = re.compile(r"[^\s<>@\"(),;:]{1,64}@[^\s<>@\"(),;:]{1,190}[>)\]\s]{0,4}[:：]\s*$")
# No program says "I wrote": who does, speaks for themselves.
_PRONOUN = re.compile(
    r"\b(?:I|I['’]ve|[Ww]e|[Mm]y|[Oo]ur|[Ii]ch|[Ww]ir|habe|haben|unser\w{0,2}|[Jj]['’]ai|[Jj]e|[Nn]ous"
    r"|[Yy]o|he|hemos|[Nn]osotros"
    r"|[Ee]u|[Nn]ós|[Ii]o|ho|abbiamo|[Nn]oi|[Ii]k|[Ww]ij|mijn|onze|they|she|it|them|us|me|please)\b"
)
_VERB_ON_DATE = re.compile(
    r"\s(?:wrote on|schrieb am|a écrit le|escribió el|escreveu em|ha scritto il|schreef op"
    r"|skrev den)\s[^\n]{0,12}\d",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"^\s{0,3}>{1,2}\s{0,3}(?:[^\W\d_]{2,12}\s?(?:[^\W\d_]{2,10})?)?\s?[:：]\s*$")
_SECOND_PERSON = re.compile(
    r"\b(?:you|du|sie|tu|vous|usted|você|jij|u)\s+(?:wrote|schriebst|schrieben|avez écrit)\W*$", re.IGNORECASE
)
_SHARED = re.compile(r"[\s\-](on|am|le|el|il|em|op|den)\s(?=[^\n]{8,300}[:：]\s*$)", re.IGNORECASE)

MAX_ATTRIBUTION = 2_000


class Strength(Enum):
    """How sure it is that a line introduces a quote."""

    NONE = 0
    NEEDS_MARKS = 1
    ONE_PARAGRAPH = 2
    CUTS = 3


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where an attribution starts and what follows from it; ``kept`` is the sender's text on that line."""

    start: int
    strength: Strength
    kept: str = ""


def find_attribution(lines: Sequence[str], end: int) -> Attribution | None:
    """The attribution whose last line is ``lines[end]``, or None.

    At most MAX_LINES lines upwards and MAX_CHARS characters are looked at: linear in the length of the text.
    """
    last = lines[end].rstrip()
    if not last or last[-1] not in ":：" or len(last) > MAX_CHARS:
        return None
    if not _OPENER.match(last) and (shared := _shared_line(last, end)) is not None:
        return shared
    best: Attribution | None = None
    for start, joined in _joined_upwards(lines, end):
        strength = strength_of(joined)
        if strength is Strength.CUTS and _is_opened_by_date(joined):
            return Attribution(start, strength)
        if best is None or (strength.value > best.strength.value and best.strength is Strength.NEEDS_MARKS):
            best = Attribution(start, strength)
    return best if best is not None and best.strength is not Strength.NONE else None


def _joined_upwards(lines: Sequence[str], end: int) -> Iterator[tuple[int, str]]:
    """The line at ``end``, then with one to three lines above it, while they can be one wrapped line."""
    joined = ""
    for start in range(end, max(-1, end - MAX_LINES), -1):
        line = lines[start].strip()
        is_broken_off = start == end or line[-1:] not in ".!?:：…"
        if not line or (line.startswith(">") and not is_closing_bracket(lines, start)) or not is_broken_off:
            return
        joined = f"{line} {joined}".rstrip()
        if len(joined) > MAX_CHARS:
            return
        yield start, joined


def is_closing_bracket(lines: Sequence[str], index: int) -> bool:
    """Whether ``>:`` on a line of its own ends the address on the line above, and is no quote mark."""
    if ":" not in lines[index] and "：" not in lines[index]:
        return False
    above = lines[index - 1] if index else ""
    return _CLOSING.match(lines[index]) is not None and above.rfind("<") > above.rfind(">")


def strength_of(text: str) -> Strength:
    """How strongly one joined line reads as an attribution; none is as long as MAX_ATTRIBUTION."""
    if len(text) > MAX_ATTRIBUTION:
        return Strength.NONE
    has_verb = _VERB_AT_END.search(text) is not None or _VERB_INSIDE.search(text) is not None
    is_opened = _is_opened_by_date(text)
    if _SECOND_PERSON.search(text):
        return Strength.ONE_PARAGRAPH if is_opened else Strength.NEEDS_MARKS
    if _PRONOUN.search(_EMAIL.sub(" ", text)):
        return Strength.NEEDS_MARKS if has_verb else Strength.NONE
    if not has_verb:
        is_bare = is_opened and _BARE_DATE.match(text) is not None and _EMAIL_AT_END.search(text) is not None
        return Strength.CUTS if is_bare else Strength.NONE
    return _with_verb(text, is_opened)


def _with_verb(text: str, is_opened: bool) -> Strength:
    """The strength of a line with a verb of writing: what else a program would have put there decides."""
    if _EMAIL.search(text):
        return Strength.CUTS if is_opened or len(text) <= 160 else Strength.NEEDS_MARKS
    if (is_opened and _TIME.search(text)) or _VERB_ON_DATE.search(text):
        return Strength.CUTS
    return Strength.ONE_PARAGRAPH if is_opened else Strength.NEEDS_MARKS


def _is_opened_by_date(text: str) -> bool:
    return _OPENER.match(text) is not None and _DATE.search(text) is not None


def _shared_line(line: str, index: int) -> Attribution | None:
    """An attribution glued to the sender's last line: "fine by me On Mon, 3 May 2025, Ada wrote:"."""
    for match in _SHARED.finditer(line):
        rest = line[match.start() + 1 :]
        if _DATE.search(rest) and _VERB_AT_END.search(rest) and (_EMAIL.search(rest) or _TIME.search(rest)):
            return Attribution(index, Strength.NEEDS_MARKS, kept=line[: match.start() + 1].rstrip(" -"))
    return None
