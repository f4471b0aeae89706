"""A configuration with several accounts, each on a mailbox of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.rig.mailbox import Mailbox


def many_accounts(mailboxes: Sequence[Mailbox], ports: Sequence[int], folder: Path, cache: Path) -> Path:
    """Accounts ``box0``, ``box1`` … by way of these ports; returns the file's path."""
    accounts = "".join(
        f"""
[[accounts]]
name = "box{number}"
address = "mara{number}@studio.example"
host = "{mailbox.host}"
port = {port}
security = "plaintext"
username = "{mailbox.username}"
password_command = "echo {mailbox.password}"
"""
        for number, (mailbox, port) in enumerate(zip(mailboxes, ports, strict=True))
    )
    path = folder / "config.toml"
    path.write_text(
        f"""[freelancer]
name = "Mara Lindqvist"
{accounts}
[clock]
time_zone = "Europe/Berlin"
[storage]
state_folder = '{folder / "state"}'
cache_folder = '{cache}'
""",
        encoding="utf-8",
    )
    return path
