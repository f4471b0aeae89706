"""The machine's own zone is found under its name, or UTC is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from triage.config.zone import is_zone, like, system_zone

NOWHERE = Path("/nowhere/at/all")


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])
def test_real_zones_are_known(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Berlin", "Europe", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\0", "x" * 300]
)
def test_other_names_are_not(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("qqq", None),
    ],
)
def test_the_zone_that_was_meant_is_guessed(name: str, meant: str | None) -> None:
    assert like(name) == meant


def test_the_variable_comes_first() -> None:
    assert system_zone({"TZ": "Asia/Tokyo"}, NOWHERE, NOWHERE) == "Asia/Tokyo"
    assert system_zone({"TZ": ":Asia/Tokyo"}, NOWHERE, NOWHERE) == "Asia/Tokyo"


@pytest.mark.skipif(os.name == "nt", reason="there is no such link on Windows")
@pytest.mark.parametrize("root", ["zoneinfo", "zoneinfo.default"])
def test_the_link_comes_next(tmp_path: Path, root: str) -> None:
    zone = tmp_path / root / "America" / "Argentina" / "Ushuaia"
    zone.parent.mkdir(parents=True)
    zone.write_text("")
    link = tmp_path / "localtime"
    link.symlink_to(zone)
    assert system_zone({"TZ": "nonsense"}, link, NOWHERE) == "America/Argentina/Ushuaia"


def test_the_named_zone_comes_last(tmp_path: Path) -> None:
    named = tmp_path / "timezone"
    named.write_text("Europe/Lisbon\n")
    assert system_zone({}, NOWHERE, named) == "Europe/Lisbon"


def test_without_any_of_them_it_is_utc(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_bytes(b"\xff\xfe")
    assert system_zone({}, NOWHERE, tmp_path / "timezone") == "UTC"
