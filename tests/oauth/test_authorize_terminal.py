"""At a terminal without a screen: the last address is asked for, the secret typed unseen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rig.browser import last_address
from tests.rig.keyrings import environment
from tests.rig.mailbox import Mailbox
from tests.rig.oauth_accounts import config_for, oauth_lines
from tests.rig.oauth_provider import Provider

pytestmark = [
    pytest.mark.dovecot,
    pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows"),
]
ROOT = Path(__file__).parents[2]
SCREENS = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}


def test_by_hand(alice: Mailbox, provider: Provider, tmp_path: Path) -> None:
    provider.knobs.secret = "GOCSPX-sesame"
    config = config_for(alice, tmp_path, tmp_path, oauth_lines(provider, "google"))
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "triage", "authorize", "studio", "--config", str(config.paths.config)],
        cwd=ROOT,
        env=os.environ | SCREENS | environment(tmp_path / "keyring.json"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = typed(ours, "Client secret of your registration: ", "GOCSPX-sesame")
    screen += read_until(ours, "Paste that address: ")
    found = re.search(r"^http\S+", screen, re.M)
    assert found
    os.write(ours, last_address(found[0]).encode() + b"\n")
    screen += read_until(ours, "Signed in.")
    assert process.wait(30) == 0
    os.close(ours)
    assert "sesame" not in screen
    kept = json.loads((tmp_path / "keyring.json").read_text())
    assert len(kept) == 2
    assert "GOCSPX-sesame" in kept.values()


def typed(handle: int, question: str, answer: str) -> str:
    """The screen up to the question, then answered; a terminal needs a moment to hide what is typed."""
    screen = read_until(handle, question)
    time.sleep(0.3)
    os.write(handle, answer.encode() + b"\n")
    return screen


def read_until(handle: int, words: str) -> str:
    """What appears on the screen, up to these words."""
    screen = ""
    while words not in screen:
        screen += os.read(handle, 4096).decode()
    return screen
