"""A broken file gives problems, never a traceback; every problem has a line that exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.client_file import load_clients
from triage.client_file.loading import check_text
from triage.client_file.tables import (
    AgreementTable,
    ClientsFile,
    ClientTable,
    InvoiceTable,
    PaymentTable,
    ProjectTable,
)
from triage.clients.profile import ClientBook
from triage.errors import ConfigError

EXAMPLE = (Path(__file__).parents[2] / "clients.example.toml").read_text(encoding="utf-8")
LINE = re.compile(r"clients\.toml, line (\d+): ")
CALM = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SCALARS = st.one_of(
    st.sampled_from(
        ("", "A", "en", "5 EUR", "-5 EUR", "85 EUR/hour", "gmail.com", "a@a.example", "09:00-17:00")
    ),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(),
)
KEYS = st.sampled_from(
    [
        *{
            key
            for table in (ClientsFile, ClientTable, ProjectTable, AgreementTable, InvoiceTable, PaymentTable)
            for key in table.model_fields
        },
        "offer_call",
        "email",
        "a",
    ]
)
TABLES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
FILES = st.dictionaries(st.sampled_from(("clients", "client")), TABLES, max_size=2)


def outcome(text: str) -> ClientBook | tuple[str, ...]:
    """The book, or the problems; each of those names a line that is there."""
    try:
        return check_text(text, "clients.toml")
    except ConfigError as error:
        problems = error.problems
    assert problems
    for problem in problems:
        found = LINE.match(problem)
        assert found is None or 1 <= int(found[1]) <= text.count("\n") + 1
        assert "\n" not in problem
        assert problem.endswith((".", "?"))
    return problems


@CALM
@given(FILES)
def test_tables_of_any_shape_are_read_or_told(data: dict[str, Any]) -> None:
    outcome(tomlkit.dumps(data))


@CALM
@given(st.data())
def test_an_example_with_wrong_values_is_told(data: st.DataObject) -> None:
    rows = EXAMPLE.split("\n")
    keys = [at for at, row in enumerate(rows) if re.match(r"\w+ = ", row)]
    for at in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4, unique=True)):
        key = rows[at].split(" = ")[0]
        rows[at] = tomlkit.dumps({key: data.draw(SCALARS)}).rstrip("\n") if data.draw(st.booleans()) else ""
    outcome("\n".join(rows))


@CALM
@given(st.data())
def test_a_file_cut_up_and_mixed_is_told(data: st.DataObject) -> None:
    rows = EXAMPLE.split("\n")
    cuts = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=60))
    outcome("\n".join(rows[at] for at in cuts))


@CALM
@given(st.data())
def test_single_letters_gone_wrong_are_told(data: st.DataObject) -> None:
    text = EXAMPLE
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text) - 1))
        text = text[:at] + data.draw(st.text(max_size=2)) + text[at + data.draw(st.integers(0, 3)) :]
    outcome(text)


@CALM
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_told(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "clients.toml"
    path.write_bytes(raw)
    path.chmod(0o600)
    try:
        problems: tuple[str, ...] = ()
        assert load_clients(path).clients == ()
    except ConfigError as error:
        problems = error.problems
    assert all("clients" in problem for problem in problems)


def test_the_fuzz_finds_both() -> None:
    assert isinstance(outcome(EXAMPLE), ClientBook)
    assert isinstance(outcome(EXAMPLE.replace("gifts_left = 1", "gifts_left = -1")), tuple)
