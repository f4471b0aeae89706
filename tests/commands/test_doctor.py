"""``doctor`` looks at everything, names remedies, and ends with the first failure's status."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox
from triage.commands import app
from triage.commands.doctor import examine
from triage.config.writing import config_text
from triage.errors import ExitCode
from triage.ledger import open_ledger

SECRET = "hunter2hunter2"


def written(folder: Path, mailbox: Mailbox | None = None, **account: object) -> Path:
    """A configuration for the mailbox with state and cache in this folder."""
    path = folder / "config.toml"
    values: dict[str, object] = {
        "name": "studio",
        "address": "anna@studio.example",
        "host": "127.0.0.1",
        "security": "plaintext",
        "password_command": printing("password"),
    }
    if mailbox is not None:
        values |= {"port": mailbox.port, "username": mailbox.username}
    storage = {"state_folder": str(folder / "state"), "cache_folder": str(folder / "cache")}
    tables = {"freelancer": {"name": "Anna"}, "clock": {"time_zone": "Europe/Berlin"}, "storage": storage}
    path.write_text(config_text(tables, [values | account]), encoding="utf-8")
    return path


def printing(secret: str) -> str:
    """A command that prints the secret."""
    return " ".join(map(shlex.quote, (sys.executable, "-c", f"print({secret!r})")))


def doctor(config: Path, *options: str) -> Result:
    """Run the command as a user would."""
    return CliRunner().invoke(app, ["doctor", "--config", str(config), *options])


def findings(config: Path, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status and the JSON lines by check."""
    ran = doctor(config, "--json", *options)
    assert SECRET not in ran.output
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all({"account", "check", "ok", "remedy"} <= set(row) for row in rows)
    assert all(bool(row["remedy"]) != row["ok"] for row in rows)
    return ran.exit_code, {row["check"]: row for row in rows}


def test_a_healthy_mailbox_passes_every_check(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.deliver(b"Subject: hello\r\n\r\nhello\r\n")
    code, rows = findings(written(tmp_path, mailbox))
    assert code == 0, rows
    assert set(rows) == {
        "configuration", "time zone", "client file", "ledger", "privacy", "classifier", "secret",
        "connection", "login", "folder", "clock", "drafts", "sent", "idle", "alarms",
    }  # fmt: skip
    assert rows["time zone"]["detail"] == "Europe/Berlin"
    assert rows["folder"]["detail"] == "INBOX: 1 messages"
    assert (rows["drafts"]["detail"], rows["sent"]["detail"]) == ("Drafts", "Sent")
    assert "not trained yet" in rows["classifier"]["detail"]
    assert list(mailbox.flags().values()) == [frozenset()], "looking has marked nothing as read"


def test_tls_is_named(dovecot: Dovecot, tmp_path: Path) -> None:
    user = dovecot.user("alice")
    tls = {"host": "localhost", "security": "tls", "port": dovecot.tlsport, "ca_file": str(dovecot.ca_file)}
    code, rows = findings(written(tmp_path, None, username=user.name, **tls))
    assert code == 0, rows
    assert rows["connection"]["detail"].startswith("TLSv1.")
    code, rows = findings(written(tmp_path, None, username=user.name, **tls | {"ca_file": None}))
    assert code == 3
    assert "certificate" in rows["connection"]["remedy"]
    assert "login" not in rows


def test_for_the_eye_it_is_one_line_a_check(mailbox: Mailbox, tmp_path: Path) -> None:
    ran = doctor(written(tmp_path, mailbox))
    assert ran.exit_code == 0, ran.output
    lines = ran.stdout.splitlines()
    assert len(lines) >= 11
    assert all(line.startswith("✓ ") for line in lines)
    assert "✓ studio: drafts – Drafts" in lines


def test_a_missing_configuration_is_the_only_row(tmp_path: Path) -> None:
    code, rows = findings(tmp_path / "config.toml")
    assert (code, list(rows)) == (2, ["configuration"])
    assert "triage init" in rows["configuration"]["remedy"]


def test_each_problem_of_the_configuration_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("colour = 'red'\n")
    ran = doctor(path, "--json")
    assert ran.exit_code == 2
    remedies = [json.loads(line)["remedy"] for line in ran.stdout.splitlines()]
    assert len(remedies) == 3
    assert "Traceback" not in ran.output


def test_each_problem_of_the_client_file_is_a_row(alice: Mailbox, tmp_path: Path) -> None:
    path = written(tmp_path, alice, password_command=printing(SECRET))
    clients = path.with_name("clients.toml")
    clients.write_text('[[clients]]\nname = "A"\nlanguage = "xx"\ngifts = 1\n', encoding="utf-8")
    clients.chmod(0o600)
    ran = doctor(path, "--json")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    remedies = [row["remedy"] for row in rows if row["check"] == "client file"]
    assert ran.exit_code == 2
    assert [remedy.split(":")[0] for remedy in remedies] == ["clients.toml, line 3", "clients.toml, line 4"]


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_client_file_that_others_can_read_is_told(alice: Mailbox, tmp_path: Path) -> None:
    path = written(tmp_path, alice, password_command=printing(SECRET))
    clients = path.with_name("clients.toml")
    clients.write_text('[[clients]]\nname = "A"\n', encoding="utf-8")
    clients.chmod(0o644)
    _, rows = findings(path)
    assert "chmod go-rwx" in rows["client file"]["remedy"]
    clients.chmod(0o600)
    _, rows = findings(path)
    assert rows["client file"]["ok"]
    assert rows["client file"]["detail"].startswith("1 clients in ")


def test_a_refused_login_says_which_half_works(alice: Mailbox, tmp_path: Path) -> None:
    code, rows = findings(written(tmp_path, alice, password_command=printing(SECRET)))
    assert code == 4
    assert (rows["connection"]["ok"], rows["login"]["ok"]) == (True, False)
    assert "drafts" not in rows


def test_a_command_that_fails_is_the_secrets_row(tmp_path: Path) -> None:
    code, rows = findings(written(tmp_path, None, password_command="/nowhere/program"))
    assert code == 4
    assert "can't be started" in rows["secret"]["remedy"]
    assert "connection" not in rows


def test_an_unreachable_server_is_told(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        code, rows = findings(written(tmp_path, None, port=closed.getsockname()[1]))
    assert code == 3
    assert not rows["connection"]["ok"]


def test_a_folder_that_is_not_there_does_not_end_the_checks(alice: Mailbox, tmp_path: Path) -> None:
    code, rows = findings(written(tmp_path, alice, folders=["Kunden"], sent="Gesendet"))
    assert code == 2
    assert not rows["folder"]["ok"]
    assert not rows["drafts"]["ok"]
    assert rows["idle"]["ok"]


def test_mail_from_the_future_shows_a_wrong_clock(alice: Mailbox, tmp_path: Path) -> None:
    alice.deliver(b"Subject: early\r\n\r\nhello\r\n")
    behind = datetime.now(UTC) - timedelta(hours=3)
    rows = {check.check: check for check in examine(written(tmp_path, alice), None, behind)}
    assert not rows["clock"].ok
    assert rows["clock"].exit_code == ExitCode.USAGE
    assert "set this machine's clock" in rows["clock"].remedy


def test_a_broken_ledger_is_told_and_the_rest_still_checked(alice: Mailbox, tmp_path: Path) -> None:
    config = written(tmp_path, alice)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "ledger.sqlite3").write_text("no ledger at all " * 100)
    code, rows = findings(config)
    assert code == 5
    assert "is no ledger" in rows["ledger"]["remedy"]
    assert rows["login"]["ok"]


def test_a_damaged_page_of_the_ledger_is_found(alice: Mailbox, tmp_path: Path) -> None:
    config = written(tmp_path, alice)
    path = tmp_path / "state" / "ledger.sqlite3"
    with open_ledger(path) as ledger:
        for uid in range(1, 400):
            ledger.advance("studio", f"folder {uid}", 1, uid)
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xa5" * 4096
    path.write_bytes(content)
    code, rows = findings(config)
    assert code == 5
    assert "damaged" in rows["ledger"]["remedy"]


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_folder_that_others_can_enter_is_told(alice: Mailbox, tmp_path: Path) -> None:
    config = written(tmp_path, alice)
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o755)
    code, rows = findings(config)
    assert code == 2
    assert "chmod go-rwx" in rows["privacy"]["remedy"]


def test_a_cache_that_cannot_be_written_is_told(alice: Mailbox, tmp_path: Path) -> None:
    config = written(tmp_path, alice)
    text = config.read_text().replace("/cache", "/state/ledger.sqlite3/cache")
    config.write_text(text)
    code, rows = findings(config)
    assert code == 2
    assert "storage.cache_folder" in rows["classifier"]["remedy"]


def test_the_trained_classifier_is_seen(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    config = written(tmp_path, alice)
    config.write_text(config.read_text().replace(str(tmp_path / "cache"), str(model_cache)))
    code, rows = findings(config)
    assert code == 0
    assert rows["classifier"]["detail"] == "trained"


def test_one_account_can_be_chosen_and_an_unknown_one_is_told(alice: Mailbox, tmp_path: Path) -> None:
    config = written(tmp_path, alice)
    assert findings(config, "--account", "studio")[0] == 0
    code, rows = findings(config, "--account", "nobody")
    assert code == 2
    assert "studio" in rows["configuration"]["remedy"]
