"""Deleting a draft of ours: that one alone, only while nobody has touched it, and not otherwise."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.letters import draft
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.scripted import scripted
from triage.errors import FolderMissing, MailboxUnreachable
from triage.imap.drafts_box import TakenBack, content_hash, put_once, take_back
from triage.imap.session import open_session

ID, OTHER_ID = "<draft-1@studio.example>", "<draft-2@studio.example>"


def put(mailbox: Mailbox, message_id: str = ID) -> str:
    """Place a draft; the hash that the ledger would keep."""
    with mailbox.session() as session:
        return put_once(session, "Drafts", message_id=message_id, raw=draft(message_id)).content_hash


def taken_back(mailbox: Mailbox, held: str, port: int | None = None) -> TakenBack:
    server = replace(mailbox.server, port=port or mailbox.port, timeout=3)
    with open_session(server, mailbox.secret) as session:
        return take_back(session, "Drafts", message_id=ID, content_hashes=[held])


def test_an_untouched_draft_goes_and_no_other(mailbox: Mailbox) -> None:
    held = put(mailbox)
    put(mailbox, OTHER_ID)
    assert taken_back(mailbox, held) == "withdrawn"
    (left,) = mailbox.stored("Drafts").values()
    assert OTHER_ID.encode() in left
    assert taken_back(mailbox, held) == "gone"


def test_what_a_mail_program_has_marked_as_deleted_stays(mailbox: Mailbox) -> None:
    held = put(mailbox)
    put(mailbox, OTHER_ID)
    with mailbox.second_client() as client:
        client.select_folder("Drafts")
        other = max(client.search("ALL"))
        client.add_flags([other], [b"\\Deleted"])
        assert taken_back(mailbox, held) == "withdrawn"
    assert list(mailbox.stored("Drafts")) == [other]
    assert b"\\Deleted" in mailbox.flags("Drafts")[other]


def test_an_edited_draft_is_the_users(mailbox: Mailbox) -> None:
    held = put(mailbox)
    with mailbox.second_client() as client:
        client.select_folder("Drafts")
        uids = client.search("ALL")
        client.delete_messages(uids)
        client.expunge()
    mailbox.deliver(draft(ID).replace(b"I have it.", b"My own words."), folder="Drafts")
    assert taken_back(mailbox, held) == "edited"
    assert len(mailbox.stored("Drafts")) == 1


def test_an_edited_copy_beside_the_untouched_one_keeps_both(mailbox: Mailbox) -> None:
    held = put(mailbox)
    mailbox.deliver(draft(ID).replace(b"I have it.", b"My own words."), folder="Drafts")
    assert taken_back(mailbox, held) == "edited"
    assert len(mailbox.stored("Drafts")) == 2


def test_a_draft_that_is_not_there_is_gone(mailbox: Mailbox) -> None:
    put(mailbox, OTHER_ID)
    assert taken_back(mailbox, "any") == "gone"
    assert len(mailbox.stored("Drafts")) == 1


@pytest.mark.dovecot
class TestOnDovecot:
    """What only a real server does."""

    def test_without_uidplus_nothing_is_deleted(self, dovecot: Dovecot, alice: Mailbox) -> None:
        held = put(alice)
        with FaultProxy(dovecot.port, Faults(replace=[(b"UIDPLUS", b"")])) as proxy:
            assert taken_back(alice, held, proxy.port) == "kept"
            assert not re.search(rb"STORE|EXPUNGE|SELECT", bytes(proxy.traffic.sent_by_client))
        assert b"\\Deleted" not in next(iter(alice.flags("Drafts").values()))

    def test_the_folder_is_never_closed_with_an_expunge_of_all(
        self, dovecot: Dovecot, alice: Mailbox
    ) -> None:
        held = put(alice)
        with FaultProxy(dovecot.port) as proxy:
            assert taken_back(alice, held, proxy.port) == "withdrawn"
            sent = bytes(proxy.traffic.sent_by_client)
        commands = [line.split(b" ", 1)[1] for line in re.findall(rb"(?m)^[A-Z]{4}\d+ [\w ]+", sent)]
        written = commands[next(i for i, c in enumerate(commands) if c.startswith(b"SELECT")) :]
        assert [c.split(b" ")[0] for c in written if c.startswith((b"CLOSE", b"EXPUNGE"))] == []
        assert any(c.startswith(b"UID EXPUNGE") for c in written)
        assert any(c.startswith(b"EXAMINE") for c in written), "left read-only"

    def test_after_taking_back_the_session_still_places_drafts(self, alice: Mailbox) -> None:
        held = put(alice)
        with alice.second_client() as client:
            client.append("Drafts", draft("<third@studio.example>"), [b"\\Deleted"])
        with alice.session() as session:
            assert take_back(session, "Drafts", message_id=ID, content_hashes=[held]) == "withdrawn"
            assert put_once(session, "Drafts", message_id=OTHER_ID, raw=draft(OTHER_ID)).uid
        assert len(alice.stored("Drafts")) == 2

    def test_a_rebuilt_folder_is_searched_anew(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        held = put(mailbox)
        dovecot.set_uidvalidity(user, "Drafts", 77777)
        assert taken_back(mailbox, held) == "withdrawn"

    def test_a_folder_that_was_deleted(self, dovecot: Dovecot) -> None:
        nell = on_dovecot(dovecot, dovecot.user("nell"))
        with pytest.raises(FolderMissing, match=r'"Drafts".*`drafts`'):
            taken_back(nell, "any")

    @pytest.mark.parametrize("cut", [b"Expunge completed", b"Store completed", b"READ-WRITE"])
    def test_a_cut_anywhere_is_finished_by_the_next_try(
        self, dovecot: Dovecot, alice: Mailbox, cut: bytes
    ) -> None:
        held = put(alice)
        put(alice, OTHER_ID)
        with FaultProxy(dovecot.port, Faults(cut_before=cut)) as proxy:
            with pytest.raises(MailboxUnreachable):
                taken_back(alice, held, proxy.port)
            proxy.faults.cut_before = b""
            assert taken_back(alice, held, proxy.port) in ("withdrawn", "gone")
        assert len(alice.stored("Drafts")) == 1


@pytest.mark.parametrize("refused", [rb"UID STORE", rb"UID EXPUNGE"])
def test_a_server_that_refuses_keeps_the_draft_as_it_was(refused: bytes) -> None:
    raw = draft(ID)
    block = b"Message-ID: " + ID.encode() + b"\r\n\r\n"
    script = (
        (rb"UID SEARCH", b"* SEARCH 3\nTAG OK done"),
        (
            rb"UID FETCH.*HEADER",
            b"* 1 FETCH (UID 3 BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\n%s)\nTAG OK done"
            % (len(block), block.replace(b"\r\n", b"\n")),
        ),
        (
            rb"UID FETCH",
            b"* 1 FETCH (UID 3 BODY[] {%d}\n%s)\nTAG OK done" % (len(raw), raw.replace(b"\r\n", b"\n")),
        ),
        (rb"SELECT", b"* 3 EXISTS\n* OK [UIDVALIDITY 7] .\n* OK [UIDNEXT 4] .\nTAG OK [READ-WRITE] done"),
        (refused, b"TAG NO Permission denied"),
    )
    with (
        scripted(*script, capabilities=b"UIDPLUS") as server,
        open_session(server.server, server.secret) as session,
    ):
        assert take_back(session, "Drafts", message_id=ID, content_hashes=[content_hash(raw)]) == "kept"
    assert any(b"-FLAGS" in command for command in server.commands), "the mark is taken off again"
    assert server.commands[-2].startswith(b"EXAMINE")
