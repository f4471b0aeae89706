"""At a real terminal the password that is typed is never shown."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rig.mailbox import Mailbox

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
ROOT = Path(__file__).parents[2]


def test_a_typed_password_is_not_echoed(alice: Mailbox, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    command = [
        sys.executable, "-m", "triage", "init", "--config", str(tmp_path / "config.toml"),
        "--name", "Anna", "--sign-off", "Best", "--time-zone", "UTC", "--address", "anna@studio.example",
        "--host", alice.host, "--port", str(alice.port), "--security", "plaintext",
        "--username", alice.username, "--account-name", "studio",
    ]  # fmt: skip
    # a keyring that takes everything and keeps nothing, so that the test leaves no trace on this machine
    environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    screen = read_until(ours, b"Password: ")
    time.sleep(0.2)
    os.write(ours, b"hunter2hunter2\n")
    screen += read_until(ours, b"Password: ")
    time.sleep(0.2)
    os.write(ours, alice.password.encode() + b"\n")
    screen += read_until(ours, b"Written: ")
    assert process.wait(30) == 0
    os.close(ours)
    assert b"hunter2" not in screen
    assert (tmp_path / "config.toml").exists()


def read_until(handle: int, words: bytes) -> bytes:
    """What appears on the screen, up to these words."""
    screen = b""
    while words not in screen:
        screen += os.read(handle, 4096)
    return screen
