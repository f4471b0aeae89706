"""The command line: one file per command, each thin; all they share is in ``common``.

Only the command that is asked for is imported: a pass from cron shall not pay for the wizard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup

NAMES = (
    "init",
    "authorize",
    "doctor",
    "sweep",
    "daemon",
    "service",
    "status",
    "done",
    "snooze",
    "digest",
    "report",
    "alarms",
    "classify",
    "draft",
    "explain",
    "correct",
    "show",
    "timeline",
    "advise",
    "review",
    "clients",
    "invoices",
    "voice",
    "phrases",
    "forget",
    "backtest",
    "demo",
)
"""In the order of ``triage --help``: each is a module of this package that has the command by the same name.

A function is one command, a ``typer.Typer`` a group of them.
"""


class _Commands(Mapping[str, Any]):
    """The commands by name, each imported when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        found = getattr(import_module(f"{__name__}.{name}"), name)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = name
            return group
        single = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
        single.command(name)(found)
        return typer.main.get_command(single)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


class _Group(TyperGroup):
    """A group whose commands are imported one by one."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast(MutableMapping[str, Any], _Commands())


app = typer.Typer(
    cls=_Group,
    help="Reads client mail over IMAP, flags trouble, leaves a calm reply in Drafts. It never sends.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    """Make a group of an application that registers no command by itself."""
