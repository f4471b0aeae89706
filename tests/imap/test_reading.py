"""Reading under faults: broken connections, poison answers, odd structures; and what goes over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.letters import letter, plain, with_attachment
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.scripted import scripted
from triage.errors import FolderMissing, MailboxUnreachable
from triage.imap.inbox import LARGE_BYTES, MOST_BYTES, Fetched, open_inbox
from triage.imap.session import open_session
from triage.mail.parse import parse

DATED = b'INTERNALDATE "02-Jun-2025 10:00:00 +0200"'
NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)


def read_through(proxy: FaultProxy, mailbox: Mailbox) -> list[Fetched]:
    """Everything in the inbox, read by way of the proxy."""
    with open_session(replace(mailbox.server, port=proxy.port, timeout=3), mailbox.secret) as session:
        inbox = open_inbox(session, "INBOX")
        return list(inbox.fetch(inbox.uids_from(1)))


def fetched(*script: tuple[bytes, bytes], uids: tuple[int, ...] = (1, 2, 3)) -> list[Fetched]:
    """What comes from a server that answers so; sizes and dates are 5 bytes and 8 o'clock unless scripted."""
    sizes = b"\n".join(b"* %d FETCH (UID %d RFC822.SIZE 5 %s)" % (uid, uid, DATED) for uid in uids)
    answers = (*script, (rb"UID FETCH [\d,]+ \(RFC822.SIZE", sizes + b"\nTAG OK done"))
    with scripted(*answers) as server, open_session(server.server, server.secret) as session:
        return list(open_inbox(session, "INBOX").fetch(uids))


def body(uid: int, raw: bytes = b"a: b\r\n\r\nc") -> bytes:
    """One FETCH answer with a literal."""
    return b"* %d FETCH (UID %d BODY[] {%d}\n%s)" % (uid, uid, len(raw), raw.replace(b"\r\n", b"\n"))


@pytest.mark.dovecot
class TestOnTheWire:
    """What passes between the product and the server."""

    def test_attachments_stay_where_they_are(self, dovecot: Dovecot, alice: Mailbox) -> None:
        size = 8_000_000
        alice.deliver(*(with_attachment(size, number=number) for number in range(3)))
        with FaultProxy(dovecot.port) as proxy:
            entries = read_through(proxy, alice)
            assert proxy.traffic.to_client < 0.02 * 3 * size
        assert [entry.partial for entry in entries] == [True] * 3
        assert all("Plan für Jo.pdf" in [a.filename for a in parse(e.raw).attachments] for e in entries)

    def test_only_reading_commands_are_sent(self, dovecot: Dovecot, alice: Mailbox) -> None:
        alice.deliver(letter(1), with_attachment(LARGE_BYTES + 1))
        with FaultProxy(dovecot.port) as proxy:
            assert len(read_through(proxy, alice)) == 2
            sent = bytes(proxy.traffic.sent_by_client)
        assert b" EXAMINE " in sent
        assert b"BODY.PEEK[" in sent
        for word in (b"SELECT", b"STORE", b"EXPUNGE", b"BODY[", b"RFC822 ", b"COPY", b"MOVE", b"DELETE"):
            assert word not in sent.replace(b"UNSELECT", b"")

    def test_no_more_than_500_uids_and_8_megabytes_at_once(self, dovecot: Dovecot, alice: Mailbox) -> None:
        big = letter(0, body="All the work so far.\n" * 11_500)
        assert LARGE_BYTES * 0.9 < len(big) < LARGE_BYTES
        with alice.second_client() as client:
            client.multiappend("INBOX", [{"msg": big, "flags": ()}] * 40)
            for _ in range(5):
                client.multiappend("INBOX", [{"msg": letter(1), "flags": ()}] * 100)
        with FaultProxy(dovecot.port) as proxy:
            entries = read_through(proxy, alice)
            sent = bytes(proxy.traffic.sent_by_client)
        assert len(entries) == 540
        bodies = [line for line in sent.split(b"\r\n") if b"BODY.PEEK[]" in line]
        counts = [line.count(b",") + 1 for line in bodies]
        assert max(counts) <= 500
        assert sum(counts) == 540
        # 40 messages of a quarter of a megabyte don't fit into one command
        assert counts[0] <= MOST_BYTES / len(big)
        assert len(bodies) == 3

    def test_an_empty_pass_costs_no_search(self, dovecot: Dovecot, alice: Mailbox) -> None:
        alice.deliver(letter(1))
        with FaultProxy(dovecot.port) as proxy:
            server = replace(alice.server, port=proxy.port)
            with open_session(server, alice.secret) as session:
                inbox = open_inbox(session, "INBOX")
                assert inbox.uids_from(inbox.uidnext or 0) == []
            assert b"SEARCH" not in proxy.traffic.sent_by_client


@pytest.mark.dovecot
class TestBrokenConnections:
    """A break is told once, and the session is over."""

    @pytest.mark.parametrize("cut", [0, 30, 200, 1000, 3000, 6000])
    @pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
    def test_a_cut_after_any_number_of_bytes(
        self, dovecot: Dovecot, alice: Mailbox, cut: int, reset: bool
    ) -> None:
        alice.deliver(*(letter(number, body="text\n" * 500) for number in range(4)))
        with (
            FaultProxy(dovecot.port, Faults(cut_to_client=cut, reset=reset)) as proxy,
            pytest.raises(MailboxUnreachable, match=f":{proxy.port}"),
        ):
            read_through(proxy, alice)

    def test_a_link_that_goes_dead(self, dovecot: Dovecot, alice: Mailbox) -> None:
        alice.deliver(letter(1))
        with FaultProxy(dovecot.port) as proxy:
            server = replace(alice.server, port=proxy.port, timeout=0.5)
            with open_session(server, alice.secret) as session:
                inbox = open_inbox(session, "INBOX")
                proxy.faults.blackhole = True
                with pytest.raises(MailboxUnreachable, match="does not answer in time"):
                    list(inbox.fetch([1]))
                assert not session.is_open
                with pytest.raises(MailboxUnreachable, match="is closed"):
                    inbox.uids_from(1)

    def test_a_kick_by_the_server(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            mailbox.deliver(letter(1))
            dovecot.kick(user)
            with pytest.raises(MailboxUnreachable, match="nothing is lost"):
                inbox._session.noop()
            assert not session.is_open

    def test_slow_and_split_answers_are_read_all_the_same(self, dovecot: Dovecot, alice: Mailbox) -> None:
        originals = [letter(number) for number in range(3)]
        alice.deliver(*originals)
        with FaultProxy(dovecot.port, Faults(chunk=7)) as proxy:
            assert [entry.raw for entry in read_through(proxy, alice)] == originals


@pytest.mark.dovecot
class TestChangesMeanwhile:
    """Other clients and the server's own doings."""

    def test_a_rebuilt_folder_has_another_uidvalidity(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        mailbox.deliver(letter(1))
        with mailbox.session() as session:
            before = open_inbox(session, "INBOX").uidvalidity
        dovecot.set_uidvalidity(user, "INBOX", before + 77)
        with mailbox.session() as session:
            assert open_inbox(session, "INBOX").uidvalidity == before + 77

    def test_a_folder_rebuilt_during_the_pass_ends_it(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        mailbox.deliver(letter(1), folder="Archive")
        with mailbox.session() as session:
            inbox = open_inbox(session, "Archive")
            session.leave()
            dovecot.recreate(user, "Archive")
            with pytest.raises(MailboxUnreachable, match="rebuilt a folder"):
                list(inbox.fetch([1]))

    def test_messages_deleted_between_search_and_fetch(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        mailbox.deliver(letter(1), letter(2), with_attachment(LARGE_BYTES * 2, number=3), letter(4))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            uids = inbox.uids_from(1)
            dovecot.expunge(user, "INBOX", "uid", f"{uids[0]}:{uids[2]}")
            assert [entry.uid for entry in inbox.fetch(uids)] == [uids[3]]

    def test_a_delivery_agent_drops_mail(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        mailbox.deliver(letter(1))
        dovecot.drop(user, letter(2))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            assert [entry.raw for entry in inbox.fetch(inbox.uids_from(1))] == [letter(1), letter(2)]
        assert list(mailbox.flags().values()) == [frozenset(), frozenset()]

    def test_a_folder_that_may_not_be_opened(self, alice: Mailbox) -> None:
        with alice.session() as session, pytest.raises(FolderMissing, match=r'"Clients/Jo".*`folders`'):
            open_inbox(session, "Clients/Jo")


@pytest.mark.dovecot
class TestLargeMessages:
    """Structures of every kind, read without their attachments."""

    def partial(self, mailbox: Mailbox, message: EmailMessage) -> Fetched:
        """The message as it is fetched."""
        mailbox.deliver(message.as_bytes(policy=SMTP))
        with mailbox.session() as session:
            inbox = open_inbox(session, "INBOX")
            (entry,) = inbox.fetch(inbox.uids_from(1))
        assert entry.partial
        assert entry.defect == ""
        return entry

    def test_nested_multiparts_keep_their_shape(self, alice: Mailbox) -> None:
        message = plain(1, body="See the mock-up.")
        message.add_alternative('<p>See <img src="cid:a"> the mock-up.</p>', subtype="html")
        message.get_payload()[1].add_related(  # type: ignore[index,union-attr]
            b"\x89PNG" * 100_000, "image", "png", cid="<a>", filename="mock.png"
        )
        message.add_attachment(b"PK" * 10, maintype="application", subtype="zip", filename="all.zip")
        entry = self.partial(alice, message)
        before, after = parse(message.as_bytes(policy=SMTP)), parse(entry.raw)
        assert (after.text, after.html) == (before.text, before.html)
        assert after.attachments == before.attachments
        assert after.defects == before.defects
        assert len(entry.raw) < 4000

    def test_a_forwarded_message_is_an_attachment(self, alice: Mailbox) -> None:
        message = plain(1, body="What do you think of this?")
        message.add_attachment(plain(2, body="You are useless. " * 20_000))
        entry = self.partial(alice, message)
        assert b"useless" not in entry.raw
        assert b"message/rfc822" in entry.raw
        assert parse(entry.raw).text.strip() == "What do you think of this?"

    def test_a_hundred_texts_bring_no_more_than_a_megabyte_and_a_bit(self, alice: Mailbox) -> None:
        message = plain(1, body="The first is read.")
        for _ in range(60):
            message.add_attachment("And one more line for you.\r\n" * 4_000, disposition="inline")
        entry = self.partial(alice, message)
        assert len(entry.raw) < 1_300_000
        assert parse(entry.raw).text.startswith("The first is read.")

    def test_a_text_file_is_an_attachment_and_an_invitation_is_not(self, alice: Mailbox) -> None:
        message = plain(1, body="Attached.")
        message.add_attachment("UID:1\r\nMETHOD:REPLY\r\n", subtype="calendar", filename="reply.ics")
        message.add_attachment("You are useless. \n" * 20_000, filename="log.txt")
        raw = self.partial(alice, message).raw
        assert b"METHOD:REPLY" in raw
        assert b"useless" not in raw
        assert b"X-Triage-Omitted: " in raw

    def test_a_bounce_keeps_its_report(self, alice: Mailbox) -> None:
        raw = (
            b"From: MAILER-DAEMON@mail.example\r\nSubject: Undelivered\r\n"
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n'
            b"--=_b\r\nContent-Type: text/plain\r\n\r\nIt bounced.\r\n"
            b"--=_b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
            b"Action: failed\r\n\r\n--=_b\r\nContent-Type: message/rfc822\r\n\r\n"
            + with_attachment(LARGE_BYTES * 2)
            + b"\r\n--=_b--\r\n"
        )
        alice.deliver(raw)
        with alice.session() as session:
            inbox = open_inbox(session, "INBOX")
            (entry,) = inbox.fetch(inbox.uids_from(1))
        assert b"Action: failed" in entry.raw
        assert parse(entry.raw).media_type == "multipart/report"
        assert len(entry.raw) < 3000

    def test_an_attachment_alone_is_only_named(self, alice: Mailbox) -> None:
        message = plain(1)
        message.clear_content()
        message.set_content(b"%PDF" * 100_000, "application", "pdf", filename="Vertrag.pdf")
        entry = self.partial(alice, message)
        assert [part.filename for part in parse(entry.raw).attachments] == ["Vertrag.pdf"]
        assert len(entry.raw) < 2000

    def test_base64_text_that_is_cut_is_still_text(self, alice: Mailbox) -> None:
        message = plain(1)
        message.set_content("Größe und Maß\n" * 60_000, cte="base64")
        text = parse(self.partial(alice, message).raw).text
        assert len(text) > 100_000
        assert set(text.splitlines()[:-1]) == {"Größe und Maß"}

    def test_a_multipart_without_boundary_is_read_as_it_begins(self, alice: Mailbox) -> None:
        raw = b"From: jo@client.example\r\nSubject: odd\r\nContent-Type: multipart/mixed\r\n\r\n"
        alice.deliver(raw + b"Please answer.\r\n" + b"x\r\n" * LARGE_BYTES)
        with alice.session() as session:
            inbox = open_inbox(session, "INBOX")
            (entry,) = inbox.fetch(inbox.uids_from(1))
        assert entry.raw.startswith(raw)
        assert b"Please answer." in entry.raw

    def test_hundreds_of_parts_are_bounded(self, alice: Mailbox) -> None:
        message = plain(1, body="Many files.")
        for number in range(300):
            message.add_attachment(b"x" * 1500, "application", "pdf", filename=f"{number}.pdf")
        parsed = parse(self.partial(alice, message).raw)
        assert parsed.text.strip() == "Many files."
        assert 50 < len(parsed.attachments) < 100


class TestPoison:
    """One message that a server can't hand out costs itself alone."""

    still_there = (rb"UID SEARCH UID 2", b"* SEARCH 2\nTAG OK done")

    def test_an_unreadable_answer(self) -> None:
        every = body(1) + b"\n* 2 FETCH (UID 2 BODY[] (((\n" + body(3) + b"\nTAG OK done"
        entries = fetched(
            (rb"UID FETCH 1,2,3 \(BODY", every),
            (rb"UID FETCH 1 \(BODY", body(1) + b"\nTAG OK done"),
            (rb"UID FETCH 2 \(BODY", b"* 2 FETCH (UID 2 BODY[] (((\nTAG OK done"),
            (rb"UID FETCH 2,3 \(BODY", b"* 2 FETCH (UID 2 BODY[] (((\nTAG OK done"),
            (rb"UID FETCH 3 \(BODY", body(3) + b"\nTAG OK done"),
            self.still_there,
        )
        assert [(entry.uid, bool(entry.raw), bool(entry.defect)) for entry in entries] == [
            (1, True, False),
            (2, False, True),
            (3, True, False),
        ]

    def test_a_refusal(self) -> None:
        entries = fetched(
            (rb"UID FETCH (1,2,3|2,3|2) \(BODY", body(1) + b"\nTAG NO [SERVERBUG] cannot convert"),
            (rb"UID FETCH 1 \(BODY", body(1) + b"\nTAG OK done"),
            (rb"UID FETCH 3 \(BODY", body(3) + b"\nTAG OK done"),
            self.still_there,
        )
        assert [(entry.uid, entry.raw != b"", entry.defect != "") for entry in entries] == [
            (1, True, False),
            (2, False, True),
            (3, True, False),
        ]

    def test_one_that_somebody_has_deleted_meanwhile_is_no_failure(self) -> None:
        """Dovecot says NO to the whole command where the file of one message is gone."""
        entries = fetched(
            (rb"UID FETCH (1,2,3|2,3|2) \(BODY", body(1) + b"\nTAG NO [EXPUNGEISSUED] some are gone"),
            (rb"UID FETCH 1 \(BODY", body(1) + b"\nTAG OK done"),
            (rb"UID FETCH 3 \(BODY", body(3) + b"\nTAG OK done"),
            (rb"UID SEARCH UID 2", b"* SEARCH\nTAG OK done"),
        )
        assert [entry.uid for entry in entries] == [1, 3]

    def test_one_whose_text_is_gone_although_the_server_says_ok_is_no_failure(self) -> None:
        """It may be shown until the folder is opened anew."""
        entries = fetched(
            (rb"UID FETCH 1,2,3 \(BODY", body(1) + b"\n* 2 FETCH (UID 2)\n" + body(3) + b"\nTAG OK done"),
            (rb"UID SEARCH UID 2", b"* SEARCH\nTAG OK done"),
        )
        assert [entry.uid for entry in entries] == [1, 3]

    def test_a_body_of_nil(self) -> None:
        entries = fetched(
            (rb"UID FETCH 1 \(BODY", b"* 1 FETCH (UID 1 BODY[] NIL)\nTAG OK done"),
            (rb"UID SEARCH UID 1", b"* SEARCH 1\nTAG OK done"),
            uids=(1,),
        )
        assert [(entry.raw, bool(entry.defect)) for entry in entries] == [(b"", True)]

    def test_a_server_that_is_down_is_not_the_messages_fault(self) -> None:
        with pytest.raises(MailboxUnreachable, match="mail store is down"):
            fetched((rb"UID FETCH [\d,]+ \(BODY", b"TAG NO [UNAVAILABLE] later"))

    def test_a_farewell_is_not_the_messages_fault(self) -> None:
        with pytest.raises(MailboxUnreachable, match="nothing is lost"):
            fetched((rb"UID FETCH [\d,]+ \(BODY", b"* BYE shutting down\nCLOSE"))

    def test_answers_nobody_asked_for(self) -> None:
        every = (
            b"* 9 FETCH (UID 9 FLAGS (\\Seen))\n" + body(1) + b"\n* 2 EXPUNGE\n" + body(3) + b"\nTAG OK done"
        )
        assert [entry.uid for entry in fetched((rb"UID FETCH [\d,]+ \(BODY", every))] == [1, 3]

    def test_a_large_message_whose_structure_is_nonsense(self) -> None:
        sizes = b"* 1 FETCH (UID 1 RFC822.SIZE 999999 %s)\nTAG OK done" % DATED
        start = b"Subject: x\n\nhello\n"
        entries = fetched(
            (rb"UID FETCH 1 \(RFC822", sizes),
            (rb"UID FETCH 1 \(BODYSTRUCTURE", b"* 1 FETCH (UID 1 BODYSTRUCTURE ())\nTAG OK done"),
            (rb"UID FETCH 1 \(BODY", b"* 1 FETCH (UID 1 BODY[]<0> {21}\n%s)\nTAG OK done" % start),
            uids=(1,),
        )
        assert [(entry.partial, entry.raw) for entry in entries] == [(True, b"Subject: x\r\n\r\nhello\r\n")]

    def test_a_server_without_arrival_dates(self) -> None:
        sizes = b"* 1 FETCH (UID 1 RFC822.SIZE 5)\n* 2 FETCH (UID 2 RFC822.SIZE 5)\nTAG OK done"
        dated = body(1, b"Date: Mon, 2 Jun 2025 14:00:00 +0200\r\n\r\nc")
        entries = fetched(
            (rb"UID FETCH 1,2 \(RFC822", sizes),
            (rb"UID FETCH 1,2 \(BODY", dated + b"\n" + body(2) + b"\nTAG OK done"),
            uids=(1, 2),
        )
        assert [entry.internal_date for entry in entries] == [NOON, datetime.fromtimestamp(0, UTC)]

    def test_a_line_of_many_megabytes(self) -> None:
        uids = b" ".join(str(uid).encode() for uid in range(1_000_000, 1_300_000))
        script = (
            (b"EXAMINE", b"* 300000 EXISTS\n* OK [UIDVALIDITY 7] .\nTAG OK [READ-ONLY] done"),
            (b"UID SEARCH", b"* SEARCH " + uids + b"\nTAG OK done"),
        )
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            inbox = open_inbox(session, "INBOX")
            assert inbox.uidnext == 1_300_000
            assert len(inbox.uids_from(1_000_001)) == 299_999

    def test_nonsense_in_place_of_numbers(self) -> None:
        script = ((b"EXAMINE", b"* 3 EXISTS\n* OK [UIDVALIDITY abc] .\nTAG OK done"),)
        with (
            scripted(*script) as server,
            open_session(server.server, server.secret) as session,
            pytest.raises(MailboxUnreachable),
        ):
            open_inbox(session, "INBOX")
