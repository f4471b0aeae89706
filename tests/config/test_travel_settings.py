"""Travel, colleagues and times for drafts as they are configured, and the sentence for each mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.clock.travel import Journey
from triage.config import Config, load_config
from triage.desk import desk_of, promise_of, working_time_of
from triage.errors import ConfigError

BASE = """
[freelancer]
name = "Anna Koval"
[[accounts]]
name = "studio"
address = "anna@studio.example"
host = "imap.studio.example"
[[accounts]]
name = "second"
address = "anna@second.example"
aliases = ["hello@second.example"]
host = "imap.second.example"
[clock]
time_zone = "Europe/Berlin"
"""


def loaded(folder: Path, clock: str) -> Config:
    path = folder / "config.toml"
    path.write_text(BASE + clock, encoding="utf-8")
    return load_config(path)


def test_journeys_reach_the_calendar(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        'holidays = "DE"\n[[clock.travel]]\n'
        'days = "2026-10-20/2026-11-02"\ntime_zone = "America/Los_Angeles"\n'
        '[[clock.travel]]\ndays = "2026-12-01"\ntime_zone = "Asia/Tokyo"\n',
    )
    assert working_time_of(config.clock).journeys == (
        Journey(date(2026, 10, 20), date(2026, 11, 2), ZoneInfo("America/Los_Angeles")),
        Journey(date(2026, 12, 1), date(2026, 12, 1), ZoneInfo("Asia/Tokyo")),
    )


def test_a_draft_is_due_within_half_of_the_time_unless_told_otherwise(tmp_path: Path) -> None:
    assert promise_of(loaded(tmp_path, "answer_within_hours = 10\n")).draft_within.total_seconds() == 5 * 3600
    assert promise_of(loaded(tmp_path, "draft_within_hours = 2\n")).draft_within.total_seconds() == 2 * 3600


def test_colleagues_and_other_accounts_are_known_to_each_desk(tmp_path: Path) -> None:
    config = loaded(tmp_path, 'colleagues = ["ben@studio.example"]\n')
    desk = desk_of(config, config.accounts[0])
    assert desk.own == {"anna@studio.example", "anna@second.example", "hello@second.example"}
    assert desk.colleagues == {"ben@studio.example"}


TRAVEL = "[[clock.travel]]\n"
ABROAD = 'time_zone = "Asia/Tokyo"\n'


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (f'{TRAVEL}days = "2026-11-02/2026-10-20"\n{ABROAD}', "ends before it starts"),
        (f'{TRAVEL}days = "soon"\n{ABROAD}', "must be a day or two with a slash"),
        (f'{TRAVEL}days = "2026-11-02"\ntime_zone = "Mars/Olympus"\n', "no time zone of this name"),
        (f'{TRAVEL}days = "2026-11-02"\ntime_zone = "Tokyo"\n', "did you mean Asia/Tokyo?"),
        (f'{TRAVEL}days = "2026-11-02"\n', "time_zone"),
        (
            f'{TRAVEL}days = "2026-11-01/2026-11-05"\n{ABROAD}'
            f'{TRAVEL}days = "2026-11-05/2026-11-09"\n{ABROAD}',
            "overlap; a day has one time zone",
        ),
        ("draft_within_hours = 24\n", "must be less than answer_within_hours"),
        ("draft_within_hours = 0\n", "draft_within_hours"),
        ('colleagues = ["ben"]\n', "is no mail address"),
        ('time_zone_ = "x"\n', "time_zone_"),
        ('holidays = "ZZ"\n', "is no country or region whose holidays are known"),
        ('time_off = ["2027-01-02/2026-12-24"]\n', "ends before it starts"),
    ],
)
def test_mistakes_are_told_by_their_key(tmp_path: Path, clock: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        loaded(tmp_path, clock)
    assert said in str(told.value)
