"""The table of folders and keywords by which judgements are corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import load_config
from triage.errors import ConfigError

HEAD = """
[freelancer]
name = "Mara Lindqvist"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "imap.studio.example"
drafts = "Drafts"
"""


def learning(tmp_path: Path, text: str) -> dict[str, dict[str, bool]]:
    path = tmp_path / "config.toml"
    path.write_text(f"{HEAD}[learning]\n{text}\n", encoding="utf-8")
    return load_config(path).learning.folders


def test_nothing_is_heeded_unless_it_is_named(tmp_path: Path) -> None:
    assert learning(tmp_path, "") == {}
    assert not load_config(tmp_path / "config.toml").learning.keywords


def test_folders_say_what_lies_in_them(tmp_path: Path) -> None:
    text = 'hostility = "T/Hostile"\npayment_issue = "T/Money"\nscope_pressure = "T/Money"\nclear = "T/Fine"'
    assert learning(tmp_path, text) == {
        "T/Hostile": {"hostility": True},
        "T/Money": {"scope_pressure": True, "payment_issue": True},
        "T/Fine": {"hostility": False, "scope_pressure": False, "payment_issue": False},
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('hostility = "A"\nclear = "A"', "one folder can't say both"),
        ('clear = "INBOX"', '"INBOX" is a folder of the account studio'),
        ('hostility = "Drafts"', '"Drafts" is a folder of the account studio'),
        ('hostility = ""', "is empty"),
        ('keywords = "yes"', "learning.keywords"),
        ('friendly = "A"', "friendly"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        learning(tmp_path, text)
    assert told in str(caught.value)
