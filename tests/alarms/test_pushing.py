"""Real pushes to a server on loopback, and to servers that refuse, hang or aren't there."""

from __future__ import annotations

import logging
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rig.push_server import PushServer, push_server
from triage.alarms.words import Push
from triage.notify.delivery import Delivery, Outcome, deliver

HELLO = Push(
    "An answer is due – Ω", "Message 7 is to be answered by 14:30.\nTwo lines & <b>signs</b>", ("k",)
)
AGAIN = Push("Again", "And again.", ("k2",))


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as running:
        yield running


def test_a_server_of_ones_own_gets_title_and_text(server: PushServer) -> None:
    assert deliver([Delivery(server.json_address, (HELLO,))]) == [[Outcome(True)]]
    ((path, body),) = server.arrived
    assert path == "/alarms"
    assert (body["title"], body["message"]) == (HELLO.title, HELLO.body)


def test_an_ntfy_server_gets_title_and_text_and_nothing_to_mail(server: PushServer) -> None:
    assert deliver([Delivery(server.ntfy_address, (HELLO, AGAIN))]) == [[Outcome(True), Outcome(True)]]
    assert [body["topic"] for _, body in server.arrived] == ["a-secret-topic"] * 2
    assert [body["title"] for _, body in server.arrived] == [HELLO.title, AGAIN.title]
    assert not any("mail" in key.lower() for _, body in server.arrived for key in body)


def test_several_pushes_to_one_service_wait_for_each_other_no_longer_than_they_must(
    server: PushServer,
) -> None:
    began = time.monotonic()
    assert deliver([Delivery(server.json_address, (HELLO, AGAIN, HELLO, AGAIN))]) == [[Outcome(True)] * 4]
    assert time.monotonic() - began < 8
    assert [body["title"] for _, body in server.arrived] == [HELLO.title, AGAIN.title] * 2


def test_no_picture_is_fetched_from_elsewhere(server: PushServer) -> None:
    deliver([Delivery(server.ntfy_address, (HELLO,)), Delivery(server.json_address, (HELLO,))])
    assert "http" not in str(server.arrived)


def test_several_addresses_are_told_side_by_side(server: PushServer) -> None:
    found = deliver(
        [Delivery(server.json_address, (HELLO,)), Delivery("json://127.0.0.1:1/", (HELLO,)),
         Delivery(server.ntfy_address, (HELLO,)), Delivery("mailto://a:b@c.example", (HELLO,))]
    )  # fmt: skip
    assert [one.is_told for (one,) in found] == [True, False, True, False]
    assert "never sends mail" in found[3][0].why
    assert len(server.arrived) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_a_server_that_refuses_is_told_so(server: PushServer, status: int) -> None:
    server.status = status
    ((outcome,),) = deliver([Delivery(server.json_address, (HELLO,))])
    assert outcome == Outcome(False, "the service could not be reached, or did not take it")
    assert len(server.arrived) == 1


def test_a_redirect_is_not_followed(server: PushServer) -> None:
    """Whoever redirects would be handed the address's secret."""
    with push_server() as elsewhere:
        server.status = 307
        ((outcome,),) = deliver([Delivery(server.json_address, (HELLO,))])
        assert not outcome.is_told
        assert elsewhere.arrived == []


def test_an_answer_that_never_comes_counts_as_told(server: PushServer) -> None:
    """It may have arrived, and nothing is told twice."""
    server.waits_s = 20
    began = time.monotonic()
    ((outcome,),) = deliver([Delivery(server.json_address, (HELLO,))])
    assert outcome == Outcome(True, "the service gave no answer")
    assert time.monotonic() - began < 14


def test_a_server_that_never_ends_its_answer_is_left(server: PushServer) -> None:
    """Byte by byte, so that no read ever times out: the process is ended from outside."""
    with dripping() as port:
        began = time.monotonic()
        ((outcome,),) = deliver([Delivery(f"json://127.0.0.1:{port}/", (HELLO,))], seconds=2)
        assert time.monotonic() - began < 8
        assert outcome.is_told  # what was sent may have arrived


class dripping:  # noqa: N801, used as a function
    """A server that answers one byte a time, for ever."""

    def __enter__(self) -> int:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(10)  # closing it wakes nobody who waits for a peer that never came
        self._open = True
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._socket.getsockname()[1])

    def _serve(self) -> None:
        try:
            peer, _ = self._socket.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\n")
                while self._open:
                    peer.sendall(b"X-A: a\r\n" * 1)
                    time.sleep(0.3)
        except OSError:
            return

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._socket.close()


def test_one_that_hangs_holds_up_no_other(server: PushServer) -> None:
    with dripping() as port:
        found = deliver(
            [Delivery(f"json://127.0.0.1:{port}/", (HELLO,)), Delivery(server.json_address, (HELLO, AGAIN))],
            seconds=3,
        )
    assert found[1] == [Outcome(True), Outcome(True)]


def test_no_process_and_no_thread_is_left_behind(server: PushServer) -> None:
    """Other children of this process, such as a mail server of other tests, are none of its business."""
    before, begun = threading.active_count(), []
    honest = subprocess.Popen

    def noting(*arguments: Any, **settings: Any) -> subprocess.Popen[bytes]:
        begun.append(honest(*arguments, **settings))
        return begun[-1]

    with pytest.MonkeyPatch.context() as patched, dripping() as port:
        patched.setattr(subprocess, "Popen", noting)
        deliver([Delivery(f"json://127.0.0.1:{port}/", (HELLO,))], seconds=1)
    (process,) = begun
    assert process.returncode is not None, "ended, and waited for"
    deadline = time.monotonic() + 30
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("tgram://x", "can't be read"),
        ("ntfys://", "must begin with its service"),
        ("json://no-such-host.invalid/", "could not be reached"),
        ("json://127.0.0.1:1/", "could not be reached"),
        ("apprise://host.example/token", "Alarms aren't told by"),
        ("ntfy://host.example/t?email=me@x.example", "asks its service to send mail"),
    ],
)
def test_what_can_not_be_told_says_why(address: str, why: str) -> None:
    ((outcome,),) = deliver([Delivery(address, (HELLO,))])
    assert not outcome.is_told
    assert why in outcome.why


def test_a_check_pushes_nothing(server: PushServer) -> None:
    assert deliver([Delivery(server.json_address)]) == [[Outcome(True)]]
    ((outcome,),) = deliver([Delivery("tgram://x")])
    assert not outcome.is_told
    assert server.arrived == []


def test_no_secret_shows_in_logs_or_lists_of_processes(
    server: PushServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    server.waits_s = 2
    seen: list[str] = []
    watching = threading.Thread(target=_watch_processes, args=(seen, time.monotonic() + 2))
    watching.start()
    with caplog.at_level(logging.DEBUG):
        delivery = Delivery(server.ntfy_address, (HELLO,))
        deliver([delivery, Delivery("json://user:a-secret-word@127.0.0.1:1/", (HELLO,))])
    watching.join()
    told = "\n".join([caplog.text, *capfd.readouterr(), repr(delivery), *seen])
    assert "a-secret" not in told
    assert "127.0.0.1" not in caplog.text
    if Path("/proc").is_dir():
        assert any("triage.notify" in line for line in seen)


def _watch_processes(seen: list[str], until: float) -> None:
    """Every command line and environment of this moment's processes of ours."""
    while time.monotonic() < until:
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = place.read_bytes() + place.with_name("environ").read_bytes()
            except OSError:
                continue
            if b"triage.notify" in words:
                seen.append(words.decode(errors="replace"))
        time.sleep(0.2)


def test_nothing_to_tell_starts_nothing() -> None:
    assert deliver([]) == []
