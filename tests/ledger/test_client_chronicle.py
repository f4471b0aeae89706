"""A client's story in the ledger: drafts' lives, mail sent, reviews; and what is asked for by address."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed, planned
from triage.ledger import SqliteLedger, open_ledger, open_ledger_copy
from triage.ledger.chronicle import ReviewRow, SentRow

LENA = "lena@client.example"


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return open_ledger(tmp_path / "ledger.sqlite3")


def sent(uid: int, to: str = LENA, folder: str = "Sent") -> SentRow:
    at = NOW + timedelta(hours=uid)
    return SentRow(
        ACCOUNT, folder, 3, uid, at, to, f"<sent-{uid}@studio.example>", ("<1@client.example>",), "Re"
    )


def test_a_drafts_life_is_dated_by_the_passes_clock(ledger: SqliteLedger) -> None:
    hours = iter(range(9))
    ledger.clock = lambda: NOW + timedelta(hours=next(hours))
    row = planned(ledger, 1)
    ledger.placed(row.id, uid=4, uidvalidity=9, content_hash="x")
    ledger.mark_draft("<reply-1@studio.example>", "edited")
    ledger.mark_draft("<reply-1@studio.example>", "sent")
    life = ledger.draft_lives([row.id])
    assert [moment.state for moment in life] == ["planned", "present", "edited", "sent"]
    assert [moment.at for moment in life] == [NOW + timedelta(hours=n) for n in range(4)]
    assert {moment.kind for moment in life} == {"reply"}
    assert {moment.message_id for moment in life} == {"<reply-1@studio.example>"}


def test_what_happens_twice_is_one_event(ledger: SqliteLedger) -> None:
    row = planned(ledger, 1)
    planned(ledger, 1)
    for _ in range(2):
        ledger.placed(row.id, uid=4, uidvalidity=9, content_hash="x")
    assert [moment.state for moment in ledger.draft_lives([row.id])] == ["planned", "present"]


def test_lives_of_other_messages_stay_out(ledger: SqliteLedger) -> None:
    first, second = planned(ledger, 1), planned(ledger, 2)
    assert [moment.row_id for moment in ledger.draft_lives([second.id])] == [second.id]
    assert ledger.draft_lives([]) == []
    assert first.id != second.id


def test_sent_mail_is_found_by_address_and_by_domain_whatever_its_case(ledger: SqliteLedger) -> None:
    ledger.note_sent([sent(2), sent(1, "Lena@CLIENT.example"), sent(3, "jo@other.example")])
    assert [row.uid for row in ledger.sent_to({LENA})] == [1, 2]
    assert [row.uid for row in ledger.sent_to((), {"client.example"})] == [1, 2]
    assert ledger.sent_to({"nobody@client.example"}) == []
    (found,) = ledger.sent_to({"jo@other.example"})
    assert found == sent(3, "jo@other.example")


def test_sent_mail_that_is_read_again_is_not_sent_again(ledger: SqliteLedger) -> None:
    ledger.note_sent([sent(1)])
    ledger.note_sent([sent(1), sent(1, "jo@other.example"), sent(1, folder="Gesendet")])
    assert [row.folder for row in ledger.sent_to({LENA})] == ["Gesendet", "Sent"]
    assert len(ledger.sent_to({"jo@other.example"})) == 1


def test_letters_come_with_their_obligation_open_closed_or_none(ledger: SqliteLedger) -> None:
    open_, closed, none = (claimed(ledger, uid).row for uid in (1, 2, 3))
    for row in (open_, closed):
        ledger.open_obligation(row.id, due=NOW + timedelta(hours=24), holding_at=None)
    ledger.close_obligation(closed.id, how="answered", at=NOW + timedelta(hours=2))
    found = {letter.row.id: letter for letter in ledger.letters({LENA})}
    assert found[open_.id].due == NOW + timedelta(hours=24)
    assert found[open_.id].closed_at is None
    assert found[closed.id].closed_at == NOW + timedelta(hours=2)
    assert found[closed.id].closed_how == "answered"
    assert found[none.id].due is None
    assert set(ledger.senders()) == {LENA}


def test_letters_of_one_client_are_of_that_client_alone(ledger: SqliteLedger) -> None:
    claimed(ledger, 1)
    assert ledger.letters({"lena@client.example.evil.example"}) == []
    assert ledger.letters((), {"example"}) == []
    assert ledger.letters((), ()) == []
    assert len(ledger.letters((), {"client.example"})) == 1


def test_a_review_is_kept_and_a_second_one_replaces_it(ledger: SqliteLedger) -> None:
    row = claimed(ledger, 1).row
    ledger.review(ReviewRow(row.id, NOW, "money", "the invoice was late", "a deposit"))
    ledger.review(ReviewRow(row.id, NOW, "quality", "a fault", "a check list"))
    assert ledger.reviews() == [ReviewRow(row.id, NOW, "quality", "a fault", "a check list")]


def test_a_review_of_nothing_is_refused(ledger: SqliteLedger) -> None:
    with pytest.raises(KeyError):
        ledger.review(ReviewRow(99, NOW, "money", "", ""))


def test_the_story_is_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with open_ledger(path) as ledger:
        row = planned(ledger, 1)
        ledger.note_sent([sent(1)])
    with open_ledger_copy(path) as copy:
        assert len(copy.draft_lives([row.id])) == 1
        assert copy.sent_to({LENA}) == [sent(1)]
