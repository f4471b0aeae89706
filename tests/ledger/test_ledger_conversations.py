"""Conversations in the ledger: found by names over folders and accounts, one deadline each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.chronicle import SentRow
from triage.ledger.contract import MessageRow

HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with open_ledger(tmp_path / "ledger.sqlite3") as found:
        yield found


def message(
    ledger: SqliteLedger, uid: int, account: str = ACCOUNT, key: str = "", content: str = ""
) -> MessageRow:
    return ledger.claim(
        account, "INBOX", 7, uid, key=key or f"<{uid}@c.example>", content_hash=content or str(uid),
        received=NOW + uid * HOUR, client="jo@c.example", subject="Homepage",
    ).row  # fmt: skip


def test_what_names_each_other_is_one_conversation_in_any_order_and_account(ledger: SqliteLedger) -> None:
    rows = [message(ledger, 1), message(ledger, 2, "second"), message(ledger, 3), message(ledger, 4)]
    assert ledger.join(rows[0].id, []) == rows[0].id
    assert ledger.join(rows[1].id, ["<unseen@c.example>"]) == rows[1].id
    assert ledger.join(rows[3].id, []) == rows[3].id
    # the third ties two together, one of them by a name that no message known bears
    assert ledger.join(rows[2].id, ["<1@c.example>", "<unseen@c.example>"]) == rows[0].id
    found = {
        one.key: one.conversation for one in ledger.asked(["<1@c.example>", "<2@c.example>", "<4@c.example>"])
    }
    assert found == {"<1@c.example>": rows[0].id, "<2@c.example>": rows[0].id, "<4@c.example>": rows[3].id}
    assert ledger.join(rows[2].id, ["<1@c.example>"]) == rows[0].id


def test_our_own_mail_carries_a_conversation_on(ledger: SqliteLedger) -> None:
    first, second = message(ledger, 1), message(ledger, 2)
    ledger.join(first.id, [])
    ledger.join_sent("<ours@s.example>", ["<1@c.example>"])
    ledger.join_sent("<lost@s.example>", ["<nobody@c.example>"])
    assert ledger.join(second.id, ["<ours@s.example>"]) == first.id
    assert ledger.join(message(ledger, 3).id, ["<lost@s.example>"]) == 3


def test_the_oldest_open_message_gives_its_deadline_to_all(ledger: SqliteLedger) -> None:
    rows = [message(ledger, uid) for uid in (1, 2)]
    for row in rows:
        ledger.join(row.id, ["<1@c.example>"])
        ledger.open_obligation(row.id, due=row.received, holding_at=None)
    other = message(ledger, 3)
    ledger.open_obligation(other.id, due=other.received, holding_at=None)
    assert [one.due for one in ledger.open_obligations()] == [
        rows[0].received,
        rows[0].received,
        other.received,
    ]
    ledger.close_obligation(rows[0].id, how="answered", at=NOW, by="<r@s.example>")
    assert [one.due for one in ledger.open_obligations()] == [rows[1].received, other.received]


def test_an_answer_that_came_back_opens_what_it_had_closed(ledger: SqliteLedger) -> None:
    rows = [message(ledger, uid) for uid in (1, 2, 3)]
    for row in rows:
        ledger.open_obligation(row.id, due=NOW, holding_at=None)
    ledger.close_obligation(rows[0].id, how="answered", at=NOW, by="<r@s.example>")
    ledger.close_obligation(rows[1].id, how="answered", at=NOW, by="<else@s.example>")
    ledger.close_obligation(rows[2].id, how="done", at=NOW)
    assert ledger.came_back("<r@s.example>", ["max@c.example"], NOW) == []
    assert ledger.came_back("<r@s.example>", ["jo@c.example"], NOW) == [rows[0].id]
    assert [one.row.id for one in ledger.open_obligations()] == [rows[0].id]
    assert ledger.is_undelivered("<r@s.example>", "Jo@c.example")
    assert not ledger.is_undelivered("<r@s.example>", "lea@c.example")


def test_what_came_back_was_not_delivered(ledger: SqliteLedger) -> None:
    place = (ACCOUNT, "Sent", 1)
    ledger.note_sent([
        SentRow(*place, 1, NOW, "jo@c.example", "<r1@s.example>", (), "Re: Homepage"),
        SentRow(*place, 2, NOW, "lea@c.example", "<r2@s.example>", (), "Re: Homepage"),
        SentRow(*place, 3, NOW, "lea@other.example", "<r3@s.example>", (), "Re: Homepage"),
    ])  # fmt: skip
    assert [one.uid for one in ledger.delivered_to(["jo@c.example"], ["other.example"])] == [1, 3]
    ledger.came_back("<r1@s.example>", [], NOW)
    assert [one.uid for one in ledger.delivered_to(["jo@c.example"], ["c.example"])] == [2]


def test_a_copy_in_another_account_has_an_elder_twin_unless_that_was_given_up(ledger: SqliteLedger) -> None:
    first = message(ledger, 1, key="<same@c.example>", content="same")
    second = message(ledger, 1, "second", "<same@c.example>", "same")
    other = message(ledger, 2, "second", "<same@c.example>", "other words")
    assert (ledger.twin_of(first.id), ledger.twin_of(second.id), ledger.twin_of(other.id)) == (
        None,
        ACCOUNT,
        None,
    )
    ledger.give_up(first.id, reason="unreadable")
    assert ledger.twin_of(second.id) is None


def test_a_draft_speaks_for_its_conversation_until_it_is_sent_or_thrown_away(ledger: SqliteLedger) -> None:
    row = message(ledger, 1)
    ledger.join(row.id, [])
    ledger.open_obligation(row.id, due=NOW, holding_at=NOW)
    assert ledger.drafted_conversations() == set()
    ledger.plan(row.id, draft_message_id="<d@s.example>", decision="draft", reason="", kind="holding")
    ledger.placed(row.id, uid=1, uidvalidity=1, content_hash="x", kind="holding")
    assert ledger.drafted_conversations() == {row.id}
    ledger.mark_draft("<d@s.example>", "discarded")
    assert ledger.drafted_conversations() == set()


def test_a_draft_that_came_late_is_known_as_late(ledger: SqliteLedger) -> None:
    row = message(ledger, 1)
    ledger.clock = lambda: NOW + 3 * HOUR
    ledger.open_obligation(row.id, due=NOW + 9 * HOUR, holding_at=None, draft_due=NOW + HOUR)
    (one,) = ledger.open_obligations()
    assert (one.drafted, one.is_drafted_late(NOW), one.is_drafted_late(NOW + 2 * HOUR)) == (None, False, True)
    ledger.plan(row.id, draft_message_id="<d@s.example>", decision="draft", reason="")
    ledger.placed(row.id, uid=1, uidvalidity=1, content_hash="x")
    (one,) = ledger.open_obligations()
    assert one.drafted == NOW + 3 * HOUR
    assert one.is_drafted_late(NOW)
