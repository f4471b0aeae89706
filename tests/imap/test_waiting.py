"""Waiting for mail: every way a push can come, fail to come, or a connection can die meanwhile."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Timer

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.scripted import scripted
from triage.errors import FolderMissing, MailboxUnreachable
from triage.imap import watch
from triage.imap.inbox import open_inbox
from triage.imap.session import Server, open_session
from triage.imap.watch import wait_for_mail


def never() -> bool:
    """Nobody asks to stop."""
    return False


def later(action: Callable[[], object], seconds: float = 0.4) -> Timer:
    """Do it from another thread in a moment."""
    timer = Timer(seconds, action)
    timer.start()
    return timer


def through(proxy: FaultProxy, mailbox: Mailbox) -> Server:
    """The mailbox by way of the proxy."""
    return replace(mailbox.server, port=proxy.port, timeout=5)


@pytest.mark.dovecot
class TestIdle:
    """IDLE on a real server."""

    def test_mail_that_arrives_is_announced(self, alice: Mailbox) -> None:
        with alice.session() as session:
            timer = later(lambda: alice.deliver(letter(1)))
            started = time.monotonic()
            assert wait_for_mail(session, "INBOX", 20, never)
            assert time.monotonic() - started < 5
            timer.join()
            # the session is good for the pass that follows
            assert len(open_inbox(session, "INBOX").uids_from(1)) == 1

    def test_a_quiet_time_ends_without_news(self, alice: Mailbox) -> None:
        with alice.session() as session:
            started = time.monotonic()
            assert not wait_for_mail(session, "INBOX", 0.5, never)
            assert 0.5 <= time.monotonic() - started < 2

    def test_a_push_split_over_segments(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.port) as proxy, open_session(through(proxy, alice), alice.secret) as session:
            timer = later(lambda: proxy.push(b"* 1 EX", b"ISTS\r", b"\n"))
            assert wait_for_mail(session, "INBOX", 10, never)
            timer.join()

    def test_byte_by_byte(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with (
            FaultProxy(dovecot.port, Faults(chunk=1)) as proxy,
            open_session(through(proxy, alice), alice.secret) as session,
        ):
            timer = later(lambda: alice.deliver(letter(1)))
            assert wait_for_mail(session, "INBOX", 10, never)
            timer.join()

    def test_a_split_push_over_tls(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.tlsport, Faults(chunk=3)) as proxy:
            server = Server(
                "localhost", proxy.port, "tls", alice.username, ca_file=dovecot.ca_file, timeout=5
            )
            with open_session(server, alice.secret) as session:
                timer = later(lambda: alice.deliver(letter(1)))
                assert wait_for_mail(session, "INBOX", 10, never)
                timer.join()
                assert not wait_for_mail(session, "INBOX", 0.3, never)

    def test_the_end_of_the_stream_is_an_error(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.port) as proxy, open_session(through(proxy, alice), alice.secret) as session:
            timer = later(proxy.cut_all)
            with pytest.raises(MailboxUnreachable, match="closed the connection"):
                wait_for_mail(session, "INBOX", 10, never)
            timer.join()
            assert not session.is_open

    def test_a_farewell_is_an_error(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        with on_dovecot(dovecot, user).session() as session:
            timer = later(lambda: dovecot.kick(user))
            with pytest.raises(MailboxUnreachable):
                wait_for_mail(session, "INBOX", 10, never)
            timer.join()

    def test_other_clients_doings_are_no_news(self, dovecot: Dovecot) -> None:
        user = dovecot.user("alice")
        mailbox = on_dovecot(dovecot, user)
        mailbox.deliver(letter(1), letter(2))
        with mailbox.session() as session:
            timer = later(lambda: dovecot.expunge(user, "INBOX", "uid", "1"))
            assert not wait_for_mail(session, "INBOX", 1.5, never)
            timer.join()

    def test_one_deleted_and_one_new_is_news(self, dovecot: Dovecot, alice: Mailbox) -> None:
        alice.deliver(letter(1))
        with FaultProxy(dovecot.port) as proxy, open_session(through(proxy, alice), alice.secret) as session:
            timer = later(lambda: proxy.push(b"* 1 EXPUNGE\r\n* 0 EXISTS\r\n* 1 EXISTS\r\n"))
            assert wait_for_mail(session, "INBOX", 10, never)
            timer.join()

    def test_mail_between_pass_and_wait_is_not_missed(self, alice: Mailbox) -> None:
        with alice.session() as session:
            uidnext = open_inbox(session, "INBOX").uidnext
            alice.deliver(letter(1))
            assert wait_for_mail(session, "INBOX", 10, never, uidnext=uidnext)
            assert not wait_for_mail(session, "INBOX", 0.2, never)

    def test_idle_is_begun_anew_before_the_server_gives_up(
        self, dovecot: Dovecot, alice: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watch, "_IDLE_SECONDS", 0.3)
        with FaultProxy(dovecot.port) as proxy, open_session(through(proxy, alice), alice.secret) as session:
            assert not wait_for_mail(session, "INBOX", 1.0, never)
            assert proxy.traffic.sent_by_client.count(b" IDLE\r\n") >= 3
            assert proxy.traffic.sent_by_client.count(b" IDLE\r\n") == proxy.traffic.sent_by_client.count(
                b"DONE"
            )

    def test_a_folder_that_is_missing(self, alice: Mailbox) -> None:
        with alice.session() as session, pytest.raises(FolderMissing, match='"Nowhere"'):
            wait_for_mail(session, "Nowhere", 1, never)


@pytest.mark.dovecot
class TestStopping:
    """The daemon is told to stop in the middle of a wait."""

    def test_stop_is_asked_every_second(self, alice: Mailbox) -> None:
        started = time.monotonic()
        with alice.session() as session:
            assert not wait_for_mail(session, "INBOX", 30, lambda: time.monotonic() - started > 0.5)
        assert time.monotonic() - started < 4

    def test_a_socket_wakes_it_at_once(self, alice: Mailbox) -> None:
        near, far = socket.socketpair()
        is_stopping: list[bool] = []

        def stop() -> None:
            is_stopping.append(True)
            far.send(b"x")

        with near, far, alice.session() as session:
            timer = later(stop)
            started = time.monotonic()
            assert not wait_for_mail(session, "INBOX", 30, lambda: bool(is_stopping), wake=near)
            assert time.monotonic() - started < 2
            timer.join()


class TestOddServers:
    """Pushes at awkward moments, and servers without IDLE."""

    @pytest.mark.parametrize(
        "answer",
        [
            b"* 4 EXISTS\n+ idling",
            b"+ idling\n* 4 EXISTS",
            b"+ idling\n* OK still here\n* 4 EXISTS\n* 1 RECENT",
            b"+ idling\n* 2 FETCH (FLAGS (\\Seen))\n* 4 exists",
        ],
    )
    def test_news_together_with_the_continuation(self, answer: bytes) -> None:
        script = ((b"IDLE", answer), (b"DONE", b"TAG OK idled"))
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            started = time.monotonic()
            assert wait_for_mail(session, "INBOX", 10, never)
            assert time.monotonic() - started < 2

    def test_news_that_come_with_the_end_of_idle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        script = ((b"IDLE", b"+ idling"), (b"DONE", b"* 4 EXISTS\nTAG OK idled"))
        monkeypatch.setattr(watch, "_IDLE_SECONDS", 0.1)
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            assert wait_for_mail(session, "INBOX", 5, never)

    def test_no_news_when_the_count_is_the_old_one(self) -> None:
        script = ((b"IDLE", b"+ idling\n* 3 EXISTS\n* 0 RECENT"), (b"DONE", b"TAG OK idled"))
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            assert not wait_for_mail(session, "INBOX", 0.3, never)

    def test_a_server_without_idle_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(watch, "_POLL_SECONDS", 0.1)
        script = ((b"NOOP", b"* 4 EXISTS\nTAG OK done"),)
        with (
            scripted(*script, capabilities=b"UIDPLUS") as server,
            open_session(server.server, server.secret) as session,
        ):
            assert wait_for_mail(session, "INBOX", 5, never)
        assert b"IDLE" not in server.commands

    @pytest.mark.parametrize("refusal", [b"TAG NO not now", b"TAG BAD what"])
    def test_a_server_that_refuses_idle_is_asked(
        self, refusal: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watch, "_POLL_SECONDS", 0.1)
        script = ((b"IDLE", refusal), (b"NOOP", b"* 4 EXISTS\nTAG OK done"))
        with scripted(*script) as server, open_session(server.server, server.secret) as session:
            assert wait_for_mail(session, "INBOX", 5, never)
        assert server.commands.count(b"IDLE") == 1

    def test_a_server_that_never_continues(self) -> None:
        with (
            scripted((b"IDLE", b"* OK thinking")) as server,
            open_session(server.server, server.secret) as session,
            pytest.raises(MailboxUnreachable, match="in time"),
        ):
            wait_for_mail(session, "INBOX", 10, never)
