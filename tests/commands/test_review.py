"""``review`` on a ledger filled by hand: what awaits it, what is kept, what is still open."""

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
from triage.ledger import open_ledger, open_ledger_copy

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON, LATER = "2026-03-04T12:00+00:00", "2026-03-20T12:00+00:00"
CLIENTS = '[[clients]]\nname = "Pell & Sons"\ndomains = ["pellandsons.example"]\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two flagged letters of a client on file, answered; one of a stranger, unanswered."""
    (tmp_path / "clients.toml").write_text(CLIENTS, encoding="utf-8")
    (tmp_path / "clients.toml").chmod(0o600)
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, tmp_path), encoding="utf-8")
    letter(path, 1, "kevin@pellandsons.example", "Logo", deadline=1)
    letter(path, 2, "office@pellandsons.example", "Logo again", deadline=1)
    letter(path, 3, "nora@harbourbakery.example", "Menu", is_answered=False, quality=1)
    return path


def letter(
    config: Path, number: int, sender: str, subject: str, is_answered: bool = True, **traits: int
) -> None:
    at = START + timedelta(hours=number)
    with open_ledger(ledger_path(load_config(config))) as ledger:
        row = ledger.claim(
            "studio", "INBOX", 7, number, key=f"<{number}@x.example>", content_hash=str(number), received=at,
            client=sender, subject=subject,
        ).row  # fmt: skip
        flagged = {"hostility": ("flagged", 0.9)}
        ledger.judged(row.id, gate=None, language="en", labels=flagged, severity=2, traits=traits)
        ledger.open_obligation(row.id, due=at + timedelta(hours=24), holding_at=None)
        if is_answered:
            ledger.close_obligation(row.id, how="answered", at=at + timedelta(hours=1))


def review(config: Path, *arguments: str, now: str = LATER) -> Result:
    return CliRunner().invoke(app, ["review", *arguments, "--config", str(config), "--now", now])


def records(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def kept(config: Path) -> list[tuple[int, str, str]]:
    with open_ledger_copy(ledger_path(load_config(config))) as ledger:
        return [(one.row_id, one.cause, one.change) for one in ledger.reviews()]


def test_what_is_over_awaits_a_review_and_nothing_is_written_by_looking(config: Path) -> None:
    (found,) = records(review(config, "--json"))
    assert (found["client"], found["state"], found["ids"]) == ("Pell & Sons", "awaiting", [1, 2])
    assert (found["cause"], found["severity"], found["labels"]) == ("missed_deadline", 2, ["hostility"])
    assert found["reviewed"] is None
    assert kept(config) == []


def test_before_it_is_quiet_nothing_awaits_a_review(config: Path) -> None:
    assert records(review(config, "--json", now=SOON)) == []
    (found,) = records(review(config, "pell", "--json", now=SOON))
    assert (found["state"], found["why_open"]) == ("open", "quiet for 2 of 7 days")
    assert kept(config) == []
    assert len(records(review(config, "--json", "--quiet-days", "1", now=SOON))) == 1


def test_a_review_is_kept_for_every_message_of_the_incident(config: Path) -> None:
    (found,) = records(review(config, "pell", "--json"))
    assert found["state"] == "reviewed"
    assert [(row, cause) for row, cause, _ in kept(config)] == [
        (1, "missed_deadline"),
        (2, "missed_deadline"),
    ]
    assert found["change"] == kept(config)[0][2]
    assert records(review(config, "--json")) == []
    assert "No incident awaits a review" in review(config).stdout


def test_the_cause_and_the_change_can_be_named_also_afterwards(config: Path) -> None:
    records(review(config, "pell", "--json"))
    (found,) = records(
        review(config, "pell", "--json", "--cause", "Inconsistent message", "--change", "one mail")
    )
    assert (found["cause"], found["guess"]) == ("inconsistent_message", "missed_deadline")
    assert (found["reason"], found["change"]) == ("named by you", "one mail")
    assert {cause for _, cause, _ in kept(config)} == {"inconsistent_message"}
    (again,) = records(review(config, "pell", "--json"))
    assert (again["cause"], again["change"]) == ("inconsistent_message", "one mail")


def test_a_new_flag_opens_the_incident_again(config: Path) -> None:
    records(review(config, "pell", "--json"))
    letter(config, 60, "kevin@pellandsons.example", "Still no logo")
    (found,) = records(review(config, "pell", "--json", now="2026-03-06"))
    assert (found["state"], found["ids"]) == ("open", [1, 2, 4])


def test_an_unanswered_incident_stays_open(config: Path) -> None:
    (found,) = records(review(config, "harbour", "--json"))
    assert (found["state"], found["why_open"]) == ("open", "one message still awaits your answer")


def test_the_view_says_what_happened_and_what_to_change(config: Path) -> None:
    shown = review(config, "pell")
    assert shown.exit_code == 0
    for said in (
        "Pell & Sons",
        "2026-03-02",
        "hostility, severity 2",
        "#1 Logo",
        "missed deadline",
        "on record",
    ):
        assert said in shown.stdout
    assert "triage review CLIENT" not in shown.stdout
    assert "awaits your answer" in review(config, "harbour").stdout


def test_a_client_without_incidents_is_told(config: Path) -> None:
    text = CLIENTS + '[[clients]]\nname = "Calm Ltd"\naddresses = ["a@calm.example"]\n'
    (config.parent / "clients.toml").write_text(text, encoding="utf-8")
    assert "has had no incident" in review(config, "Calm Ltd").stdout


@pytest.mark.parametrize(
    "arguments",
    [("pell", "--cause", "bad luck"), ("--cause", "money"), ("nobody",), ("pell", "--quiet-days", "-1")],
)
def test_what_makes_no_sense_is_refused(config: Path, arguments: tuple[str, ...]) -> None:
    assert review(config, *arguments).exit_code == 2
    assert kept(config) == []
