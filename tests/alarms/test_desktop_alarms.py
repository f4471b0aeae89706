"""Alarms on the desktop: a real D-Bus session on Linux; elsewhere the program that each system brings."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.notification_bus import Bus, is_installed, session_bus
from triage.alarms.words import Push
from triage.errors import ConfigError
from triage.notify import desktop
from triage.notify.delivery import Delivery, Outcome, deliver

HELLO = Push("An answer is due – Ω", 'Message 7 & <b>"more"</b>', ("k",))
linux = pytest.mark.skipif(not is_installed(), reason="no dbus-daemon on this machine")
posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the program")


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with session_bus(tmp_path) as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
        yield running


@linux
def test_it_is_shown_on_the_session_and_markup_is_text(bus: Bus) -> None:
    assert deliver([Delivery(None, (HELLO, HELLO))]) == [[Outcome(True), Outcome(True)]]
    assert bus.shown == [("Inbox Triage", HELLO.title, 'Message 7 &amp; &lt;b&gt;"more"&lt;/b&gt;')] * 2


@linux
def test_a_check_shows_nothing(bus: Bus) -> None:
    assert deliver([Delivery(None)]) == [[Outcome(True)]]
    assert bus.shown == []


@linux
def test_a_session_without_a_notification_service_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_bus(tmp_path, with_service=False) as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
        ((outcome,),) = deliver([Delivery(None, (HELLO,))])
    assert not outcome.is_told
    assert "(no notification service)" in outcome.why


def test_a_headless_machine_says_so_and_what_to_do(tmp_path: Path) -> None:
    nowhere = {"XDG_RUNTIME_DIR": str(tmp_path)}
    if desktop.session_bus(nowhere) is not None:
        pytest.fail("this machine has a session at its usual place: run the test without one")
    with pytest.raises(ConfigError) as caught:
        desktop.check("linux", nowhere)
    assert str(caught.value) == (
        "There is no desktop here to show alarms on (no D-Bus session): set alarms.desktop = false, "
        "and push to your phone instead (`triage alarms store`)."
    )


@linux
def test_a_bus_that_is_gone_says_so(tmp_path: Path) -> None:
    for address in (f"unix:path={tmp_path / 'gone'}", "rubbish", "unix:path=/dev/null"):
        with pytest.raises(ConfigError, match="its D-Bus doesn't answer"):
            desktop.show("a", "b", "linux", {"DBUS_SESSION_BUS_ADDRESS": address})


def test_cron_finds_the_session_at_its_usual_place(tmp_path: Path) -> None:
    (tmp_path / "bus").touch()
    assert desktop.session_bus({"XDG_RUNTIME_DIR": str(tmp_path)}) == f"unix:path={tmp_path / 'bus'}"
    named = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert desktop.session_bus(named) == "unix:path=/x"


def stand_in(folder: Path, name: str, script: str) -> dict[str, str]:
    """An environment in which a script answers to the name of a system's program."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(stat.S_IRWXU)
    return {"PATH": f"{folder}:/usr/bin:/bin", "OUT": str(folder / "out")}


@posix
def test_on_a_mac_the_texts_are_arguments_and_never_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = stand_in(tmp_path, "osascript", 'for word in "$@"; do echo "[$word]" >>"$OUT"; done')
    monkeypatch.setenv("PATH", environ["PATH"])
    evil = '" & (do shell script "id") & "'
    desktop.show("Title", evil, "darwin", environ)
    lines = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == ["[Title]", f"[{evil}]"]
    assert not any("id" in line for line in lines[:-1])


@posix
def test_on_windows_the_texts_come_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = stand_in(
        tmp_path, "powershell", 'echo "$TRIAGE_TITLE|$TRIAGE_BODY" >"$OUT"; echo "$@" >>"$OUT"'
    )
    monkeypatch.setenv("PATH", environ["PATH"])
    evil = "$(Remove-Item x); '\"`"
    desktop.show("Title", evil, "win32", environ)
    first, rest = (tmp_path / "out").read_text(encoding="utf-8").split("\n", 1)
    assert first == f"Title|{evil}"
    assert "Remove-Item" not in rest
    assert "-NonInteractive" in rest


@posix
@pytest.mark.parametrize(("platform", "name"), [("darwin", "osascript"), ("win32", "powershell")])
def test_a_program_that_fails_or_is_missing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, name: str
) -> None:
    environ = stand_in(tmp_path, name, "exit 3")
    monkeypatch.setenv("PATH", environ["PATH"])
    with pytest.raises(ConfigError, match=f"{name} failed"):
        desktop.show("a", "b", platform, environ)
    (tmp_path / name).unlink()
    with pytest.raises(ConfigError, match=f"{name} can't be run"):
        desktop.show("a", "b", platform, environ)
    desktop.check(platform, environ)
