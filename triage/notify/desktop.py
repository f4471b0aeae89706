"""A notification on this machine's own desktop, by what each system brings with it.

Linux: the notification service on the session's D-Bus. macOS: osascript. Windows: a toast by PowerShell.
Apprise's own desktop plugins are not used: each needs a library that no package index has in a usable form.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from triage.errors import ConfigError

APP = "Inbox Triage"
CALL_S = 5.0
_HEADLESS = (
    "There is no desktop here to show alarms on ({why}): set alarms.desktop = false, and push to your phone "
    "instead (`triage alarms store`)."
)
_BUS = "org.freedesktop.Notifications"
_TOAST = """\
$ErrorActionPreference = 'Stop'
$n = [Windows.UI.Notifications.ToastNotificationManager,Windows.UI.Notifications,ContentType=WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $toast.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($toast.CreateTextNode($env:TRIAGE_TITLE))
$null = $texts.Item(1).AppendChild($toast.CreateTextNode($env:TRIAGE_BODY))
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$shown = [Windows.UI.Notifications.ToastNotification]::new($toast)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($shown)
"""
_APPLESCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


def show(
    title: str, body: str, platform: str = sys.platform, environ: Mapping[str, str] = os.environ
) -> None:
    """Show it; raises ConfigError with the reason where there is no desktop to show it on."""
    if platform in ("darwin", "win32"):
        _run(*(_mac(title, body) if platform == "darwin" else _windows(title, body)), environ)
    else:
        _on_bus(environ, title, body)


def check(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> None:
    """Raise ConfigError where nothing could be shown, as far as that shows without showing something."""
    if platform not in ("darwin", "win32"):
        _on_bus(environ)


def _mac(title: str, body: str) -> tuple[list[str], dict[str, str]]:
    script = [word for line in _APPLESCRIPT for word in ("-e", line)]
    return ["osascript", *script, title, body], {}


def _windows(title: str, body: str) -> tuple[list[str], dict[str, str]]:
    """The texts come by the environment: no word of them is ever read as a command."""
    command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", _TOAST]
    return command, {"TRIAGE_TITLE": title, "TRIAGE_BODY": body}


def _run(command: list[str], more: Mapping[str, str], environ: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            env={**environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=CALL_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        raise ConfigError(_HEADLESS.format(why=f"{command[0]} can't be run")) from None
    if done.returncode:
        raise ConfigError(_HEADLESS.format(why=f"{command[0]} failed"))


def session_bus(environ: Mapping[str, str]) -> str | None:
    """The address of the user's D-Bus; cron knows none, but systemd keeps it in a known place."""
    named = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if named:
        return named
    owner = getattr(os, "getuid", lambda: "")()
    places = (environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{owner}")
    buses = (Path(place, "bus") for place in places if place)
    return next((f"unix:path={bus}" for bus in buses if bus.exists()), None)


def _on_bus(environ: Mapping[str, str], title: str | None = None, body: str = "") -> None:
    """Ask the notification service to show it; without a title only whether there is one."""
    address = session_bus(environ)
    if address is None:
        raise ConfigError(_HEADLESS.format(why="no D-Bus session"))
    try:
        from jeepney.io.blocking import open_dbus_connection
    except ImportError:
        raise ConfigError(_HEADLESS.format(why="jeepney is not installed")) from None
    try:
        with open_dbus_connection(bus=address) as connection:
            reply = connection.send_and_get_reply(_call(title, body), timeout=CALL_S)
    except TimeoutError:
        if title is not None:  # it was asked for, and may stand there: it is not asked for twice
            return
        raise ConfigError(_HEADLESS.format(why="its notification service doesn't answer")) from None
    except (OSError, ValueError, RuntimeError):
        raise ConfigError(_HEADLESS.format(why="its D-Bus doesn't answer")) from None
    if reply.header.message_type.name == "error":
        raise ConfigError(_HEADLESS.format(why="no notification service"))


def _call(title: str | None, body: str) -> object:
    from jeepney import DBusAddress, new_method_call

    service = DBusAddress("/org/freedesktop/Notifications", bus_name=_BUS, interface=_BUS)
    if title is None:
        return new_method_call(service, "GetServerInformation")
    # The body may hold markup; what a client writes is none.
    said: tuple[object, ...] = (
        APP,
        0,
        "",
        title,
        html.escape(body, quote=False),
        [],
        {"urgency": ("y", 1)},
        -1,
    )
    return new_method_call(service, "Notify", "susssasa{sv}i", said)
