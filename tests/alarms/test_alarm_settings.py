"""The table [alarms]: every mistake has its sentence, before any mail is read."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from triage.config import Config, load_config
from triage.errors import ConfigError

BASE = """
[freelancer]
name = "Mara"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "imap.studio.example"
"""


def load(tmp_path: Path, lines: str = "") -> Config:
    path = tmp_path / "config.toml"
    path.write_text(f"{BASE}[alarms]\n{lines}", encoding="utf-8")
    return load_config(path)


def problem(tmp_path: Path, lines: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, lines)
    return str(caught.value)


def test_nothing_is_told_unless_it_is_asked_for(tmp_path: Path) -> None:
    alarms = load(tmp_path).alarms
    assert not alarms.is_on
    assert (alarms.quiet_span, alarms.digest_time) == ((time(22), time(7)), None)
    assert (alarms.show_client, alarms.show_subject) == (False, False)


@pytest.mark.parametrize("lines", ["desktop = true", "push = true", 'url_command = "pass show push"'])
def test_any_way_will_do(tmp_path: Path, lines: str) -> None:
    assert load(tmp_path, lines).alarms.is_on


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('quiet_hours = "night"', 'alarms.quiet_hours: must be two times of day, such as "22:00-07:00"'),
        ('quiet_hours = "22:00-25:00"', "alarms.quiet_hours: must be two times of day"),
        ('quiet_hours = "7-8"', "alarms.quiet_hours: must be two times of day"),
        ('quiet_hours = "22:00-22:00"', "alarms.quiet_hours: begins and ends at the same time"),
        ("quiet_hours = 22", "alarms.quiet_hours: must be text in quotes."),
        ('digest_at = "8"', 'alarms.digest_at: must be a time of day, such as "08:00"'),
        ('digest_at = "06:00"', "alarms.digest_at: lies in quiet_hours, when nothing is told"),
        ('quiet_hours = "12:00-14:00"\ndigest_at = "12:30"', "alarms.digest_at: lies in quiet_hours"),
        ("warn_before_hours = 0", "alarms.warn_before_hours: must be more than 0"),
        ("warn_before_hours = 25", "alarms.warn_before_hours: must be at most 24"),
        ("summary_above = 0", "alarms.summary_above: must be at least 1."),
        ('kinds = ["deadline_near", "pizza"]', 'alarms.kinds[1]: must be one of "deadline_near"'),
        ('kinds = ["forged", "forged"]', "alarms.kinds: names something twice."),
        ('desktop = "yes"', "alarms.desktop: must be true or false."),
        ('push = true\nurl_command = "x"', "alarms.url_command: stands beside push = true"),
        ('url = "ntfys://ntfy.example/secret-topic"', "alarms: a push address holds a secret"),
        ('urls = ["mailto://a:b@c.example"]', "alarms: a push address holds a secret"),
        ("dekstop = true", "alarms.dekstop: there is no such key; did you mean desktop?"),
    ],
)
def test_a_mistake_has_its_sentence(tmp_path: Path, lines: str, sentence: str) -> None:
    said = problem(tmp_path, lines)
    assert said.startswith(sentence)
    assert "secret-topic" not in said
    assert "c.example" not in said


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("22:00-07:00", (time(22), time(7))), ("9:30–17:05", (time(9, 30), time(17, 5))),
        ("", (time(0), time(0))), ("00:00 - 06:00", (time(0), time(6))),
    ],
)  # fmt: skip
def test_quiet_hours_are_read(tmp_path: Path, text: str, span: tuple[time, time]) -> None:
    assert load(tmp_path, f'quiet_hours = "{text}"').alarms.quiet_span == span


def test_a_digest_at_the_end_of_quiet_hours_is_in_time(tmp_path: Path) -> None:
    assert load(tmp_path, 'digest_at = "07:00"').alarms.digest_time == time(7)
    assert load(tmp_path, 'quiet_hours = ""\ndigest_at = "3:05"').alarms.digest_time == time(3, 5)
