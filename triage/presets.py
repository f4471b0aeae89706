"""How the usual providers are reached, and what the user has to do there first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Preset:
    """One provider; an empty ``host`` is asked for, ``note`` is the step the user takes at the provider."""

    title: str
    host: str = ""
    port: int = 993
    security: Literal["tls", "starttls"] = "tls"
    auth: Literal["password", "oauth"] = "password"
    oauth_provider: Literal["", "google", "microsoft"] = ""
    tenant: str = ""
    note: str = ""
    domains: tuple[str, ...] = ()
    trusted_authserv_ids: tuple[str, ...] = ()
    has_own_certificate: bool = False


_MICROSOFT = (
    "Microsoft takes no passwords over IMAP: you sign in with a client id of your own, which docs/oauth.md "
    "tells how to get in ten minutes."
)

PRESETS: dict[str, Preset] = {
    "gmail": Preset(
        "Gmail and Google Workspace",
        "imap.gmail.com",
        note=(
            "Gmail wants an app password: turn on 2-step verification, make one at "
            "myaccount.google.com/apppasswords, and enter its 16 letters without spaces. Or sign in by "
            "OAuth with --client-id (docs/oauth.md)."
        ),
        domains=("gmail.com", "googlemail.com"),
        trusted_authserv_ids=("mx.google.com",),
        oauth_provider="google",
    ),
    "microsoft365": Preset(
        "Microsoft 365",
        "outlook.office365.com",
        auth="oauth",
        oauth_provider="microsoft",
        tenant="organizations",
        note=_MICROSOFT,
    ),
    "outlook": Preset(
        "Outlook.com",
        "outlook.office365.com",
        auth="oauth",
        oauth_provider="microsoft",
        tenant="consumers",
        note=_MICROSOFT,
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com"),
    ),
    "fastmail": Preset(
        "Fastmail",
        "imap.fastmail.com",
        note="Fastmail wants an app password: Settings, Privacy & Security, Manage app passwords.",
        domains=("fastmail.com", "fastmail.fm"),
    ),
    "icloud": Preset(
        "iCloud Mail",
        "imap.mail.me.com",
        note="iCloud wants an app-specific password: make one at account.apple.com, Sign-In and Security.",
        domains=("icloud.com", "me.com", "mac.com"),
    ),
    "yahoo": Preset(
        "Yahoo Mail",
        "imap.mail.yahoo.com",
        note="Yahoo wants an app password: Account security, Generate app password.",
        domains=("yahoo.com", "ymail.com", "rocketmail.com"),
    ),
    "proton": Preset(
        "Proton Mail through Proton Bridge",
        "127.0.0.1",
        1143,
        "starttls",
        note=(
            "Proton Bridge must run on this machine: enter the password that Bridge shows, not Proton's own, "
            "and give the certificate that Bridge exports (Settings, Advanced) as the CA file."
        ),
        domains=("proton.me", "protonmail.com", "pm.me"),
        has_own_certificate=True,
    ),
    "other": Preset("Another provider", note="Your provider's help pages name the IMAP server."),
}


def guess_preset(address: str) -> str:
    """The preset's name by the address's domain; ``other`` where it tells nothing."""
    domain = address.rpartition("@")[2].lower()
    known = {each: name for name, preset in PRESETS.items() for each in preset.domains}
    return known.get(domain, "yahoo" if domain.startswith("yahoo.") else "other")


def guess_host(address: str) -> str:
    """What most providers call their server: ``imap`` before the address's domain."""
    return f"imap.{address.rpartition('@')[2].lower()}"
