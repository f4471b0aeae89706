"""A configuration file that leads to a test's own mailbox."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.rig.mailbox import Mailbox


def printing(secret: str) -> str:
    """A password_command that prints the secret."""
    return " ".join(map(shlex.quote, (sys.executable, "-c", f"print({secret!r})")))


def config_text(mailbox: Mailbox, folder: Path, cache: Path, poll: float = 5) -> str:
    """One account of Mara's on this mailbox; state lies in ``folder``, the model in ``cache``."""
    return f"""
[freelancer]
name = "Mara Lindqvist"
[[accounts]]
name = "studio"
address = "mara@studio.example"
aliases = ["hello@studio.example"]
host = "{mailbox.host}"
port = {mailbox.port}
security = "plaintext"
username = "{mailbox.username}"
password_command = '''{printing(mailbox.password)}'''
[clock]
time_zone = "Europe/Berlin"
[daemon]
poll_minutes = {poll}
[storage]
state_folder = '{folder / "state"}'
cache_folder = '{cache}'
"""
