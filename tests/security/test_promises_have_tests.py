"""SECURITY.md: each promise names a test, and each test that it names is there."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def promises() -> list[str]:
    """The rows of the table of promises."""
    table = TEXT.partition("## What is promised")[2].partition("## What is kept")[0]
    return [line for line in table.splitlines() if line.startswith("| ") and "| test |" not in line]


def test_each_promise_names_a_test_that_is_there() -> None:
    rows = promises()
    assert len(rows) >= 15
    missing = []
    for row in rows:
        found = NAMED.findall(row)
        assert found, f"no test is named: {row}"
        for path, name in found:
            file = ROOT / path
            tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
            if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
                missing.append(f"{path}::{name}")
    assert missing == []


def test_the_model_of_threats_is_a_page() -> None:
    assert 40 <= len(TEXT.splitlines()) <= 90
