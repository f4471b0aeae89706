"""The example names every key, loads as it is, and loads with every key uncommented."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from triage.config import Config, load_config
from triage.config.problems import _models_in
from triage.config.writing import account_text, config_text, example_text

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
COMMENTED = re.compile(r"^#(?=\[\[|[\w.]+ = )", re.M)


def keys_of(model: type[BaseModel], place: str = "") -> Iterator[str]:
    """Every key of the model, by its place."""
    for name, field in model.model_fields.items():
        inner = next(_models_in(field.annotation), None)
        if inner is None:
            yield f"{place}{name}"
        else:
            yield from keys_of(inner, f"{place}{name}.")


def keys_in(table: dict[str, Any], place: str = "") -> Iterator[str]:
    """Every key that a file sets, by its place."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys_in(value, f"{place}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for each in value:
                yield from keys_in(each, f"{place}{name}.")
        else:
            yield f"{place}{name}"


def pairs_of(account: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every key of an account alone, as a table of its own."""
    for key, value in account.items():
        if isinstance(value, dict):
            yield from ({key: {inner: each}} for inner, each in value.items())
        else:
            yield {key: value}


def uncommented() -> str:
    """The example with every key set."""
    return COMMENTED.sub("", EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_is_what_the_program_writes() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example_text()


def test_the_example_loads() -> None:
    config = load_config(EXAMPLE)
    assert config.freelancer.name == "Anna Koval"
    assert [account.name for account in config.accounts] == ["studio"]


def test_the_example_loads_with_every_key_set(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    path = tmp_path / "config.toml"
    path.write_text(uncommented(), encoding="utf-8")
    config = load_config(path)
    assert [(account.name, account.auth) for account in config.accounts] == [
        ("studio", "password"),
        ("second", "token"),
        ("third", "oauth"),
        ("fourth", "oauth"),
    ]
    assert config.paths.state == tmp_path / "state"


def test_the_example_names_every_key_and_no_other() -> None:
    assert set(keys_in(tomllib.loads(uncommented()))) == set(keys_of(Config))


def test_what_the_example_shows_as_usual_is_usual(tmp_path: Path) -> None:
    """A commented key shows its usual value where there is one that is the same for everybody."""
    (tmp_path / "ca.pem").write_text("")
    path = tmp_path / "config.toml"
    path.write_text(uncommented(), encoding="utf-8")
    shown, usual = load_config(path), load_config(EXAMPLE)
    assert shown.daemon == usual.daemon
    assert shown.log.model_copy(update={"file": None}) == usual.log
    own_time: dict[str, object] = {
        "time_zone": "",
        "time_off": (),
        "holidays": None,
        "colleagues": (),
        "travel": (),
    }
    assert shown.clock.model_copy(update=own_time) == usual.clock.model_copy(update=own_time)
    own = {"call_link": "", "payment_details": ""}
    assert shown.drafting.model_copy(update=own) == usual.drafting


def test_every_key_has_a_comment_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"#?[\w.]+ = ", line)]
    bare = [lines[number].lstrip("#") for number in keys if not lines[number - 1].startswith("# ")]
    _, *others = tomllib.loads(COMMENTED.sub("", example_text()))["accounts"]
    assert len(others) == 3
    assert [tomllib.loads(line) for line in bare] == [one for account in others for one in pairs_of(account)]


@given(st.dictionaries(st.sampled_from(["name", "greeting", "sign_off"]), st.text()), st.text())
def test_whatever_is_written_is_read_back(freelancer: dict[str, str], name: str) -> None:
    text = config_text({"freelancer": freelancer}, [{"name": name, "aliases": [name], "port": 1}])
    back = tomllib.loads(text)
    assert back["freelancer"] == freelancer
    assert back["accounts"] == [{"name": name, "aliases": [name], "port": 1}]


def test_an_account_at_the_end_of_a_file_is_one_more(tmp_path: Path) -> None:
    more = account_text({"name": "b", "address": "b@b.example", "host": "h.example"})
    path = tmp_path / "config.toml"
    path.write_text(example_text() + "\n" + more, encoding="utf-8")
    assert [account.name for account in load_config(path).accounts] == ["studio", "b"]
