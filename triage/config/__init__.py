"""The configuration edge: one TOML file, read whole, all its problems told at once."""

from triage.config.clock import Clock
from triage.config.loading import load_config
from triage.config.model import Account, Config, Daemon, Drafting, Freelancer, Ladder, Log, Storage
from triage.config.paths import Paths, default_config_path, default_paths

__all__ = [
    "Account",
    "Clock",
    "Config",
    "Daemon",
    "Drafting",
    "Freelancer",
    "Ladder",
    "Log",
    "Paths",
    "Storage",
    "default_config_path",
    "default_paths",
    "load_config",
]
