"""``advise`` on a ledger filled by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.commands import app
from triage.config import load_config
from triage.ledger import open_ledger

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = "2026-05-04T12:00+00:00"
CLIENTS = """[[clients]]
name = "Pell & Sons"
domains = ["pellandsons.example"]
[[clients.invoices]]
number = "7"
total = "640.00 EUR"
issued = 2026-04-01
due = 2026-04-15
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        config_text(Mailbox("none", "127.0.0.1", 1, "mara", "unused"), tmp_path, tmp_path), "utf-8"
    )
    return path


def on_file(config: Path, text: str = CLIENTS) -> None:
    clients = config.with_name("clients.toml")
    clients.write_text(text, "utf-8")
    clients.chmod(0o600)


def letters(config: Path, sender: str, count: int, label: str | None = None, **traits: int) -> None:
    with open_ledger(ledger_path(load_config(config))) as ledger:
        for number in range(count):
            at = START + timedelta(days=7 * number)
            row = ledger.claim(
                "studio", "INBOX", 7, number + 1, key=f"<{number}@{sender}>", content_hash=f"{number}",
                received=at, client=sender, subject="Logo",
            ).row  # fmt: skip
            labels = {label: ("flagged", 0.9)} if label else {"hostility": ("clear", 0.1)}
            ledger.judged(row.id, gate=None, language="en", labels=labels, severity=2, traits=traits)
            ledger.open_obligation(row.id, due=at + timedelta(hours=24), holding_at=None)
            ledger.close_obligation(row.id, how="answered", at=at + timedelta(hours=2))


def advise(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["advise", *arguments, "--config", str(config), "--now", NOW])


def record(config: Path, client: str) -> dict[str, Any]:
    result = advise(config, client, "--json")
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_scope_pressure_on_record(config: Path) -> None:
    letters(config, "kim@fox.example", 3, "scope_pressure")
    found = record(config, "kim@fox.example")
    assert (found["advice"], found["incidents"]) == ("restate_terms", 3)
    assert found["by_label"] == {"scope_pressure": 3}
    assert found["causes"] == {"policy_not_understood": 3}
    assert (found["answered_within_24h"], found["median_answer_h"]) == (3, 2.0)
    assert (found["temper"], found["patterns"]) == (None, [])


def test_a_client_on_file_with_a_late_invoice(config: Path) -> None:
    on_file(config)
    letters(config, "jo@pellandsons.example", 4)
    found = record(config, "pell")
    assert (found["client"], found["advice"]) == ("Pell & Sons", "reminder")
    assert found["money"] == {"open": {"EUR": "640.00"}, "late": {"EUR": "640.00"}}
    assert found["why"][0] == "Money has been late since 2026-04-15 and no reminder was sent."


def test_temper_and_patterns_are_told_with_reasons(config: Path) -> None:
    letters(config, "kim@fox.example", 8, None, evaluator=1, relationship=1)
    found = record(config, "kim@fox.example")
    assert found["temper"] == {
        "name": "evaluator",
        "why": "asks for figures, details or reasons in 8 of 8 messages",
    }
    assert [pattern["name"] for pattern in found["patterns"]] == ["relationship_buyer"]


def test_the_client_files_word_wins(config: Path) -> None:
    on_file(config, CLIENTS.replace("domains", 'temper = "approver"\npatterns = []\ndomains'))
    letters(config, "jo@pellandsons.example", 8, None, evaluator=1, relationship=1)
    found = record(config, "Pell & Sons")
    assert found["temper"] == {"name": "approver", "why": "set in the client file"}
    assert found["patterns"] == []


def test_what_comes_after_now_is_not_known(config: Path) -> None:
    letters(config, "kim@fox.example", 20, "hostility")
    assert record(config, "kim@fox.example")["incidents"] == 10


def test_a_person_reads_it_too(config: Path) -> None:
    letters(config, "kim@fox.example", 8, "hostility", know_it_all=1)
    result = advise(config, "kim@fox.example")
    assert result.stdout.startswith("kim@fox.example: part ways (8 incidents in 8 messages")
    assert "pattern: know it all (explains how the work is done in 8 of 8 messages)" in result.stdout


def test_an_unknown_client_is_a_usage_error(config: Path) -> None:
    letters(config, "kim@fox.example", 1)
    result = advise(config, "nobody")
    assert result.exit_code == 2
    assert "no client 'nobody'" in result.stderr


def test_a_pattern_that_does_not_exist_is_told_with_its_line(config: Path) -> None:
    on_file(config, CLIENTS.replace("domains", 'patterns = ["grumpy"]\ndomains'))
    result = advise(config, "pell")
    assert result.exit_code == 2
    assert "line 3" in result.stderr
