"""What ``init`` and ``authorize`` share: leading the user through a sign-in, and trying out a login."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from triage.config import Account
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.imap.session import Secret
    from triage.oauth.client import DeviceCode, Visit
    from triage.oauth.grant import Grant


@dataclass(frozen=True)
class Way:
    """How the user wants to sign in; ``port``: where the browser's answer is waited for, 0 for any."""

    device: bool = False
    paste: bool = False
    port: int = 0

    def __post_init__(self) -> None:
        if self.device and (self.paste or self.port):
            raise ConfigError("--device needs no browser's answer: leave out --paste and --port.")


def lead(account: Account, way: Way, client_secret: str | None) -> Grant:
    """Sign in, with all that the user needs to know on stderr."""
    from triage.oauth.sign_in import SignIn

    sign_in = SignIn(
        account, lambda: datetime.now(UTC), _show(way), _ask, time.sleep, client_secret=client_secret
    )
    if way.device:
        return sign_in.by_code()
    if way.paste or (not way.port and not has_browser() and sys.stdin.isatty()):
        sign_in.show = _show(Way(paste=True))
        return sign_in.by_paste(way.port)
    return sign_in.by_browser(way.port)


def _now() -> datetime:
    return datetime.now(UTC)


def has_browser() -> bool:
    """Whether a browser can be opened here that is more than lines in this terminal."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in screens)


def log_in(account: Account, secret: Secret) -> None:
    """Log in as a pass would, open what is watched, show where Drafts and Sent are."""
    from triage.access import server_of
    from triage.imap.folders import find_folders
    from triage.imap.inbox import open_inbox
    from triage.imap.session import open_session

    with open_session(server_of(account), secret) as session:
        for folder in account.folders:
            open_inbox(session, folder)
            session.leave()
        folders = find_folders(session, drafts=account.drafts, sent=account.sent)
    typer.echo(f"Logged in. Drafts: {folders.drafts}. Sent: {folders.sent or 'none found'}.", err=True)
    if folders.sent is None:
        typer.echo("  Name the folder of your sent mail with the key `sent`.", err=True)


def _show(way: Way) -> Callable[[Visit | DeviceCode], None]:
    def show(step: Visit | DeviceCode) -> None:
        from triage.oauth.client import DeviceCode

        if isinstance(step, DeviceCode):
            typer.echo(f"Open {step.address} on any device and enter the code {step.user_code}", err=True)
            typer.echo(f"It is good for {step.lives / 60:.0f} minutes.", err=True)
            return
        typer.echo(f"Sign in with the mailbox's own address:\n\n{step.address}\n", err=True)
        if not way.paste:
            _open(step.address)

    return show


def _open(address: str) -> None:
    if has_browser() and webbrowser.open(address):
        typer.echo("Your browser shows that page; waiting for you to sign in there.", err=True)
        return
    typer.echo(
        "No browser could be opened: open the address in one on this machine. On another machine that can "
        "reach none here, stop this with Ctrl-C and start again with --paste.",
        err=True,
    )


def _ask() -> str:
    typer.echo(
        "At the end the browser shows a page that can't be reached; its address is the answer.", err=True
    )
    return str(typer.prompt("Paste that address", err=True))
