"""What the product asks of every mailbox, on a real Dovecot and on the embedded server alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.rig.letters import draft, letter, plain, with_attachment
from tests.rig.mailbox import Mailbox
from triage.errors import FolderMissing, LoginRefused
from triage.imap.drafts_box import content_hash, current_hash, find, put_once
from triage.imap.folders import Folders, find_folders
from triage.imap.inbox import LARGE_BYTES, open_inbox
from triage.imap.sent import sent_since
from triage.imap.session import Secret, open_session
from triage.imap.watch import wait_for_mail
from triage.mail.parse import parse

NOON = datetime(2025, 6, 2, 12, 0, 30, tzinfo=UTC)


def never() -> bool:
    """Nobody asks to stop."""
    return False


class TestMailboxContract:
    """Login, folders, reading, drafting, sent mail and waiting."""

    def test_a_wrong_password_is_refused_in_one_sentence(self, mailbox: Mailbox) -> None:
        with (
            pytest.raises(LoginRefused, match=f"{mailbox.port} refuses") as caught,
            open_session(mailbox.server, Secret("password", "not-the-password")),
        ):
            pass
        assert mailbox.username not in str(caught.value)
        assert "not-the-password" not in str(caught.value)

    def test_capabilities_are_known_after_login(self, mailbox: Mailbox) -> None:
        with mailbox.session() as session:
            assert session.has("IDLE")
            assert session.has("uidplus")
            assert not session.has("X-NO-SUCH-THING")

    def test_folders_are_found_by_their_use(self, mailbox: Mailbox) -> None:
        with mailbox.session() as session:
            assert find_folders(session, drafts=None, sent=None) == Folders("Drafts", "Sent")

    def test_a_missing_folder_is_named(self, mailbox: Mailbox) -> None:
        with mailbox.session() as session:
            with pytest.raises(FolderMissing, match=r'no folder "Nowhere".*`drafts`'):
                find_folders(session, drafts="Nowhere", sent=None)
            with pytest.raises(FolderMissing, match='"Elsewhere"'):
                open_inbox(session, "Elsewhere")
            assert open_inbox(session, "INBOX").exists == 0

    def test_an_empty_inbox_has_nothing_new(self, mailbox: Mailbox) -> None:
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            assert (inbox.uids_from(1), inbox.uids_since(NOON), list(inbox.fetch([]))) == ([], [], [])

    def test_new_uids_start_where_they_are_asked_to(self, mailbox: Mailbox) -> None:
        mailbox.deliver(*(letter(number) for number in range(5)))
        uids = sorted(mailbox.flags())
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            assert inbox.uids_from(1) == uids
            assert inbox.uids_from(uids[3]) == uids[3:]
            # past the end ``n:*`` means the last message
            assert inbox.uids_from(uids[-1] + 1) == []
            assert inbox.uids_from(uids[-1] + 1000) == []

    def test_arrival_is_exact_to_the_second_in_any_zone(self, mailbox: Mailbox) -> None:
        for seconds in (-86400, -1, 0, 1, 86400):
            mailbox.deliver(letter(seconds), arrived=NOON + timedelta(seconds=seconds))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            uids = inbox.uids_from(1)
            assert inbox.uids_since(NOON) == uids[2:]
            assert inbox.uids_since(NOON + timedelta(seconds=1)) == uids[3:]
            assert inbox.uids_since(NOON + timedelta(days=2)) == []

    def test_messages_come_whole_in_order_with_their_arrival(self, mailbox: Mailbox) -> None:
        originals = [letter(number, body=f"Größe {number}\n\nmore") for number in range(7)]
        for original in originals:
            mailbox.deliver(original, arrived=NOON)
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            fetched = list(inbox.fetch(list(reversed(inbox.uids_from(1)))))
        assert [entry.raw for entry in fetched] == originals
        assert [entry.uid for entry in fetched] == sorted(entry.uid for entry in fetched)
        assert {entry.internal_date for entry in fetched} == {NOON}
        assert not any(entry.partial or entry.defect for entry in fetched)

    def test_a_vanished_message_is_absent(self, mailbox: Mailbox) -> None:
        mailbox.deliver(letter(1), letter(2))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            first, second = inbox.uids_from(1)
            assert [entry.uid for entry in inbox.fetch([first, second, second + 50])] == [first, second]

    def test_a_large_message_comes_with_text_and_names_but_no_attachment(self, mailbox: Mailbox) -> None:
        original = with_attachment(LARGE_BYTES * 2)
        mailbox.deliver(letter(1), original, letter(2))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            entries = list(inbox.fetch(inbox.uids_from(1)))
        assert [entry.partial for entry in entries] == [False, True, False]
        large, before = parse(entries[1].raw), parse(original)
        assert len(entries[1].raw) < 5000
        assert entries[1].size == len(original)
        assert (large.subject, large.message_id, large.text) == (
            before.subject,
            before.message_id,
            before.text,
        )
        # pymap counts the line end before a boundary to the part
        assert (large.html or "").strip() == (before.html or "").strip() != ""
        assert [part.filename for part in large.attachments] == [part.filename for part in before.attachments]
        assert "Plan für Jo.pdf" in [part.filename for part in large.attachments]

    def test_a_large_plain_message_is_cut_at_a_line(self, mailbox: Mailbox) -> None:
        mailbox.deliver(letter(1, body="All the work so far.\n" * 40_000))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            (entry,) = inbox.fetch(inbox.uids_from(1))
        assert entry.partial
        assert len(entry.raw) < LARGE_BYTES + 2000
        assert set(parse(entry.raw).text.strip().splitlines()) == {"All the work so far."}

    def test_reading_changes_no_flag(self, mailbox: Mailbox) -> None:
        mailbox.deliver(letter(1), with_attachment(LARGE_BYTES * 2), letter(3))
        with mailbox.second_client() as client:
            client.select_folder("INBOX")
            client.add_flags(client.search()[:1], [b"\\Flagged", b"\\Seen"])
        before = mailbox.flags()
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            assert len(list(inbox.fetch(inbox.uids_since(NOON)))) == 3
            put_once(session, "Drafts", message_id="<draft-1@studio.example>", raw=draft())
            assert len(list(inbox.fetch(inbox.uids_from(1)))) == 3
        assert mailbox.flags() == before
        assert sorted(map(len, before.values())) == [0, 0, 2]

    def test_a_draft_is_put_once_and_read_back(self, mailbox: Mailbox) -> None:
        raw = draft()
        with mailbox.session() as session:
            first = put_once(session, "Drafts", message_id="<draft-1@studio.example>", raw=raw)
            again = put_once(session, "Drafts", message_id="<draft-1@studio.example>", raw=raw)
            assert current_hash(session, "Drafts", first.uid or 0) == first.content_hash
        assert not first.was_there
        assert again.was_there
        assert (again.uid, again.content_hash, again.uidvalidity) == (
            first.uid,
            first.content_hash,
            first.uidvalidity,
        )
        assert first.altered == again.altered == ()
        assert first.content_hash == content_hash(raw)
        assert mailbox.stored("Drafts") == {first.uid: raw}
        assert mailbox.flags("Drafts") == {first.uid: frozenset({b"\\Draft"})}

    def test_a_draft_is_put_from_within_reading(self, mailbox: Mailbox) -> None:
        mailbox.deliver(letter(1), letter(2), with_attachment(LARGE_BYTES * 2, number=3))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            seen = []
            for entry in inbox.fetch(inbox.uids_from(1)):
                message_id = f"<reply-{entry.uid}@studio.example>"
                put_once(session, "Drafts", message_id=message_id, raw=draft(message_id))
                seen.append(parse(entry.raw).message_id)
        assert seen == [f"<letter-{number}@client.example>" for number in (1, 2, 3)]
        assert len(mailbox.stored("Drafts")) == 3

    def test_only_the_exact_message_id_counts_as_there(self, mailbox: Mailbox) -> None:
        mailbox.deliver(
            draft("<x-draft-1@studio.example.org>"), draft("<DRAFT-1@studio.example>"), folder="Drafts"
        )
        with mailbox.session() as session:
            placed = put_once(session, "Drafts", message_id="<draft-1@studio.example>", raw=draft())
            assert find(session, "Drafts", "<draft-1@studio.example>") == [placed.uid]
            assert find(session, "Drafts", "<draft-2@studio.example>") == []
        assert not placed.was_there

    def test_bare_line_ends_and_nul_are_made_sendable(self, mailbox: Mailbox) -> None:
        raw = draft().replace(b"\r\n", b"\n") + b"one\rtwo\x00three\n"
        with mailbox.session() as session:
            placed = put_once(session, "Drafts", message_id="<draft-1@studio.example>", raw=raw)
        assert placed.content_hash == content_hash(raw)
        assert mailbox.stored("Drafts")[placed.uid or 0].endswith(b"one\r\ntwothree\r\n")

    def test_no_folder_for_drafts_is_told(self, mailbox: Mailbox) -> None:
        with mailbox.session() as session, pytest.raises(FolderMissing, match=r'"Nowhere".*`drafts`'):
            put_once(session, "Nowhere", message_id="<draft-1@studio.example>", raw=draft())

    def test_sent_mail_is_read_from_where_it_was_left(self, mailbox: Mailbox) -> None:
        old, new = plain(1), plain(2, subject="Re: Größe")
        new["In-Reply-To"] = "<letter-9@client.example>"
        new["References"] = "<letter-8@client.example> <letter-9@client.example>"
        new["Cc"] = "Ann <ann@client.example>"
        mailbox.deliver(old.as_bytes(), folder="Sent", arrived=NOON - timedelta(days=3))
        mailbox.deliver(new.as_bytes(), folder="Sent", arrived=NOON)
        with mailbox.session() as session:
            first = sent_since(session, "Sent", uidvalidity=None, after_uid=0, since=NOON - timedelta(days=1))
            (reply,) = first.replies
            again = sent_since(
                session, "Sent", uidvalidity=first.uidvalidity, after_uid=first.last_uid, since=NOON
            )
            rebuilt = sent_since(
                session,
                "Sent",
                uidvalidity=first.uidvalidity + 1,
                after_uid=10**6,
                since=NOON - timedelta(days=9),
            )
        assert (reply.message_id, reply.in_reply_to) == (
            "<letter-2@client.example>",
            "<letter-9@client.example>",
        )
        assert reply.references == ("<letter-8@client.example>", "<letter-9@client.example>")
        assert set(reply.to) == {"mara@studio.example", "ann@client.example"}
        assert (reply.subject, reply.internal_date) == ("Re: Größe", NOON)
        assert (again.replies, again.last_uid) == ((), first.last_uid)
        assert len(rebuilt.replies) == 2

    def test_new_mail_ends_the_wait(self, mailbox: Mailbox) -> None:
        with mailbox.session() as session:
            uidnext = open_inbox(session, "INBOX").uidnext
            assert not wait_for_mail(session, "INBOX", 0.3, never, uidnext=uidnext)
            mailbox.deliver(letter(1))
            assert wait_for_mail(session, "INBOX", 10, never, uidnext=uidnext)
            assert not wait_for_mail(session, "INBOX", 10, lambda: True)
            assert open_inbox(session, "INBOX").exists == 1
