"""What ``triage clients add`` is told, by options or answers, as a client or a project of the client file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import typer

from triage.client_file.contradictions import contradictions
from triage.client_file.positions import Lines
from triage.client_file.tables import ClientTable
from triage.clients.profile import Client
from triage.commands.answers import Asker
from triage.config.problems import Place, placed_sentences
from triage.errors import ConfigError

Values = Mapping[str, object]

# The keys of the file that are called otherwise on the command line.
_OPTIONS = {
    "name": "NAME",
    "people": "--person",
    "addresses": "--address",
    "domains": "--domain",
    "address_form": "--form",
    "language": "--language",
    "greeting_name": "--greeting-name",
}
_LISTS = ("scope", "exclusions", "channels")


def table_of(client: Values, project: str | None, terms: Sequence[str]) -> dict[str, Any]:
    """One client's table from the options that were given, None and empty lists left out.

    ``terms`` are ``key=value`` of the agreement; the key of a list may come again.
    """
    table = {key: value for key, value in client.items() if value not in (None, "", [])}
    agreement: dict[str, Any] = {}
    for term in terms:
        key, mark, text = (part.strip() for part in term.partition("="))
        if not mark or not text:
            raise ConfigError('--term: must be a key of the agreement and its value: rate="85 EUR/hour".')
        if key in _LISTS:
            agreement.setdefault(key, []).append(text)
        else:
            agreement[key] = _typed(text)
    if agreement and not project:
        raise ConfigError("--project: is missing; name the project that these terms are for.")
    if project:
        table["projects"] = [{"name": project} | ({"agreement": agreement} if agreement else {})]
    return table


def _typed(text: str) -> object:
    """A number or a day as what it is, everything else as text."""
    try:
        value = tomllib.loads(f"value = {text}", parse_float=Decimal)["value"]
    except (ValueError, ArithmeticError):
        return text
    return value if isinstance(value, int | Decimal | date) else text


def entered_client(table: dict[str, Any]) -> Client:
    """The client of a table; raises ConfigError with one sentence for each problem, by its option."""
    from pydantic import ValidationError

    told: list[tuple[Place, str]] = []
    client = None
    try:
        client = ClientTable.model_validate(table).value()
    except ValidationError as error:
        told += placed_sentences(error, table, ClientTable)
    told += [(place[2:], sentence) for place, sentence in contradictions({"clients": [table]}, Lines(""))]
    if told or client is None:
        raise ConfigError(*(f"{_option(place)}: {sentence}" for place, sentence in told))
    return client


def asked_client(asker: Asker) -> dict[str, Any]:
    """One client's table from a person at the terminal; each answer is checked before the next question."""
    table: dict[str, Any] = {}
    for key, question, is_list in (
        ("name", "The client's name", False),
        ("people", "Who writes for them, full names with commas between (Enter: nobody in particular)", True),
        ("addresses", "Their mail addresses, commas between", True),
        ("domains", "Domains that are theirs alone, commas between (Enter: none)", True),
        ("language", "The language you write in, two letters (Enter: as they write)", False),
        ("address_form", "Form of address: formal or familiar (Enter: as they write)", False),
        ("greeting_name", "How you greet them, such as Nora or Mr Weiss (Enter: by their name)", False),
    ):
        _ask(asker, table, key, question, is_list)
    project = asker.text("--project", None, "What you do for them, in a word or two (Enter: later)", "")
    return table | ({"projects": [{"name": project}]} if project else {})


def _ask(asker: Asker, table: dict[str, Any], key: str, question: str, is_list: bool) -> None:
    """Put one answer into the table, once it is right."""
    while True:
        answer = asker.text(_OPTIONS.get(key, key), None, question, None if key == "name" else "")
        parts = [part.strip() for part in answer.split(",") if part.strip()]
        value = parts if is_list else answer
        if not value and key != "name":
            return
        try:
            entered_client({"name": "a client"} | table | {key: value})
        except ConfigError as error:
            typer.echo(f"  {error.problems[0].partition(': ')[2]}", err=True)
            continue
        table[key] = value
        return


def _option(place: Place) -> str:
    """The option that a key of the file is given by."""
    keys = [part for part in place if isinstance(part, str)]
    if "agreement" in keys:
        return f"--term {keys[-1]}"
    return "--project" if "projects" in keys else _OPTIONS.get(keys[0] if keys else "", "NAME")
