"""The time zone of this machine, under the name the zone database knows it by."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

FALLBACK = "UTC"
_LOCALTIME = Path("/etc/localtime")
_NAMED = Path("/etc/timezone")
_DATABASE = "zoneinfo"


def is_zone(name: str) -> bool:
    """Whether the zone database has it, under exactly this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def like(name: str) -> str | None:
    """The zone that was probably meant: a misspelt name, or a city alone."""
    zones = available_timezones()
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in sorted(zones, reverse=True)}
    wanted = name.strip().replace(" ", "_")
    if wanted.lower() in by_city:
        return by_city[wanted.lower()]
    return next(iter(get_close_matches(wanted, zones, 1, 0.75)), None)


def system_zone(
    environ: Mapping[str, str] = os.environ, localtime: Path = _LOCALTIME, named: Path = _NAMED
) -> str:
    """The machine's own zone by TZ, /etc/localtime or /etc/timezone; UTC where none tells."""
    candidates = (environ.get("TZ", "").removeprefix(":"), _linked(localtime), _first_line(named))
    return (
        next((zone for zone in candidates if zone and is_zone(zone)), None) or _asked_of_windows() or FALLBACK
    )


def _asked_of_windows() -> str | None:
    """What Windows calls its zone, by the name the database knows it by; None where it isn't asked."""
    if os.name != "nt":
        return None
    try:
        from tzlocal import get_localzone_name

        name = str(get_localzone_name())
    except (ImportError, OSError, LookupError, ValueError):
        return None
    return name if is_zone(name) else None


def _linked(localtime: Path) -> str:
    """The name behind a link such as /usr/share/zoneinfo/Europe/Berlin; macOS has another root."""
    try:
        parts = localtime.resolve(strict=True).parts
    except OSError:
        return ""
    folders = [place for place, part in enumerate(parts) if part.startswith(_DATABASE)]
    return "/".join(parts[folders[-1] + 1 :]) if folders else ""


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip().partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return ""
