"""One push to one address, by the plugin of apprise that is named for its scheme and no other part of it."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from triage.errors import ConfigError
from triage.notify.addresses import PLUGINS, scheme_of

CONNECT_S, READ_S = 3.0, 6.0
"""Less together than the process has: what fails, fails by itself and is told why."""


def pusher(address: str) -> Any:
    """Apprise's plugin for an address, ready to push; raises ConfigError for what is no such address."""
    scheme = scheme_of(address)
    module, name = PLUGINS[scheme]
    logging.getLogger("apprise").disabled = True  # its messages hold addresses
    from apprise.asset import AppriseAsset

    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    settings = plugin.parse_url(address)
    if not settings:
        raise _unreadable(scheme)
    # no picture from a stranger's server is fetched by whoever shows the alarm
    settings["asset"] = AppriseAsset(
        storage_mode="memory", app_id="Inbox Triage", app_url="", image_url_mask="", image_url_logo=""
    )
    try:
        made = plugin(**settings)
    except (TypeError, ValueError):
        raise _unreadable(scheme) from None
    made.socket_connect_timeout, made.socket_read_timeout = CONNECT_S, READ_S
    made.request_rate_per_sec = 0.0  # a handful of pushes never comes near a service's limit
    made.redirects = False  # whoever redirects would be handed the secret
    return made


def push(made: Any, title: str, body: str) -> bool:
    """Push once; False where the service did not take it."""
    from apprise.common import NotifyFormat, NotifyType

    return bool(
        made.notify(title=title, body=body, notify_type=NotifyType.INFO, body_format=NotifyFormat.TEXT)
    )


def _unreadable(scheme: str) -> ConfigError:
    return ConfigError(
        f'A push address with "{scheme}://" can\'t be read: look up how {scheme} addresses are written '
        "for apprise, and store it anew."
    )
