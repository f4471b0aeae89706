"""The ladder's settings: how long each step waits, and the freelancer's own legal words."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import Config, load_config
from triage.errors import ConfigError

BASE = """
[freelancer]
name = "Mara Lindqvist"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "imap.studio.example"
[ladder]
"""


def loaded(tmp_path: Path, ladder: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(BASE + ladder, encoding="utf-8")
    return load_config(path)


def problem(tmp_path: Path, ladder: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, ladder)
    (sentence,) = caught.value.problems
    return sentence


def test_one_text_holds_for_all_languages(tmp_path: Path) -> None:
    ladder = loaded(tmp_path, 'legal_text = """\nAfter that date\nI go to court.\n"""').ladder
    assert ladder.legal_text == {"": "After that date\nI go to court."}


def test_texts_by_language(tmp_path: Path) -> None:
    ladder = loaded(tmp_path, 'legal_text = { de = "Danach beantrage ich einen Mahnbescheid." }').ladder
    assert ladder.legal_text == {"de": "Danach beantrage ich einen Mahnbescheid."}


def test_nothing_is_invented(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").ladder.legal_text == {}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("legal_text = 3", "must be text in quotes, or texts by language"),
        ("legal_text = { de = 3 }", "must be text in quotes, or texts by language"),
        ('legal_text = { german = "x" }', "names languages by their two letters"),
        ('legal_text = "a\\u0000b"', "must be plain text without control characters"),
    ],
)
def test_a_wrong_legal_text(tmp_path: Path, wrong: str, told: str) -> None:
    assert problem(tmp_path, wrong).startswith(f"ladder.legal_text: {told}")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("final_notice_after_days = 7", "must be at least 8: the formal demand gives 7 days to pay."),
        ("reminder_after_days = 0", "must be at least 1."),
        ("pause_after_days = 366", "must be at most 365."),
        ("pause_after_days = 2.5", "must be a whole number."),
        ("pause_after_days = true", "must be a whole number."),
    ],
)
def test_a_wrong_wait(tmp_path: Path, wrong: str, told: str) -> None:
    assert problem(tmp_path, wrong) == f"ladder.{wrong.partition(' ')[0]}: {told}"


def test_a_misspelt_key(tmp_path: Path) -> None:
    assert "did you mean reminder_after_days?" in problem(tmp_path, "reminder_days = 3")
