"""The loopback address takes the one answer that is ours, from any browser, and tells nobody anything."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.rig.browser import fetched
from triage.errors import ConfigError, SignInNeeded
from triage.oauth.redirect import Receiver, listening, pasted_answer

STATE = "state-of-ours-1234567890"
GOOD = {"code": "the-code", "state": STATE}


@pytest.fixture(params=["127.0.0.1", "localhost"])
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    """One that listens."""
    with listening(request.param) as one:
        yield one


def come(receiver: Receiver, answer: dict[str, str], *, posts: bool = False, path: str = "/") -> str:
    """What a browser is shown that comes back with this."""
    if posts:
        return fetched(receiver.address + path, urlencode(answer).encode())
    return fetched(f"{receiver.address}{path}?{urlencode(answer)}")


def waiting(receiver: Receiver, seconds: float = 20) -> tuple[threading.Thread, list[dict[str, str]]]:
    """A thread that waits for the answer, and where it puts it."""
    found: list[dict[str, str]] = []
    receiver.expect(STATE)
    thread = threading.Thread(target=lambda: found.append(receiver.answer(seconds)))
    thread.start()
    return thread, found


@pytest.mark.parametrize("posts", [True, False])
def test_the_answer_is_taken(receiver: Receiver, posts: bool) -> None:
    thread, found = waiting(receiver)
    shown = come(receiver, GOOD, posts=posts)
    thread.join(10)
    assert found == [GOOD]
    assert "You can close this page" in shown
    assert "the-code" not in shown


def test_a_browser_that_is_back_before_anybody_waits(receiver: Receiver) -> None:
    assert "begun elsewhere" in come(receiver, GOOD), "nothing is expected yet"
    receiver.expect(STATE)
    come(receiver, GOOD)
    assert receiver.answer(5) == GOOD


def test_a_refusal_is_an_answer(receiver: Receiver) -> None:
    thread, found = waiting(receiver)
    shown = come(receiver, {"error": "access_denied", "state": STATE})
    thread.join(10)
    assert found == [{"error": "access_denied", "state": STATE}]
    assert "not finished" in shown


@pytest.mark.parametrize(
    "strange",
    [
        {"code": "x"},
        {"code": "x", "state": ""},
        {"code": "x", "state": STATE[:-1]},
        {"code": "x", "state": STATE + "x"},
        {"code": "x", "state": "stäte"},
        {"state": STATE},
        {},
        {"error": "x", "state": "other"},
    ],
)
@pytest.mark.parametrize("posts", [True, False])
def test_what_is_not_ours_is_turned_away_and_the_wait_goes_on(
    receiver: Receiver, strange: dict[str, str], posts: bool
) -> None:
    thread, found = waiting(receiver)
    assert "begun elsewhere" in come(receiver, strange, posts=posts)
    assert found == []
    come(receiver, GOOD)
    thread.join(10)
    assert found == [GOOD]


def test_a_browser_that_opens_connections_and_says_nothing_blocks_nobody(receiver: Receiver) -> None:
    port = int(receiver.address.rpartition(":")[2])
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
    thread, found = waiting(receiver)
    come(receiver, {}, path="/favicon.ico")
    come(receiver, GOOD)
    thread.join(10)
    assert found == [GOOD]
    for one in idle:
        one.close()


def test_noise_is_survived(receiver: Receiver) -> None:
    port = int(receiver.address.rpartition(":")[2])
    for noise in (
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.sendall(noise)
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")
        assert b" 400 " in one.recv(100)
    assert "begun elsewhere" in come(receiver, {f"n{number}": "x" for number in range(200)})
    thread, found = waiting(receiver)
    come(receiver, GOOD)
    thread.join(10)
    assert found == [GOOD]


def test_nobody_comes(receiver: Receiver) -> None:
    with pytest.raises(SignInNeeded, match="start again"):
        receiver.answer(0.1)


def test_it_is_reached_from_this_machine_alone(receiver: Receiver) -> None:
    port = int(receiver.address.rpartition(":")[2])
    own = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in own - {"127.0.0.1"}:
        if address.startswith("127."):
            continue
        with pytest.raises(OSError), socket.create_connection((address, port), timeout=2):  # noqa: PT011
            pass
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_a_port_of_ones_own_and_one_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Port {port} .* --port"), listening("127.0.0.1", port):
            pass
    with listening("127.0.0.1", port) as one:
        assert one.address == f"http://127.0.0.1:{port}"


def test_a_wait_that_is_over_leaves_nothing_behind() -> None:
    with listening("127.0.0.1") as one:
        port = int(one.address.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_nothing_is_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    thread, _ = waiting(receiver)
    come(receiver, GOOD)
    thread.join(10)
    shown = capfd.readouterr()
    assert "the-code" not in caplog.text + shown.out + shown.err


@pytest.mark.parametrize(
    "line", [f" http://127.0.0.1:8765/?state={STATE}&code=the-code\n", f"?code=the-code&state={STATE}"]
)
def test_a_pasted_address(line: str) -> None:
    assert pasted_answer(line, STATE) == GOOD


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "copy the whole of it"),
        ("the-code", "copy the whole of it"),
        ("http://127.0.0.1:8765/", "copy the whole of it"),
        (f"http://127.0.0.1:8765/?state={STATE}", "copy the whole of it"),
        ("http://127.0.0.1:8765/?state=older&code=x", "paste the newest one"),
        ("http://127.0.0.1:8765/?code=x", "paste the newest one"),
    ],
)
def test_a_pasted_line_that_is_none(line: str, sentence: str) -> None:
    with pytest.raises(SignInNeeded, match=sentence):
        pasted_answer(line, STATE)
