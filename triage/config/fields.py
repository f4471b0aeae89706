"""The kinds of values a configuration holds, each with the sentence that says what is wrong with one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Container, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
)

from triage.config.zone import is_zone, like

T = TypeVar("T")

_ADDRESS = re.compile(r"[^\s@<>\",;:\x00-\x1f]+@[^\s@<>\",;:\x00-\x1f]+")
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LANGUAGE = re.compile(r"[a-z]{2}")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_loopback(host: str) -> bool:
    """Whether a connection to this host never leaves the machine."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_address(text: str) -> bool:
    """Whether the text is one bare mail address."""
    return _ADDRESS.fullmatch(text) is not None


def _one_line(text: str) -> str:
    """Names and greetings end up in headers and lines of mail."""
    if _CONTROL.search(text):
        raise ValueError("must be one line without control characters")
    return text.strip()


def _filled(text: str) -> str:
    if not text:
        raise ValueError("is empty; fill it in")
    return text


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError("is no mail address, such as anna@studio.example")
    return text


def _host(text: str) -> str:
    if re.search(r"[\s/@]|^imaps?:", text):
        raise ValueError("must be a host's name alone, such as imap.studio.example")
    return text


def _zone(name: str) -> str:
    if not is_zone(name):
        meant = like(name)
        hint = f"did you mean {meant}?" if meant else "take one such as Europe/Berlin."
        raise ValueError(f"there is no time zone of this name; {hint}")
    return name


def _hours(text: str) -> str:
    span = hours_of(text)
    if span is None or span[0] >= span[1]:
        raise ValueError('must be an opening and a later closing time of one day, such as "09:00-17:00"')
    return text


def hours_of(text: str) -> tuple[time, time] | None:
    """Opening and closing time of ``09:00-17:00``; None where the text is something else."""
    found = _HOURS.fullmatch(text.strip())
    try:
        return tuple(time.fromisoformat(part.zfill(5)) for part in found.groups()) if found else None  # type: ignore[return-value]
    except ValueError:
        return None


def _time_off(text: str) -> str:
    try:
        first, last = days_of(text)
    except ValueError:
        raise ValueError('must be a day or two with a slash, such as "2026-12-24/2027-01-02"') from None
    if last < first:
        raise ValueError("ends before it starts")
    return text


def days_of(text: str) -> tuple[date, date]:
    """First and last day of an ISO 8601 interval, or of one day; raises ValueError."""
    first, _, last = text.partition("/")
    return date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())


def _region(text: str) -> str:
    if holidays_of(text) is None:
        raise ValueError('is no country or region whose holidays are known; take one such as "DE" or "DE-BY"')
    return text


def holidays_of(region: str) -> Container[date] | None:
    """The public holidays of an ISO 3166 country or subdivision, of every year; None for an unknown one."""
    from holidays import country_holidays  # an eighth of a second, for those who ask for it

    country, _, part = region.strip().upper().partition("-")
    try:
        return country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return None


def _command(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; remove the line or name a program")
    return text


def _place(text: object, info: ValidationInfo) -> object:
    """``~`` is the home folder; a relative path begins where the configuration file lies."""
    if not isinstance(text, str):
        return text
    return (info.context or {}).get("folder", Path()) / Path(text).expanduser()


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def _folder(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder, and there is a file of that name")
    return path


def _no_folder(path: Path) -> Path:
    if path.is_dir():
        raise ValueError("must be a file, and there is a folder of that name")
    return path


def _legal_text(raw: object) -> dict[str, str]:
    """Texts by language; one for all languages stands under the empty name."""
    texts = {"": raw} if isinstance(raw, str) else raw
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError('must be text in quotes, or texts by language, such as { en = "…", de = "…" }')
    if any(_NO_TEXT.search(text) for text in texts.values()):
        raise ValueError("must be plain text without control characters")
    if any(name and not _LANGUAGE.fullmatch(name) for name in texts):
        raise ValueError('names languages by their two letters, such as { en = "…", de = "…" }')
    return {name: text.strip() for name, text in texts.items()}


def _once(items: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(items)) < len(items):
        raise ValueError("names something twice")
    return items


Flag = StrictBool
Line = Annotated[StrictStr, AfterValidator(_one_line)]
FilledLine = Annotated[Line, AfterValidator(_filled)]
MailAddress = Annotated[Line, AfterValidator(_address)]
HostName = Annotated[FilledLine, AfterValidator(_host)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
ZoneName = Annotated[StrictStr, AfterValidator(_zone)]
HoursSpan = Annotated[StrictStr, AfterValidator(_hours)]
TimeOff = Annotated[StrictStr, AfterValidator(_time_off)]
Region = Annotated[StrictStr, AfterValidator(_region)]
Command = Annotated[Line, AfterValidator(_command)]
ExistingFile = Annotated[Path, BeforeValidator(_place), AfterValidator(_file)]
Folder = Annotated[Path, BeforeValidator(_place), AfterValidator(_folder)]
FilePlace = Annotated[Path, BeforeValidator(_place), AfterValidator(_no_folder)]
LanguageCode = Annotated[StrictStr, Field(pattern=r"^[a-z]{2}$")]
LegalText = Annotated[Mapping[str, str], PlainValidator(_legal_text)]
Distinct = AfterValidator(_once)
