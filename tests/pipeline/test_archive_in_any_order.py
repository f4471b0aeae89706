"""An archive opened to be read in any order gives the same messages as one read from the start."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.rig.correspondence import Correspondence
from triage.archive import Archive, read_archive
from triage.errors import ConfigError


@pytest.fixture
def mail() -> Correspondence:
    made = Correspondence()
    for number in range(5):
        made.got(number, "ana@client.example", f"Number {number}.\n\nFrom the start.\n", f"Subject {number}")
    return made


@pytest.mark.parametrize("kind", ["as_mbox", "as_maildir", "as_folder"])
def test_both_ways_of_reading_agree(tmp_path: Path, mail: Correspondence, kind: str) -> None:
    path = getattr(mail, kind)(tmp_path / "archive")
    with closing(Archive(path)) as archive:
        backwards = {name: archive.read(name) for name in reversed(archive.names)}
        assert [(name, backwards[name]) for name in archive.names] == list(read_archive(path))
        assert len(backwards) == 5


def test_one_file(tmp_path: Path, mail: Correspondence) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(mail.mails[0].as_bytes())
    with closing(Archive(path)) as archive:
        assert [archive.read(name) for name in archive.names] == [path.read_bytes()]


def test_a_message_that_has_gone_is_an_error_of_its_own(tmp_path: Path, mail: Correspondence) -> None:
    path = mail.as_folder(tmp_path / "mail")
    with closing(Archive(path)) as archive:
        (path / "00002.eml").unlink()
        found = [archive.read(name) for name in archive.names]
    assert [isinstance(one, OSError) for one in found] == [False, False, True, False, False]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file or folder"):
        Archive(tmp_path / "nowhere.mbox")
