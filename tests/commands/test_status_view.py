"""``triage status`` for a person: colours that are words too, a table that stays; the programs' contract."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from tests.rig.terminal import Terminal
from triage.access import ledger_path
from triage.clock.working_time import WorkingTime
from triage.commands import app
from triage.commands.status_view import Moment, Unchanged, time_left
from triage.config import load_config
from triage.ledger import SqliteLedger, open_ledger

BERLIN = ZoneInfo("Europe/Berlin")
# Nine in the morning in Berlin.
NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
at_a_terminal = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, tmp_path), encoding="utf-8")
    return path


@pytest.fixture
def ledger(config: Path) -> Iterator[SqliteLedger]:
    with open_ledger(ledger_path(load_config(config))) as opened:
        yield opened


def awaiting(ledger: SqliteLedger, number: int, due: datetime, subject: str = "") -> None:
    row = ledger.claim(
        "studio", "INBOX", 7, number, key=f"<{number}@x.example>", content_hash=str(number),
        received=due - timedelta(hours=24), client="nora@harbourbakery.example",
        subject=subject or f"Menu {number}",
    ).row  # fmt: skip
    ledger.open_obligation(row.id, due=due, holding_at=None)


@pytest.fixture
def four(ledger: SqliteLedger) -> SqliteLedger:
    """One of each urgency, the last due in two days, and one that could not be handled."""
    for number, hours in enumerate((-3.5, 1.5, 5, 48), start=1):
        awaiting(ledger, number, NOW + timedelta(hours=hours))
    row = ledger.claim(
        "studio", "INBOX", 7, 9, key="<9@x.example>", content_hash="9", received=NOW,
        client="jo@client.example", subject="Broken",
    ).row  # fmt: skip
    ledger.give_up(row.id, reason="unreadable after 3 attempts")
    return ledger


def run(config: Path, *arguments: str, now: datetime | None = NOW) -> Result:
    at = () if now is None else ("--now", now.isoformat())
    return CliRunner().invoke(app, ["status", *arguments, "--config", str(config), *at])


def line_with(page: str, words: str) -> str:
    (line,) = (line for line in page.splitlines() if words in line)
    return line


def test_the_time_left_is_told_in_words(config: Path, four: SqliteLedger) -> None:
    page = run(config).stdout
    assert "!! MISSED" in line_with(page, "Menu 1")
    assert "3 h 30 min late" in line_with(page, "Menu 1")
    assert "! under 2 h" in line_with(page, "Menu 2")
    assert re.search(r"today\s+│ 14:00\s+│ 5 h 00 min left", line_with(page, "Menu 3"))
    assert re.search(r"later\s+│ Thu 2026-03-12 09:00\s+│ 48 h 00 min left", line_with(page, "Menu 4"))
    assert "? not handled" in line_with(page, "Broken")
    assert "unreadable after 3 attempts" in line_with(page, "Broken")


@pytest.mark.parametrize(
    ("hours", "urgency"),
    [(-1, "missed"), (0, "missed"), (1.99, "soon"), (2, "today"), (14.9, "today"), (15, "later")],
)
def test_the_edges_of_urgency(hours: float, urgency: str) -> None:
    """Nine in the morning: the day ends in fifteen hours."""
    moment = Moment(NOW, WorkingTime(BERLIN))
    assert moment.urgency(NOW + timedelta(hours=hours)) == urgency
    assert moment.urgency(None) == "trouble"


def test_today_is_the_users_day_also_when_the_clocks_change() -> None:
    """On the evening before the change, an hour past midnight is tomorrow; in New York it would be today."""
    evening = datetime(2026, 3, 28, 20, tzinfo=UTC)  # 21:00 in Berlin
    due = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 00:30 there
    assert Moment(evening, WorkingTime(BERLIN)).urgency(due) == "later"
    assert Moment(evening, WorkingTime(ZoneInfo("America/New_York"))).urgency(due) == "today"
    morning = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30, half an hour before the change
    assert Moment(morning, WorkingTime(BERLIN)).clock(datetime(2026, 3, 29, 3, 30, tzinfo=UTC)) == "05:30"


def test_time_left_in_hours_and_minutes() -> None:
    assert time_left(NOW + timedelta(hours=25, minutes=7, seconds=59), NOW) == "25 h 07 min left"
    assert time_left(NOW - timedelta(minutes=1), NOW) == "0 h 01 min late"


def test_the_contract_for_programs_is_exact(config: Path, four: SqliteLedger) -> None:
    records = [json.loads(line) for line in run(config, "--json").stdout.splitlines()]
    promised = ["account", "client", "subject", "received", "due", "state", "labels", "draft_state"]
    assert all(list(record)[:8] == promised for record in records)
    assert [record["state"] for record in records] == ["overdue", "due_soon", "open", "open", "given_up"]
    first = records[0]
    assert (first["account"], first["client"]) == ("studio", "nora@harbourbakery.example")
    assert (first["labels"], first["draft_state"]) == ([], "none")
    assert datetime.fromisoformat(first["due"]) == NOW - timedelta(hours=3.5)


def test_a_subject_does_nothing_to_the_screen(config: Path, ledger: SqliteLedger) -> None:
    awaiting(ledger, 1, NOW + timedelta(hours=1), subject="[red]Hi[/red]\x1b]0;owned\x07\x1b[2J \u202egnp")
    page = run(config).stdout
    assert "[red]Hi[/red]" in page
    assert not set(page) & set("\x1b\x07\u202e")


def test_nothing_awaits(config: Path) -> None:
    assert run(config).stdout == "Nothing awaits an answer.\n"


@at_a_terminal
def test_colours_at_a_terminal_and_none_where_they_are_not_wanted(config: Path, four: SqliteLedger) -> None:
    arguments = ("status", "--config", str(config), "--now", NOW.isoformat())
    with Terminal(*arguments) as terminal:
        status, shown = terminal.ended()
    assert status == 0
    assert "\x1b[1;31m" in shown
    assert "\x1b[33m" in shown
    with Terminal(*arguments, environment={"NO_COLOR": "1"}) as terminal:
        status, shown = terminal.ended()
    assert status == 0
    assert re.search(r"\x1b\[[\d;]*3[0-7]", shown) is None
    assert "MISSED" in shown


# -------------------------------------------------------------------------------------- the table that stays


@pytest.mark.parametrize("other", [("--json",), ("--daemon",)])
def test_a_view_that_stays_is_for_a_person_alone(config: Path, other: tuple[str, ...]) -> None:
    result = run(config, "--watch", *other, now=None)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "leave out --json, --daemon and --now" in result.stderr


def test_without_a_terminal_it_is_refused_in_a_sentence(config: Path) -> None:
    result = run(config, "--watch", now=None)
    assert result.exit_code == 2
    assert "status: --watch needs a terminal" in result.stderr


@at_a_terminal
def test_it_shows_what_comes_and_leaves_the_terminal_as_it_was(config: Path, ledger: SqliteLedger) -> None:
    """The account's server doesn't exist: what is shown comes from the ledger alone."""
    awaiting(ledger, 1, datetime.now(UTC) + timedelta(hours=1))
    with Terminal("status", "--watch", "--config", str(config)) as terminal:
        assert "\x1b[?1049h" in terminal.until("Ctrl-C ends")
        terminal.until("Menu 1")
        awaiting(ledger, 2, datetime.now(UTC) - timedelta(hours=1), subject="A new one")
        terminal.until("MISSED")
        terminal.interrupt()
        status, shown = terminal.ended()
    assert status == 0
    assert "\x1b[?1049l" in shown
    assert "\x1b[?25h" in shown
    assert "Traceback" not in terminal.screen


@at_a_terminal
def test_more_than_fits_is_counted(config: Path, ledger: SqliteLedger) -> None:
    for number in range(1, 61):
        awaiting(ledger, number, datetime.now(UTC) + timedelta(hours=number))
    with Terminal("status", "--watch", "--config", str(config)) as terminal:
        terminal.until("… and ")
        terminal.process.terminate()
        assert terminal.ended()[0] == 0


def test_the_ledger_is_read_again_only_when_it_was_written_to(config: Path, ledger: SqliteLedger) -> None:
    is_unchanged = Unchanged(ledger_path(load_config(config)))
    assert [is_unchanged(), is_unchanged()] == [False, True]
    awaiting(ledger, 1, NOW)
    assert [is_unchanged(), is_unchanged()] == [False, True]


# --------------------------------------------------------------------------------------- the weekly reminder


def judged(ledger: SqliteLedger, number: int, received: datetime) -> None:
    row = ledger.claim(
        "studio", "INBOX", 7, number, key=f"<{number}@x.example>", content_hash=str(number),
        received=received, client="nora@harbourbakery.example", subject="Menu",
    ).row  # fmt: skip
    ledger.judged(row.id, gate=None, language="en", labels={"hostility": ("clear", 0.1)}, severity=0)
    ledger.settle(row.id, outcome="leave_alone", reason="")


def reminded(config: Path, now: datetime) -> bool:
    return "triage review --sample" in run(config, now=now).stdout


def test_a_sample_is_spoken_of_once_a_week_and_only_if_asked_for(config: Path, ledger: SqliteLedger) -> None:
    judged(ledger, 1, NOW - timedelta(hours=1))
    assert not reminded(config, NOW)
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n[learning]\nweekly_sample = true\n", encoding="utf-8")
    assert "sample" not in run(config, "--json").stdout
    assert reminded(config, NOW)
    assert not reminded(config, NOW + timedelta(days=6))
    judged(ledger, 2, NOW + timedelta(days=7))
    assert reminded(config, NOW + timedelta(days=7, minutes=1))


def test_a_week_without_mail_or_just_sampled_is_not_spoken_of(config: Path, ledger: SqliteLedger) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n[learning]\nweekly_sample = true\n", encoding="utf-8")
    assert not reminded(config, NOW)
    judged(ledger, 1, NOW - timedelta(hours=1))
    ledger.open_window(
        NOW - timedelta(days=9), NOW - timedelta(days=2), {"flagged": 0, "unsure": 0, "clear": 1}
    )
    assert not reminded(config, NOW)
    assert reminded(config, NOW + timedelta(days=5))
