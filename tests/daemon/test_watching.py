"""What the daemon sees at once: mail in every folder, answers in Sent; and how it learns that it is deaf."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.daemon.house import eventually, running, settings, through
from tests.rig.dovecot import Dovecot
from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox
from tests.rig.proxy import FaultProxy
from triage.access import ledger_path
from triage.daemon import loop
from triage.daemon.watching import MOST_WATCHES, watches_of
from triage.imap.route import keep_alive, source_towards
from triage.ledger.sqlite import open_ledger_copy

pytestmark = pytest.mark.dovecot

ANGRY = b"""From: Nora Field <nora@harbourbakery.example>
To: mara@studio.example
Subject: The logo
Message-ID: <angry-%d@harbourbakery.example>
Date: Fri, 20 Nov 2026 09:00:00 +0000
Content-Type: text/plain; charset=utf-8

This is useless. Why is the logo not finished? Please answer me today.
"""
ANSWER = b"""From: Mara Lindqvist <mara@studio.example>
To: Nora Field <nora@harbourbakery.example>
Subject: Re: The logo
Message-ID: <answer-1@studio.example>
In-Reply-To: <angry-1@harbourbakery.example>
References: <angry-1@harbourbakery.example>
Date: Fri, 20 Nov 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

Dear Nora, it is finished on Monday. Mara
"""


def test_an_answer_in_sent_closes_the_obligation_and_takes_the_draft_back_at_once(
    alice: Mailbox, tmp_path: Path
) -> None:
    config = settings(alice, tmp_path)
    with running(config, alice) as house:
        assert house.has_passed()
        assert house.is_listening()
        alice.deliver(ANGRY % 1)
        assert eventually(lambda: len(alice.stored("Drafts")) == 1)
        assert house.is_listening()
        alice.deliver(ANSWER, folder="Sent")
        assert eventually(lambda: not alice.stored("Drafts"), 20)
        with open_ledger_copy(ledger_path(config)) as ledger:
            assert ledger.open_obligations() == []


def test_every_configured_folder_is_watched(alice: Mailbox, tmp_path: Path) -> None:
    with alice.second_client() as client:
        client.create_folder("Projects")
    config = settings(alice, tmp_path, folders=("INBOX", "Projects"))
    with running(config, alice) as house:
        assert house.has_passed()
        assert house.is_listening()
        alice.deliver(ANGRY % 1, folder="Projects")
        assert eventually(lambda: len(alice.stored("Drafts")) == 1, 20)


def test_mail_that_comes_while_nobody_listens_is_not_missed(alice: Mailbox, tmp_path: Path) -> None:
    """Between a pass and the wait that follows, in any of the folders."""
    config = settings(alice, tmp_path)
    with running(config, alice) as house:
        for number in range(1, 6):  # at any moment of the daemon's first seconds
            alice.deliver(ANGRY % number)
        assert eventually(lambda: sum(summary.seen for _, summary in house.passes) == 5, 30)


def test_a_dead_network_is_seen_by_another_way_to_the_server(
    dovecot: Dovecot, alice: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connections stay open and silent, as after a change of network; no error ever comes."""
    address = ["192.0.2.7"]
    monkeypatch.setattr(loop, "source_towards", lambda _: address[0])
    with FaultProxy(dovecot.port) as proxy:
        config = through(settings(alice, tmp_path), proxy.port)
        with running(config, alice) as house:
            assert house.has_passed()
            assert house.is_listening()
            proxy.faults.silent_after = 0
            alice.deliver(ANGRY % 1)
            proxy.faults.silent_after = None
            address[0] = "198.51.100.9"
            assert eventually(lambda: len(alice.stored("Drafts")) == 1, 20)
            assert house.is_listening()
            alice.deliver(ANGRY % 2)
            assert eventually(lambda: sum(summary.seen for _, summary in house.passes) == 2, 20)


def test_a_network_that_comes_back_is_not_waited_for(
    dovecot: Dovecot, alice: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ["192.0.2.7"]
    monkeypatch.setattr(loop, "source_towards", lambda _: address[0])
    with FaultProxy(dovecot.port) as proxy:
        config = through(settings(alice, tmp_path), proxy.port)
        with running(config, alice) as house:
            assert house.has_passed()
            assert house.is_listening()
            address[0] = ""
            proxy.faults.refuse = True
            proxy.cut_all()
            plan = house.daemon._served[0].plan
            assert eventually(lambda: plan.error is not None)
            plan.next_at = datetime.now(UTC) + timedelta(minutes=15)  # as after an hour in a tunnel
            proxy.faults.refuse = False
            address[0] = "192.0.2.7"
            before = len(house.passes)
            assert eventually(lambda: plan.error is None, 10)
            assert len(house.passes) > before


def test_a_watch_that_was_told_of_unannounced_mail_makes_a_new_connection(
    alice: Mailbox, tmp_path: Path
) -> None:
    heard: list[str] = []
    account = settings(alice, tmp_path).accounts[0]
    (watch, *rest) = watches_of(account, alice.secret, lambda _, word: heard.append(word))
    for other in rest:
        other.bell.close()
    watch.start()
    watch.go({"INBOX": 1})
    assert eventually(lambda: heard == ["listening"])
    watch.go({"INBOX": 9})  # a poll has seen more than the server has announced
    assert eventually(lambda: heard == ["listening", "listening"])
    watch.end()
    watch.join()


def test_no_more_connections_wait_than_servers_bear(alice: Mailbox, tmp_path: Path) -> None:
    folders = ("INBOX", *(f"Projects/{number}" for number in range(9)))
    account = settings(alice, tmp_path, folders=folders).accounts[0]
    watches = watches_of(account, alice.secret, lambda *_: None)
    for watch in watches:
        watch.bell.close()
    assert len(watches) == MOST_WATCHES
    assert [watch.folder for watch in watches[:2]] == ["INBOX", None]


def test_a_server_without_a_folder_for_sent_mail_is_watched_all_the_same(
    alice: Mailbox, tmp_path: Path
) -> None:
    with alice.second_client() as client:
        client.delete_folder("Sent")
    config = settings(alice, tmp_path)
    with running(config, alice) as house:
        assert house.has_passed()
        alice.deliver(letter(1))
        assert eventually(lambda: sum(summary.seen for _, summary in house.passes) == 1, 20)


class TestRoute:
    """The system's own word on how packets leave."""

    def test_loopback_is_reached_from_loopback_without_a_packet(self) -> None:
        assert source_towards(("127.0.0.1", 9)) == "127.0.0.1"
        assert source_towards(("::1", 9, 0, 0)) in ("::1", "")

    def test_an_address_without_a_way_is_told_by_nothing(self) -> None:
        assert source_towards(("255.255.255.255", 9)) == ""

    def test_a_quiet_connection_is_asked_after_by_the_system(self) -> None:
        near, far = socket.socketpair()
        with near, far:
            keep_alive(near)  # no TCP: nothing to be set, and nothing breaks
        with socket.socket() as sock:
            keep_alive(sock)
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            if hasattr(socket, "TCP_KEEPIDLE"):
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60


def test_all_threads_end_with_the_daemon(alice: Mailbox, tmp_path: Path) -> None:
    before = threading.active_count()
    with running(settings(alice, tmp_path), alice) as house:
        assert house.has_passed()
        assert house.is_listening()
    assert eventually(lambda: threading.active_count() <= before, 5)
