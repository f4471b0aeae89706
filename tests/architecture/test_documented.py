"""A command or an option that isn't documented fails here, and so does a link that leads nowhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer
from typer.core import TyperGroup, TyperOption

from tests.architecture.source import ROOT
from triage.commands import app
from triage.errors import ExitCode

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
# Options explained once, at the page's top.
SHARED = {"--config", "--json", "--verbose"}


def commands() -> dict[str, Any]:
    """Every command of the application."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return dict(group.commands)


def section(name: str) -> str:
    """What the page says about one command."""
    found = re.search(rf"^## triage {name}\b.*?(?=^## |\Z)", COMMANDS_PAGE, re.M | re.S)
    assert found, f"docs/commands.md has no section for {name}"
    return found[0]


def parameters(command: Any) -> list[Any]:
    """The parameters of a command, or of all commands of a group."""
    if isinstance(command, TyperGroup):
        return [parameter for inner in command.commands.values() for parameter in parameters(inner)]
    return list(command.params)


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_of_a_group_is_documented(name: str) -> None:
    command = commands()[name]
    inner = command.commands.values() if isinstance(command, TyperGroup) else ()
    assert [one.name for one in inner if f"`{name} {one.name}" not in section(name)] == []
    assert [one.name for one in inner if not one.help] == []


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_documented(name: str) -> None:
    assert re.search(rf"`(triage )?{name}\b", README), f"README.md never names {name}"
    told = section(name)
    for parameter in parameters(commands()[name]):
        if isinstance(parameter, TyperOption):
            longest = max(parameter.opts, key=len)
            assert longest in SHARED or longest in told, f"{name}: {longest} is not documented"
        else:
            called = (parameter.metavar or parameter.name or "").strip("[]").upper().removesuffix("S")
            assert called in told.upper()


def test_nothing_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^## triage (\w+)", COMMANDS_PAGE, re.M)) == set(commands())


def test_every_command_says_what_it_does() -> None:
    assert {name for name, command in commands().items() if not command.help} == set()


@pytest.mark.parametrize("status", [int(code) for code in ExitCode])
def test_every_exit_status_is_documented(status: int) -> None:
    assert f"| {status} |" in README


def test_links_and_the_map_of_the_house_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    places = re.findall(r"^((?:triage|classifiers|drafts)/[\w./]*)", README, re.M)
    assert len(places) >= 8
    assert [place for place in (*links, *places) if not (ROOT / place).exists()] == []


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    told = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", told, re.M))
    assert {"demo", "test"} <= named
    assert named <= targets
