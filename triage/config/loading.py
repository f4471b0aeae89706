"""From the TOML file to the configuration, or to every problem in it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from triage.config.model import PLAIN_PORT, TLS_PORT, Config
from triage.config.paths import default_config_path
from triage.config.problems import sentences
from triage.errors import ConfigError


def load_config(path: Path | None = None) -> Config:
    """Read the file, by default the user's own; raises ConfigError with one sentence for each problem."""
    path = default_config_path() if path is None else path
    return check_config(parse_toml(_text(path), path), path)


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """The file as tables; raises ConfigError with line and column of a mistake in the notation."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} can't be read as TOML: {error}.") from None


def check_config(data: dict[str, Any], path: Path) -> Config:
    """The tables as a configuration; relative paths in it begin at the file's folder."""
    twice = list(_doubles(data))
    try:
        config = Config.model_validate(data, context={"folder": path.parent})
    except ValidationError as error:
        raise ConfigError(*sentences(error, data), *twice) from None
    if twice:
        raise ConfigError(*twice)
    return config.read_from(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # editors on Windows put a mark in front
    except FileNotFoundError:
        raise ConfigError(
            f"There is no configuration at {path}: run `triage init`, or name another file with --config."
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not in UTF-8: save it in that encoding.") from None
    except OSError as error:
        raise ConfigError(
            f"{path} can't be read ({error.strerror}): check what it is and its rights."
        ) from None


def _doubles(data: dict[str, Any]) -> Iterator[str]:
    """Two accounts of one name, or two that watch the same folder of one mailbox."""
    accounts = data.get("accounts")
    names: dict[str, int] = {}
    watched: dict[tuple[str, ...], int] = {}
    for index, account in enumerate(accounts if isinstance(accounts, list) else ()):
        if not isinstance(account, dict):
            continue
        name = account.get("name")
        if isinstance(name, str) and (first := names.setdefault(name.strip().casefold(), index)) != index:
            yield f"accounts[{index}].name: accounts[{first}] has this name already; give each its own."
        shared = {watched.setdefault(place, index) for place in _watched(account)} - {index}
        for first in sorted(shared):
            yield (
                f"accounts[{index}].folders: accounts[{first}] watches a folder of this mailbox already, and "
                "each would draft a reply to every message; give each folder to one account."
            )


def _watched(account: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The places an account reads: host, login, folder, and a port that isn't one of the two usual ones."""
    folders = account.get("folders", ["INBOX"])
    host, login = account.get("host"), account.get("username") or account.get("address")
    port = account.get("port")
    tunnel = "" if port in (None, TLS_PORT, PLAIN_PORT) else str(port)
    for folder in folders if isinstance(folders, list) else ():
        if isinstance(host, str) and isinstance(login, str) and isinstance(folder, str):
            is_inbox = folder.strip().upper() == "INBOX"
            name = "INBOX" if is_inbox else folder.strip()
            yield host.strip().casefold(), tunnel, login.strip().casefold(), name
