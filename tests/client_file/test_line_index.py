"""On which line a key stands, whatever the notation."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.books import WHOLE_BOOKS, books
from triage.client_file.positions import Lines, Place, line_index
from triage.client_file.rendering import client_table
from triage.clients.profile import ClientBook


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place of the tables, however deep."""
    if place:
        yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*place, key))


def test_each_notation_has_its_line() -> None:
    text = """# head
[[clients]]
name = "A # no comment"
"quoted key" = 1
'literal'.dotted . deep = 2
[clients.policy] # behind

call_link = '''
[[clients]]
'''
late = \"\"\"
two \\\"\"\" [table]
\"\"\"\"
[[clients.projects]]
scope = [
  "one", # first
  "two, ]",
  [ # third
    { a = 1, b.c = [2] } ],
]
[[clients.projects]]
[clients.projects.agreement]
agreed_on = 2026-03-02 07:32:00
rate=1.5e3
[[clients]]
[[clients.projects]]
x = {}
y = []
"""
    index = line_index(text)
    assert set(index) == set(places(tomllib.loads(text)))
    assert {place: line for place, line in index.items() if place[0] == "clients"} == {
        ("clients",): 2,
        ("clients", 0): 2,
        ("clients", 0, "name"): 3,
        ("clients", 0, "quoted key"): 4,
        ("clients", 0, "literal"): 5,
        ("clients", 0, "literal", "dotted"): 5,
        ("clients", 0, "literal", "dotted", "deep"): 5,
        ("clients", 0, "policy"): 6,
        ("clients", 0, "policy", "call_link"): 8,
        ("clients", 0, "policy", "late"): 11,
        ("clients", 0, "projects"): 14,
        ("clients", 0, "projects", 0): 14,
        ("clients", 0, "projects", 0, "scope"): 15,
        ("clients", 0, "projects", 0, "scope", 0): 16,
        ("clients", 0, "projects", 0, "scope", 1): 17,
        ("clients", 0, "projects", 0, "scope", 2): 18,
        ("clients", 0, "projects", 0, "scope", 2, 0): 19,
        ("clients", 0, "projects", 0, "scope", 2, 0, "a"): 19,
        ("clients", 0, "projects", 0, "scope", 2, 0, "b"): 19,
        ("clients", 0, "projects", 0, "scope", 2, 0, "b", "c"): 19,
        ("clients", 0, "projects", 0, "scope", 2, 0, "b", "c", 0): 19,
        ("clients", 0, "projects", 1): 21,
        ("clients", 0, "projects", 1, "agreement"): 22,
        ("clients", 0, "projects", 1, "agreement", "agreed_on"): 23,
        ("clients", 0, "projects", 1, "agreement", "rate"): 24,
        ("clients", 1): 25,
        ("clients", 1, "projects"): 26,
        ("clients", 1, "projects", 0): 26,
        ("clients", 1, "projects", 0, "x"): 27,
        ("clients", 1, "projects", 0, "y"): 28,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_make_no_difference(end: str) -> None:
    text = end.join(("", "[[clients]]", 'name = "A"', "", 'x = """', '"""', "y = [", "1,", "]", "z = 1", ""))
    index = line_index(text)
    assert index["clients", 0, "z"] == 10
    assert index["clients", 0, "y", 0] == 8


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "# one\n# two\n"])
def test_a_file_without_keys_has_no_lines(text: str) -> None:
    assert line_index(text) == {}
    assert Lines(text).of(("clients", 3)) == 1


def test_what_is_missing_has_the_line_of_the_table_that_lacks_it() -> None:
    lines = Lines('\n[[clients]]\nname = "A"\n[[clients.projects]]\n')
    assert lines.of(("clients", 0, "projects", 0, "name")) == 4
    assert lines.of(("clients", 0, "name", 7)) == 3


def test_headers_are_found_where_a_text_only_looks_like_one() -> None:
    plain = '[[clients]]\nname = "A"\n  [[ clients ]] # b\nname = "B"\n'
    assert Lines(plain).of_headers("clients", 2) == [1, 3]
    hidden = "[[clients]]\nname = '''\n[[clients]]\n'''\n[['clients']]\nname = 'B'\n[[clients]]\n"
    assert Lines(hidden).of_headers("clients", 3) == [1, 5, 7]
    assert Lines("clients = [\n{name = 'A'},\n\n{name = 'B'}]").of_headers("clients", 2) == [2, 4]


@WHOLE_BOOKS
@given(books())
def test_every_place_of_a_book_has_the_line_its_key_stands_on(book: ClientBook) -> None:
    document = tomlkit.document()
    tables = tomlkit.aot()
    for client in book.clients:
        tables.append(client_table(client))
    document.append("clients", tables)
    text = document.as_string()
    rows = text.split("\n")
    index = line_index(text)
    assert set(index) == set(places(tomllib.loads(text)))
    for place, line in index.items():
        key = next(part for part in reversed(place) if isinstance(part, str))
        assert key in rows[line - 1]


SCALARS = (
    st.integers(-5, 5) | st.booleans() | st.text(max_size=6) | st.dates() | st.datetimes() | st.floats(-9, 9)
)
KEYS = st.text("ab.\"' #[]={}\\é\n", min_size=1, max_size=3) | st.sampled_from(("a", "b", "c-d", "1"))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_notation_is_walked_to_its_end(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    assert set(line_index(text)) == set(places(tomllib.loads(text)))
