"""What a pass tells at its end, on a real server: drafts, refused logins, servers out of reach; daemon."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.daemon.house import eventually, running
from tests.rig.alarm_world import Notified
from tests.rig.mailbox import Mailbox
from tests.rig.push_server import PushServer, push_server
from tests.rig.settings import config_text
from tests.rig.word_judge import WordJudge
from triage.access import ledger_path
from triage.commands import app
from triage.config import Config, load_config
from triage.daemon.alarm_clock import AlarmClock
from triage.errors import ExitCode
from triage.imap.session import Secret
from triage.ledger.sqlite import open_ledger
from triage.order import BROKE_OFF, STOPPED, Order, Summary
from triage.sweep import sweep

pytestmark = pytest.mark.dovecot

HOUR = timedelta(hours=1)
# These tests run at any hour of any day, and no answer is due "at once" because it is Sunday.
ANY_HOUR = 'quiet_hours = ""\n'
ALWAYS_AT_WORK = """[clock]
working_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
working_hours = "00:00-23:59"
"""


USELESS = b"""From: Nora <nora@harbourbakery.example>
To: mara@studio.example
Subject: The menu
Message-ID: <menu@harbourbakery.example>

The menu is useless and late. When can I have one that works?
"""


def settings(mailbox: Mailbox, folder: Path, alarms: str = "desktop = true\n", poll: float = 60) -> Config:
    path = folder / "config.toml"
    text = config_text(mailbox, folder, folder / "cache", poll=poll).replace("[clock]", ALWAYS_AT_WORK)
    path.write_text(f"{text}\n[alarms]\n{ANY_HOUR}{alarms}", encoding="utf-8")
    return load_config(path)


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as running:
        yield running


def one_pass(config: Config, order: Order) -> Summary:
    return sweep(config, config.accounts[0], order)


def order_at(now: datetime, notified: Notified, **changes: object) -> Order:
    judge = WordJudge()
    order = Order(clock=lambda: now, judge_of=lambda: judge, notifier=notified, next_pass_in=HOUR / 12)
    return replace(order, **changes)  # type: ignore[arg-type]


def now() -> datetime:
    return datetime.now(UTC)


def test_a_pass_tells_what_it_has_found(alice: Mailbox, tmp_path: Path) -> None:
    config, notified = settings(alice, tmp_path), Notified()
    moment = now()
    one_pass(config, order_at(moment, notified))
    alice.deliver(USELESS)
    summary = one_pass(config, order_at(moment, notified))
    assert summary.drafted == 1
    later = moment + 23 * HOUR
    summary = one_pass(config, order_at(later, notified))
    assert notified.titles.count("An answer is due") == 1
    assert summary.alarms == 1
    assert summary.as_record()["alarms"] == 1
    assert one_pass(config, order_at(later, notified)).alarms == 0
    assert not any(word in notified.text for word in ("nora", "harbourbakery", "menu", "useless"))


def test_a_login_refused_for_an_hour_is_told_by_the_pass_that_failed(alice: Mailbox, tmp_path: Path) -> None:
    config, notified, begun = settings(alice, tmp_path), Notified(), now()
    wrong = Secret("password", "not-the-password")
    for minutes in (0, 30, 59, 60, 75):
        summary = one_pass(config, order_at(begun + timedelta(minutes=minutes), notified, secret=wrong))
        assert summary.exit_code == ExitCode.LOGIN_REFUSED
        assert len(notified.titles) == int(minutes >= 60)
    assert notified.titles == ["The login is refused"]
    one_pass(config, order_at(begun + 2 * HOUR, notified))
    for hours in (3, 4):
        one_pass(config, order_at(begun + hours * HOUR, notified, secret=wrong))
    assert notified.titles == ["The login is refused"] * 2


def test_a_server_out_of_reach_is_told_after_six_hours(alice: Mailbox, tmp_path: Path) -> None:
    config, notified, begun = settings(replace(alice, port=1), tmp_path), Notified(), now()
    for hours in range(8):
        assert one_pass(config, order_at(begun + hours * HOUR, notified)).exit_code == ExitCode.UNREACHABLE
        assert notified.titles == (["Mail can't be read"] if hours >= 6 else [])


def test_a_pass_that_was_stopped_is_no_trouble(alice: Mailbox, tmp_path: Path) -> None:
    config, notified = settings(alice, tmp_path), Notified()
    summary = one_pass(config, order_at(now(), notified, stop=lambda: True))
    assert summary.error == STOPPED
    with open_ledger(ledger_path(config)) as ledger:
        assert ledger.troubles(["studio"]) == []


def test_a_fault_of_the_program_is_trouble() -> None:
    summary = Summary("studio")
    summary.break_off("ValueError")
    assert summary.error is not None
    assert summary.error.startswith(BROKE_OFF)


def test_a_rehearsal_tells_nothing_and_notes_nothing(alice: Mailbox, tmp_path: Path) -> None:
    config, notified = settings(alice, tmp_path), Notified()
    one_pass(config, order_at(now(), notified))
    wrong = Secret("password", "not-the-password")
    before = ledger_path(config).read_bytes()
    one_pass(config, order_at(now() + 9 * HOUR, notified, secret=wrong, dry_run=True))
    assert ledger_path(config).read_bytes() == before
    assert notified.pushes == []


def test_a_notifier_that_breaks_costs_the_pass_nothing(
    alice: Mailbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = settings(alice, tmp_path)
    alice.deliver(USELESS)
    broken = Notified(interrupt=ValueError("graham@pellandsons.example"))
    with caplog.at_level(logging.WARNING):
        one_pass(config, order_at(now(), broken))
        summary = one_pass(config, order_at(now() + 23 * HOUR, broken))
    assert (summary.error, summary.exit_code) == (None, ExitCode.DONE)
    assert "alarms: ValueError" in caplog.text
    assert "graham" not in caplog.text


def test_without_alarms_a_pass_opens_no_ledger_for_them(
    alice: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(alice, tmp_path, "")
    one_pass(config, order_at(now(), Notified()))
    monkeypatch.setattr("triage.alarms_due.open_ledger", _never)
    assert one_pass(config, order_at(now(), Notified())).error is None


def _never(*_: object) -> None:
    pytest.fail("the ledger was opened")


# --------------------------------------------------------------------------------------- from cron, for real


SECOND = """[[accounts]]
name = "second"
address = "mara@second.example"
host = "127.0.0.1"
port = 1
security = "plaintext"
password_command = "echo x"
"""


def test_from_cron_everything_goes_out_at_the_end_of_the_run(
    alice: Mailbox, tmp_path: Path, server: PushServer
) -> None:
    """By the command line and a real push server; two accounts, one of them out of reach, one summary."""
    config = settings(alice, tmp_path, f'url_command = "echo {server.json_address}"\nsummary_above = 1\n')
    path = config.paths.config
    freelancer, name, studio = path.read_text(encoding="utf-8").partition("[[accounts]]")
    path.write_text(f"{freelancer}{SECOND}{name}{studio}", encoding="utf-8")
    with open_ledger(ledger_path(config)) as ledger:
        ledger.look_for_alarms(now() - 9 * HOUR)
        for hours in (9, 8, 7):
            ledger.note_trouble("second", "other", now() - hours * HOUR)
        ledger.note_trouble("studio", "login", now() - 9 * HOUR)
    run = CliRunner().invoke(app, ["sweep", "--json", "--config", str(path)])
    records = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(one["account"], one["alarms"]) for one in records] == [("second", 0), ("studio", 1)]
    assert server.texts == [
        "Mail can't be read\nThe account second could not be read since "
        f"{_clock(now() - 9 * HOUR, config)}. What to do: triage doctor"
    ]


def _clock(moment: datetime, config: Config) -> str:
    from triage.alarms.words import clock_time

    return clock_time(moment, now(), config.clock.zone)


# ------------------------------------------------------------------------------------------------ the daemon


def test_the_daemon_tells_between_passes(alice: Mailbox, tmp_path: Path) -> None:
    """No mail comes and no pass is due for an hour; the deadline is told all the same, and once."""
    config, notified = settings(alice, tmp_path), Notified()
    with open_ledger(ledger_path(config)) as ledger:
        row = ledger.claim(
            "studio", "INBOX", 1, 900_000, key="<near@x.example>", content_hash="c",
            received=now() - 20 * HOUR, client="nora@harbourbakery.example", subject="Menu",
        ).row  # fmt: skip
        ledger.settle(row.id, outcome="hold_later", reason="")
        ledger.open_obligation(row.id, due=now() + HOUR, holding_at=None)
    judge = WordJudge()
    order = Order(secret=alice.secret, judge_of=lambda: judge, notifier=notified)
    with running(config, alice, order=order) as house:
        assert eventually(lambda: notified.titles == ["An answer is due"])
        passes = len(house.passes)
        with open_ledger(ledger_path(config)) as ledger:
            ledger.open_obligation(row.id, due=now() + timedelta(seconds=4), holding_at=None)
        house.daemon._alarms.ask(now())
        assert eventually(lambda: "An answer is late" in notified.titles)
        assert len(house.passes) == passes
    assert notified.titles == ["An answer is due"] * 2 + ["An answer is late"]


def test_while_passes_are_under_way_it_waits_for_them_but_not_for_ever(
    alice: Mailbox, tmp_path: Path
) -> None:
    """After a night's sleep all that the passes find is one summary."""
    config, notified = settings(alice, tmp_path), Notified()
    begun = now()
    clock = AlarmClock(config, Order(clock=lambda: begun, notifier=notified), lambda: None)
    clock.ask(begun)
    clock.look(begun + timedelta(seconds=90), is_idle=False)
    assert (clock.is_telling, clock.next_at) == (False, begun)
    clock.look(begun + timedelta(seconds=121), is_idle=False)
    clock.join()
    assert clock.next_at is None
    clock.ask(begun)
    clock.look(begun, is_idle=True)
    clock.join()
    assert clock.next_at is None


def test_an_alarm_clock_without_alarms_never_rings(alice: Mailbox, tmp_path: Path) -> None:
    clock = AlarmClock(settings(alice, tmp_path, ""), Order(), lambda: None)
    clock.ask(now())
    clock.look(now(), is_idle=True)
    assert (clock.next_at, clock.is_telling) == (None, False)
