"""Secrets come from the command or the keyring, and no sentence ever holds one."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import fail

from tests.rig.keyrings import Drawer, Locked, Waiting, used
from triage import credentials
from triage.credentials import delete_secret, printed_by, secret_for, store_secret, stored_secret, words_of
from triage.errors import CredentialError, ExitCode

ROOT = Path(__file__).parents[2]


def python(code: str) -> str:
    """A command that runs this code, on every system."""
    return " ".join(shlex.quote(word) for word in (sys.executable, "-c", code))


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """A keyring that works."""
    backend = Drawer()
    with used(backend):
        yield backend


def test_the_first_line_of_the_command_is_the_secret() -> None:
    command = python("import sys; sys.stdout.buffer.write('  pä ss w\"ord \\nsecond'.encode())")
    found = secret_for("studio", "anna", command=command, kind="password")
    assert found == ("password", '  pä ss w"ord ')


def test_a_line_end_of_windows_is_no_part_of_it() -> None:
    command = python("import sys; sys.stdout.buffer.write(b'hunter2\\r\\n')")
    assert printed_by(command, "password_command") == "hunter2"


def test_no_shell_stands_between(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    command = f"{python('import sys; print(sys.argv[1:])')} $HOME `touch {trap}` ; touch {trap} | cat"
    assert "$HOME" in printed_by(command, "password_command")
    assert not trap.exists()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "print('hunter2'); raise SystemExit(3)",
            "password_command failed with exit status 3: run it by hand",
        ),
        ("import sys; sys.stderr.write('hunter2'); sys.exit(1)", "failed with exit status 1"),
        ("pass", "printed nothing: its first line must be the secret"),
        ("print(); print('hunter2')", "printed nothing"),
        ("import sys; sys.stdout.buffer.write(b'hunter2\\xff')", "isn't UTF-8"),
    ],
)
def test_a_command_that_fails_is_told_without_its_words(
    code: str, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CredentialError) as caught:
        printed_by(python(code), "password_command")
    assert sentence in str(caught.value)
    assert caught.value.exit_code == ExitCode.LOGIN_REFUSED
    assert caught.value.__cause__ is None
    assert "hunter2" not in str(caught.value) + "".join(capfd.readouterr())


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(CredentialError, match="token_command can't be started"):
        printed_by("/nowhere/no-such-program", "token_command")
    with pytest.raises(CredentialError, match="it isn't quoted rightly"):
        printed_by("pass 'show", "password_command")


def test_a_command_that_never_ends_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(CredentialError, match=r"no answer within 0.3 seconds: it must not wait for input"):
        printed_by(python("import time; time.sleep(60)"), "password_command", seconds=0.3)
    assert time.monotonic() - begun < 20


@pytest.mark.skipif(os.name == "nt", reason="processes of POSIX inherit the pipe in this way")
def test_a_grandchild_that_keeps_the_pipe_does_not_keep_us() -> None:
    begun = time.monotonic()
    with pytest.raises(CredentialError, match="no answer"):
        printed_by("sh -c 'sleep 20 & wait'", "password_command", seconds=0.3)
    assert time.monotonic() - begun < 10


def test_a_command_that_asks_gets_nothing_to_read() -> None:
    with pytest.raises(CredentialError, match="exit status"):
        printed_by(python("print(input())"), "password_command", seconds=30)


def test_the_home_folder_is_known() -> None:
    assert words_of("~/bin/secret 'a b' c~d") == [str(Path.home() / "bin" / "secret"), "a b", "c~d"]


def test_what_is_stored_is_found_and_can_be_taken_out(drawer: Drawer) -> None:
    store_secret("studio", "anna", "hunter2")
    assert secret_for("studio", "anna", command=None, kind="token") == ("token", "hunter2")
    assert stored_secret("other", "anna") is None
    assert delete_secret("studio", "anna")
    assert not delete_secret("studio", "anna")
    assert drawer.secrets == {}


def test_the_command_comes_before_the_keyring(drawer: Drawer) -> None:
    store_secret("studio", "anna", "from the keyring")
    command = python("print('from the command')")
    assert secret_for("studio", "anna", command=command, kind="password")[1] == "from the command"


def test_nothing_stored_says_what_to_do(drawer: Drawer) -> None:
    with pytest.raises(CredentialError, match=r"No password is stored .*init --store.*_command"):
        secret_for("studio", "anna@studio.example", command=None, kind="password")
    with pytest.raises(CredentialError) as caught:
        secret_for("studio", "anna@studio.example", command=None, kind="token")
    assert "anna@studio.example" not in str(caught.value)


def test_a_locked_keyring_says_so_without_its_words() -> None:
    with (
        used(Locked()),
        pytest.raises(CredentialError, match=r"KeyringLocked.*set password_command") as caught,
    ):
        secret_for("studio", "anna", command=None, kind="password")
    assert "hunter2" not in str(caught.value)


def test_a_keyring_that_waits_for_a_person_does_not_hold_the_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "KEYRING_SECONDS", 0.2)
    waiting = Waiting()
    with used(waiting), pytest.raises(CredentialError, match="waits to be unlocked"):
        secret_for("studio", "anna", command=None, kind="password")
    waiting.closed.set()


def test_a_machine_without_a_keyring_says_so() -> None:
    nothing = fail.Keyring()  # type: ignore[no-untyped-call]
    with (
        used(nothing),
        pytest.raises(CredentialError, match=r"keyring can't be used .*password_command"),
    ):
        store_secret("studio", "anna", "hunter2")


@pytest.mark.skipif(sys.platform != "linux", reason="cron without D-Bus is Linux's")
def test_without_terminal_and_dbus_the_command_still_works() -> None:
    """As cron runs it: a bare environment, no session bus, no stdin."""
    child = (
        "from triage.credentials import secret_for\n"
        "print(secret_for('studio', 'anna', command='echo from-the-command', kind='password')[1])\n"
        "from triage.errors import CredentialError\n"
        "try: secret_for('studio', 'anna', command=None, kind='password')\n"
        "except CredentialError as error: print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", child],
        cwd=ROOT, env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, start_new_session=True,
    )  # fmt: skip
    first, second = ran.stdout.splitlines()
    assert first == "from-the-command"
    assert "password_command" in second
    assert ran.stderr == ""
