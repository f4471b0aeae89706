"""A whole pass under a guard on every socket: it speaks to the configured host alone, and can't send."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import thirty
from tests.rig.settings import config_text

# Ends the process at the first connection or name that isn't allowed, whatever the program does with errors.
GUARDED = """
import os, sys
port = int(sys.argv[1])
seen = []
def guard(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        if not isinstance(address, tuple) or address[:2] != ("127.0.0.1", port):
            os.write(2, f"GUARD {event} {address}".encode()); os._exit(77)
        seen.append(address)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and arguments[0] not in ("127.0.0.1", None):
        os.write(2, f"GUARD {event} {arguments[0]}".encode()); os._exit(77)
    elif event in ("socket.sendto", "socket.bind", "smtplib.connect", "smtplib.send"):
        os.write(2, f"GUARD {event}".encode()); os._exit(77)
    elif event == "import" and arguments[0] in ("smtplib", "smtpd", "aiosmtplib"):
        os.write(2, f"GUARD import {arguments[0]}".encode()); os._exit(77)
sys.addaudithook(guard)
from triage.__main__ import main
sys.argv = ["triage", *sys.argv[2:]]
try:
    main()
finally:
    print(len(seen), file=sys.stderr)
"""


def guarded(port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the program under the guard."""
    command = [sys.executable, "-c", GUARDED, str(port), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.dovecot
def test_a_whole_pass_speaks_to_its_host_alone(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, model_cache), encoding="utf-8")
    alice.deliver(*(found.raw for found in thirty()))
    flags = alice.flags()
    done = guarded(alice.port, "sweep", "--json", "--config", str(path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["drafted"] >= 6
    assert 1 <= int(done.stderr.splitlines()[-1]) <= 2
    assert alice.flags() == flags
    later = (datetime.now(UTC) + timedelta(hours=22)).isoformat()
    again = guarded(alice.port, "sweep", "--json", "--now", later, "--config", str(path))
    assert again.returncode == 0, again.stderr


@pytest.mark.dovecot
def test_the_guard_itself_bites(alice: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, model_cache), encoding="utf-8")
    done = guarded(alice.port + 1, "sweep", "--json", "--config", str(path))
    assert done.returncode == 77
    assert "GUARD socket.connect" in done.stderr
