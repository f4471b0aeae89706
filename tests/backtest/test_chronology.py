"""The order of an archive: dates that can be trusted, and what stands in for those that can't."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.correspondence import ME, START, Correspondence
from triage.archive import Archive
from triage.chronology import BY_NEIGHBOUR, BY_RECEIVED, COPY, UNDATED, Chronology, chronology, own_name
from triage.errors import ConfigError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ANA = "Ana <ana@client.example>"


def ordered(path: Path) -> Chronology:
    with closing(Archive(path)) as archive:
        return chronology(archive, archive.names, NOW)


def subjects(path: Path) -> list[str]:
    return [entry.subject for entry in ordered(path).entries]


def letters(*days: float) -> Correspondence:
    mail = Correspondence()
    for number in days:
        mail.got(number, ANA, "Hello.", f"day {number:g}")
    return mail


@pytest.mark.parametrize("kind", ["as_mbox", "as_maildir", "as_folder"])
def test_messages_come_in_the_order_of_their_dates(tmp_path: Path, kind: str) -> None:
    path = getattr(letters(3, 1, 2), kind)(tmp_path / "archive")
    assert subjects(path) == ["day 1", "day 2", "day 3"]


def test_one_file_is_an_archive_too(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(letters(1).mails[0].as_bytes())
    assert subjects(path) == ["day 1"]


def test_any_shuffling_gives_one_order(tmp_path: Path) -> None:
    mail = letters(*range(30))
    order = list(range(30))
    random.Random(5).shuffle(order)
    assert subjects(mail.as_mbox(tmp_path / "a.mbox", order)) == subjects(mail.as_mbox(tmp_path / "b.mbox"))


def test_messages_of_one_moment_keep_their_order(tmp_path: Path) -> None:
    mail = Correspondence()
    for subject in ("first", "second", "third"):
        mail.got(1, ANA, "Hello.", subject)
    assert subjects(mail.as_mbox(tmp_path / "a.mbox")) == ["first", "second", "third"]


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "Mon, 01 Jan 2035 10:00:00 +0000",
        "yesterday",
        "Fri, 5 Jan 2024 10:00 +0000",
    ],
)
def test_a_date_that_cannot_be_gives_way_to_the_arrival(tmp_path: Path, date: str) -> None:
    mail = letters(1, 2, 3)
    arrived = START + timedelta(days=2)
    mail.mails[1].replace_header("Date", date)
    mail.mails[1]["Received"] = f"from a by b; {arrived:%a, %d %b %Y %H:%M:%S} +0000"
    entries = ordered(mail.as_mbox(tmp_path / "a.mbox", [1, 0, 2])).entries
    assert [entry.subject for entry in entries] == ["day 1", "day 2", "day 3"]
    assert (entries[1].when, entries[1].note) == (arrived, BY_RECEIVED)


def test_a_slow_delivery_keeps_its_own_date(tmp_path: Path) -> None:
    mail = letters(1)
    mail.mails[0]["Received"] = f"from a by b; {START + timedelta(days=4):%a, %d %b %Y %H:%M:%S} +0000"
    (entry,) = ordered(mail.as_mbox(tmp_path / "a.mbox")).entries
    assert (entry.when, entry.note) == (START + timedelta(days=1), "")


def test_an_undated_answer_follows_what_it_answers(tmp_path: Path) -> None:
    mail = Correspondence()
    question = mail.got(1, ANA, "A question", "question")
    mail.got(5, ANA, "Another", "other")
    mail.sent(2, ANA, "An answer", "answer", answers=question)
    del mail.mails[2]["Date"]
    entries = ordered(mail.as_mbox(tmp_path / "a.mbox")).entries
    assert [entry.subject for entry in entries] == ["question", "answer", "other"]
    assert entries[1].note == BY_NEIGHBOUR


def test_an_undated_question_goes_before_its_answer(tmp_path: Path) -> None:
    mail = Correspondence()
    mail.got(1, ANA, "Another", "other")
    question = mail.got(2, ANA, "A question", "question")
    mail.sent(3, ANA, "An answer", "answer", answers=question)
    del mail.mails[1]["Date"]
    assert subjects(mail.as_mbox(tmp_path / "a.mbox", [2, 0, 1])) == ["other", "question", "answer"]


def test_an_undated_message_lies_between_its_neighbours(tmp_path: Path) -> None:
    mail = letters(1, 2, 3)
    del mail.mails[1]["Date"]
    entries = ordered(mail.as_mbox(tmp_path / "a.mbox")).entries
    assert [entry.subject for entry in entries] == ["day 1", "day 2", "day 3"]
    assert entries[1].note == BY_NEIGHBOUR


def test_what_no_date_is_known_of_comes_last(tmp_path: Path) -> None:
    mail = letters(3, 1, 2)
    del mail.mails[0]["Date"]
    order = ordered(mail.as_mbox(tmp_path / "a.mbox"))
    assert [entry.subject for entry in order.entries] == ["day 1", "day 2", "day 3"]
    last = order.entries[-1]
    assert (last.when, last.note) == (None, UNDATED)
    assert order.moment(last) == order.end == START + timedelta(days=2)


def test_without_any_date_the_present_is_the_end(tmp_path: Path) -> None:
    mail = letters(1)
    del mail.mails[0]["Date"]
    assert ordered(mail.as_mbox(tmp_path / "a.mbox")).end == NOW


def test_copies_are_told_from_repeated_ids(tmp_path: Path) -> None:
    mail = letters(1, 2)
    mail.mails.append(mail.mails[0])
    mail.mails[1].replace_header("Message-ID", mail.mails[0]["Message-ID"])
    entries = ordered(mail.as_mbox(tmp_path / "a.mbox")).entries
    assert [(entry.subject, entry.is_copy) for entry in entries] == [
        ("day 1", False), ("day 1", True), ("day 2", False),
    ]  # fmt: skip
    assert entries[1].note == COPY


def test_an_empty_archive_is_no_trouble(tmp_path: Path) -> None:
    assert ordered(Correspondence().as_folder(tmp_path / "empty")).entries == ()


def test_noise_is_listed_and_comes_last(tmp_path: Path) -> None:
    folder = letters(1).as_folder(tmp_path / "mail")
    (folder / "00000a.eml").write_bytes(bytes(range(256)) * 50)
    assert [entry.note for entry in ordered(folder).entries] == ["", UNDATED]


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        Archive(tmp_path / "nowhere")


def test_the_freelancers_name_is_read_from_their_mail(tmp_path: Path) -> None:
    mail = letters(1)
    mail.sent(2, ANA, "Hello.")
    entries = ordered(mail.as_mbox(tmp_path / "a.mbox")).entries
    assert own_name(entries, {ME}) == "Ines Calder"
    assert own_name(entries, {"other@studio.example"}) == ""


def test_every_head_is_told_of(tmp_path: Path) -> None:
    told: list[int] = []
    with closing(Archive(letters(1, 2, 3).as_mbox(tmp_path / "a.mbox"))) as archive:
        chronology(archive, archive.names, NOW, lambda: told.append(1))
    assert len(told) == 3
