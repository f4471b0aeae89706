"""The words of a text that speak of time, each as one letter with a value, of which the shapes are made.

The letters: W weekday, w short weekday, M month, m short month, N number, O ordinal (a: in words), Y year,
X date in figures, Q number word, U unit, T relative day, P part of the day, C time of day, E edge (end,
start, middle), e weekend, k quarter, K "calendar week", f feast; n next, c coming, t this, l last, z after
next; I in, L within, V ago or before, H ago (before its number), A ago (after it), B by, F before, S from,
J at the latest, G since, R after, D on, g of, h at (an hour), v every, Z a time zone, r a thing that is
counted, y an article that makes a number a day, d a small word, - a hyphen, comma and full stop; x is
anything else.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

Value = int | str | time | tuple[int, ...]
Entry = tuple[tuple[str, ...], tuple[tuple[str, Value], ...]]

FIRST_YEAR, LAST_YEAR = 1990, 2099
PIECES = r"""
    (?P<iso>(?<![\w/.-])\d{4}-\d{2}-\d{2}(?![\w/-]))
  | (?P<full>(?<![\w/.,-])\d{1,2}(?P<mark>[./])\ ?\d{1,2}(?P=mark)\ ?(?:\d{4}|\d{2})(?![\w/-])
            |(?<![\w/.,-])\d{1,2}-\d{1,2}-\d{4}(?![\w/-]))
  | (?P<slash>(?<![\w/.,-])\d{1,2}/\d{1,2}(?![\w/%]))
  <DOTS>
  | (?P<clock>(?<![\w:.,/-])\d{1,2}(?:
        (?:[:.]\d{2})?\ ?(?:am|pm|a\.m\.?|p\.m\.?|uhr|hrs|hs)(?!\w)
        | \ ?h\ ?\d{2}(?!\w) | \ ?h(?!\w) | :\d{2}(?:\ ?h)?(?![\w:])
        | \ ?o['’]clock(?!\w)))
  | (?P<ordinal>(?<![\w.,/-])\d{1,2}(?:st|nd|rd|th|er|[ºª°])(?!\w)<DOT>)
  | (?P<quarter>(?<!\w)q[1-4](?!\w))
  | (?P<number>(?<!\w)\d[\d.,'’]*\d(?!\w)|(?<!\w)\d(?!\w))
  | (?P<word>[^\W\d_]+)
  | (?P<other>[\w]+)
  | (?P<mark2>[.!?…;:()\[\]\n]+|[,–—-])
    """
# In German a dot makes a number an ordinal, and a date of two numbers.
DOT = r"|(?<![\w.,/-])\d{1,2}\.(?=\s|$|[,;!?)–-])"
DOTS = r"| (?P<dots>(?<![\w/.,-])\d{1,2}\.\ ?\d{1,2}\.(?!\w))"
GERMAN_TOKEN = re.compile(PIECES.replace("<DOT>", DOT).replace("<DOTS>", DOTS), re.IGNORECASE | re.VERBOSE)
TOKEN = re.compile(PIECES.replace("<DOT>", "").replace("<DOTS>", ""), re.IGNORECASE | re.VERBOSE)
MONEY_AROUND = re.compile(r"[$€£¥%#]")
# "6 h" is how long, in English and German; "18 h" is when, in French, Spanish and Portuguese.
HOURS = re.compile(r"\d\s?h$|\d\sh\s?\d", re.IGNORECASE)
ZONES = re.compile(r"A?[ECMP][SD]T|GMT|UTC|CES?T|BST|IST|MES?Z|AE[SD]T|[ECMP]T")


class Token(NamedTuple):
    """One word of a text: its letter, its value and where it stands."""

    code: str
    value: Value
    start: int
    end: int


@dataclass(frozen=True)
class TimeWords:
    """The words of one language, by their first word; ``past`` and ``unclear`` tell which way a day lies."""

    language: str
    entries: Mapping[str, tuple[Entry, ...]]
    past: re.Pattern[str]
    unclear: re.Pattern[str]
    dated: re.Pattern[str]
    owned: re.Pattern[str]
    asks_date: re.Pattern[str]
    is_month_first: bool
    is_day_bare: bool
    next_is_week_after: bool
    capital: frozenset[str]
    habit: frozenset[str]


@cache
def time_words(language: str) -> TimeWords | None:
    """Return the words of ``language`` from ``data/<language>/when.toml``; None where it has none."""
    source = resources.files("drafts") / "data" / language / "when.toml"
    if not source.is_file():
        return None
    data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    by_first: dict[str, list[Entry]] = {}
    for words, meant in entries_of(data):
        by_first.setdefault(words[0], []).append((words, meant))
    context = data["context"]
    return TimeWords(
        language=language,
        entries={first: tuple(sorted(found, key=longest)) for first, found in by_first.items()},
        is_month_first=data.get("month_first", False),
        is_day_bare=data.get("bare_day", False),
        next_is_week_after=data.get("next_is_week_after", False),
        capital=frozenset(data.get("capital", ())),
        habit=frozenset(data.get("habit", ())),
        **{name: any_of(context[name]) for name in ("past", "unclear", "dated", "owned", "asks_date")},
    )


def any_of(alternatives: list[str]) -> re.Pattern[str]:
    """Join alternatives into one pattern of whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


def longest(entry: Entry) -> int:
    """Sort key: entries of more words first."""
    return -len(entry[0])


def entries_of(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], tuple[tuple[str, Value], ...]]]:
    """Yield every entry of a language's tables: its words, and letters with values."""
    for code, name in (("W", "weekdays"), ("w", "short_weekdays"), ("M", "months"), ("m", "short_months")):
        for number, words in enumerate(data[name]):
            yield from spelt(words, (code, number if code in "Ww" else number + 1))
    for code, name in (("Q", "numbers"), ("a", "ordinals"), ("T", "days")):
        for number, words in data.get(name, {}).items():
            yield from spelt(words, (code, int(number)))
    for code, name in (("P", "parts"), ("U", "units"), ("E", "edges")):
        for meant, words in data[name].items():
            yield from spelt(words, (code, meant))
    for code, words in data["roles"].items():
        yield from spelt(words, (code, 0))
    for span, words in data.get("feasts", {}).items():
        yield from spelt(words, ("f", tuple(int(part) for part in re.findall(r"\d+", span))))
    for words, meant in data.get("several", {}).items():
        yield from spelt(words, *((one[0], numbered(one[1:])) for one in meant.split()))
    yield from compounds(data)


def compounds(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], tuple[tuple[str, Value], ...]]]:
    """Yield weekdays that grew together with a part of the day: "Freitagabend"."""
    for ending, part in data.get("grown", {}).items():
        for number, words in enumerate(data["weekdays"]):
            for word in words.split("|"):
                yield from spelt(f"{word}{ending}", ("W", number), ("P", part))


def numbered(text: str) -> Value:
    """Return a value of the table as a number where it is one."""
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def spelt(
    words: str, *meant: tuple[str, Value]
) -> Iterator[tuple[tuple[str, ...], tuple[tuple[str, Value], ...]]]:
    """Yield one entry for each of the alternatives in ``words``."""
    for phrase in filter(None, words.split("|")):
        yield tuple(re.findall(r"[^\W_]+", plain(phrase))), meant


def plain(word: str) -> str:
    """Return a word in small letters without accents: many people leave them out."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFD", word.lower())
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("ß", "ss")


def tokens(text: str, words: TimeWords) -> list[Token]:
    """Return the words, numbers and marks of ``text`` in order; linear in its length."""
    hits = list((GERMAN_TOKEN if words.language == "de" else TOKEN).finditer(text))
    said = [plain(hit[0]) if hit.lastgroup == "word" else "" for hit in hits]
    made: list[Token] = []
    at = 0
    while at < len(hits):
        entry = entry_at(said, at, words) if said[at] else None
        if entry is None:
            made.append(figure(hits[at], text, words) if not said[at] else unknown(hits[at]))
            at += 1
            continue
        length, meant = entry
        if said[at] in words.capital and hits[at][0].islower() and not leads_to_month(made):
            meant = (("x", 0),)
        start, end = hits[at].start(), hits[at + length - 1].end()
        made += [Token(code, value, start, end) for code, value in meant]
        at += length
    return made


def leads_to_month(made: list[Token]) -> bool:
    """Whether the words before make a month of "may" although it is written small: "by may"."""
    codes = "".join(token.code for token in made[-3:]).rstrip("d")
    return bool(re.search(r"(?:[IEBFSGntcl]|[BFSDRJ]d?[NO])$", codes))


def entry_at(said: list[str], at: int, words: TimeWords) -> tuple[int, tuple[tuple[str, Value], ...]] | None:
    """Return how many tokens the longest entry beginning at ``at`` spans, and what it means."""
    for phrase, meant in words.entries.get(said[at], ()):
        if len(phrase) == 1:
            return 1, meant
        used, step = 1, at + 1
        while used < len(phrase) and step < len(said) and step - at <= 2 * len(phrase):
            if said[step] == phrase[used]:
                used += 1
            elif said[step]:
                break
            step += 1
        if used == len(phrase):
            return step - at, meant
    return None


def unknown(hit: re.Match[str]) -> Token:
    """Return a word that says nothing of time."""
    return Token("Z" if ZONES.fullmatch(hit[0]) else "x", 0, hit.start(), hit.end())


def figure(hit: re.Match[str], text: str, words: TimeWords) -> Token:
    """Return a number, a date or a time in figures, or a mark."""
    start, end = hit.span()
    code, value = read_figure(str(hit.lastgroup), hit[0], words)
    beside = text[max(start - 2, 0) : start].strip()[-1:] + text[end : end + 2].strip()[:1]
    if code in "NOY" and MONEY_AROUND.search(beside):
        code = "x"
    return Token(code, value, start, end)


def read_figure(kind: str, said: str, words: TimeWords) -> tuple[str, Value]:
    """Return the letter and the value of what isn't a word."""
    if kind in ("iso", "full", "slash", "dots"):
        return "X", said
    if kind == "clock" and words.language in ("en", "de") and HOURS.search(said):
        return "x", 0
    if kind == "clock":
        moment = clock_time(said)
        return ("C", moment) if moment else ("x", 0)
    if kind == "quarter":
        return "k", int(said[1])
    if kind == "ordinal":
        return "O", int(re.sub(r"\D", "", said))
    if kind == "number" and said.isdecimal() and len(said) <= 4:
        number = int(said)
        return ("Y" if len(said) == 4 and FIRST_YEAR <= number <= LAST_YEAR else "N"), number
    if kind == "mark2":
        return ("," if said == "," else "-" if said in "–—-" else "."), 0
    return "x", 0


def clock_time(said: str) -> time | None:
    """Return the time of day that figures name: "5pm", "14:30", "17h30", "14 Uhr"."""
    hour, minute = (*(int(part) for part in re.findall(r"\d+", said)), 0)[:2]
    low = said.lower()
    if "p" in low and hour < 12:
        hour += 12
    elif low.endswith(("am", "a.m", "a.m.")) and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
