"""What every ledger promises, on a file and on the copy in memory that a dry run works on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed, planned, row_of
from triage.ledger import Ledger, open_ledger, open_ledger_copy

HOUR = timedelta(hours=1)


@pytest.fixture(params=["file", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger of either kind."""
    opened = (open_ledger if request.param == "file" else open_ledger_copy)(
        tmp_path / "state" / "ledger.sqlite3"
    )
    with opened as found:
        yield found


class TestLedger:
    """One class for every ledger: a new one joins by the fixture."""

    def test_a_folder_has_no_cursor_before_its_first_pass(self, ledger: Ledger) -> None:
        assert ledger.cursor(ACCOUNT, "INBOX", 7) is None

    def test_the_cursor_never_goes_back(self, ledger: Ledger) -> None:
        for uid in (5, 9, 3):
            ledger.advance(ACCOUNT, "INBOX", 7, uid)
        assert ledger.cursor(ACCOUNT, "INBOX", 7) == 9

    def test_cursors_are_kept_apart_by_account_folder_and_uidvalidity(self, ledger: Ledger) -> None:
        ledger.advance(ACCOUNT, "INBOX", 7, 5)
        assert ledger.cursor("other", "INBOX", 7) is None
        assert ledger.cursor(ACCOUNT, "Kunden", 7) is None
        assert ledger.cursor(ACCOUNT, "INBOX", 8) is None

    def test_a_claimed_message_is_new_and_complete(self, ledger: Ledger) -> None:
        row = claimed(ledger, 4, subject="Re: Ärger 😀").row
        assert (row.account, row.folder, row.uidvalidity, row.uid) == (ACCOUNT, "INBOX", 7, 4)
        assert (row.key, row.content_hash) == ("<4@client.example>", "content of 4")
        assert (row.client, row.subject, row.received) == ("lena@client.example", "Re: Ärger 😀", NOW)
        assert (row.state, row.outcome, row.attempts, row.draft_state) == ("new", None, 0, "none")

    def test_a_claim_repeated_is_the_same_row(self, ledger: Ledger) -> None:
        assert claimed(ledger, 4) == claimed(ledger, 4)

    def test_a_settled_message_under_a_new_uidvalidity_is_settled(self, ledger: Ledger) -> None:
        row = claimed(ledger, 4, uidvalidity=7).row
        ledger.settle(row.id, outcome="leave_alone", reason="mailing list")
        again = claimed(ledger, 90, key=row.key, content=row.content_hash, uidvalidity=8)
        assert again.is_settled
        assert (again.row.id, again.row.uidvalidity, again.row.uid) == (row.id, 8, 90)

    def test_an_unfinished_message_under_a_new_uidvalidity_goes_on_where_it_was(self, ledger: Ledger) -> None:
        row = planned(ledger, 4)
        again = claimed(ledger, 90, key=row.key, content=row.content_hash, uidvalidity=8)
        assert not again.is_settled
        assert (again.row.id, again.row.draft_message_id) == (row.id, row.draft_message_id)
        assert ledger.unsettled(ACCOUNT, "INBOX", 7) == []
        assert ledger.unsettled(ACCOUNT, "INBOX", 8) == [90]

    def test_a_repeated_message_id_with_other_content_is_another_message(self, ledger: Ledger) -> None:
        first = claimed(ledger, 4, key="<same@client.example>", content="one").row
        ledger.settle(first.id, outcome="draft", reason="")
        second = claimed(ledger, 5, key="<same@client.example>", content="two")
        assert second.row.id != first.id
        assert not second.is_settled

    def test_the_same_content_in_two_accounts_is_two_messages(self, ledger: Ledger) -> None:
        assert claimed(ledger, 4, account="a").row.id != claimed(ledger, 4, account="b").row.id

    def test_a_uid_that_was_given_to_another_message_is_that_message(self, ledger: Ledger) -> None:
        old = claimed(ledger, 4, key="<old@client.example>", content="old").row
        ledger.settle(old.id, outcome="draft", reason="")
        new = claimed(ledger, 4, key="<new@client.example>", content="new")
        assert not new.is_settled
        assert row_of(ledger, old.id).uid == 0
        found = ledger.at(ACCOUNT, "INBOX", 7, 4)
        assert found is not None
        assert found.id == new.row.id

    def test_a_uid_reused_twice_leaves_both_old_messages_known(self, ledger: Ledger) -> None:
        rows = [claimed(ledger, 4, key=f"<{name}@client.example>", content=name).row for name in "abc"]
        assert [row_of(ledger, row.id).uid for row in rows] == [0, 0, 4]
        assert claimed(ledger, 9, key="<a@client.example>", content="a").row.id == rows[0].id

    def test_a_copy_in_a_second_folder_is_the_same_message(self, ledger: Ledger) -> None:
        row = claimed(ledger, 4).row
        copy = claimed(ledger, 11, key=row.key, content=row.content_hash, folder="Kunden").row
        assert (copy.id, copy.folder, copy.uid) == (row.id, "Kunden", 11)

    def test_unsettled_are_the_begun_ones_in_order(self, ledger: Ledger) -> None:
        for uid in (9, 3, 5, 4):
            claimed(ledger, uid)
        ledger.settle(claimed(ledger, 3).row.id, outcome="leave_alone", reason="")
        ledger.give_up(claimed(ledger, 5).row.id, reason="three attempts")
        planned(ledger, 7)
        assert ledger.unsettled(ACCOUNT, "INBOX", 7) == [4, 7, 9]

    def test_stranded_are_unfinished_ones_whose_place_is_gone(self, ledger: Ledger) -> None:
        old = claimed(ledger, 4, uidvalidity=6).row
        done = claimed(ledger, 5, uidvalidity=6).row
        ledger.settle(done.id, outcome="leave_alone", reason="")
        claimed(ledger, 4, uidvalidity=7, key="<other@client.example>")
        displaced = claimed(ledger, 8).row
        claimed(ledger, 8, key="<usurper@client.example>")
        assert [row.id for row in ledger.stranded(ACCOUNT, "INBOX", 7)] == [old.id, displaced.id]

    def test_what_was_judged_is_kept(self, ledger: Ledger) -> None:
        row = claimed(ledger, 4).row
        labels = {"hostility": ("flagged", 0.97), "payment_issue": ("clear", 0.01)}
        ledger.judged(row.id, gate=None, language="de", labels=labels, severity=2)
        found = row_of(ledger, row.id)
        assert (found.gate, found.language, found.labels, found.severity) == (None, "de", labels, 2)

    def test_a_planned_draft_can_be_told_from_a_placed_one(self, ledger: Ledger) -> None:
        row = planned(ledger, 4, "<reply@studio.example>")
        assert (row.state, row.decision, row.reason) == ("planned", "draft", "hostility")
        assert (row.draft_state, row.draft_message_id) == ("planned", "<reply@studio.example>")
        ledger.placed(row.id, uid=31, uidvalidity=2, content_hash="as read back")
        found = row_of(ledger, row.id)
        assert (found.draft_state, found.draft_uid, found.draft_uidvalidity) == ("present", 31, 2)
        assert (found.draft_hash, found.state) == ("as read back", "planned")

    def test_the_first_message_id_planned_stays(self, ledger: Ledger) -> None:
        row = planned(ledger, 4, "<first@studio.example>")
        again = ledger.plan(row.id, draft_message_id="<second@studio.example>", decision="draft", reason="")
        assert again == "<first@studio.example>"
        assert row_of(ledger, row.id).draft_message_id == "<first@studio.example>"

    def test_a_draft_the_user_has_touched_stays_the_users(self, ledger: Ledger) -> None:
        row = planned(ledger, 4, "<reply@studio.example>")
        ledger.placed(row.id, uid=31, uidvalidity=2, content_hash="ours")
        ledger.mark_draft("<reply@studio.example>", "edited")
        ledger.placed(row.id, uid=31, uidvalidity=2, content_hash="ours")
        assert row_of(ledger, row.id).draft_state == "edited"

    @pytest.mark.parametrize(
        "state", ["planned", "appending", "present", "edited", "sent", "discarded", "superseded", "withdrawn"]
    )
    def test_every_state_of_a_drafts_life_can_be_kept(self, ledger: Ledger, state: str) -> None:
        row = planned(ledger, 4, "<reply@studio.example>")
        ledger.mark_draft("<reply@studio.example>", state)  # type: ignore[arg-type]
        assert [draft.row_id for draft in ledger.drafts(ACCOUNT, [state])] == [row.id]  # type: ignore[list-item]
        assert ledger.drafts("other", [state]) == []  # type: ignore[list-item]

    def test_reply_and_holding_reply_of_one_message_are_two_drafts(self, ledger: Ledger) -> None:
        row = planned(ledger, 4, "<reply@studio.example>")
        ledger.settle(row.id, outcome="draft", reason="done")
        ledger.open_obligation(row.id, due=NOW, holding_at=None)
        ledger.plan(
            row.id, draft_message_id="<hold@studio.example>", decision="hold", reason="due", kind="holding"
        )
        ledger.placed(row.id, uid=32, uidvalidity=2, content_hash="h", kind="holding")
        found = row_of(ledger, row.id)
        assert (found.draft_message_id, found.draft_state) == ("<reply@studio.example>", "planned")
        assert (found.state, found.reason) == ("settled", "done")
        assert ledger.open_obligations()[0].holding_state == "present"

    def test_a_clients_past_is_counted_and_what_was_said_is_known(self, ledger: Ledger) -> None:
        labels = {"hostility": ("flagged", 0.9), "scope_pressure": ("unsure", 0.2)}
        for uid in (1, 2):
            row = claimed(ledger, uid).row
            ledger.judged(row.id, gate=None, language="en", labels=labels, severity=2)
            ledger.plan(
                row.id, draft_message_id=f"<{uid}@studio.example>", decision="draft", reason="",
                phrases=[f"opening-{uid}"],
            )  # fmt: skip
        present = claimed(ledger, 3).row
        past = ledger.past(present.id)
        assert (past.incidents, past.severe) == ({"hostility": 2}, 0)
        ledger.judged(row.id, gate=None, language="en", labels=labels, severity=3)
        assert ledger.past(present.id).severe == 1
        assert past.phrases == {"opening-1", "opening-2"}
        assert ledger.past(row.id).phrases == {"opening-1"}

    def test_a_client_on_file_has_one_past_over_all_addresses(self, ledger: Ledger) -> None:
        labels = {"hostility": ("flagged", 0.9)}
        writers = ("nora@bakery.example", "nora@home.example", "ian@bakery.example", "lena@client.example")
        for uid, client in enumerate(writers, start=1):
            row = claimed(ledger, uid, client=client).row
            ledger.judged(row.id, gate=None, language="en", labels=labels, severity=1)
        present = claimed(ledger, 9, client="nora@bakery.example").row
        assert ledger.past(present.id).incidents == {"hostility": 1}
        assert ledger.past(present.id, ["nora@home.example"]).incidents == {"hostility": 2}
        both = ledger.past(present.id, ["nora@home.example"], ["bakery.example"])
        assert both.incidents == {"hostility": 3}

    def test_a_settled_message_says_how_it_ended(self, ledger: Ledger) -> None:
        row = claimed(ledger, 4).row
        ledger.settle(row.id, outcome="leave_alone", reason="automatic reply")
        found = row_of(ledger, row.id)
        assert (found.state, found.outcome, found.reason) == ("settled", "leave_alone", "automatic reply")
        assert claimed(ledger, 4).is_settled

    def test_attempts_are_counted_and_end_in_giving_up(self, ledger: Ledger) -> None:
        row = claimed(ledger, 4).row
        assert [ledger.failed(row.id, reason="ValueError") for _ in range(3)] == [1, 2, 3]
        ledger.give_up(row.id, reason="three attempts")
        found = row_of(ledger, row.id)
        assert (found.state, found.attempts, found.reason) == ("given_up", 3, "three attempts")
        assert claimed(ledger, 4).is_settled

    def test_obligations_come_by_deadline(self, ledger: Ledger) -> None:
        for uid, hours in ((1, 5), (2, 1), (3, 3)):
            ledger.open_obligation(claimed(ledger, uid).row.id, due=NOW + hours * HOUR, holding_at=NOW)
        assert [each.row.uid for each in ledger.open_obligations()] == [2, 3, 1]
        assert ledger.open_obligations(ACCOUNT)[0].due == NOW + HOUR
        assert ledger.open_obligations(ACCOUNT)[0].holding_at == NOW
        assert ledger.open_obligations("other") == []

    def test_obligations_are_found_whose_holding_reply_is_due(self, ledger: Ledger) -> None:
        for uid, holding_at in ((1, NOW), (2, NOW + HOUR), (3, None)):
            ledger.open_obligation(claimed(ledger, uid).row.id, due=NOW + 2 * HOUR, holding_at=holding_at)
        assert [each.row.uid for each in ledger.open_obligations(holding_by=NOW)] == [1]
        assert [each.row.uid for each in ledger.open_obligations(ACCOUNT, holding_by=NOW + HOUR)] == [1, 2]

    def test_an_obligation_opened_again_moves_its_deadline(self, ledger: Ledger) -> None:
        row = claimed(ledger, 1).row
        ledger.open_obligation(row.id, due=NOW, holding_at=NOW)
        ledger.open_obligation(row.id, due=NOW + HOUR, holding_at=None)
        (found,) = ledger.open_obligations()
        assert (found.due, found.holding_at) == (NOW + HOUR, None)

    def test_a_closed_obligation_stays_closed(self, ledger: Ledger) -> None:
        row = claimed(ledger, 1).row
        ledger.open_obligation(row.id, due=NOW, holding_at=None)
        ledger.close_obligation(row.id, how="done", at=NOW)
        ledger.open_obligation(row.id, due=NOW + HOUR, holding_at=None)
        assert ledger.open_obligations() == []

    def test_the_place_in_sent_is_kept(self, ledger: Ledger) -> None:
        assert ledger.sent_cursor(ACCOUNT, "Gesendet") is None
        ledger.set_sent_cursor(ACCOUNT, "Gesendet", 3, 40)
        ledger.set_sent_cursor(ACCOUNT, "Gesendet", 4, 2)
        assert ledger.sent_cursor(ACCOUNT, "Gesendet") == (4, 2)

    def test_a_message_is_found_by_id_by_message_id_and_by_its_beginning(self, ledger: Ledger) -> None:
        row = claimed(ledger, 1, key="<CAF_abc%1@mail.client.example>").row
        claimed(ledger, 2, key="<CAFxabc@mail.client.example>")
        for name in (str(row.id), row.key, row.key.strip("<>"), "<CAF_abc", "CAF_", f" {row.key} "):
            found = ledger.find(name)
            assert found is not None, name
            assert found.id == row.id

    @pytest.mark.parametrize("name", ["", "CAF", "99", "9" * 30, "<nobody@client.example>", "%", "_"])
    def test_nothing_is_found_by_what_is_unknown_or_not_clear(self, ledger: Ledger, name: str) -> None:
        claimed(ledger, 1, key="<CAF1@client.example>")
        claimed(ledger, 2, key="<CAF2@client.example>")
        assert ledger.find(name) is None

    def test_rows_come_in_order_by_account_and_time(self, ledger: Ledger) -> None:
        ids = [claimed(ledger, uid).row.id for uid in range(1, 1203)]
        claimed(ledger, 1, account="other")
        assert [row.id for row in ledger.rows(ACCOUNT)] == ids
        assert [row.account for row in ledger.rows("other", since=NOW)] == ["other"]
        assert list(ledger.rows(since=NOW + HOUR)) == []

    def test_rows_can_be_changed_while_they_are_read(self, ledger: Ledger) -> None:
        for uid in range(1, 700):
            claimed(ledger, uid)
        for row in ledger.rows():
            ledger.settle(row.id, outcome="leave_alone", reason="")
        assert ledger.unsettled(ACCOUNT, "INBOX", 7) == []

    def test_the_last_pass_is_kept(self, ledger: Ledger) -> None:
        assert ledger.last_pass(ACCOUNT) is None
        ledger.pass_finished(ACCOUNT, NOW, {"seen": 3})
        ledger.pass_finished(ACCOUNT, NOW + HOUR, {"seen": 0, "error": None})
        last = ledger.last_pass(ACCOUNT)
        assert last is not None
        assert (last.at, last.summary) == (NOW + HOUR, {"seen": 0, "error": None})

    def test_times_come_back_aware_and_in_utc(self, ledger: Ledger) -> None:
        tokyo = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(9 * HOUR))
        ledger.open_obligation(claimed(ledger, 1).row.id, due=tokyo, holding_at=tokyo)
        (found,) = ledger.open_obligations()
        assert found.due == tokyo
        assert found.due.tzinfo is UTC

    def test_a_time_without_a_zone_is_a_mistake(self, ledger: Ledger) -> None:
        row = claimed(ledger, 1).row
        with pytest.raises(ValueError, match="zone"):
            ledger.open_obligation(row.id, due=datetime(2026, 3, 2), holding_at=None)
        assert ledger.open_obligations() == []

    def test_what_belongs_together_is_kept_or_lost_together(self, ledger: Ledger) -> None:
        row = claimed(ledger, 1).row

        def fail_half_way() -> None:
            with ledger.together():
                ledger.judged(row.id, gate=None, language="en", labels={}, severity=3)
                ledger.plan(row.id, draft_message_id="<x@studio.example>", decision="draft", reason="")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail_half_way()
        assert row_of(ledger, row.id) == row
        with ledger.together():
            ledger.judged(row.id, gate=None, language="en", labels={}, severity=3)
            ledger.settle(row.id, outcome="flag_only", reason="")
        assert (row_of(ledger, row.id).severity, row_of(ledger, row.id).state) == (3, "settled")

    def test_text_that_utf_8_cannot_hold_is_kept_readable(self, ledger: Ledger) -> None:
        row = claimed(ledger, 1, key="<\udcff@client.example>", subject="a\udc80b\0c").row
        assert row.subject == "a?b\0c"
        assert claimed(ledger, 1, key="<\udcff@client.example>").row.id == row.id
        assert claimed(ledger, 9, key="<\udcff@client.example>", content=row.content_hash).row.id == row.id

    def test_an_id_never_given_out_is_a_mistake(self, ledger: Ledger) -> None:
        with pytest.raises(KeyError):
            ledger.settle(99, outcome="leave_alone", reason="")
        with pytest.raises(KeyError):
            ledger.plan(99, draft_message_id="<x@studio.example>", decision="draft", reason="")
        with pytest.raises(KeyError):
            ledger.placed(claimed(ledger, 1).row.id, uid=1, uidvalidity=1, content_hash="never planned")
        with pytest.raises(KeyError):
            ledger.open_obligation(99, due=NOW, holding_at=None)
        with pytest.raises(KeyError):
            ledger.mark_draft("<never@studio.example>", "sent")
