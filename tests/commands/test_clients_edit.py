"""``triage clients edit``: a copy is changed; what is wrong in it never takes the place of what was right."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.rig.books import file_of
from triage.client_file import load_clients
from triage.client_file.writing import HEAD, add_client
from triage.clients.profile import Client, ClientBook
from triage.commands.client_editor import edit_in_editor
from triage.errors import ConfigError, TriageError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A client file with one client."""
    return file_of(ClientBook((Client("A"),)), tmp_path / "clients.toml")


def editor(tmp_path: Path, code: str) -> Mapping[str, str]:
    """An environment whose editor runs this code; ``path`` in it is the copy."""
    script = tmp_path / "editor of mine.py"
    script.write_text(
        f"import sys\nfrom pathlib import Path\npath = Path(sys.argv[-1])\n{code}\n", encoding="utf-8"
    )
    return {"EDITOR": " ".join(map(shlex.quote, (sys.executable, str(script), "--wait")))}


def left(tmp_path: Path) -> list[str]:
    """The copies that are left in the folder."""
    return sorted(file.name for file in tmp_path.glob("clients-*.toml"))


def test_what_is_right_takes_the_files_place(path: Path, tmp_path: Path) -> None:
    environ = editor(tmp_path, "path.write_text(path.read_text() + '[[clients]]\\nname = \"B\"\\n')")
    assert edit_in_editor(path, environ) == f"Written: {path}"
    assert [client.name for client in load_clients(path).clients] == ["A", "B"]
    assert left(tmp_path) == []


def test_what_is_wrong_is_told_and_kept_beside_the_file(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    environ = editor(tmp_path, "path.write_text('[[clients]]\\nnam = 1\\n')")
    with pytest.raises(ConfigError) as told:
        edit_in_editor(path, environ)
    assert told.value.problems[0] == "clients.toml, line 1: clients[0], name: is missing; add it."
    assert told.value.problems[1].startswith("clients.toml, line 2: ")
    (copy,) = left(tmp_path)
    assert copy in told.value.problems[-1]
    assert (tmp_path / copy).read_text() == "[[clients]]\nnam = 1\n"
    assert path.read_bytes() == before


def test_nothing_changed_is_nothing_written(path: Path, tmp_path: Path) -> None:
    stamp = path.stat().st_mtime_ns
    assert edit_in_editor(path, editor(tmp_path, "")) == "Nothing was changed."
    assert path.stat().st_mtime_ns == stamp
    assert left(tmp_path) == []


def test_a_missing_file_begins_with_a_head(tmp_path: Path) -> None:
    path = tmp_path / "clients.toml"
    assert edit_in_editor(path, editor(tmp_path, "")) == "Nothing was changed."
    assert not path.exists()
    environ = editor(tmp_path, "path.write_text(path.read_text() + '[[clients]]\\nname = \"B\"\\n')")
    edit_in_editor(path, environ)
    assert path.read_text(encoding="utf-8").startswith(HEAD)
    assert len(load_clients(path).clients) == 1


def test_a_change_from_elsewhere_meanwhile_is_not_lost(path: Path, tmp_path: Path) -> None:
    code = (
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from triage.client_file.writing import add_client\n"
        "from triage.clients.profile import Client\n"
        f"add_client(Path({str(path)!r}), Client('Other'))\n"
        "path.write_text('[[clients]]\\nname = \"Mine\"\\n')"
    )
    with pytest.raises(ConfigError, match="changed meanwhile") as told:
        edit_in_editor(path, editor(tmp_path, code))
    (copy,) = left(tmp_path)
    assert copy in str(told.value)
    assert "Mine" in (tmp_path / copy).read_text()
    assert [client.name for client in load_clients(path).clients] == ["A", "Other"]


@pytest.mark.parametrize(
    ("code", "is_kept"),
    [("sys.exit(3)", False), ("path.write_text('x = 1')\nsys.exit(3)", True)],
)
def test_an_editor_that_fails_changes_nothing(path: Path, tmp_path: Path, code: str, is_kept: bool) -> None:
    before = path.read_bytes()
    with pytest.raises(TriageError, match="ended with status 3"):
        edit_in_editor(path, editor(tmp_path, code))
    assert path.read_bytes() == before
    assert bool(left(tmp_path)) is is_kept


def test_an_editor_that_is_not_there_is_told(path: Path, tmp_path: Path) -> None:
    with pytest.raises(TriageError, match="can't be started"):
        edit_in_editor(path, {"VISUAL": str(tmp_path / "none"), "EDITOR": "true"})
    assert left(tmp_path) == []


def test_a_copy_that_was_thrown_away_is_told(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gone"):
        edit_in_editor(path, editor(tmp_path, "path.unlink()"))
    assert len(load_clients(path).clients) == 1


def test_comments_and_every_letter_stay_as_they_were_typed(path: Path, tmp_path: Path) -> None:
    typed = b"# mine \xc3\xa4\r\n\r\n[[clients]]\r\nname = 'B'   # so\r\n"
    edit_in_editor(path, editor(tmp_path, f"path.write_bytes({typed!r})"))
    assert path.read_bytes() == typed
    add_client(path, Client("C"))
    assert path.read_bytes().startswith(typed)


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_the_copy_is_closed_to_others(path: Path, tmp_path: Path) -> None:
    environ = editor(
        tmp_path, f"Path({str(tmp_path / 'mode')!r}).write_text(oct(path.stat().st_mode & 0o777))"
    )
    edit_in_editor(path, environ)
    assert (tmp_path / "mode").read_text() == "0o600"


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
def test_at_a_terminal_one_may_go_on_until_it_is_right(path: Path, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    code = (
        "is_second = 'nam ' in path.read_text()\n"
        "path.write_text('[[clients]]\\nname = \"Z\"\\n' if is_second else '[[clients]]\\nnam = 1\\n')"
    )
    command = [sys.executable, "-m", "triage", "clients", "edit", "--clients", str(path)]
    environ = os.environ | editor(tmp_path, code) | {"VISUAL": ""}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    screen = b""
    while b"Go on editing?" not in screen:
        screen += os.read(ours, 4096)
    os.write(ours, b"y\n")
    assert process.wait(60) == 0
    os.close(ours)
    assert b"clients.toml, line 2" in screen
    assert [client.name for client in load_clients(path).clients] == ["Z"]
    assert left(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
def test_at_a_terminal_add_asks_and_asks_again(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    path = tmp_path / "clients.toml"
    command = [sys.executable, "-m", "triage", "clients", "add", "--clients", str(path)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    talk = (
        (b"client's name", "Harbour Bakery"),
        (b"Who writes", "Nora Lind"),
        (b"addresses", "nora at bakery"),
        (b"no mail address", "nora@bakery.example, info@bakery.example"),
        (b"Domains", ""),
        (b"two letters", "german"),
        (b'write "de"', "de"),
        (b"Form of address", "formal"),
        (b"greet them", ""),
        (b"in a word or two", "Website"),
    )
    for question, answer in talk:
        screen = b""
        while question not in screen:
            screen += os.read(ours, 4096)
        os.write(ours, answer.encode() + b"\n")
    assert process.wait(60) == 0
    os.close(ours)
    (client,) = load_clients(path).clients
    assert (client.name, client.people, client.language) == ("Harbour Bakery", ("Nora Lind",), "de")
    assert client.addresses == ("nora@bakery.example", "info@bakery.example")
    assert [project.name for project in client.projects] == ["Website"]
