"""The command line: one file per command, each thin; all they share is in ``common``."""

from __future__ import annotations

import typer

from triage.commands.classify import classify
from triage.commands.daemon import daemon
from triage.commands.demo import demo
from triage.commands.doctor import doctor
from triage.commands.draft import draft
from triage.commands.explain import explain
from triage.commands.init import init
from triage.commands.status import status
from triage.commands.sweep import sweep

app = typer.Typer(
    help="Reads client mail over IMAP, flags trouble, leaves a calm reply in Drafts. It never sends.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.command("init")(init)
app.command("doctor")(doctor)
app.command("sweep")(sweep)
app.command("daemon")(daemon)
app.command("status")(status)
app.command("classify")(classify)
app.command("draft")(draft)
app.command("explain")(explain)
app.command("demo")(demo)
