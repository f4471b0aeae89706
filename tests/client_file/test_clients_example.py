"""The example loads, names every key there is, and says of each what it is for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from triage.client_file import load_clients
from triage.client_file.loading import check_text
from triage.client_file.tables import ClientsFile
from triage.clients.missing import lacks_of
from triage.config.problems import _models_in

EXAMPLE = Path(__file__).parents[2] / "clients.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def keys_of(model: type[BaseModel], place: str = "") -> Iterator[str]:
    """Every key of the tables, by its place; the policy's are the configuration's own."""
    for name, field in model.model_fields.items():
        inner = next(_models_in(field.annotation), None)
        if inner is None or name == "policy":
            yield f"{place}{name}"
        else:
            yield from keys_of(inner, f"{place}{name}.")


def keys_in(table: dict[str, Any], place: str = "") -> Iterator[str]:
    """Every key that the file sets, by its place."""
    for name, value in table.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for each in value:
                yield from keys_in(each, f"{place}{name}.")
        elif isinstance(value, dict) and name != "policy":
            yield from keys_in(value, f"{place}{name}.")
        else:
            yield f"{place}{name}"


def test_the_example_loads() -> None:
    bakery, weiss = load_clients(EXAMPLE).clients
    assert (bakery.name, weiss.name) == ("Harbour Bakery", "Petra Weiß")
    assert bakery.invoices[0].state == "plan"
    # all of it is agreed in the one, so that the page shows a whole agreement
    assert lacks_of(bakery.projects[0].agreement) == ()
    assert lacks_of(weiss.projects[0].agreement) != ()


def test_the_example_names_every_key_and_no_other() -> None:
    assert set(keys_in(tomllib.loads(TEXT))) == set(keys_of(ClientsFile))


def test_every_key_of_the_first_client_has_a_comment_above_it() -> None:
    lines = TEXT.partition("# The same for somebody")[0].splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"\w+ = |\[", line)]
    assert len(keys) > 40
    assert [lines[number] for number in keys if not lines[number - 1].startswith("# ")] == []


def test_the_example_holds_nothing_that_would_break_the_readers_lines() -> None:
    assert max(map(len, TEXT.splitlines())) <= 118
    assert check_text(TEXT.replace("\n", "\r\n"), "c") == check_text(TEXT, "c")
