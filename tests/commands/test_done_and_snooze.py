"""``done`` and ``snooze``: the user's own word on an obligation, and what they refuse."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.commands import app
from triage.config import load_config
from triage.ledger import open_ledger, open_ledger_copy
from triage.ledger.contract import Obligation

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two messages await an answer, the second with a holding reply to come."""
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, tmp_path), encoding="utf-8")
    with open_ledger(ledger_path(load_config(path))) as ledger:
        for number, holding_at in ((1, None), (2, NOW + timedelta(hours=20))):
            row = ledger.claim(
                "studio", "INBOX", 7, number, key=f"<{number}@x.example>", content_hash=str(number),
                received=NOW, client="nora@harbourbakery.example", subject=f"Menu {number}",
            ).row  # fmt: skip
            ledger.settle(row.id, outcome="hold_later", reason="")
            ledger.open_obligation(row.id, due=NOW + timedelta(hours=24), holding_at=holding_at)
    return path


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(config)])


def still_open(config: Path) -> list[Obligation]:
    with open_ledger_copy(ledger_path(load_config(config))) as ledger:
        return ledger.open_obligations()


def test_done_stops_the_clock_of_each_message_named(config: Path) -> None:
    result = run(config, "done", "1", "<2@x.example>", "--json")
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1, 2]
    assert still_open(config) == []


def test_done_says_whose_message_it_was(config: Path) -> None:
    assert "nora@harbourbakery.example: Menu 1" in run(config, "done", "1").stdout
    assert [obligation.row.id for obligation in still_open(config)] == [2]


def test_nothing_is_done_when_one_id_is_wrong(config: Path) -> None:
    result = run(config, "done", "1", "99")
    assert result.exit_code == 2
    assert "'99'" in result.stderr
    assert len(still_open(config)) == 2


def test_what_is_done_awaits_nothing_any_more(config: Path) -> None:
    run(config, "done", "1")
    result = run(config, "snooze", "1", "2d")
    assert result.exit_code == 2
    assert "awaits no answer" in result.stderr


@pytest.mark.parametrize(
    ("until", "due"),
    [
        ("3h", NOW + timedelta(hours=3)),
        ("+2d", NOW + timedelta(days=2)),
        ("1w", NOW + timedelta(weeks=1)),
        ("2026-03-12T15:00+00:00", datetime(2026, 3, 12, 15, tzinfo=UTC)),
    ],
)
def test_snooze_moves_the_deadline_and_its_holding_reply(config: Path, until: str, due: datetime) -> None:
    result = run(config, "snooze", "2", until, "--now", NOW.isoformat(), "--json")
    assert result.exit_code == 0, result.output
    assert datetime.fromisoformat(json.loads(result.stdout)["due"]) == due
    (obligation,) = (one for one in still_open(config) if one.row.id == 2)
    assert obligation.due == due
    assert obligation.holding_at == due - timedelta(hours=4)


def test_a_day_alone_means_its_opening(config: Path) -> None:
    run(config, "snooze", "1", "2026-03-12", "--now", NOW.isoformat())
    (obligation,) = (one for one in still_open(config) if one.row.id == 1)
    clock = load_config(config).clock
    local = obligation.due.astimezone(clock.zone)
    assert (local.date().isoformat(), local.time()) == ("2026-03-12", clock.opens)
    assert obligation.holding_at is None


@pytest.mark.parametrize("until", ["2026-03-01", "2026-03-10T08:00+00:00", "0h", "soon", "2026-13-40", "-3h"])
def test_a_time_that_is_past_or_none_is_refused(config: Path, until: str) -> None:
    result = run(config, "snooze", "--now", NOW.isoformat(), "1", "--", until)
    assert result.exit_code == 2
    assert still_open(config)[0].due == NOW + timedelta(hours=24)


def test_snooze_moves_the_whole_conversation_and_what_it_holds(config: Path) -> None:
    with open_ledger(ledger_path(load_config(config))) as ledger:
        ledger.join(1, [])
        ledger.join(2, ["<1@x.example>"])
    assert run(config, "snooze", "1", "2d", "--now", NOW.isoformat()).exit_code == 0
    first, second = sorted(still_open(config), key=lambda one: one.row.id)
    assert first.due == second.due == second.own_due == NOW + timedelta(days=2)
    assert second.holding_at == NOW + timedelta(days=2) - timedelta(hours=4)
    assert run(config, "snooze", "1", "3h", "--now", NOW.isoformat()).exit_code == 0
    assert {one.due for one in still_open(config)} == {NOW + timedelta(hours=3)}


def test_snooze_leaves_other_conversations_alone(config: Path) -> None:
    assert run(config, "snooze", "1", "2d", "--now", NOW.isoformat()).exit_code == 0
    assert {one.row.id: one.due for one in still_open(config)}[2] == NOW + timedelta(hours=24)
