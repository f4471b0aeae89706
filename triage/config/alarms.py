"""The table ``[alarms]``: what is told, when, by which way, and how much of it may be read by others."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictStr, ValidationInfo, field_validator, model_validator

from triage.alarms.kinds import KINDS, AlarmKind
from triage.config.fields import Command, Distinct, Flag
from triage.config.section import Section

_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_ADDRESS_KEYS = ("url", "urls", "push_url", "push_urls")
CHOSEN: tuple[AlarmKind, ...] = tuple(kind for kind in KINDS if kind != "digest")


def _time_of(text: str) -> time | None:
    """``8:00`` as a time of day; None where the text is something else."""
    try:
        return time.fromisoformat(text.strip().zfill(5)) if _TIME.fullmatch(text.strip()) else None
    except ValueError:
        return None


def span_of(text: str) -> tuple[time, time] | None:
    """Beginning and end of ``22:00-07:00``; None where the text is something else."""
    found = _SPAN.fullmatch(text.strip())
    begins, ends = (_time_of(part) for part in found.groups()) if found else (None, None)
    return (begins, ends) if begins is not None and ends is not None else None


def _quiet(text: str) -> str:
    span = span_of(text)
    if text.strip() and span is None:
        raise ValueError('must be two times of day, such as "22:00-07:00", or "" for none')
    if span is not None and span[0] == span[1]:
        raise ValueError("begins and ends at the same time, so nothing could ever be told")
    return text


def _day_time(text: str) -> str:
    if text.strip() and _time_of(text) is None:
        raise ValueError('must be a time of day, such as "08:00", or "" for no digest')
    return text


QuietSpan = Annotated[StrictStr, AfterValidator(_quiet)]
DayTime = Annotated[StrictStr, AfterValidator(_day_time)]


class Alarms(Section):
    """What the freelancer is told beyond the drafts; nothing unless ``desktop`` or a push is set."""

    desktop: Flag = False
    push: Flag = False
    url_command: Command | None = None
    quiet_hours: QuietSpan = "22:00-07:00"
    digest_at: DayTime = ""
    warn_before_hours: Annotated[float, Field(strict=True, gt=0, le=24)] = 2
    summary_above: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    kinds: Annotated[tuple[AlarmKind, ...], Distinct] = CHOSEN
    show_client: Flag = False
    show_subject: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _holds_no_address(cls, data: Any) -> Any:
        """The likeliest mistake: a push address written into the file."""
        if isinstance(data, dict) and any(key in data for key in _ADDRESS_KEYS):
            raise ValueError(
                "a push address holds a secret and doesn't belong in this file; store it with "
                "`triage alarms store`, or let url_command print it"
            )
        return data

    @field_validator("url_command")
    @classmethod
    def _is_one_source(cls, command: str | None, info: ValidationInfo) -> str | None:
        if command is not None and info.data.get("push"):
            raise ValueError("stands beside push = true, which takes addresses from the keyring; keep one")
        return command

    @field_validator("digest_at")
    @classmethod
    def _is_not_quiet(cls, at: str, info: ValidationInfo) -> str:
        span, moment = span_of(info.data.get("quiet_hours", "")), _time_of(at)
        if span is None or moment is None:
            return at
        begins, ends = span
        is_inside = begins <= moment < ends if begins < ends else moment >= begins or moment < ends
        if is_inside:
            raise ValueError("lies in quiet_hours, when nothing is told; take a later time")
        return at

    @property
    def is_on(self) -> bool:
        """Whether there is any way to tell."""
        return self.desktop or self.pushes

    @property
    def pushes(self) -> bool:
        """Whether there are push addresses, in the keyring or from the command."""
        return self.push or self.url_command is not None

    @property
    def quiet_span(self) -> tuple[time, time]:
        """When quiet hours begin and end; the same time twice where there are none."""
        return span_of(self.quiet_hours) or (time(0), time(0))

    @property
    def digest_time(self) -> time | None:
        """When the digest is pushed; None where none is wanted."""
        return _time_of(self.digest_at)
