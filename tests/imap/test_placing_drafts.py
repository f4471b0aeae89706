"""Putting drafts under faults: once and only once, or one clear sentence."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.letters import draft
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.scripted import scripted
from triage.errors import AppendRefused, FolderMissing, MailboxFull, MailboxUnreachable, TriageError
from triage.imap.drafts_box import (
    WATCHED_HEADERS,
    Placed,
    altered_headers,
    content_hash,
    current_hash,
    put_once,
    sendable,
)
from triage.imap.inbox import open_inbox
from triage.imap.session import open_session

ID = "<draft-1@studio.example>"


def put(mailbox: Mailbox, port: int, raw: bytes | None = None) -> Placed:
    """One try by way of this port, in a session of its own."""
    with open_session(replace(mailbox.server, port=port, timeout=3), mailbox.secret) as session:
        return put_once(session, "Drafts", message_id=ID, raw=raw or draft())


@pytest.mark.dovecot
class TestLostConnections:
    """Wherever the connection breaks, the next try leaves exactly one draft."""

    def test_a_lost_ok_after_append(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.port, Faults(cut_before=b"APPENDUID")) as proxy:
            with pytest.raises(MailboxUnreachable, match="nothing is lost"):
                put(alice, proxy.port)
            assert len(alice.stored("Drafts")) == 1
            proxy.faults.cut_before = b""
            assert put(alice, proxy.port).was_there
        assert len(alice.stored("Drafts")) == 1

    def test_a_half_sent_append_stores_nothing(self, dovecot: Dovecot, alice: Mailbox) -> None:
        raw = draft(body="A long answer.\n" * 2000)
        with FaultProxy(dovecot.port, Faults(cut_to_server=8000)) as proxy:
            with pytest.raises(MailboxUnreachable):
                put(alice, proxy.port, raw)
            assert alice.stored("Drafts") == {}
            proxy.faults.cut_to_server = None
            assert not put(alice, proxy.port, raw).was_there
        assert list(alice.stored("Drafts").values()) == [raw]

    @pytest.mark.parametrize("direction", ["cut_to_client", "cut_to_server"])
    def test_a_cut_anywhere(self, dovecot: Dovecot, alice: Mailbox, direction: str) -> None:
        with FaultProxy(dovecot.port) as proxy:
            put(on_dovecot(dovecot, dovecot.user("alice")), proxy.port)
            to_client, to_server = proxy.traffic.to_client, proxy.traffic.to_server
        whole = to_client if direction == "cut_to_client" else to_server
        for cut in range(1, whole, max(1, whole // 25)):
            mailbox = on_dovecot(dovecot, dovecot.user("alice"))
            faults = Faults()
            setattr(faults, direction, cut)
            with FaultProxy(dovecot.port, faults) as proxy:
                try:
                    put(mailbox, proxy.port)
                except MailboxUnreachable:
                    pass
                else:  # only the farewell was cut
                    assert cut > whole - 200
                proxy.faults = Faults()
            put(mailbox, dovecot.port)
            assert len(mailbox.stored("Drafts")) == 1, cut

    def test_a_timeout_during_append_is_no_second_draft(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.port) as proxy:
            server = replace(alice.server, port=proxy.port, timeout=0.6)
            with open_session(server, alice.secret) as session:
                proxy.faults.replace = [(rb"A?PPENDUID", b"")]
                proxy.faults.delay = 2.0
                with pytest.raises(MailboxUnreachable, match="in time"):
                    put_once(session, "Drafts", message_id=ID, raw=draft())
                assert not session.is_open
        put(alice, dovecot.port)
        assert len(alice.stored("Drafts")) == 1


@pytest.mark.dovecot
class TestRefusals:
    """The server's no, each with its own error, and nothing half done."""

    def test_a_full_mailbox(self, dovecot: Dovecot) -> None:
        quinn = on_dovecot(dovecot, dovecot.user("quinn"))
        with quinn.session() as session:
            with pytest.raises(MailboxFull, match="is full: delete or archive"):
                put_once(session, "Drafts", message_id=ID, raw=draft(body="x" * 76 + "\n" * 70_000))
            assert session.is_open
            assert put_once(session, "Drafts", message_id=ID, raw=draft()).uid
        assert len(quinn.stored("Drafts")) == 1

    def test_a_folder_that_is_read_only(self, dovecot: Dovecot) -> None:
        rita = on_dovecot(dovecot, dovecot.user("rita"))
        with (
            rita.session() as session,
            pytest.raises(
                AppendRefused, match=r'does not let this login write to the folder "Drafts".*`drafts`'
            ),
        ):
            put_once(session, "Drafts", message_id=ID, raw=draft())

    @pytest.mark.parametrize("words", [b"Permission denied", b"Access denied for APPEND on INBOX.Drafts"])
    def test_a_folder_that_may_not_be_written_to_in_words_alone(self, words: bytes) -> None:
        script = ((rb"UID SEARCH", b"* SEARCH\nTAG OK done"), (rb"APPEND", b"TAG NO " + words))
        with (
            scripted(*script) as server,
            open_session(server.server, server.secret) as session,
            pytest.raises(AppendRefused, match="does not let this login write to"),
        ):
            put_once(session, "Drafts", message_id=ID, raw=draft())

    def test_a_folder_that_was_deleted(self, dovecot: Dovecot) -> None:
        user = dovecot.user("nell")
        nell = on_dovecot(dovecot, user)
        with nell.session() as session, pytest.raises(FolderMissing, match=r'"Drafts".*`drafts`'):
            put_once(session, "Drafts", message_id=ID, raw=draft())

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (b"TAG NO [OVERQUOTA] Quota exceeded", MailboxFull),
            (b"TAG NO [ALERT] You exceeded your mail quota.", MailboxFull),  # Courier
            (b"TAG NO Over quota", MailboxFull),  # Cyrus
            (b"TAG NO Quota of annotations can't be read", AppendRefused),
            (b"TAG NO [UNAVAILABLE] Over quota for now", MailboxUnreachable),
            (b"TAG NO [LIMIT] Too many messages", AppendRefused),
            (b"TAG NO Message contains invalid header", AppendRefused),
            (b"TAG NO [TRYCREATE] No such mailbox", FolderMissing),
            (b"TAG NO [UNAVAILABLE] Later", MailboxUnreachable),
            (b"TAG BAD Invalid NUL", AppendRefused),
            (b"* BYE Internal error\nCLOSE", MailboxUnreachable),
        ],
    )
    def test_other_words_for_no(self, answer: bytes, error: type[TriageError]) -> None:
        script = ((rb"UID SEARCH", b"* SEARCH\nTAG OK done"), (rb"APPEND", answer))
        with (
            scripted(*script) as server,
            open_session(server.server, server.secret) as session,
            pytest.raises(error) as caught,
        ):
            put_once(session, "Drafts", message_id=ID, raw=draft())
        assert type(caught.value) is error


@pytest.mark.dovecot
class TestServersHabits:
    """What servers do differently, and must make no difference."""

    @pytest.mark.parametrize("hidden", [b"UIDPLUS", b"UNSELECT", rb"LITERAL\+", rb"\[APPENDUID \d+ \d+\] "])
    def test_without(self, dovecot: Dovecot, alice: Mailbox, hidden: bytes) -> None:
        with FaultProxy(dovecot.port, Faults(replace=[(hidden, b"")])) as proxy:
            first, again = put(alice, proxy.port), put(alice, proxy.port)
        assert (first.uid, first.content_hash) == (again.uid, again.content_hash)
        assert (first.was_there, again.was_there) == (False, True)
        assert list(alice.stored("Drafts")) == [first.uid]

    def test_the_folder_is_open_to_nobody_while_appending(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.port) as proxy:
            put(alice, proxy.port)
            sent = bytes(proxy.traffic.sent_by_client)
        commands = [line.split(b" ")[1] for line in re.findall(rb"(?m)^[A-Z]{4}\d+ \w+", sent)]
        place = commands.index(b"APPEND")
        assert commands[place - 1] == b"CLOSE"
        assert b"EXAMINE" in commands[place + 1 :]
        # Courier: one's own APPEND shows in SEARCH after NOOP
        assert commands.index(b"NOOP") < place

    def test_proton_bridge_drops_references(self, dovecot: Dovecot, alice: Mailbox) -> None:
        stripped = re.sub(rb"(?s)References:.*?\r\n(?=\S)", b"", draft())
        alice.deliver(stripped, folder="Drafts")
        placed = put(alice, dovecot.port)
        assert placed.was_there
        assert placed.altered == ("References",)
        assert placed.content_hash == content_hash(stripped) != content_hash(draft())

    def test_a_rebuilt_folder_is_searched_anew(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        first = put(mailbox, dovecot.port)
        dovecot.set_uidvalidity(user, "Drafts", first.uidvalidity + 5)
        again = put(mailbox, dovecot.port)
        assert again.was_there
        assert again.uidvalidity == first.uidvalidity + 5

    def test_a_draft_that_the_user_touched_hashes_differently(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        placed = put(mailbox, dovecot.port)
        mailbox.deliver(draft(body="Hello Jo,\n\nmy own words.\n"), folder="Drafts")
        with mailbox.session() as session:
            uids = open_inbox(session, "Drafts").uids_from(1)
            assert [current_hash(session, "Drafts", uid) == placed.content_hash for uid in uids] == [
                True,
                False,
            ]
            dovecot.expunge(user, "Drafts", "uid", str(placed.uid))
            assert current_hash(session, "Drafts", placed.uid or 0) is None


class TestCanonicalForm:
    """What counts as the same draft."""

    @pytest.mark.parametrize(
        "other",
        [
            draft().replace(b"\r\n", b"\n"),
            draft().replace(b"\r\n", b"\r"),
            draft() + b"\r\n\r\n",
            draft().rstrip(),
            draft().replace(b"Hello", b"Hel\0lo"),
        ],
    )
    def test_what_servers_rewrite_makes_no_difference(self, other: bytes) -> None:
        assert content_hash(other) == content_hash(draft())

    def test_a_word_does(self) -> None:
        assert content_hash(draft().replace(b"I have it", b"I had it")) != content_hash(draft())

    def test_sendable_is_what_imap_can_carry(self) -> None:
        assert sendable(b"a\rb\nc\r\nd\0e\r\r\n") == b"a\r\nb\r\nc\r\nde\r\n\r\n"

    @pytest.mark.parametrize("name", WATCHED_HEADERS)
    def test_each_watched_header_is_missed(self, name: str) -> None:
        stored = re.sub(rb"(?ms)^%s:.*?\r\n(?=\S)" % name.encode(), b"", draft())
        assert altered_headers(draft(), stored) == (name,)

    def test_another_way_to_write_a_header_is_no_change(self) -> None:
        stored = draft().replace(b"> <older-", b">\r\n <older-").replace(b"In-Reply-To", b"In-reply-to")
        stored = re.sub(
            rb"(?ms)^Subject:.*?\r\n(?=\S)",
            b"Subject: =?utf-8?b?UmU6IEFuZ2Vib3QgZsO8ciBHcsO2w59lIMOcYmVyc2ljaHQ=?=\r\n",
            stored,
        )
        assert stored != draft()
        assert altered_headers(draft(), stored) == ()
