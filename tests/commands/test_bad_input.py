"""What goes wrong is told in one sentence with its exit status; no secret and no text is let out."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from imapclient.exceptions import IMAPClientError

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import case
from tests.rig.settings import config_text, printing
from triage.errors import ExitCode
from triage.ledger.lock import account_lock

SECRET = "s3cret-of-the-test"
Change = tuple[str, str]


def triage(
    *arguments: str | Path, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """The real program without a terminal."""
    command = [sys.executable, "-m", "triage", *map(str, arguments)]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, preexec_fn=before
    )


def written(mailbox: Mailbox, folder: Path, cache: Path, *changes: Change) -> Path:
    path = folder / "config.toml"
    text = config_text(mailbox, folder, cache)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def assert_told(
    ran: subprocess.CompletedProcess[str], code: ExitCode, *words: str, sentences: int = 1
) -> None:
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr
    told = ran.stderr.strip().splitlines()
    assert len(told) == sentences, ran.stderr
    for word in words:
        assert word in ran.stderr
    for private in (SECRET, "mara@studio.example", "jo@client.example", "third time"):
        assert private not in ran.stderr + ran.stdout


@pytest.mark.dovecot
def test_wrong_password(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    path = written(alice, tmp_path, model_cache, (printing(alice.password), printing(SECRET)))
    assert_told(triage("sweep", "--config", path), ExitCode.LOGIN_REFUSED, "studio:")


def test_no_password_at_all(tmp_path: Path, model_cache: Path) -> None:
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path = written(nowhere, tmp_path, model_cache, (printing("unused"), f"{sys.executable} -c 'exit(7)'"))
    assert_told(triage("sweep", "--config", path), ExitCode.LOGIN_REFUSED, "password_command", "7")


def test_unreachable_host(tmp_path: Path, model_cache: Path) -> None:
    path = written(Mailbox("none", "127.0.0.1", 1, "mara", SECRET), tmp_path, model_cache)
    assert_told(triage("sweep", "--config", path), ExitCode.UNREACHABLE, "127.0.0.1:1")


@pytest.mark.dovecot
def test_wrong_certificate(dovecot: Dovecot, alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    changes = (
        ('security = "plaintext"', 'security = "tls"'),
        (f"port = {alice.port}", f"port = {dovecot.tlsport}"),
    )
    path = written(alice, tmp_path, model_cache, *changes)
    assert_told(triage("sweep", "--config", path), ExitCode.UNREACHABLE, "certificate", "ca_file")


def test_unknown_keys_and_every_other_problem_at_once(tmp_path: Path, model_cache: Path) -> None:
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    changes = (("time_zone =", "timezone ="), ("poll_minutes = 5", "poll_minutes = 0"))
    path = written(nowhere, tmp_path, model_cache, *changes)
    ran = triage("sweep", "--config", path)
    assert_told(ran, ExitCode.USAGE, "timezone", "time_zone", "poll_minutes", sentences=2)


def test_no_configuration(tmp_path: Path) -> None:
    assert_told(triage("sweep", "--config", tmp_path / "none.toml"), ExitCode.USAGE, "triage init")


def test_an_unknown_account_and_a_time_that_is_none(tmp_path: Path, model_cache: Path) -> None:
    path = written(Mailbox("none", "127.0.0.1", 1, "mara", "unused"), tmp_path, model_cache)
    assert_told(triage("sweep", "--config", path, "--account", "x"), ExitCode.USAGE, "'x'", "studio")
    assert_told(triage("sweep", "--config", path, "--since", "gestern"), ExitCode.USAGE, "--since")


@pytest.mark.dovecot
def test_a_missing_folder_is_named(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    path = written(alice, tmp_path, model_cache, ('username = "', 'folders = ["Clients"]\nusername = "'))
    assert_told(triage("sweep", "--config", path), ExitCode.USAGE, "Clients")


@pytest.mark.dovecot
def test_missing_drafts_names_the_key(dovecot: Dovecot, tmp_path: Path, model_cache: Path) -> None:
    from tests.rig.mailbox import on_dovecot

    path = written(on_dovecot(dovecot, dovecot.user("nell")), tmp_path, model_cache)
    assert_told(triage("sweep", "--config", path), ExitCode.USAGE, "drafts")


@pytest.mark.dovecot
def test_a_second_instance_says_who_is_first(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    path = written(alice, tmp_path, model_cache)
    with account_lock(tmp_path / "state", "studio"):
        ran = triage("sweep", "--config", path)
    assert_told(ran, ExitCode.LEDGER_UNUSABLE, f"process {os.getpid()}")


@pytest.mark.dovecot
def test_a_ledger_that_is_none(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    path = written(alice, tmp_path, model_cache)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "ledger.sqlite3").write_bytes(b"no database" * 100)
    assert_told(triage("sweep", "--config", path), ExitCode.LEDGER_UNUSABLE)
    assert_told(triage("status", "--config", path), ExitCode.LEDGER_UNUSABLE)


def _no_room() -> None:
    """No file of this process may grow beyond 40 KB: what a full disk looks like to the ledger."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


@pytest.mark.dovecot
def test_a_full_disk_loses_nothing(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    alice.deliver(case("angry").raw, case("more").raw)
    path = written(alice, tmp_path, model_cache)
    ran = triage("sweep", "--config", path, before=_no_room)
    assert_told(ran, ExitCode.LEDGER_UNUSABLE)
    assert triage("sweep", "--config", path).returncode == ExitCode.DONE
    answered = [raw.count(b"In-Reply-To: <angry@") for raw in alice.stored("Drafts").values()]
    assert sorted(answered) == [0, 1]


def fill(mailbox: Mailbox) -> None:
    """Leave no room for even a small message."""
    with mailbox.second_client() as client, suppress(IMAPClientError):
        while True:
            client.append("Trash", b"Subject: ballast\r\n\r\n" + b"x" * 400 + b"\r\n")


@pytest.mark.dovecot
def test_a_full_mailbox_is_told_and_the_next_pass_goes_on(
    dovecot: Dovecot, tmp_path: Path, model_cache: Path
) -> None:
    from tests.rig.mailbox import on_dovecot

    quinn = on_dovecot(dovecot, dovecot.user("quinn"))
    quinn.deliver(case("more").raw)
    fill(quinn)
    path = written(quinn, tmp_path, model_cache)
    assert_told(triage("sweep", "--config", path), ExitCode.UNREACHABLE, "studio:")
    with quinn.second_client() as client:
        client.select_folder("Trash")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    assert triage("sweep", "--config", path).returncode == ExitCode.DONE
    assert len(quinn.stored("Drafts")) == 1


@pytest.mark.dovecot
def test_logs_hold_no_secret_no_address_no_text(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    alice.deliver(case("angry").raw, case("late").raw)
    ran = triage("sweep", "--verbose", "--json", "--config", written(alice, tmp_path, model_cache))
    assert ran.returncode == 0
    for private in (alice.password, "@studio.example", "@client.example", "brief", "2025-031"):
        assert private not in ran.stderr


def test_files_that_can_not_be_judged(tmp_path: Path, model_cache: Path) -> None:
    config = written(Mailbox("none", "127.0.0.1", 1, "mara", "unused"), tmp_path, model_cache)
    ran = triage("classify", tmp_path / "none.eml", "--config", config)
    assert_told(ran, ExitCode.USAGE, "none.eml")


@pytest.mark.dovecot
def test_cron_no_terminal_no_home_no_session_bus(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    """What cron gives a command: a shell, a short PATH, nothing else."""
    alice.deliver(case("more").raw)
    path = written(alice, tmp_path, model_cache)
    line = f"{sys.executable} -m triage sweep --config {path}"
    environment = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "HOME": str(tmp_path / "home")}
    ran = subprocess.run(
        ["/bin/sh", "-c", line],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
        env=environment, cwd="/", start_new_session=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1 drafted" in ran.stdout
    assert len(alice.stored("Drafts")) == 1
