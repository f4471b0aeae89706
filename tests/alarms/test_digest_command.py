"""``triage digest``: the page, the JSON lines, what is folded, and pushing it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.alarm_world import (
    CLIENTS,
    DAY,
    HOUR,
    NOON,
    Notified,
    alarm_config,
    fraud,
    given_up,
    letter,
    opened,
    reminder,
)
from tests.rig.push_server import PushServer, push_server
from triage.alarms_due import tell_alarms
from triage.commands import app
from triage.config import Config

SOON = timedelta(minutes=1)
NOW = ["--now", NOON.isoformat()]


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A morning with a little of everything."""
    config = alarm_config(tmp_path, clients=CLIENTS)
    with opened(config) as ledger:
        letter(ledger, 1, NOON - 22 * HOUR, subject="Re: the menu", client="nora@harbourbakery.example")
        letter(ledger, 2, NOON - 30 * HOUR, subject="Zq you idiot", severity=3, draft=True)
        letter(ledger, 3, NOON - HOUR, subject="Question")
        done = letter(ledger, 4, NOON - 2 * HOUR, subject="Thanks")
        ledger.close_obligation(done, how="done", at=NOON)
        reminder(ledger, "2026-014", NOON - DAY)
        given_up(ledger, 5, NOON - DAY)
        fraud(ledger, 6, NOON - 3 * HOUR)
        ledger.note_trouble("studio", "login", NOON - 2 * HOUR)
    return config


def run(config: Config, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(config.paths.config)])


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def by_section(config: Config, *more: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines(run(config, "digest", "--json", *NOW, *more)):
        found.setdefault(line.pop("section"), []).append(line)
    return found


def test_what_awaits_stands_by_deadline(config: Config) -> None:
    awaiting = by_section(config)["awaiting"]
    assert [row["id"] for row in awaiting] == [2, 1, 6, 3]
    assert [row["state"] for row in awaiting] == ["overdue", "due_soon", "open", "open"]
    assert awaiting == sorted(awaiting, key=lambda row: str(row["due"]))
    assert awaiting[1] == {
        "id": 1, "account": "studio", "client": "nora@harbourbakery.example", "subject": "Re: the menu",
        "folded": False, "received": (NOON - 22 * HOUR).isoformat(), "due": (NOON + 2 * HOUR).isoformat(),
        "state": "due_soon", "labels": [], "severity": 0, "draft_state": "none",
    }  # fmt: skip


def test_hostile_ones_are_folded_unless_asked_for(config: Config) -> None:
    row = by_section(config)["awaiting"][0]
    assert (row["folded"], row["subject"], row["labels"], row["severity"]) == (True, None, ["hostility"], 3)
    row = by_section(config, "--unfold")["awaiting"][0]
    assert (row["folded"], row["subject"]) == (True, "Zq you idiot")


def test_drafts_money_and_trouble(config: Config) -> None:
    found = by_section(config)
    assert found["draft"] == [
        {"account": "studio", "client": "Pell & Sons", "kind": "reply", "id": 2, "what": ""},
        {"account": "studio", "client": "Pell & Sons", "kind": "payment", "id": None, "what": "reminder"},
    ]
    assert found["owed"] == [{"client": "Pell & Sons", "owed": ["1200.00 EUR"], "late": ["1200.00 EUR"]}]
    assert [(row["kind"], row["id"]) for row in found["trouble"]] == [
        ("login_broken", None), ("forged", 6), ("given_up", 5)
    ]  # fmt: skip
    assert found["trouble"][0]["since"] == (NOON - 2 * HOUR).isoformat()


def test_the_sums_stand_at_the_end(config: Config) -> None:
    result = lines(run(config, "digest", "--json", *NOW))
    assert result[-1] == {
        "section": "total", "at": NOON.isoformat(), "awaiting": 4, "overdue": 1, "due_soon": 1, "folded": 1,
        "drafts": 2, "owing": 1, "late": 1, "trouble": 3,
    }  # fmt: skip


def test_the_page_for_a_person(config: Config) -> None:
    page = run(config, "digest", *NOW).stdout
    assert "Awaiting an answer" in page
    assert "nora@harbourbakery.example: Re: the menu (2 h 00 min left)" in page
    assert "Pell & Sons: (hostile, folded) [hostility] (late, draft present)" in page
    assert "Zq you idiot" not in page
    assert "Zq you idiot" in run(config, "digest", "--unfold", *NOW).stdout
    assert "Pell & Sons: payment reminder (reminder)" in page
    assert "Pell & Sons: 1200.00 EUR, late: 1200.00 EUR" in page
    assert "studio: the login is refused (since 10:00)" in page
    assert "triage show ID --calm" in page


def test_a_quiet_morning(tmp_path: Path) -> None:
    config = alarm_config(tmp_path)
    assert (
        run(config, "digest", *NOW).stdout == "Nothing awaits an answer, no draft waits, nothing is late.\n"
    )
    (total,) = lines(run(config, "digest", "--json", *NOW))
    assert (total["awaiting"], total["trouble"]) == (0, 0)


def test_a_clients_words_can_not_reach_the_terminal(tmp_path: Path) -> None:
    config = alarm_config(tmp_path)
    with opened(config) as ledger:
        letter(ledger, 1, NOON, subject="\x1b[2J\u202egnp\nAwaiting an answer")
    page = run(config, "digest", *NOW).stdout
    assert "\x1b[2J" not in page
    assert "\u202e" not in page
    assert page.count("\n") == 2


def test_it_only_reads(config: Config) -> None:
    place = config.paths.state / "ledger.sqlite3"
    before = place.read_bytes()
    run(config, "digest", *NOW)
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--account", "nobody"], 2, "there is no account 'nobody'"),
        (["--now", "tomorrow"], 2, "is no ISO 8601 time"),
    ],
)
def test_what_it_refuses(config: Config, arguments: list[str], code: int, words: str) -> None:
    result = run(config, "digest", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True)


def test_sending_without_a_way_is_refused(tmp_path: Path) -> None:
    result = run(alarm_config(tmp_path, ""), "digest", "--send", *NOW)
    assert result.exit_code == 2
    assert "the configuration names no way to push" in result.stderr


def pushing(folder: Path, server: PushServer, more: str = "") -> Config:
    return alarm_config(folder, f'url_command = "echo {server.json_address}"\n{more}', clients=CLIENTS)


def test_it_is_pushed_as_counts_and_not_again_that_day(tmp_path: Path, server: PushServer) -> None:
    config = pushing(tmp_path, server, 'digest_at = "08:00"')
    with opened(config) as ledger:
        tell_alarms(config, ledger, NOON - DAY, Notified())
        letter(ledger, 2, NOON - HOUR, severity=3, draft=True)
        assert run(config, "digest", "--send", *NOW).exit_code == 0
        (text,) = server.texts
        assert "1 awaits an answer, 1 hostile" in text
        assert not any(secret in text for secret in ("Pell", "graham", "Zq"))
        later = Notified()
        tell_alarms(config, ledger, NOON + 11 * SOON, later, gap=SOON)
        assert "Inbox Triage: the digest" not in later.titles
        assert run(config, "digest", "--send", *NOW).exit_code == 0
        assert len(server.texts) == 2


def test_a_push_that_fails_is_told_and_a_pass_tries_again(tmp_path: Path, server: PushServer) -> None:
    config = pushing(tmp_path, server, 'digest_at = "08:00"')
    with opened(config) as ledger:
        tell_alarms(config, ledger, NOON - DAY, Notified())
        letter(ledger, 2, NOON - HOUR)
        server.status = 500
        result = run(config, "digest", "--send", *NOW)
        assert result.exit_code == 1
        assert "the digest could not be told by push: the service could not be reached" in result.stderr
        assert str(server.port) not in result.stderr
        later = Notified()
        tell_alarms(config, ledger, NOON + 3 * SOON, later, gap=SOON)
        assert later.titles == ["Inbox Triage: the digest"]
