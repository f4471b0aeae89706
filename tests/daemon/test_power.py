"""What each system tells of battery and network, from files and words as they really are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from triage.power import Power, asked, power_now


def supplies(folder: Path, **told: dict[str, str]) -> Path:
    """A /sys/class/power_supply."""
    for name, files in told.items():
        (folder / name).mkdir(parents=True)
        for file, text in files.items():
            (folder / name / file).write_text(text + "\n")
    return folder


def silent(_: Sequence[str]) -> str:
    """No program answers."""
    return ""


BATTERY = {"type": "Battery", "status": "Discharging", "capacity": "64"}


def on_linux(folder: Path, network: str = "") -> Power:
    """As Linux tells it."""
    return power_now("linux", lambda _: network, folder)


def test_a_laptop_without_its_mains(tmp_path: Path) -> None:
    folder = supplies(tmp_path, AC={"type": "Mains", "online": "0"}, BAT0=BATTERY)
    assert on_linux(folder) == Power(is_on_battery=True, percent=64)
    assert on_linux(folder).is_scarce
    assert not on_linux(folder).is_low


def test_a_laptop_at_its_mains(tmp_path: Path) -> None:
    charging = BATTERY | {"status": "Charging"}
    folder = supplies(tmp_path, AC={"type": "Mains", "online": "1"}, BAT0=charging)
    assert on_linux(folder) == Power(is_on_battery=False, percent=64)


def test_the_fullest_of_two_batteries_counts_and_a_mouse_does_not(tmp_path: Path) -> None:
    folder = supplies(
        tmp_path,
        BAT0=BATTERY | {"capacity": "3"},
        BAT1=BATTERY | {"capacity": "15", "status": "Unknown"},
        mouse=BATTERY | {"scope": "Device", "capacity": "90"},
    )
    assert on_linux(folder) == Power(is_on_battery=True, percent=15)
    assert on_linux(folder).is_low


def test_a_desktop_and_a_folder_that_is_missing_tell_nothing(tmp_path: Path) -> None:
    assert on_linux(supplies(tmp_path, AC={"type": "Mains", "online": "1"})) == Power()
    assert on_linux(tmp_path / "none") == Power()


def test_a_driver_that_tells_nonsense(tmp_path: Path) -> None:
    assert on_linux(supplies(tmp_path, BAT0=BATTERY | {"capacity": "many"})) == Power(is_on_battery=True)


@pytest.mark.parametrize(
    ("told", "metered"),
    [("u 1", True), ("u 3", True), ("u 2", False), ("u 4", False), ("u 0", False), ("", None)],
)
def test_networkmanager(tmp_path: Path, told: str, metered: bool | None) -> None:
    assert on_linux(tmp_path, told).is_metered is metered


PMSET = """Now drawing from 'Battery Power'
 -InternalBattery-0 (id=4653155)\t18%; discharging; 1:12 remaining present: true
"""


def test_macos() -> None:
    assert power_now("darwin", lambda _: PMSET) == Power(is_on_battery=True, percent=18)
    at_mains = PMSET.replace("Battery Power", "AC Power").replace("18%", "100%")
    assert power_now("darwin", lambda _: at_mains) == Power(is_on_battery=False, percent=100)
    assert power_now("darwin", silent) == Power()


def test_a_program_that_is_missing_fails_or_hangs_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.power._ANSWER_S", 0.3)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    for name, body in {"fails": "echo no; exit 3", "hangs": "exec sleep 5", "speaks": "echo u 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    assert [asked([name]) for name in ("missing", "fails", "hangs", "speaks")] == ["", "", "", "u 1\n"]


def test_this_machine_can_be_asked() -> None:
    power = power_now()
    assert power.percent is None or 0 <= power.percent <= 100
