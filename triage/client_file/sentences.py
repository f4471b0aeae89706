"""What is wrong with one key of the client file: its place, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from triage.client_file.positions import Place
from triage.client_file.tables import ClientsFile
from triage.config.problems import placed_sentences

_LISTS = (
    "people", "addresses", "domains", "keywords", "delivered", "approved", "mistakes", "scope", "exclusions",
    "channels",
)  # fmt: skip
_LISTS_OF_TABLES = {
    "clients": "[[clients]]",
    "projects": "[[clients.projects]]",
    "invoices": "[[clients.invoices]]",
}
_TABLES = {"agreement": "[clients.projects.agreement]", "policy": "[clients.policy]"}
# Words that people write for a key of another name; a mere misspelling is found without them.
_MEANT = {
    "email": "addresses", "emails": "addresses", "mail": "addresses", "mails": "addresses",
    "contacts": "addresses", "website": "domains", "lang": "language", "form": "address_form",
    "greeting": "greeting_name", "first_name": "greeting_name", "gifts": "gifts_left",
    "amount": "total", "sum": "total", "date": "issued", "issued_on": "issued", "due_on": "due",
    "due_date": "due", "paid": "payments", "instalments": "plan", "installments": "plan",
    "revisions": "rounds_included", "rounds": "rounds_included", "hourly_rate": "rate", "price": "rate",
    "deposit": "deposit_percent", "rush": "rush_percent", "hours": "working_hours",
    "signed": "agreed_on", "date_agreed": "agreed_on", "excluded": "exclusions", "included": "scope",
}  # fmt: skip


def sentences(error: ValidationError, data: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """Each problem's place and sentence."""
    for place, sentence in placed_sentences(error, data, ClientsFile):
        yield place, _brackets(place, data) or _synonym(place, sentence) or sentence


def _brackets(place: Place, data: Mapping[str, Any]) -> str | None:
    """The commonest slip: one pair of brackets for two, or two for one."""
    value: Any = data
    for part in place:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    key = place[-1] if place else ""
    if isinstance(value, dict) and key in _LISTS_OF_TABLES:
        return f"is a list of tables: write its header with two brackets, {_LISTS_OF_TABLES[str(key)]}."
    if isinstance(value, list) and key in _TABLES:
        return f"is one table: write its header with one bracket, {_TABLES[str(key)]}."
    if isinstance(value, str) and key in _LISTS:
        return 'must be a list: put what stands there in brackets, ["…"].'
    return None


def _synonym(place: Place, sentence: str) -> str | None:
    """Another word for a key, or an amount's currency in a key of its own."""
    key = str(place[-1])
    if not sentence.startswith("there is no such key"):
        return None
    if key.lower() in ("currency", "currencies"):
        return 'there is no such key; write the currency with each amount, such as total = "1200.00 EUR".'
    meant = _MEANT.get(key.lower())
    known = f"known here are {meant}" in sentence or f" {meant}," in sentence or f" {meant}." in sentence
    return f"there is no such key; did you mean {meant}?" if meant and known else None
