"""Messages from files: .eml, folders, mbox, Maildir; what can't be read is said."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from triage.archive import read_archives
from triage.errors import ConfigError


def letter(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "ana@client.example"
    message["Subject"] = subject
    message.set_content("From the start I said Friday.\n")
    return message


def subjects(path: Path) -> list[bytes]:
    found = []
    for _, raw in read_archives([path]):
        assert isinstance(raw, bytes)
        found.append(next(line for line in raw.splitlines() if line.startswith(b"Subject")))
    return found


def test_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(letter("one").as_bytes())
    assert [(name, raw) for name, raw in read_archives([path])] == [(str(path), path.read_bytes())]


def test_a_folder_is_read_in_order_and_deep(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.eml").write_bytes(letter("two").as_bytes())
    (tmp_path / "a.eml").write_bytes(letter("one").as_bytes())
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert subjects(tmp_path) == [b"Subject: one", b"Subject: two"]


@pytest.mark.parametrize("name", ["archive.mbox", "archive"])
def test_an_mbox_is_known_by_its_name_or_first_line(tmp_path: Path, name: str) -> None:
    box = mailbox.mbox(tmp_path / name)
    for subject in ("one", "two"):
        box.add(letter(subject))
    box.close()
    assert subjects(tmp_path / name) == [b"Subject: one", b"Subject: two"]


def test_a_maildir(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    box.add(letter("one"))
    assert subjects(tmp_path / "Mail") == [b"Subject: one"]


def test_an_eml_that_begins_like_an_mbox_stays_one_message(tmp_path: Path) -> None:
    path = tmp_path / "saved.eml"
    path.write_bytes(b"From ana@client.example Tue Mar 10 20:00:00 2026\n" + letter("one").as_bytes())
    assert len(list(read_archives([path]))) == 1


def test_a_missing_path_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"x")
    with pytest.raises(ConfigError, match=r"b\.eml: there is no such file"):
        list(read_archives([tmp_path / "a.eml", tmp_path / "b.eml"]))


def test_a_file_that_goes_away_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.eml", "b.eml", "c.eml")]
    for path in paths:
        path.write_bytes(letter(path.name).as_bytes())
    messages = read_archives(paths)
    next(messages)
    paths[1].unlink()
    (_, second), (_, third) = messages
    assert isinstance(second, FileNotFoundError)
    assert isinstance(third, bytes)


def test_a_message_that_has_left_a_maildir_is_reported(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    box.add(letter("one"))
    (tmp_path / "Mail" / "cur" / "1.gone").symlink_to(tmp_path / "nowhere")
    kinds = sorted(type(raw).__name__ for _, raw in read_archives([tmp_path / "Mail"]))
    assert kinds == ["FileNotFoundError", "bytes"]
