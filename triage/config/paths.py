"""Where each system keeps configuration, state and cache."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

CLIENTS_NAME = "clients.toml"
PHRASES_NAME = "phrases.toml"
CONFIG_VARIABLE = "TRIAGE_CONFIG"


@dataclass(frozen=True, slots=True)
class Paths:
    """The files that the user writes, and the folders of what must last and of what can be made again."""

    config: Path
    state: Path
    cache: Path
    clients: Path
    phrases: Path


def default_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """The places the system's own rules name; the variable TRIAGE_CONFIG names another configuration file."""
    folders = PlatformDirs("inbox-triage", appauthor=False)
    named = environ.get(CONFIG_VARIABLE)
    config = Path(named).expanduser() if named else folders.user_config_path / "config.toml"
    beside = (config.with_name(name) for name in (CLIENTS_NAME, PHRASES_NAME))
    return Paths(config, folders.user_state_path, folders.user_cache_path, *beside)


def default_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the configuration is looked for when none is given."""
    return default_paths(environ).config
