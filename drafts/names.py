"""How to address the client and how to sign."""

from __future__ import annotations

import re

from drafts.lexicon import Lexicon

NAME_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŠŽČĆİ][\w'’.-]*"
NAME_LINE = re.compile(
    rf"^{NAME_WORD}(?:\s(?:{NAME_WORD}|de|da|van|von|der|den|di|du|la|le)){{0,3}}(?:\s?(?:&|and)\s?{NAME_WORD})?$"
)
TITLES = re.compile(
    r"^(?:Dr|Dra|Prof|Profa|Professor|Rev|Sir|Dame|Lord|Lady|Eng|Arq|Ing|Lic)\.?\s", re.IGNORECASE
)
COURTESY = re.compile(
    r"^(?:Mr|Mrs|Ms|Miss|Mx|Herr|Frau|M|Mme|Mlle|Me|Sr|Sra|Dña|Don|Doña|Dona)\.?\s", re.IGNORECASE
)


def signed_name(text: str, display: str, words: Lexicon) -> str:
    """Return the name the client signed with, where the last lines hold one; else an empty text."""
    lines = [line.strip(" ,.-–—~*!xX") for line in text.strip().splitlines() if line.strip()]
    person = "" if words.has("organisation", display) else display_name(display)
    for line in (words["closing"].sub("", line).strip(" ,") for line in lines[1:][-4:]):
        if NAME_LINE.match(line) and not words.has("not_a_name", line) and is_theirs(line, person):
            return line
    return ""


def is_theirs(line: str, person: str) -> bool:
    """Whether a last line is the sender's name: it shares a word with it, or no other name is known.

    A single word beside a known person may be a short form ("Kev" for Kevin Doyle) and must begin alike.
    """
    known = set(line.lower().replace(",", " ").split()) & set(person.lower().split())
    if known or not person:
        return bool(known) or len(line.split()) <= 2
    first = person.split(maxsplit=1)[0].lower()
    return len(line.split()) == 1 and (line.lower()[:1] == first[:1] or len(person.split()) == 1)


def display_name(display: str) -> str:
    """Return a person's display name in natural order; empty where it names no person."""
    name = re.sub(r"\(.*?\)|[\"']", "", display).strip()
    name = re.split(r"\s+(?:via|at|from|-|\|)\s+|\s[|–—-]\s", name)[0].strip()
    if "@" in name or re.search(r"\d", name):
        return ""
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        name = f"{first} {last}".strip()
    return name


def addressed(display: str, signed: str, is_formal: bool, words: Lexicon) -> str:
    """Return the name to greet: first name among people on first names, title and last name among others."""
    full = display_name(display)
    if words.has("organisation", full):
        full = ""
    named = signed or full
    if not named:
        return ""
    title = TITLES.match(named) or TITLES.match(full)
    if title:
        source = named if TITLES.match(named) else full
        return f"{title[0].strip()} {source.split()[-1]}"
    courtesy = COURTESY.match(named)
    if courtesy and named.split()[1:]:
        return f"{courtesy[0].strip()} {named.split()[-1]}"
    bare = COURTESY.sub("", named)
    if is_formal and len((full or bare).split()[0].strip(".")) == 1:
        return ""
    if is_formal:
        name = full if len(full.split()) > 1 else bare
        # In German nobody is greeted by a last name alone.
        return "" if words.language == "de" and len(name.split()) == 1 else cased(name)
    if re.search(r"&|\band\b", bare):
        return re.sub(r"\s?(?:&|\band\b)\s?", " and ", bare)
    first = bare.split()[0]
    if len(first.strip(".")) == 1:
        return cased(full.split()[0]) if full and len(full.split()[0].strip(".")) > 1 else ""
    return cased(first)


def is_titled(name: str) -> bool:
    """Whether a name to greet begins with a title."""
    return bool(TITLES.match(name) or COURTESY.match(name))


def cased(name: str) -> str:
    """Write a name typed all small or all large as names are written."""
    return name.title() if name.islower() or (name.isupper() and len(name) > 2) else name
