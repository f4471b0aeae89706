"""Shared by ``done`` and ``snooze``: the obligations that ids name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.ledger.contract import Ledger, Obligation


def awaiting(ledger: Ledger, ids: Sequence[str], command: str) -> list[Obligation]:
    """The open obligations of these messages; raises ConfigError for all that have none, before anything."""
    open_ones = {obligation.row.id: obligation for obligation in ledger.open_obligations()}
    rows = {id_: ledger.find(id_) for id_ in dict.fromkeys(ids)}
    problems = [
        f"{command}: no message with the id '{id_}' is known; `triage status` shows the ids."
        if row is None
        else f"{command}: the message '{id_}' awaits no answer."
        for id_, row in rows.items()
        if row is None or row.id not in open_ones
    ]
    if problems:
        raise ConfigError(*problems)
    return [open_ones[row.id] for row in rows.values() if row is not None]
