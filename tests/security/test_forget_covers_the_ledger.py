"""Whatever table the ledger has, `forget` knows whether a client is in it; no byte of one stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.rig.ledger_acts import claimed, planned
from triage.errors import LedgerUnusable
from triage.ledger.chronicle import ReviewRow, SentRow
from triage.ledger.contract import StepPlan
from triage.ledger.forgetting import OF_NOBODY, WHOSE, Whom
from triage.ledger.own_mail import OwnMailRow
from triage.ledger.sqlite import SqliteLedger, open_ledger

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LENA = Whom(frozenset({"lena@client.example", "quarzhandel"}), frozenset(), frozenset({"2026-777"}))
MARKS = (
    b"lena@", b"quarzhandel", b"client.example", b"2026-777", b"zinnober", b"<s@studio", b"<o@studio",
)  # fmt: skip
OTHER_ALARMS = ("flagged:999", "payment_step:<t@studio.example>", "digest:2026-03-02")
# The columns of tables that are kept whole: one more of them must be thought about here.
KEPT_COLUMNS = {
    "migration": {"number", "name", "applied"},
    "sync_point": {"id", "number"},
    "cursor": {"account", "folder", "uidvalidity", "uid"},
    "sent_cursor": {"account", "folder", "uidvalidity", "uid"},
    "pass": {"account", "at", "summary"},
    "sorting_folder": {"account", "folder", "uidvalidity", "uidnext", "found"},
    "keyword_seen": {"account", "folder", "uidvalidity", "uid", "keyword"},
    "alarm_watch": {"id", "begun", "looks"},
    "trouble": {"account", "kind", "since", "last", "times"},
    "sample_window": {"id", "begun", "ended", "flagged", "unsure", "clear"},
    "sample_reminder": {"id", "at"},
}


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return open_ledger(tmp_path / "ledger.sqlite3")


def columns(path: Path) -> dict[str, set[str]]:
    """The tables of a ledger with their columns."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        return {
            name: {column[1] for column in connection.execute(f"PRAGMA table_info({name})")} for name in names
        }


def test_every_table_is_either_emptied_or_names_nobody(ledger: SqliteLedger, tmp_path: Path) -> None:
    found = columns(tmp_path / "ledger.sqlite3")
    assert set(found) == {*WHOSE, *OF_NOBODY}, "a new table: say in triage/ledger/forgetting.py whose it is"
    assert {name: found[name] for name in OF_NOBODY} == KEPT_COLUMNS


def remember(ledger: SqliteLedger) -> None:
    """A message of Lena's with all that hangs on one, and mail to her and about her."""
    row = planned(ledger, 1)
    ledger.placed(row.id, uid=5, uidvalidity=1, content_hash="x", kind="reply")
    ledger.open_obligation(row.id, due=NOW, holding_at=None)
    ledger.review(ReviewRow(row.id, NOW, "scope", "Lena wanted Zinnober", "ask Lena about Zinnober"))
    claimed(ledger, 2, subject="Zinnober for Quarzhandel")
    claimed(ledger, 3, client="tom@other.example", key="<3@other.example>", subject="The shop")
    for to in ("lena@client.example", "tom@other.example"):
        answers = ("<1@client.example>", "<3@other.example>")
        ledger.note_sent(
            [SentRow("studio", "Sent", 1, 9, NOW, to, f"<re-{to[:3]}@studio.example>", answers, "Re: it")]
        )
    ledger.plan_steps(
        [StepPlan("Quarzhandel", "2026-777", "reminder", date(2026, 2, 1), "240 EUR")],
        account="studio",
        message_id="<s@studio.example>",
        subject="Invoice 2026-777",
        content_hash="x",
        at=NOW,
    )
    keys = (
        f"new_draft:{row.id}", "flagged:<1@client.example>", "payment_step:<s@studio.example>",
        "payment_step:<o@studio.example>", *OTHER_ALARMS,
    )  # fmt: skip
    ledger.claim_alarms(keys, ["desktop"], NOW)
    ledger.plan_own_mail(
        OwnMailRow(
            "studio", "Quarzhandel", "feedback", "Zinnober", date(2026, 2, 1), "<o@studio.example>",
            "Zinnober", "planned", NOW, "x", frozenset(),
        )
    )  # fmt: skip
    ledger.advance("studio", "INBOX", 7, 3)


def bytes_of(folder: Path) -> bytes:
    """Everything in the ledger's folder, its log included, in small letters."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir())).lower()


def test_no_byte_of_a_client_stays(ledger: SqliteLedger, tmp_path: Path) -> None:
    remember(ledger)
    assert all(mark in bytes_of(tmp_path) for mark in MARKS)
    gone = ledger.forget(LENA)
    assert (gone["message"], gone["draft"], gone["sent_mail"]) == (2, 1, 1)
    assert gone["alarm"] == 4
    assert {alarm.key for alarm in ledger.alarm_rows()} == set(OTHER_ALARMS)
    assert (gone["ladder_step"], gone["own_mail"], gone["review"], gone["obligation"]) == (1, 1, 1, 1)
    assert [mark for mark in MARKS if mark in bytes_of(tmp_path)] == []
    ledger.close()
    assert [mark for mark in MARKS if mark in bytes_of(tmp_path)] == []


def test_what_others_wrote_and_the_cursors_stay(ledger: SqliteLedger) -> None:
    remember(ledger)
    ledger.forget(LENA)
    assert [row.client for row in ledger.rows()] == ["tom@other.example"]
    (sent,) = ledger.sent_to(["tom@other.example"])
    assert sent.answers == ("<3@other.example>",)
    assert ledger.cursor("studio", "INBOX", 7) == 3
    assert sum(ledger.forget(LENA).values()) == 0


def test_a_whole_domain_is_forgotten(ledger: SqliteLedger, tmp_path: Path) -> None:
    remember(ledger)
    claimed(ledger, 4, client="New.Colleague@client.example")
    gone = ledger.forget(Whom(frozenset({"quarzhandel"}), frozenset({"client.example"})))
    assert gone["message"] == 3
    assert b"client.example" not in bytes_of(tmp_path)


def test_a_reader_that_holds_the_log_is_told_and_a_second_call_ends_it(
    ledger: SqliteLedger, tmp_path: Path
) -> None:
    remember(ledger)
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        ledger._connection.execute("PRAGMA busy_timeout = 50")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        with pytest.raises(LedgerUnusable, match="triage forget"):
            ledger.forget(LENA)
        reader.execute("ROLLBACK")
    ledger.forget(LENA)
    assert [mark for mark in MARKS if mark in bytes_of(tmp_path)] == []
