"""``triage review --sample``: mail drawn at random, shown one by one, labelled with one key.

What was judged isn't shown before the label is given, and the order doesn't betray it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import typer
from rich.console import Console
from rich.text import Text

from triage.commands.common import emit
from triage.commands.sample_letters import Letters, hand_over
from triage.commands.sample_view import sample_lines, sample_records
from triage.config import Config
from triage.errors import ConfigError
from triage.evidence_index import one_line

if TYPE_CHECKING:
    from triage.conclude import Reading
    from triage.ledger.contract import MessageRow
    from triage.ledger.samples import Drawable, SampleRow
    from triage.ledger.sqlite import SqliteLedger

USUAL, MOST = 20, 500
MOST_LINES = 60
KEYS: Mapping[str, str] = {"h": "hostility", "s": "scope_pressure", "p": "payment_issue"}
_ASK = "[h]ostile [s]cope [p]ayment [n]one · s[k]ip [u]ndo [q]uit · a capital letter adds a label: "
_ENTER = ("\r", "\n")
# How terminals, and Windows, begin what an arrow or a function key says.
_NOT_A_KEY = ("\x1b", "\x00", "\xe0")

Act = Literal["labelled", "skipped", "undo", "quit"]


def review_sample(settings: Config, number: str | None, now: datetime, *, teach: bool, json: bool) -> None:
    """Draw or go on, ask, and say what the labels tell; ``json``: only say it."""
    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger, open_ledger_copy

    wanted = _number(number)
    if json:
        with open_ledger_copy(ledger_path(settings)) as ledger:
            for record in sample_records(ledger):
                emit(record)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            "review: --sample shows mail and waits for a key each time, so it needs a terminal; "
            "with --json it prints what your labels say so far."
        )
    with open_ledger(ledger_path(settings)) as ledger:
        _label(settings, ledger, wanted, now)
        if teach:
            typer.echo(hand_over(settings, ledger, now))


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST):
        raise ConfigError(
            f"review: --sample takes how many messages to draw, from 1 to {MOST}, not '{text}'."
        )
    return int(text)


def _label(settings: Config, ledger: SqliteLedger, wanted: int | None, now: datetime) -> None:
    waiting = _waiting(settings, ledger, wanted, now)
    if waiting:
        letters = Letters(settings, ledger)
        found = letters.read([row.id for row in waiting])
        for row in waiting:
            if row.id not in found:
                ledger.say(row.id, "gone")
        if gone := len(waiting) - len(found):
            typer.echo(f"{gone:,} of {len(waiting):,} drawn have left the server's folders and are left out.")
        _Session(ledger, [row for row in waiting if row.id in found], found, settings).ask()
    else:
        typer.echo(
            "Nothing new is to be labelled: a week's mail is drawn once a week; "
            "`triage review --sample N` draws N more of the last one."
        )
    for line in sample_lines(ledger):
        typer.echo(line)


def _waiting(settings: Config, ledger: SqliteLedger, wanted: int | None, now: datetime) -> list[SampleRow]:
    """What was drawn and not yet answered; else a new draw, or with a number more of the last one."""
    from triage.views.sample import drawn, sizes_of, window_after

    if waiting := ledger.samples(state="drawn"):
        return waiting
    with ledger.together():
        windows = ledger.sample_windows()
        span = window_after(windows[-1].ended if windows else None, now)
        if span is not None:
            found = _drawable(settings, ledger, *span)
            number = ledger.open_window(*span, sizes_of(found)) if found else 0
        elif wanted is not None:
            known = {row.id for row in ledger.samples()}
            last = windows[-1]
            found = [
                one for one in _drawable(settings, ledger, last.begun, last.ended) if one.id not in known
            ]
            number = last.id
        else:
            return []
        ledger.draw(number, drawn(found, wanted or USUAL, random.Random()), now)  # noqa: S311
    return ledger.samples(state="drawn")


def _drawable(settings: Config, ledger: SqliteLedger, begun: datetime, ended: datetime) -> list[Drawable]:
    own = [one for account in settings.accounts for one in (account.address, *account.aliases)]
    return ledger.drawable([account.name for account in settings.accounts], begun, ended, own)


@dataclass
class _Session:
    """One sitting: each answer is kept at once, so that it can be left at any time."""

    ledger: SqliteLedger
    rows: Sequence[SampleRow]
    found: Mapping[int, tuple[MessageRow, Reading]]
    settings: Config
    console: Console = field(default_factory=lambda: Console(highlight=False))

    def ask(self) -> None:
        """Every message in turn, back by one where the user wants that, until the end or ``q``."""
        place = 0
        while place < len(self.rows):
            row = self.rows[place]
            self._show(place)
            act, said = self._answer()
            if act == "quit":
                typer.echo("Left off here: `triage review --sample` goes on.")
                return
            if act == "undo":
                place = max(0, place - 1)
                self.ledger.say(self.rows[place].id, "drawn")
                continue
            self.ledger.say(row.id, act, said)
            place += 1

    def _show(self, place: int) -> None:
        row, reading = self.found[self.rows[place].id]
        received = row.received.astimezone(self.settings.clock.zone)
        self.console.rule(f"{place + 1} of {len(self.rows)}")
        head = f"{one_line(row.client)} · {received:%Y-%m-%d %H:%M} · #{row.id}"
        self.console.print(Text(head, style="dim"))
        self.console.print(Text(one_line(row.subject) or "(no subject)", style="bold"))
        lines = [one_line(line) for line in reading.new_text.splitlines()]
        self.console.print(Text("\n".join(lines[:MOST_LINES])))
        if len(lines) > MOST_LINES:
            self.console.print(Text(f"… and {len(lines) - MOST_LINES:,} more lines", style="dim"))

    def _answer(self) -> tuple[Act, frozenset[str]]:
        """Wait for keys until they say something; Ctrl-C and the end of input leave."""
        typer.echo(_ASK, nl=False)
        chosen: set[str] = set()
        while True:
            # what was typed ahead of an answer isn't one to the next message
            for key in _keys():
                if key.lower() in KEYS:
                    label = KEYS[key.lower()]
                    chosen.add(label)
                    typer.echo(f"{label.replace('_', ' ')} ", nl=False)
                said = _meaning(key, chosen)
                if said is not None:
                    typer.echo(said[2])
                    return said[0], said[1]


def _meaning(key: str, chosen: set[str]) -> tuple[Act, frozenset[str], str] | None:
    """What a key says, and the word that is shown for it; None where it says nothing."""
    if key in KEYS or (key in _ENTER and chosen):
        return "labelled", frozenset(chosen), ""
    said: Mapping[str, tuple[Act, frozenset[str], str]] = {
        "n": ("labelled", frozenset(), "none"),
        "k": ("skipped", frozenset(), "skipped"),
        "u": ("undo", frozenset(), "back"),
        "q": ("quit", frozenset(), ""),
    }
    return said.get(key)


def _keys() -> str:
    """Keys as they are pressed, without Enter: one, or several that came at once; arrows are none."""
    import click

    try:
        typed = click.getchar()
    except (KeyboardInterrupt, EOFError):
        return "q"
    return "" if typed.startswith(_NOT_A_KEY) else typed
