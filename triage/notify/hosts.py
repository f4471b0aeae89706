"""Which hosts a push address leads to: what ``doctor --prove`` lets the notifying process connect to."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from triage.notify.addresses import scheme_of

# Services that stand at a place of their own: nothing of their addresses is a host.
_FIXED: Mapping[str, tuple[str, ...]] = {
    "pover": ("api.pushover.net",),
    "tgram": ("api.telegram.org",),
    "discord": ("discord.com",),
    "slack": ("hooks.slack.com", "hooks.slack-gov.com", "slack.com"),
    "gchat": ("chat.googleapis.com",),
    "wxteams": ("api.ciscospark.com", "webexapis.com"),
    "webex": ("api.ciscospark.com", "webexapis.com"),
    "line": ("api.line.me",),
    "groupme": ("api.groupme.com",),
    "prowl": ("api.prowlapp.com",),
    "join": ("joinjoaomgcd.appspot.com",),
    "simplepush": ("api.simplepu.sh",),
    "spush": ("api.simplepu.sh",),
    "push": ("push.techulus.com",),
}
# Those that stand at a host of one's own, or at theirs where the address holds a topic or key and no more.
_CLOUDS: Mapping[str, str] = {
    "ntfy": "ntfy.sh",
    "ntfys": "ntfy.sh",
    "pushdeer": "api2.pushdeer.com",
    "pushdeers": "api2.pushdeer.com",
    "matrix": "webhooks.t2bot.io",
    "matrixs": "webhooks.t2bot.io",
}
_CLOUD_MODES = {"cloud", "t2bot"}


def push_hosts(address: str) -> frozenset[str]:
    """The hosts, in small letters; never a topic, a key or a user of the address, which are secrets.

    Raises ConfigError for an address that isn't taken.
    """
    scheme = scheme_of(address)
    if scheme in _FIXED:
        return frozenset(_FIXED[scheme])
    try:
        parts = urlsplit(address.strip())
        mode = parse_qs(parts.query.lower()).get("mode", [""])[-1]
        host = parts.hostname or ""
    except ValueError:  # brackets that close nothing
        return frozenset()
    is_key = len(host) == 64 and "." not in host if scheme.startswith("matrix") else not parts.path.strip("/")
    if scheme in _CLOUDS and (mode in _CLOUD_MODES or is_key):
        return frozenset({_CLOUDS[scheme]})
    return frozenset({host} - {""})
