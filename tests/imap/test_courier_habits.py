"""What Courier does otherwise than the rest, as recorded on Courier 5.0, and folders under ``INBOX.``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.rig.scripted import scripted
from triage.errors import FolderMissing
from triage.imap.inbox import Fetched, open_inbox
from triage.imap.session import open_session
from triage.imap.watch import wait_for_mail
from triage.mail.parse import parse

SIZE = b'* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE "02-Jun-2025 10:00:00 +0200")\nTAG OK done'


def fetched(raw: bytes) -> Fetched:
    """The one message of a server that hands out these bytes."""
    answer = b"* 1 FETCH (UID 1 BODY[] {%d}\n%s)\nTAG OK done" % (len(raw), raw.replace(b"\r\n", b"\n"))
    script = ((rb"UID FETCH 1 \(RFC822.SIZE", SIZE), (rb"UID FETCH 1 \(BODY", answer))
    with scripted(*script) as server, open_session(server.server, server.secret) as session:
        (entry,) = open_inbox(session, "INBOX").fetch([1])
        return entry


@dataclass
class Courier:
    """What Courier 5.0 says where it differs, as recorded: EXAMINE without UIDNEXT, ``*`` finding nothing."""

    uids: tuple[int, ...] = (4, 7, 9)
    vanished: bool = False

    def script(self) -> list[tuple[bytes, bytes]]:
        """Its answers; with ``vanished`` another client has just deleted the last message."""
        count = len(self.uids)
        opened = b"* %d EXISTS\n* OK [UIDVALIDITY 7] Ok\nTAG OK [%%s] Ok" % count
        last = b"* %d FETCH (UID %d)\n" % (count, self.uids[-1]) if count and not self.vanished else b""
        told = b" ".join(b"%d" % uid for uid in self.uids[: -1 if self.vanished else None])
        return [
            (b"EXAMINE", opened % b"READ-ONLY"),
            (b"SELECT", opened % b"READ-WRITE"),
            (rb"FETCH %d \(UID\)" % count, last + b"TAG OK FETCH completed."),
            (rb"UID SEARCH UID \*", b"* SEARCH\nTAG OK SEARCH done."),
            (rb"UID SEARCH UID 8:\*", b"* SEARCH 9\nTAG OK SEARCH done."),
            (rb"UID SEARCH ALL", b"* SEARCH " + told + b"\nTAG OK SEARCH done."),
        ]


class TestCourier:
    """A server that keeps UIDNEXT to itself, and forgets UIDs that nobody has selected."""

    def test_the_next_uid_is_that_after_the_last_message(self) -> None:
        with scripted(*Courier().script()) as server, open_session(server.server, server.secret) as session:
            inbox = open_inbox(session, "INBOX")
            assert inbox.uidnext == 10
            assert inbox.uids_from(8) == [9]
            assert inbox.uids_from(10) == []

    def test_an_empty_folder_begins_at_one(self) -> None:
        script = Courier(uids=()).script()
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            assert open_inbox(session, "INBOX").uidnext == 1

    def test_a_last_message_that_vanished_meanwhile(self) -> None:
        script = Courier(vanished=True).script()
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            assert open_inbox(session, "INBOX").uidnext == 8

    def test_uids_are_written_down_and_nothing_can_be_expunged(self) -> None:
        """SELECT makes them last; CLOSE or EXPUNGE while it holds would delete what the user marked."""
        with scripted(*Courier().script()) as server, open_session(server.server, server.secret) as session:
            open_inbox(session, "INBOX")
            session.leave()
            verbs = [command.split()[0] for command in server.commands]
        opened = [verb for verb in verbs if verb in {b"EXAMINE", b"SELECT", b"CLOSE", b"EXPUNGE"}]
        assert opened == [b"EXAMINE", b"SELECT", b"EXAMINE", b"CLOSE"]
        assert verbs[verbs.index(b"SELECT") + 1] == b"EXAMINE"

    def test_mail_between_pass_and_wait_is_not_missed(self) -> None:
        with scripted(*Courier().script()) as server, open_session(server.server, server.secret) as session:
            assert wait_for_mail(session, "INBOX", 5, lambda: False, uidnext=9)
            assert not wait_for_mail(session, "INBOX", 5, lambda: True, uidnext=10)

    def test_a_folder_that_may_be_read_only(self) -> None:
        script = [(b"SELECT", b"TAG NO [NOPERM] not yours"), *Courier().script()]
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            assert open_inbox(session, "INBOX").uidnext == 10

    def test_other_servers_are_never_asked_to_select(self) -> None:
        with scripted() as server, open_session(server.server, server.secret) as session:
            assert open_inbox(session, "INBOX").uidnext == 4
            assert not [command for command in server.commands if command.startswith(b"SELECT")]

    def test_line_ends_that_were_doubled(self) -> None:
        """A file with CRLF in the Maildir is handed out with CR CR LF."""
        raw = b"From: jo@client.example\r\r\nMessage-ID: <a@x.example>\r\r\n\r\r\nhello\r\r\n"
        entry = fetched(raw)
        assert parse(entry.raw).message_id == "<a@x.example>"
        assert parse(entry.raw).text.strip() == "hello"

    def test_a_lone_cr_within_a_message_stays(self) -> None:
        raw = b"Subject: x\r\n\r\none\r\r\ntwo\r\n"
        entry = fetched(raw)
        assert entry.raw == raw


class TestNamespacePrefix:
    """A watched folder may be named as mail programs show it, without ``INBOX.``."""

    SCRIPT = (
        (rb'EXAMINE "?INBOX.Kunden', b"* 0 EXISTS\n* OK [UIDVALIDITY 7] .\n* OK [UIDNEXT 1] .\nTAG OK done"),
        (rb"EXAMINE", b"TAG NO Unable to open this mailbox."),
        (rb"LIST", b'* LIST () "." INBOX\n* LIST () "." INBOX.Kunden\nTAG OK done'),
        (rb"NAMESPACE", b'* NAMESPACE (("INBOX." ".")) NIL NIL\nTAG OK done'),
    )

    @pytest.mark.parametrize("name", ["INBOX.Kunden", "Kunden", "kunden"])
    def test_it_is_found(self, name: str) -> None:
        with (
            scripted(*self.SCRIPT, capabilities=b"NAMESPACE") as server,
            open_session(server.server, server.secret) as session,
        ):
            assert open_inbox(session, name).uidvalidity == 7

    def test_one_that_is_not_there_is_told_with_its_key(self) -> None:
        with (
            scripted(*self.SCRIPT, capabilities=b"NAMESPACE") as server,
            open_session(server.server, server.secret) as session,
            pytest.raises(FolderMissing, match=r'no folder "Nirgends".*`folders`'),
        ):
            open_inbox(session, "Nirgends")
