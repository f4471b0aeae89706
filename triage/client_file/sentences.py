"""What is wrong with one key of the client file: its place, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from triage.client_file.positions import Place
from triage.client_file.tables import AgreementTable, ClientsFile, ClientTable, InvoiceTable, ProjectTable
from triage.config.model import Drafting
from triage.config.problems import placed_sentences
from triage.config.section import Section

_LISTS = (
    "people", "addresses", "domains", "keywords", "delivered", "approved", "mistakes", "scope", "exclusions",
    "channels", "patterns",
)  # fmt: skip
_LISTS_OF_TABLES = ("clients", "projects", "invoices")
_HEADERS = {
    "clients": "[[clients]]",
    "projects": "[[clients.projects]]",
    "invoices": "[[clients.invoices]]",
    "agreement": "[clients.projects.agreement]",
    "policy": "[clients.policy]",
}
_KINDS_OF_TABLE: dict[str, type[Section]] = {
    "clients": ClientTable,
    "projects": ProjectTable,
    "invoices": InvoiceTable,
    "agreement": AgreementTable,
    "policy": Drafting,
}
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
        if sentence.startswith("there is no such key"):
            yield place, _meant(place) or sentence
        else:
            yield place, _brackets(place, data) or sentence


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
        return f"is a list of tables: write its header with two brackets, {_HEADERS[str(key)]}."
    if isinstance(value, list) and key in ("agreement", "policy"):
        return f"is one table: write its header with one bracket, {_HEADERS[str(key)]}."
    if isinstance(value, str) and key in _LISTS:
        return 'must be a list: put what stands there in brackets, ["…"].'
    return None


def _meant(place: Place) -> str | None:
    """What a key that isn't known was meant to be: one of another table, or another word for one of this."""
    key = str(place[-1]).lower()
    if key in ("currency", "currencies"):
        return 'there is no such key; write the currency with each amount, such as total = "1200.00 EUR".'
    kind = _KINDS_OF_TABLE.get(_list_name(place[:-1]), ClientsFile)
    word = _MEANT.get(key, key)
    if word in kind.model_fields:
        return None if word == key else f"there is no such key; did you mean {word}?"
    owners = [name for name, other in _KINDS_OF_TABLE.items() if word in other.model_fields]
    return f"there is no such key here; it belongs in {_HEADERS[owners[0]]}." if len(owners) == 1 else None


def _list_name(place: Place) -> str:
    """The key under which a table, or a list of such tables, stands."""
    return str(next((part for part in reversed(place) if isinstance(part, str)), ""))
