"""Files that only their owner may read, replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from triage.files import is_exposed, make_private_file, make_private_folder, write_private

posix = pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")


def mode(path: Path) -> str:
    """The permission bits."""
    return oct(path.stat().st_mode & 0o777)


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_made_is_closed_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = make_private_folder(tmp_path / "a" / "b")
        made = make_private_file(folder / "file")
        write_private(folder / "text", "words")
    finally:
        os.umask(before)
    assert (mode(folder), mode(made), mode(folder / "text")) == ("0o700", "0o600", "0o600")
    assert not any(map(is_exposed, (folder, made, folder / "text")))


@posix
def test_a_file_that_was_open_to_others_is_closed_and_keeps_its_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("content")
    path.chmod(0o644)
    assert is_exposed(path)
    make_private_file(path)
    assert (mode(path), path.read_text()) == ("0o600", "content")


@posix
def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    make_private_folder(tmp_path)
    assert mode(tmp_path) == "0o750"


def test_a_text_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "one")
    write_private(path, "zwei ä\n")
    assert path.read_bytes() == "zwei ä\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_earlier_text_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "one")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "half a word \udc80")
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]
