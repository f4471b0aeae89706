"""When the freelancer works, and how soon a client has an answer."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from triage.clock.travel import Journey
from triage.config.fields import (
    DAYS,
    Day,
    Distinct,
    HoursSpan,
    MailAddress,
    Region,
    TimeOff,
    ZoneName,
    days_of,
    holidays_of,
    hours_of,
)
from triage.config.section import Section
from triage.config.zone import system_zone

Hours = Annotated[float, Field(strict=True, gt=0, le=24 * 14)]


class Travel(Section):
    """Days in another time zone, the first and the last among them."""

    days: TimeOff
    time_zone: ZoneName


class Clock(Section):
    """When the freelancer works, and how soon a client has an answer."""

    time_zone: ZoneName = Field(default_factory=system_zone)
    working_days: Annotated[tuple[Day, ...], Field(min_length=1), Distinct] = DAYS[:5]
    working_hours: HoursSpan = "09:00-17:00"
    answer_within_hours: Hours = 24
    holding_reply_before_hours: Hours = Field(default=4, validate_default=True)
    draft_within_hours: Hours = Field(default=None, validate_default=True)
    deadline: Literal["real_time", "working_time"] = "real_time"
    time_off: Annotated[tuple[TimeOff, ...], Distinct] = ()
    holidays: Region | None = None
    colleagues: Annotated[tuple[MailAddress, ...], Distinct] = ()
    travel: tuple[Travel, ...] = ()

    @field_validator("holding_reply_before_hours")
    @classmethod
    def _comes_before(cls, before: float, info: ValidationInfo) -> float:
        if before >= info.data.get("answer_within_hours", before + 1):
            raise ValueError("must be less than answer_within_hours; set both")
        return before

    @field_validator("draft_within_hours", mode="before")
    @classmethod
    def _usual_draft(cls, within: object, info: ValidationInfo) -> object:
        """Half of the time for the answer, where nothing is said."""
        return info.data.get("answer_within_hours", 24) / 2 if within is None else within

    @field_validator("draft_within_hours")
    @classmethod
    def _leaves_time_to_send(cls, within: float, info: ValidationInfo) -> float:
        if within >= info.data.get("answer_within_hours", within + 1):
            raise ValueError("must be less than answer_within_hours: a draft waits for you to send it")
        return within

    @field_validator("travel")
    @classmethod
    def _is_in_one_place(cls, travel: tuple[Travel, ...]) -> tuple[Travel, ...]:
        for number, one in enumerate(travel):
            first, last = days_of(one.days)
            for other in travel[:number]:
                begins, ends = days_of(other.days)
                if first <= ends and begins <= last:
                    raise ValueError(f'"{other.days}" and "{one.days}" overlap; a day has one time zone')
        return travel

    @property
    def travels(self) -> tuple[Journey, ...]:
        """The days in other zones."""
        return tuple(Journey(*days_of(one.days), ZoneInfo(one.time_zone)) for one in self.travel)

    @property
    def days_off(self) -> tuple[tuple[date, date], ...]:
        """Time off as first and last days."""
        return tuple(days_of(text) for text in self.time_off)

    @property
    def public_holidays(self) -> Container[date]:
        """The days that are holidays where the freelancer works; none unless a region is set."""
        found = holidays_of(self.holidays) if self.holidays else None
        # NOTE: the library's calendar is falsy until it was asked for a year
        return frozenset() if found is None else found

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)

    @property
    def days(self) -> frozenset[int]:
        """Working days as numbers; 0 is Monday."""
        return frozenset(DAYS.index(day) for day in self.working_days)

    @property
    def opens(self) -> time:
        """When a working day begins."""
        return self._span[0]

    @property
    def closes(self) -> time:
        """When a working day ends."""
        return self._span[1]

    @property
    def _span(self) -> tuple[time, time]:
        span = hours_of(self.working_hours)
        assert span is not None  # the validator has read it before
        return span
