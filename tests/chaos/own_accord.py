"""Clients who are written to without having written: two who owe money, one whose project has ended well."""

from __future__ import annotations

from pathlib import Path

OWES, OWES_TWICE, IS_DONE = "ada@tallow.example", "office@penhallow.example", "finn@fernmill.example"
#: Whom to write to, and how many drafts each may have: one for every invoice at most.
ADDRESSES = {OWES: 1, OWES_TWICE: 2, IS_DONE: 1}

SETTINGS = """
[drafting]
ask_feedback = true
"""

_CLIENTS = f"""
[[clients]]
name = "Tallow Candles"
people = ["Ada Pym"]
addresses = ["{OWES}"]
language = "en"
[[clients.invoices]]
number = "2026-007"
total = "1200.00 EUR"
issued = 2026-02-02
due = 2026-02-16

[[clients]]
name = "Penhallow Roofs"
addresses = ["{OWES_TWICE}"]
language = "en"
[[clients.invoices]]
number = "2026-009"
total = "640.00 EUR"
issued = 2026-02-03
due = 2026-02-17
[[clients.invoices]]
number = "2026-011"
total = "80.00 EUR"
issued = 2026-02-04
due = 2026-02-18

[[clients]]
name = "Fern Mill"
people = ["Finn Orr"]
addresses = ["{IS_DONE}"]
language = "en"
[[clients.projects]]
name = "Brochure"
closed = true
[[clients.invoices]]
number = "2026-003"
project = "Brochure"
total = "900.00 EUR"
issued = 2026-02-20
due = 2026-03-06
payments = [{{ on = 2026-03-05, money = "900.00 EUR" }}]
"""


def write_clients(folder: Path) -> None:
    """The client file beside a computer's configuration."""
    path = folder / "clients.toml"
    path.write_text(_CLIENTS, encoding="utf-8")
    path.chmod(0o600)
