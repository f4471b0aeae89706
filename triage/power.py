"""What the machine tells of its battery and its network; what it doesn't tell is unknown, never a fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Discharging at or below this, a laptop is soon to be off.
LOW_PERCENT = 20
_ANSWER_S = 3.0
_SYSFS = Path("/sys/class/power_supply")
_METERED = (
    "busctl", "--system", "get-property", "org.freedesktop.NetworkManager",
    "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager", "Metered",
)  # fmt: skip
#: NetworkManager's "yes" and "guessed yes" (NMMetered).
_IS_METERED = ("u 1", "u 3")

Ask = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Power:
    """None is unknown; ``percent`` is that of the fullest battery."""

    is_on_battery: bool | None = None
    percent: int | None = None
    is_metered: bool | None = None

    @property
    def is_scarce(self) -> bool:
        """Whether power or traffic should be spared."""
        return bool(self.is_on_battery or self.is_metered)

    @property
    def is_low(self) -> bool:
        """Whether the battery is nearly empty."""
        return bool(self.is_on_battery) and self.percent is not None and self.percent <= LOW_PERCENT


def asked(command: Sequence[str]) -> str:
    """What a program prints; nothing where it is missing, fails or takes too long."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_S,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def power_now(platform: str = sys.platform, ask: Ask = asked, sysfs: Path = _SYSFS) -> Power:
    """How battery and network are at this moment."""
    if platform == "darwin":
        return _of_pmset(ask(("pmset", "-g", "batt")))
    if platform == "win32":
        return _of_windows()
    on_battery, percent = _of_sysfs(sysfs)
    told = ask(_METERED).strip()
    return Power(on_battery, percent, told in _IS_METERED if told else None)


def _of_sysfs(folder: Path) -> tuple[bool | None, int | None]:
    """On battery where a battery discharges and no mains is online; a mouse's battery doesn't count."""
    try:
        supplies = sorted(folder.iterdir())
    except OSError:
        return None, None
    mains = [_line(one / "online") for one in supplies if _line(one / "type") in ("Mains", "USB")]
    batteries = [
        one for one in supplies if _line(one / "type") == "Battery" and _line(one / "scope") != "Device"
    ]
    if not batteries:
        return None, None
    levels = [int(text) for one in batteries if (text := _line(one / "capacity")).isdecimal()]
    discharges = any(_line(one / "status") == "Discharging" for one in batteries)
    return discharges and "1" not in mains, max(levels, default=None)


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _of_pmset(told: str) -> Power:
    """``Now drawing from 'Battery Power'`` and ``-InternalBattery-0 (id=…)	57%; discharging; …``."""
    source = re.search(r"drawing from '(.+?)'", told)
    if source is None:
        return Power()
    percents = [int(found) for found in re.findall(r"(\d{1,3})%", told)]
    return Power(source[1] == "Battery Power", max(percents, default=None))


if sys.platform == "win32":
    import ctypes

    class _Status(ctypes.Structure):
        """SYSTEM_POWER_STATUS."""

        _fields_ = (
            ("ac_line", ctypes.c_ubyte),
            ("battery_flag", ctypes.c_ubyte),
            ("percent", ctypes.c_ubyte),
            ("saver", ctypes.c_ubyte),
            ("life", ctypes.c_ulong),
            ("full_life", ctypes.c_ulong),
        )

    def _of_windows() -> Power:
        """255 is unknown; ``ac_line`` 0 is on battery."""
        status = _Status()
        if not ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status)):
            return Power()
        on_battery = None if status.ac_line == 255 else status.ac_line == 0
        return Power(on_battery, None if status.percent > 100 else int(status.percent))
else:

    def _of_windows() -> Power:
        """Only Windows knows."""
        return Power()
