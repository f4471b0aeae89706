"""Which push addresses are taken: apprise's services that push to a phone or a chat, and none that mails.

Apprise knows some 140 services, a dozen of them mail. This program never sends mail, so the services are
named here one by one, and no other plugin of apprise is ever loaded (see ``gate``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus

from triage.errors import ConfigError

PLUGINS: Mapping[str, tuple[str, str]] = {
    scheme: (module, name)
    for schemes, module, name in (
        ("ntfy ntfys", "ntfy", "NotifyNtfy"),
        ("gotify gotifys", "gotify", "NotifyGotify"),
        ("pover", "pushover", "NotifyPushover"),
        ("tgram", "telegram", "NotifyTelegram"),
        ("signal signals", "signal_api", "NotifySignalAPI"),
        ("matrix matrixs", "matrix", "NotifyMatrix"),
        ("discord", "discord", "NotifyDiscord"),
        ("slack", "slack", "NotifySlack"),
        ("mmost mmosts", "mattermost", "NotifyMattermost"),
        ("rocket rockets", "rocketchat", "NotifyRocketChat"),
        ("nctalk nctalks", "nextcloudtalk", "NotifyNextcloudTalk"),
        ("gchat", "google_chat", "NotifyGoogleChat"),
        ("wxteams webex", "webexteams", "NotifyWebexTeams"),
        ("workflow workflows", "workflows", "NotifyWorkflows"),
        ("line", "line", "NotifyLine"),
        ("groupme", "groupme", "NotifyGroupMe"),
        ("hassio hassios", "home_assistant", "NotifyHomeAssistant"),
        ("synology synologys", "synology", "NotifySynology"),
        ("bark barks", "bark", "NotifyBark"),
        ("prowl", "prowl", "NotifyProwl"),
        ("join", "join", "NotifyJoin"),
        ("simplepush spush", "simplepush", "NotifySimplePush"),
        ("pushdeer pushdeers", "pushdeer", "NotifyPushDeer"),
        ("push", "techuluspush", "NotifyTechulusPush"),
        ("kodi kodis xbmc xbmcs", "kodi", "NotifyXBMC"),
        ("json jsons", "custom_json", "NotifyJSON"),
        ("form forms", "custom_form", "NotifyForm"),
        ("xml xmls", "custom_xml", "NotifyXML"),
    )
    for scheme in schemes.split()
}
"""Scheme → apprise's module and class."""

MAIL_SCHEMES = frozenset(
    {"mailto", "mailtos", "brevo", "sendgrid", "ses", "sparkpost", "mailgun", "smtp2go", "o365", "azure"}
    | {"resend", "postmark", "mailersend", "sendpulse", "groundmail", "pingram", "deltachat", "deltachats"}
)
_DESKTOP_SCHEMES = frozenset({"dbus", "kde", "qt", "glib", "gio", "gnome", "macosx", "windows"})
_SCHEME = re.compile(r"\s*([a-z0-9]{1,32})://\S", re.IGNORECASE)
_SHOWN = 20


def scheme_of(address: str) -> str:
    """The service of a push address that is taken; raises ConfigError for every other, never repeating it."""
    found = _SCHEME.match(address)
    if found is None:
        raise ConfigError(
            "A push address must begin with its service, such as ntfys://ntfy.example/topic: "
            "store it anew with `triage alarms store`, or correct what url_command prints."
        )
    scheme = found[1].lower()
    if scheme in MAIL_SCHEMES or "mail" in scheme or "smtp" in scheme:
        raise ConfigError(
            f'A push address with "{scheme[:_SHOWN]}://" would send mail, and this program never sends mail: '
            "use a push service such as ntfy, Gotify, Pushover or Telegram."
        )
    if scheme in _DESKTOP_SCHEMES:
        raise ConfigError(f'"{scheme}://" is this machine\'s desktop: set alarms.desktop = true instead.')
    if scheme not in PLUGINS:
        raise ConfigError(
            f'Alarms aren\'t told by "{scheme[:_SHOWN]}://": use one of {", ".join(sorted(PLUGINS))}.'
        )
    if any("mail" in name.lower() for name in _parameters(address)):
        raise ConfigError(
            f'The "{scheme}" push address asks its service to send mail, and this program never sends mail: '
            "remove that parameter from it."
        )
    return scheme


def addresses_in(text: str) -> list[str]:
    """The addresses of a text, parted by spaces or lines, each once."""
    return list(dict.fromkeys(text.split()))


def _parameters(address: str) -> Iterator[str]:
    """The names of an address's parameters, whatever they are wrapped in."""
    for part in re.split(r"[?&;]", address)[1:]:
        yield unquote_plus(unquote_plus(part.partition("=")[0]))
