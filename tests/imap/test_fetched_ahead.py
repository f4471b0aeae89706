"""Fetching ahead: the same mail in the same order, bounded, with every error in its old place."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.dovecot import Dovecot
from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox
from tests.rig.proxy import FaultProxy, Faults
from triage.errors import MailboxUnreachable
from triage.imap.ahead import fetched_ahead
from triage.imap.inbox import Fetched, open_inbox
from triage.imap.session import open_session

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def mail(uid: int, octets: int = 10) -> Fetched:
    return Fetched(uid, NOON, octets, b"x" * octets, partial=False)


class Source:
    """Hands out messages and notes how many, and by which threads."""

    def __init__(self, messages: list[Fetched], error: BaseException | None = None) -> None:
        self.messages, self.error = messages, error
        self.given = 0
        self.threads: set[int] = set()

    def __iter__(self) -> Iterator[Fetched]:
        for message in self.messages:
            self.threads.add(threading.get_ident())
            self.given += 1
            yield message
        if self.error is not None:
            raise self.error

    def comes_to_rest(self) -> int:
        """How many have been handed out, once none has been for a while."""
        before = -1
        while before != self.given:
            before = self.given
            time.sleep(0.05)
        return before


@given(
    st.lists(st.integers(0, 40), max_size=30),
    st.integers(1, 60),
    st.integers(1, 5),
    st.booleans(),
    st.integers(0, 35),
)
def test_the_same_mail_in_the_same_order_and_the_error_in_its_place(
    sizes: list[int], most_bytes: int, most: int, breaks: bool, taken: int
) -> None:
    messages = [mail(uid, octets) for uid, octets in enumerate(sizes, 1)]
    source = Source(messages, MailboxUnreachable("gone") if breaks else None)
    found = []
    with fetched_ahead(source, most_bytes=most_bytes, most=most) as ahead:
        try:
            for message in ahead:
                found.append(message)
                if len(found) == taken:
                    break
        except MailboxUnreachable:
            assert breaks
            assert len(found) == len(messages)
    assert found == (messages[:taken] if taken else messages)
    assert threading.get_ident() not in source.threads


def test_it_goes_ahead_by_so_many_messages_and_no_further() -> None:
    source = Source([mail(uid) for uid in range(1, 100)])
    with fetched_ahead(source, most_bytes=10_000, most=7) as ahead:
        assert next(iter(ahead)).uid == 1
        assert source.comes_to_rest() == 1 + 7 + 1  # used, waiting, in the fetching hand


def test_it_goes_ahead_by_so_many_bytes_and_no_further() -> None:
    source = Source([mail(uid, 1000) for uid in range(1, 100)])
    with fetched_ahead(source, most_bytes=3500, most=500) as ahead:
        assert next(iter(ahead)).uid == 1
        assert source.comes_to_rest() == 1 + 3 + 1


def test_a_message_larger_than_the_bound_passes_alone() -> None:
    source = Source([mail(1, 9000), mail(2, 9000), mail(3, 1)])
    with fetched_ahead(source, most_bytes=100, most=10) as ahead:
        assert source.comes_to_rest() == 2
        assert [one.uid for one in ahead] == [1, 2, 3]


def test_who_breaks_off_leaves_no_thread_behind() -> None:
    source = Source([mail(uid) for uid in range(1, 1000)])
    before = threading.active_count()

    def break_off() -> None:
        with fetched_ahead(source, most_bytes=50, most=5) as ahead:
            raise KeyError(next(iter(ahead)).uid)

    with pytest.raises(KeyError):
        break_off()
    assert threading.active_count() == before
    assert source.given < 10


def test_the_error_of_nobody_s_foreseeing_comes_through_as_it_is() -> None:
    with fetched_ahead(Source([mail(1)], ZeroDivisionError("odd"))) as ahead:
        messages = iter(ahead)
        assert next(messages).uid == 1
        with pytest.raises(ZeroDivisionError, match="odd"):
            next(messages)


@pytest.mark.dovecot
class TestOnAServer:
    """With a connection that is slow, and one that breaks."""

    def test_the_next_mail_comes_while_the_last_is_judged(self, dovecot: Dovecot, alice: Mailbox) -> None:
        """While the first window is still being used, all of the second has come."""
        with alice.second_client() as client:
            for _ in range(3):
                client.multiappend("INBOX", [{"msg": letter(1), "flags": ()}] * 200)
        with (
            FaultProxy(dovecot.port) as proxy,
            open_session(replace(alice.server, port=proxy.port), alice.secret) as session,
        ):
            inbox = open_inbox(session, "INBOX")
            with fetched_ahead(inbox.fetch(range(1, 601))) as ahead:
                messages = iter(ahead)
                assert next(messages).uid == 1
                end = time.monotonic() + 20
                while proxy.traffic.sent_by_client.count(b"(BODY.PEEK[])") < 2:
                    assert time.monotonic() < end, "the second batch is not asked for while the first is used"
                    time.sleep(0.02)
                assert [one.uid for one in messages] == list(range(2, 601))
            session.noop()  # the connection is this thread's again
            assert session.is_open

    @pytest.mark.parametrize("before_the_end", [300, 20_000])
    def test_a_cut_in_the_second_batch_is_told_after_the_mail_of_the_first(
        self, dovecot: Dovecot, alice: Mailbox, before_the_end: int
    ) -> None:
        with alice.second_client() as client:
            client.multiappend("INBOX", [{"msg": letter(1, body="line\n" * 60), "flags": ()}] * 600)
        with FaultProxy(dovecot.port) as proxy:
            assert all_uids(proxy, alice) == (list(range(1, 601)), "")
            proxy.begin(Faults(cut_to_client=proxy.traffic.to_client - before_the_end))
            assert all_uids(proxy, alice) == (list(range(1, 501)), "MailboxUnreachable")


def all_uids(proxy: FaultProxy, mailbox: Mailbox) -> tuple[list[int], str]:
    """The UIDs that came by way of the proxy, and the error that ended it."""
    found: list[int] = []
    try:
        with open_session(replace(mailbox.server, port=proxy.port), mailbox.secret) as session:
            inbox = open_inbox(session, "INBOX")
            with fetched_ahead(inbox.fetch(range(1, 601))) as ahead:
                for one in ahead:
                    found.append(one.uid)
    except MailboxUnreachable as error:
        return found, type(error).__name__
    return found, ""
