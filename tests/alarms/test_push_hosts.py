"""Where each push service really connects: asked of the services' own code, with the network shut off."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from triage.errors import ConfigError
from triage.notify.addresses import PLUGINS
from triage.notify.hosts import push_hosts

KEY = "a" * 30
ADDRESSES = (
    "ntfy://my-secret-topic", "ntfys://ntfy.example/my-topic", "ntfys://one-topic/?mode=cloud",
    "ntfy://192.0.2.5:8080/my-topic",
    "gotify://push.example/" + "A1b2C3d4E5f6G7h", "gotifys://push.example:8443/path/" + "A1b2C3d4E5f6G7h",
    f"pover://{KEY}@{KEY}", "tgram://123456789:" + "a" * 35 + "/12315544/",
    "signal://signal.example:8080/+15551234567/+15557654321",
    "matrixs://ada:secret@matrix.example/#room", "matrix://" + "b" * 64 + "?mode=t2bot",
    "matrixs://" + "b" * 64,
    "discord://" + "1" * 20 + "/" + "t" * 68, "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#channel",
    "slack://xoxb-1234567890-1234567890-4ddbffcdefab6789/#channel",
    "mmosts://chat.example/" + "c" * 26, "rockets://ada:secret@chat.example/%23room",
    "nctalks://ada:secret@cloud.example/roomid", "gchat://workspace/key/token",
    "wxteams://" + "d" * 80, "workflows://flow.example:443/workflowid/signature",
    "line://token/U1234567890", "groupme://" + "e" * 26,
    "hassio://home.example/" + "f" * 40, "synology://nas.example/" + "g" * 20,
    "barks://bark.example/devicekey", "prowl://" + "a" * 40, "join://" + "a" * 32 + "/" + "b" * 32,
    "simplepush://key1234567", "pushdeer://pushKey", "pushdeers://deer.example/pushKey", "push://" + "a" * 8
    + "-1234-4234-8234-" + "a" * 12, "kodi://kodi.example", "json://ada:secret@json.example:8000/a",
    "forms://form.example/b", "xml://xml.example",
)  # fmt: skip
# Pushes each address for real, in a process where every name is refused before it is looked up.
_ASKING = """
import json, os, sys
asked = []
def guard(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        asked.append(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode())
        raise OSError("no network")
    if event == "socket.connect":
        raise OSError("no network")
sys.addaudithook(guard)
from triage.errors import ConfigError
from triage.notify.push import push, pusher
for address in json.load(sys.stdin):
    asked.clear()
    try:
        push(pusher(address), "title", "body")
    except ConfigError as error:
        asked.append(str(error))
    print(json.dumps(sorted(set(asked))))
"""


@pytest.fixture(scope="module")
def asked() -> dict[str, list[str]]:
    """The names that each service asks for, by address."""
    done = subprocess.run(
        [sys.executable, "-c", _ASKING], input=json.dumps(ADDRESSES), capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip
    return dict(zip(ADDRESSES, map(json.loads, done.stdout.splitlines()), strict=True))


def test_every_service_connects_to_the_hosts_that_are_told(asked: dict[str, list[str]]) -> None:
    strange = {address: names for address, names in asked.items() if not set(names) <= push_hosts(address)}
    assert strange == {}
    assert [address for address, names in asked.items() if not names] == []


def test_every_service_is_among_them() -> None:
    named = {PLUGINS[address.partition("://")[0]] for address in ADDRESSES}
    assert named == set(PLUGINS.values())


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_secret_of_an_address_is_told_as_a_host(address: str) -> None:
    (host, *_) = hosts = push_hosts(address)
    assert "." in host
    told = " ".join(hosts)
    assert not any(
        word in told
        for word in (KEY[:8], "secret", "topic", "b" * 8, "pushkey", "key1234", "devicekey", "token", "xoxb")
    )


def test_an_address_that_is_not_taken_has_no_hosts() -> None:
    with pytest.raises(ConfigError):
        push_hosts("mailtos://ada:secret@mail.example")
    assert push_hosts("json://[half") == frozenset()
