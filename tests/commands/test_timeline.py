"""``timeline`` on a ledger filled by hand: whose story it is, how far back, and how it looks."""

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
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.chronicle import SentRow

START = datetime(2026, 3, 9, 9, tzinfo=UTC)
SUBJECT = "[bold red]Logo[/bold red] \x1b\u202etxt"
CLIENTS = """
[[clients]]
name = "Pell & Sons"
addresses = ["kevin@pellandsons.example"]
domains = ["pellandsons.example"]
[[clients.invoices]]
number = "2026-014"
total = "1200.00 EUR"
issued = 2026-02-20
due = 2026-03-06
payments = [{ on = 2026-03-10, money = "400 EUR" }]
"""


def letter(ledger: SqliteLedger, number: int, sender: str, subject: str, severity: int = 0) -> int:
    at = START + timedelta(hours=number)
    row = ledger.claim(
        "studio", "INBOX", 7, number, key=f"<{number}@x.example>", content_hash=str(number), received=at,
        client=sender, subject=subject,
    ).row  # fmt: skip
    labels = {"hostility": ("flagged", 0.9)} if severity else {"hostility": ("clear", 0.1)}
    ledger.judged(row.id, gate=None, language="en", labels=labels, severity=severity)
    ledger.open_obligation(row.id, due=at + timedelta(hours=24), holding_at=None)
    return row.id


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two letters of one client, one of a stranger, one reply; the mailbox is never asked."""
    (tmp_path / "clients.toml").write_text(CLIENTS, encoding="utf-8")
    (tmp_path / "clients.toml").chmod(0o600)
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, tmp_path), encoding="utf-8")
    with open_ledger(ledger_path(load_config(path))) as ledger:
        first = letter(ledger, 1, "Kevin@pellandsons.example", SUBJECT, severity=2)
        letter(ledger, 2, "office@pellandsons.example", "Invoice")
        letter(ledger, 3, "nora@harbourbakery.example", "Menu")
        sent = START + timedelta(hours=4)
        ledger.close_obligation(first, how="answered", at=sent)
        ledger.note_sent(
            [SentRow("studio", "Sent", 3, 1, sent, "kevin@pellandsons.example", "<r@x.example>",
                     ("<1@x.example>",), "Re: Logo")]
        )  # fmt: skip
    return path


def timeline(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["timeline", *map(str, arguments), "--now", "2026-03-12T12:00+00:00"])


def records(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_events_of_one_client_and_what_they_add_up_to(config: Path) -> None:
    *events, totals = records(timeline("Pell & Sons", "--json", "--config", config))
    assert [event["kind"] for event in events] == [
        "invoice", "due", "incident", "message", "reply", "payment", "unanswered"
    ]  # fmt: skip
    assert [event["at"][:10] for event in events[:3]] == ["2026-02-20", "2026-03-06", "2026-03-09"]
    assert totals == {
        "client": "Pell & Sons", "messages": 2, "incidents": {"hostility": 1}, "awaited": 2, "replies": 1,
        "in_time": 1, "median_reply_s": 3 * 3600, "owed": ["800.00 EUR"], "late": ["800.00 EUR"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["pell", "kevin@pellandsons.example", "PELL & SONS", "office@pellandsons.example"]
)
def test_a_client_is_found_by_name_part_address_and_domain(config: Path, name: str) -> None:
    assert records(timeline(name, "--json", "--config", config))[-1]["client"] == "Pell & Sons"


def test_whoever_wrote_has_a_story_without_standing_on_file(config: Path) -> None:
    *events, totals = records(timeline("harbour", "--json", "--config", config))
    assert [event["what"] for event in events if event["kind"] == "message"] == ["Menu"]
    assert totals["client"] == "nora@harbourbakery.example"


@pytest.mark.parametrize(
    ("name", "said"), [("nobody", "no client 'nobody'"), ("example", "fits 2 clients"), ("", "no client ''")]
)
def test_a_name_that_fits_none_or_two_is_refused(config: Path, name: str, said: str) -> None:
    result = timeline(name, "--config", config)
    assert result.exit_code == 2
    assert said in result.output


def test_since_leaves_out_what_was_before(config: Path) -> None:
    events = records(timeline("pell", "--json", "--since", "2026-03-10", "--config", config))[:-1]
    assert [event["kind"] for event in events] == ["payment", "unanswered"]


def test_the_view_names_everything_and_takes_no_markup(config: Path, tmp_path: Path) -> None:
    result = timeline("pell", "--config", config, "--svg", tmp_path / "view.svg")
    assert result.exit_code == 0, result.output
    for said in (
        "Pell & Sons",
        "2026-03-09",
        "[bold red]Logo",
        "severity",
        "owed",
        "800.00 EUR",
        "after 3 h 00 min",
    ):
        assert said in result.stdout
    assert "\x1b" not in result.stdout
    drawn = (tmp_path / "view.svg").read_text(encoding="utf-8")
    assert "Logo" in drawn
    assert "@font-face" not in drawn


def test_what_stands_nowhere_is_no_story_but_no_error_either(config: Path) -> None:
    text = CLIENTS + '[[clients]]\nname = "New one"\naddresses = ["new@new.example"]\n'
    (config.parent / "clients.toml").write_text(text, encoding="utf-8")
    assert "Nothing is known" in timeline("New one", "--config", config).stdout
    assert [record["messages"] for record in records(timeline("New one", "--json", "--config", config))] == [
        0
    ]


@pytest.mark.parametrize(
    ("option", "value"), [("--since", "soon"), ("--format", "pdf"), ("--svg", "/nowhere\0/x.svg")]
)
def test_options_that_make_no_sense_are_told(config: Path, option: str, value: str) -> None:
    if "\0" in value:
        value = str(config / "x.svg")  # a file is no folder
    result = timeline("pell", option, value, "--config", config)
    assert result.exit_code == 2, result.output
    assert option in result.output
