"""What single keys can't show: parts of the client file that contradict each other.

Everything is read from the bare tables, so that a mistake elsewhere hides nothing; what has the wrong type is
told by its own check and passed over here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from triage.client_file.bills import bill_contradictions
from triage.client_file.fields import day
from triage.client_file.positions import Lines, Place
from triage.client_file.raw import Found, RawTable, folded, quietly, tables, texts

_SHARED = (
    ("name", "has this name already; give each its own"),
    ("addresses", "has this address already; leave it with one of them"),
    ("domains", "has this domain already; leave it with one of them"),
)


def contradictions(data: Mapping[str, Any], lines: Lines) -> Found:
    """Each contradiction's place and sentence; ``lines`` says where the other half of it stands."""
    clients = list(tables(((), data), "clients"))
    for key, what in _SHARED:
        yield from _twice(clients, key, lines, what)
    invoices = [invoice for client in clients for invoice in tables(client, "invoices")]
    yield from _twice(invoices, "number", lines, "has this number already; no two invoices share one")
    for client in clients:
        yield from _within_client(client, lines)


def _within_client(client: RawTable, lines: Lines) -> Found:
    projects = list(tables(client, "projects"))
    yield from _twice(projects, "name", lines, "has this name already; give each its own")
    for place, project in projects:
        if isinstance(project.get("agreement"), dict):
            yield from _within_agreement(((*place, "agreement"), project["agreement"]))
    names = [name.strip() for project in projects for _, name in texts(project, "name")]
    for invoice in tables(client, "invoices"):
        yield from _unknown_project(invoice, names)
        yield from bill_contradictions(invoice)


def _within_agreement(agreement: RawTable) -> Found:
    place, terms = agreement
    if "rush_percent" in terms and "rush_fee" in terms:
        yield (*place, "rush_fee"), "stands beside rush_percent; keep the one that was agreed."
    agreed_on, deadline = quietly(day, terms.get("agreed_on")), quietly(day, terms.get("deadline"))
    if agreed_on and deadline and deadline < agreed_on:
        yield (*place, "deadline"), "is before agreed_on; correct one of the two days."
    included = {folded(phrase) for _, phrase in texts(agreement, "scope")}
    for where, phrase in texts(agreement, "exclusions"):
        if folded(phrase) in included:
            yield where, "stands in scope too; leave it in the one that was agreed."


def _unknown_project(invoice: RawTable, names: list[str]) -> Found:
    for where, project in texts(invoice, "project"):
        if project.strip() in names:
            continue
        like = get_close_matches(project, names, 1, 0.5)
        known = ", ".join(f"“{name}”" for name in names)
        hint = f"it has {known}." if known else "add it with [[clients.projects]], or leave the key out."
        yield where, f"this client has no such project; {f'did you mean “{like[0]}”?' if like else hint}"


def _twice(owners: Iterable[RawTable], key: str, lines: Lines, what: str) -> Found:
    """A text that two of the tables have: told of the second, with where the first one stands."""
    first: dict[str, RawTable] = {}
    for owner in owners:
        for where, text in texts(owner, key):
            other = first.setdefault(folded(text), owner)
            if other is not owner:
                line = lines.of((*other[0], key))
                yield where, f"{_called(other[0])} (line {line}) {what}."


def _called(place: Place) -> str:
    """``clients[0].projects[1]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
