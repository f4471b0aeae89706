"""What the notifying process may load of apprise: the services that are named, and nothing that mails."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

from triage.notify.addresses import PLUGINS

_PLUGINS = "apprise.plugins."


class Gate(MetaPathFinder):
    """Asked before any other finder; refuses every plugin that isn't named, and Python's own mail sender."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise ModuleNotFoundError for what must not be loaded; leave the rest to the other finders."""
        if is_refused(fullname):
            raise ModuleNotFoundError(f"{fullname} is not loaded here: this program never sends mail")


def is_refused(module: str) -> bool:
    """Whether a module must not be loaded where alarms are told."""
    if module.startswith("smtp"):
        return True
    if not module.startswith(_PLUGINS):
        return False
    return module.removeprefix(_PLUGINS).partition(".")[0] not in {"base", *_modules()}


def close_gate() -> None:
    """From here on nothing that mails can be loaded in this process."""
    sys.meta_path.insert(0, Gate())


def _modules() -> set[str]:
    return {module for module, _ in PLUGINS.values()}
