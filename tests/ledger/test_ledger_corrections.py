"""Corrections in the ledger: one word a label, the labels as the user has them, and everything as it was."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed, row_of
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.corrections import FolderSeen, Place, Said, Tag

JUDGED = {
    "hostility": ("flagged", 0.93),
    "scope_pressure": ("clear", 0.02),
    "payment_issue": ("unsure", 0.11),
}
NOT_HOSTILE = Said("hostility", False, "<root@client.example>", 0.93, b"\x01\x02")
HOSTILE = replace(NOT_HOSTILE, is_so=True)
SCOPE = Said("scope_pressure", True, "<root@client.example>", 0.02)
IN_FOLDER = Place("folder", "Triage/Fine", 7, 3)


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return open_ledger(tmp_path / "ledger.sqlite3")


def judged(ledger: SqliteLedger, uid: int = 1) -> int:
    row_id = claimed(ledger, uid).row.id
    ledger.judged(row_id, gate=None, language="en", labels=JUDGED, severity=2)
    return row_id


def said_of(ledger: SqliteLedger, row_id: int) -> list[Said]:
    return [row.said for row in ledger.corrections(row_id)]


def test_a_correction_is_kept_and_counts_at_once(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    assert ledger.correct(row_id, NOT_HOSTILE, NOW)
    (row,) = ledger.corrections()
    assert (row.row_id, row.account, row.client, row.subject, row.said, row.at) == (
        row_id, ACCOUNT, "lena@client.example", "The second page", NOT_HOSTILE, NOW,
    )  # fmt: skip
    now = row_of(ledger, row_id)
    assert now.labels["hostility"] == ("clear", 0.0)
    assert now.labels["payment_issue"] == JUDGED["payment_issue"]
    assert now.severity == 1
    assert ledger.judged_as(row_id) == JUDGED
    assert ledger.past(judged(ledger, 2)).incidents == {}


def test_a_flag_that_the_user_sets_is_of_severity_one_at_least(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    ledger.correct(row_id, NOT_HOSTILE, NOW)
    ledger.correct(row_id, SCOPE, NOW)
    assert row_of(ledger, row_id).severity == 2  # the model's own: something is flagged
    plain = claimed(ledger, 5).row.id
    ledger.judged(plain, gate=None, language="en", labels={"hostility": ("clear", 0.0)}, severity=0)
    ledger.correct(plain, HOSTILE, NOW)
    assert (row_of(ledger, plain).severity, row_of(ledger, plain).labels["hostility"][0]) == (1, "flagged")


def test_the_same_word_again_is_one(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    assert ledger.correct(row_id, NOT_HOSTILE, NOW)
    assert not ledger.correct(row_id, NOT_HOSTILE, NOW + timedelta(days=1))
    assert not ledger.correct(row_id, replace(NOT_HOSTILE, place=IN_FOLDER), NOW + timedelta(days=1))
    assert said_of(ledger, row_id) == [NOT_HOSTILE]


def test_a_command_takes_over_what_a_folder_said(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    ledger.correct(row_id, replace(NOT_HOSTILE, place=IN_FOLDER), NOW)
    assert ledger.correct(row_id, NOT_HOSTILE, NOW)
    assert said_of(ledger, row_id) == [NOT_HOSTILE]
    assert ledger.correct(row_id, replace(NOT_HOSTILE, client_only=True), NOW)
    assert said_of(ledger, row_id) == [replace(NOT_HOSTILE, client_only=True)]


def test_a_later_opposite_word_replaces_the_first(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    ledger.correct(row_id, NOT_HOSTILE, NOW)
    assert ledger.correct(row_id, HOSTILE, NOW)
    assert said_of(ledger, row_id) == [HOSTILE]
    assert row_of(ledger, row_id).labels["hostility"] == ("flagged", 1.0)
    assert row_of(ledger, row_id).severity == 2


WORDS = st.sampled_from([NOT_HOSTILE, HOSTILE, SCOPE, replace(SCOPE, is_so=False), None])


@settings(max_examples=40, deadline=None)
@given(words=st.lists(WORDS, max_size=8))
def test_undoing_brings_back_what_was_judged_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, words: Sequence[Said | None]
) -> None:
    with open_ledger(tmp_path_factory.mktemp("undo") / "ledger.sqlite3") as ledger:
        row_id = judged(ledger)
        before = row_of(ledger, row_id)
        for word in words:
            if word is None:
                ledger.undo_corrections(row_id, NOW)
            else:
                ledger.correct(row_id, word, NOW)
        last = {word.label: word for word in itertools.takewhile(bool, reversed(words)) if word}
        stands = {one.label for one in said_of(ledger, row_id)}
        assert stands == set(last)
        ledger.undo_corrections(row_id, NOW)
        assert row_of(ledger, row_id) == before
        assert not ledger.has_corrections()


def test_one_alone_can_be_undone(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    ledger.correct(row_id, NOT_HOSTILE, NOW)
    ledger.correct(row_id, SCOPE, NOW)
    ledger.undo_correction(ledger.corrections(row_id)[0], NOW)
    assert said_of(ledger, row_id) == [SCOPE]
    assert row_of(ledger, row_id).labels["hostility"] == JUDGED["hostility"]
    assert len(ledger.undo_corrections(row_id, NOW)) == 1
    assert ledger.undo_corrections(row_id, NOW) == []


def test_a_message_judged_anew_keeps_the_users_word(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    ledger.correct(row_id, NOT_HOSTILE, NOW)
    anew = JUDGED | {"hostility": ("unsure", 0.1)}
    ledger.judged(row_id, gate=None, language="en", labels=anew, severity=1)
    assert row_of(ledger, row_id).labels["hostility"] == ("clear", 0.0)
    ledger.undo_corrections(row_id, NOW)
    assert row_of(ledger, row_id).labels == anew


def test_an_unknown_message_is_refused(ledger: SqliteLedger) -> None:
    with pytest.raises(KeyError):
        ledger.correct(99, NOT_HOSTILE, NOW)
    assert ledger.undo_corrections(99, NOW) == []
    assert ledger.judged_as(99) == {}


def test_what_a_folder_said_and_where(ledger: SqliteLedger) -> None:
    row_id = judged(ledger)
    assert not ledger.was_said(row_id, "folder", "Triage/Fine")
    ledger.correct(row_id, replace(NOT_HOSTILE, place=IN_FOLDER), NOW)
    ledger.move_correction(ledger.corrections()[0], 8, 11)
    assert ledger.corrections()[0].said.place == Place("folder", "Triage/Fine", 8, 11)
    ledger.undo_corrections(row_id, NOW)
    assert ledger.was_said(row_id, "folder", "Triage/Fine")
    assert not ledger.was_said(row_id, "keyword", "Triage/Fine")


def test_folders_and_tags_are_remembered(ledger: SqliteLedger) -> None:
    assert ledger.folder_seen(ACCOUNT, "Triage/Fine") is None
    for seen in (FolderSeen(7, 3, 2), FolderSeen(7, 4, 2)):
        ledger.set_folder_seen(ACCOUNT, "Triage/Fine", seen)
        assert ledger.folder_seen(ACCOUNT, "Triage/Fine") == seen
    tags = {Tag(7, 1, "$TriageHostility"), Tag(7, 2, "$TriageNotHostility")}
    ledger.set_keywords_seen(ACCOUNT, "INBOX", tags)
    assert ledger.keywords_seen(ACCOUNT, "INBOX") == tags
    assert ledger.keywords_seen("other", "INBOX") == set()
    ledger.set_keywords_seen(ACCOUNT, "INBOX", [])
    assert ledger.keywords_seen(ACCOUNT, "INBOX") == set()


def test_messages_are_found_by_their_keys(ledger: SqliteLedger) -> None:
    first = claimed(ledger, 1).row
    second = claimed(ledger, 2, key=first.key, content="other").row
    found = ledger.with_keys(ACCOUNT, [first.key, "<never@x.example>"])
    assert [row.id for row in found] == [first.id, second.id]
    assert ledger.with_keys("other", [first.key]) == []
