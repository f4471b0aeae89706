"""Time off, holidays and the way deadlines count: read exactly, refused exactly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from triage.config import load_config
from triage.desk import promise_of, working_time_of
from triage.errors import ConfigError

HEAD = """
[freelancer]
name = "Mara Voss"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "imap.studio.example"
[clock]
time_zone = "Europe/Berlin"
"""


def clock(tmp_path: Path, lines: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(HEAD + lines, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_days_off_and_holidays_are_no_working_days(tmp_path: Path) -> None:
    lines = 'holidays = "DE-BY"\ntime_off = ["2026-08-03/2026-08-14", "2026-09-01"]\n'
    working = working_time_of(load_config(clock(tmp_path, lines)).clock)
    assert not working.is_working_day(date(2026, 1, 6))  # Epiphany is kept in Bavaria
    assert not working.is_working_day(date(2026, 8, 3))
    assert not working.is_working_day(date(2026, 8, 14))
    assert not working.is_working_day(date(2026, 9, 1))
    assert working.is_working_day(date(2026, 8, 17))
    assert working.is_working_day(date(2026, 9, 2))


def test_without_them_only_the_weekdays_count(tmp_path: Path) -> None:
    working = working_time_of(load_config(clock(tmp_path, "")).clock)
    assert working.is_working_day(date(2026, 1, 6))


@pytest.mark.parametrize(("value", "is_working"), [("real_time", False), ("working_time", True)])
def test_deadlines_count_as_set(tmp_path: Path, value: str, is_working: bool) -> None:
    promise = promise_of(load_config(clock(tmp_path, f'deadline = "{value}"\n')))
    assert (promise.working is not None) is is_working


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('time_off = ["2026-08-14/2026-08-03"]', "ends before it starts"),
        ('time_off = ["next week"]', "2026-12-24/2027-01-02"),
        ('time_off = ["2026-02-30"]', "2026-12-24/2027-01-02"),
        ('holidays = "XX"', "DE-BY"),
        ('holidays = "DE-QQ"', "DE-BY"),
        ('deadline = "sometime"', "clock.deadline"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_write(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(clock(tmp_path, line + "\n"))
