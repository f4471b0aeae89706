"""No key without a use: each is read somewhere outside the configuration itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from triage.config import Config
from triage.config.problems import _models_in

SOURCE = Path(__file__).parents[2] / "triage"
# What stands behind a property that the rest of the program reads in the key's place.
READ_AS = {
    "time_zone": "zone",
    "working_days": "days",
    "working_hours": "opens",
    "password_command": "secret_command",
    "token_command": "secret_command",
    "authorization_endpoint": "_endpoint",
    "quiet_hours": "quiet_span",
    "state_folder": "paths.state",
    "cache_folder": "paths.cache",
    "travel": "travels",
    "scope_pressure": "learning.folders",
    "payment_issue": "learning.folders",
}


def keys(model: type[BaseModel] = Config) -> Iterator[str]:
    """The name of every key of every table."""
    for name, field in model.model_fields.items():
        inner = next(_models_in(field.annotation), None)
        if inner is None:
            yield name
        else:
            yield from keys(inner)


@pytest.fixture(scope="module")
def program() -> str:
    """The program's source without the configuration's."""
    files = [path for path in SOURCE.rglob("*.py") if path.parent.name != "config"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_every_key_is_read(program: str, key: str) -> None:
    assert re.search(rf"\.{READ_AS.get(key, key)}\b", program), f"nothing reads {key}"
