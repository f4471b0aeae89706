"""One computer that the program runs on: its configuration, its ledger and copies of it, its log."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

LEDGER = "ledger.sqlite3"

CONFIG = """
[freelancer]
name = "Mara Lindqvist"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "127.0.0.1"
port = {port}
security = "plaintext"
username = "{user}"
password_command = 'cat {secret}'
[clock]
time_zone = "Europe/Berlin"
[storage]
state_folder = '{state}'
cache_folder = '{cache}'
[log]
level = "debug"
"""

_STATE = " UNION ".join(
    f"SELECT state FROM {table} WHERE message_id = :name" for table in ("draft", "ladder_step", "own_mail")
)


@dataclass
class Machine:
    """One computer that the program runs on: its configuration, state and log.

    ``is_forgetful``: its ledger was lost or set back, so that it can't know what the user did before.
    """

    folder: Path
    is_forgetful: bool = False
    kept: list[Path] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def ledger(self) -> Path:
        return self.state / LEDGER

    def keep_copy(self) -> None:
        """Make a backup of the ledger as it lies there."""
        target = self.folder / f"kept-{len(self.kept)}"
        target.mkdir()
        self._copy(self.state, target)
        self.kept.append(target)

    def put_back(self, kept: Path | None) -> None:
        """Replace the ledger by an earlier copy, or by nothing."""
        self.state.mkdir(mode=0o700, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            (self.state / (LEDGER + suffix)).unlink(missing_ok=True)
        if kept is not None:
            self._copy(kept, self.state)
        self.is_forgetful = True

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        for suffix in ("", "-wal"):
            if (source / (LEDGER + suffix)).exists():
                shutil.copy(source / (LEDGER + suffix), target / (LEDGER + suffix))

    def draft_state(self, message_id: str) -> str | None:
        """What the ledger holds of a draft; None where it can't be asked."""
        try:
            # looking must not begin a ledger where there is none
            looking = f"{self.ledger.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(looking, uri=True)) as connection:
                found = connection.execute(_STATE, {"name": message_id}).fetchone()
        except sqlite3.Error:
            return None
        return str(found[0]) if found else None
