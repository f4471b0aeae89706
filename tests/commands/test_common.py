"""What all commands share: times, JSON Lines, accounts."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.commands.common import accounts_of, emit, parse_moment
from triage.config import load_config
from triage.errors import ConfigError


@pytest.mark.parametrize(
    "text", ["yesterday", "0001-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:00-12:00", "1900-01-01"]
)
def test_a_time_that_no_mail_can_have_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match=f"--since: .{text.partition('+')[0]}"):
        parse_moment(text, "--since")


def test_a_time_with_a_zone_is_that_moment() -> None:
    moment = parse_moment("2026-03-12T21:00+01:00", "--since")
    assert moment == datetime(2026, 3, 12, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1252", "Łódź 🙂"), ("utf-8", "b\udcffd.eml"), ("utf-8", "one\u2028two\x85three"), ("utf-8", "für")],
)
def test_a_record_is_one_line_whatever_is_in_it(
    monkeypatch: pytest.MonkeyPatch, encoding: str, text: str
) -> None:
    """A pipe on Windows has an old code page; a name of a file may be no text at all."""
    sink = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(sink, encoding=encoding))
    emit({"text": text})
    (line,) = sink.getvalue().decode(encoding).splitlines()
    assert json.loads(line) == {"text": text}


def test_an_account_named_twice_is_one_account(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(Mailbox("none", "127.0.0.1", 1, "mara", "unused"), tmp_path, tmp_path))
    config = load_config(path)
    assert accounts_of(config, ["studio", "studio"]) == config.accounts
