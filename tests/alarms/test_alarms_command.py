"""``triage alarms``: storing, forgetting and trying the ways, and what will be told; ``doctor`` on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from typer.testing import CliRunner, Result

from tests.rig.alarm_world import HOUR, NOON, Notified, alarm_config, fraud, letter, opened
from tests.rig.keyrings import Drawer
from tests.rig.push_server import PushServer, push_server
from triage.alarms_due import tell_alarms
from triage.commands import app
from triage.commands.alarm_checks import check_alarms
from triage.config import Config

NOW = ["--now", NOON.isoformat()]
NO_DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/at-all"}


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """A keyring in memory in the system's place."""
    before, drawer = keyring.get_keyring(), Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as running:
        yield running


def run(config: Config, *arguments: str, stdin: str | None = None) -> Result:
    chosen = ["alarms", *arguments, "--config", str(config.paths.config)]
    return CliRunner(env=NO_DESKTOP).invoke(app, chosen, input=stdin)


def test_an_address_is_stored_told_and_forgotten(tmp_path: Path, drawer: Drawer, server: PushServer) -> None:
    config = alarm_config(tmp_path, "push = true")
    stored = run(config, "store", "--stdin", stdin=f"{server.json_address}\n{server.ntfy_address}\n")
    assert (stored.exit_code, stored.stdout) == (0, "Stored: json, ntfy.\n")
    assert list(drawer.secrets) == [("inbox-triage:alarms", "push")]

    tried = run(config, "test", "--json")
    assert json.loads(tried.stdout) == {"channel": "push", "told": True, "why": ""}
    assert len(server.arrived) == 2
    assert "Nothing is wrong." in server.texts[0]

    assert run(config, "forget").stdout == "The push addresses are forgotten.\n"
    assert run(config, "forget").stdout == "No push address was stored.\n"
    again = run(config, "test")
    assert again.exit_code == 1
    assert "push: not told – No push address is stored: run `triage alarms store`" in again.stdout


def test_asked_for_it_is_typed_unseen(tmp_path: Path, drawer: Drawer) -> None:
    config = alarm_config(tmp_path, "")
    result = run(config, "store", stdin="ntfys://ntfy.example/a-secret-topic\n")
    assert result.exit_code == 0, result.output
    assert "a-secret" not in result.output
    assert "Now set `push = true` under [alarms]" in result.stdout


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("mailto://me:pass-word@gmail.example", "never sends mail"),
        ("ntfys://ntfy.example/t json://h.example sendgrid://k:me@x.example", "never sends mail"),
        ("ntfy://ntfy.example/t?email=me@x.example", "asks its service to send mail"),
        ("apprise://host.example/pass-word", "Alarms aren't told by"),
        ("pass-word", "must begin with its service"),
        ("  \n", "nothing was given"),
    ],
)
def test_what_is_refused_is_not_stored(tmp_path: Path, drawer: Drawer, given: str, words: str) -> None:
    result = run(alarm_config(tmp_path, ""), "store", "--stdin", stdin=given)
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert "pass-word" not in result.output
    assert drawer.secrets == {}


def test_a_mail_address_in_the_keyring_by_other_hands_is_never_used(
    tmp_path: Path, drawer: Drawer, server: PushServer
) -> None:
    drawer.set_password("inbox-triage:alarms", "push", f"mailto://a:b@c.example {server.json_address}")
    config = alarm_config(tmp_path, "push = true")
    result = run(config, "test")
    assert 'push: told – A push address with "mailto://" would send mail' in result.stdout
    assert len(server.arrived) == 1


def test_testing_without_a_way_is_refused(tmp_path: Path) -> None:
    result = run(alarm_config(tmp_path, ""), "test")
    assert (result.exit_code, "nothing is configured" in result.stderr) == (2, True)


def test_a_machine_without_a_desktop_says_so(tmp_path: Path) -> None:
    result = run(alarm_config(tmp_path), "test")
    assert result.exit_code == 1
    assert "desktop: not told – There is no desktop here to show alarms on" in result.stdout


def test_what_will_be_told_is_listed(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, 'desktop = true\ndigest_at = "08:00"')
    assert "digest" in run(config, "list", *NOW).stdout
    with opened(config) as ledger:
        letter(ledger, 1, NOON - 20 * HOUR)
        fraud(ledger, 2, NOON - HOUR)
        found = [json.loads(line) for line in run(config, "list", "--json", *NOW).stdout.splitlines()]
        assert [(one["kind"], one["id"]) for one in found[:3]] == [
            ("digest", None), ("forged", 2), ("deadline_near", 1)
        ]  # fmt: skip
        assert found[2] == {
            "kind": "deadline_near", "at": (NOON + 2 * HOUR).isoformat(), "id": 1, "account": "studio",
            "due": (NOON + 4 * HOUR).isoformat(), "tries": 0,
        }  # fmt: skip
        tell_alarms(config, ledger, NOON, Notified(), gap=HOUR / 12)
    listed = run(config, "list", *NOW).stdout
    assert "forged" not in listed
    assert "           14:00  deadline near, message 1" in listed


def test_nothing_to_tell_says_so(tmp_path: Path) -> None:
    assert run(alarm_config(tmp_path), "list", *NOW).stdout == "There is nothing to tell.\n"


# ---------------------------------------------------------------------------------------------------- doctor


def test_doctor_looks_at_every_way_and_pushes_nothing(
    tmp_path: Path, server: PushServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", NO_DESKTOP["DBUS_SESSION_BUS_ADDRESS"])
    addresses = f"{server.json_address} {server.ntfy_address}"
    config = alarm_config(tmp_path, f'desktop = true\nurl_command = "echo {addresses}"')
    found = [(check.ok, check.detail) for check in check_alarms(config)]
    assert found == [(False, "desktop"), (True, "json"), (True, "ntfy")]
    assert server.arrived == []


@pytest.mark.parametrize(
    ("alarms", "words"),
    [
        ('url_command = "false"', "alarms.url_command failed"),
        ('url_command = "echo mailto://a:b@c.example"', "never sends mail"),
        ('url_command = "echo tgram://x"', "can't be read"),
    ],
)
def test_doctor_says_what_is_wrong(tmp_path: Path, alarms: str, words: str) -> None:
    (check,) = check_alarms(alarm_config(tmp_path, alarms))
    assert not check.ok
    assert words in check.remedy
    assert "c.example" not in check.remedy
    assert int(check.exit_code) in (2, 4)


def test_doctor_says_that_nothing_is_configured(tmp_path: Path) -> None:
    (check,) = check_alarms(alarm_config(tmp_path, ""))
    assert (check.ok, check.detail) == (True, "none configured")
