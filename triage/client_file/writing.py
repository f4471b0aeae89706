"""Edits of the client file that keep its comments and order; what would not load afterwards isn't written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Table

from triage.client_file.comments import BoundComments
from triage.client_file.loading import check_text, read_text
from triage.client_file.positions import Place
from triage.client_file.rendering import (
    client_table,
    invoice_table,
    payment_table,
    payments_array,
    project_table,
    toml_value,
)
from triage.clients.invoice import Invoice, Payment
from triage.clients.profile import Client, ClientBook, Project
from triage.errors import ConfigError
from triage.files import locked, write_private

HEAD = """\
# Inbox Triage: your clients, what you have agreed with them, and what they owe.
# `triage clients check` reads it through; clients.example.toml names every key.
"""
WAIT_SECONDS = 10.0


@dataclass
class Edit:
    """A file being changed: its document, and the book of clients that it holds once it is written."""

    document: TOMLDocument
    book: ClientBook


@contextmanager
def editing(path: Path) -> Iterator[Edit]:
    """The document to change; at the end it is checked and written (0600), whole or not at all.

    One process at a time changes a file. Raises ConfigError where the file can't be read, or would not load
    afterwards: then it stays as it was. A missing file begins with a line of comment.
    """
    path = path.expanduser().resolve()  # the file behind a link is replaced, not the link
    with _alone(path):
        before = read_text(path, may_be_missing=True)
        text = HEAD if before is None else before
        edit = Edit(_document(text, path.name), check_text(text, path.name))
        comments = _bound(edit, text)
        yield edit
        after = edit.document.as_string()
        after = _in_the_manner_of(text, comments.restored(after) if comments else after)
        edit.book = _checked(edit.document, after, path.name)
        if after != before:
            write_private(path, after)


def replace_text(path: Path, before: str | None, after: str) -> ClientBook:
    """Put a whole new text in the file's place; raises ConfigError if it isn't right, or came too late.

    ``before`` is the text that the new one was made from (None: there was no file).
    """
    path = path.expanduser().resolve()
    with _alone(path):
        if read_text(path, may_be_missing=True) != before:
            raise ConfigError(f"{path.name} was changed meanwhile by another program: nothing was written.")
        book = check_text(after, path.name)
        write_private(path, after)
    return book


def add_client(path: Path, client: Client) -> ClientBook:
    """Put the client at the file's end."""
    with editing(path) as edit:
        _append(edit.document, "clients", client_table(client))
    return edit.book


def remove_client(path: Path, client: str) -> ClientBook:
    """Take the client of this name or address out of the file, with its projects and invoices."""
    with editing(path) as edit:
        found = edit.book.named(client)
        _client(edit, client)  # raises where there is none
        clients: Any = edit.document["clients"]
        if found is not None and len(clients) > 1:
            del clients[edit.book.clients.index(found)]
        else:
            edit.document.remove("clients")
    return edit.book


def add_project(path: Path, client: str, project: Project) -> ClientBook:
    """Put the project behind the other ones of the client of this name or address."""
    with editing(path) as edit:
        _append(_client(edit, client), "projects", project_table(project))
    return edit.book


def add_invoice(path: Path, client: str, *invoices: Invoice) -> ClientBook:
    """Put the invoices behind the other ones of the client of this name or address: all of them, or none."""
    return add_invoices(path, [(client, invoice) for invoice in invoices])


def add_invoices(path: Path, invoices: Iterable[tuple[str, Invoice]]) -> ClientBook:
    """The same for several clients at once, each invoice with its client's name or address."""
    with editing(path) as edit:
        for client, invoice in invoices:
            _append(_client(edit, client), "invoices", invoice_table(invoice))
    return edit.book


def record_payment(path: Path, number: str, payment: Payment) -> ClientBook:
    """Note money that came in for the invoice of this number."""
    with editing(path) as edit:
        _append(_invoice(edit, number), "payments", payment_table(payment))
    return edit.book


def set_disputed(path: Path, number: str, is_disputed: bool) -> ClientBook:
    """Note that the client disputes the invoice, or no longer does."""
    with editing(path) as edit:
        _invoice(edit, number)["disputed"] = is_disputed
    return edit.book


def set_cancelled(path: Path, number: str, is_cancelled: bool) -> ClientBook:
    """Note that the invoice is owed no longer, or is again."""
    with editing(path) as edit:
        _invoice(edit, number)["cancelled"] = is_cancelled
    return edit.book


def set_plan(path: Path, number: str, plan: Sequence[Payment]) -> ClientBook:
    """Note the instalments that were agreed for the invoice, in place of earlier ones."""
    with editing(path) as edit:
        invoice = _invoice(edit, number)
        if isinstance(invoice.get("plan"), AoT):
            invoice.remove("plan")
        invoice["plan"] = payments_array(plan)
    return edit.book


def set_value(path: Path, place: Place, value: object) -> ClientBook:
    """Set the key at a place such as ``("clients", 0, "gifts_left")``; None takes it out of the file."""
    with editing(path) as edit:
        table: Any = edit.document
        for part in place[:-1]:
            if isinstance(part, str) and part not in table:
                has_headers = isinstance(table, Table | TOMLDocument)
                table[part] = tomlkit.table() if has_headers else tomlkit.inline_table()
            table = table[part]
        if value is not None:
            table[place[-1]] = toml_value(value)
        elif place[-1] in table:
            table.remove(place[-1])
    return edit.book


def _client(edit: Edit, name: str) -> Any:
    """The table of the client of this name or address; raises ConfigError with the known names."""
    client = edit.book.named(name)
    if client is None:
        known = ", ".join(known.name for known in edit.book.clients) or "none yet"
        raise ConfigError(f"There is no such client in the client file; it has: {known}.")
    clients: Any = edit.document["clients"]
    return clients[edit.book.clients.index(client)]


def _invoice(edit: Edit, number: str) -> Any:
    """The table of the invoice of this number; raises ConfigError if there is none."""
    clients: Any = edit.document.get("clients", [])
    for at, client in enumerate(edit.book.clients):
        for index, invoice in enumerate(client.invoices):
            if invoice.number.casefold() == number.strip().casefold():
                return clients[at]["invoices"][index]
    raise ConfigError(f"There is no invoice {number} in the client file: `triage invoices list` shows all.")


def _append(parent: Any, key: str, table: Any) -> None:
    """One table more in a list of tables, in the notation that the list has already."""
    found = parent.get(key)
    is_inline = not isinstance(table, Table) or not isinstance(parent, Table | TOMLDocument)
    if isinstance(found, Array) and (found or is_inline):
        found.append(_inline(table))
    elif isinstance(found, AoT):
        found.append(_block(table))
    elif is_inline:
        parent[key] = tomlkit.array()
        parent[key].append(_inline(table))
    else:
        if found is not None:  # an empty array, which has no room for tables with headers
            parent.remove(key)
        parent.append(key, tomlkit.aot())
        parent[key].append(_block(table))


def _block(table: Any) -> Table:
    """The table with a header of its own, a blank line above it."""
    block = table if isinstance(table, Table) else tomlkit.item(dict(table))
    assert isinstance(block, Table)
    block.trivia.indent = "\n"
    return block


def _inline(value: Any) -> Any:
    """The table within one line, and so all that it holds."""
    plain = value.unwrap() if hasattr(value, "unwrap") else value
    if isinstance(plain, dict):
        table = tomlkit.inline_table()
        for key, inner in plain.items():
            table.append(key, _inline(inner))
        return table
    if isinstance(plain, list):
        array = tomlkit.array()
        for inner in plain:
            array.append(_inline(inner))
        return array
    return plain


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep every other process from changing the file meanwhile; the lock file stays behind."""
    try:
        with locked(path.with_name(f".{path.name}.lock"), WAIT_SECONDS):
            yield
    except TimeoutError:
        raise ConfigError(f"Another program is changing {path.name}: try again in a moment.") from None
    except OSError as error:
        raise ConfigError(f"{path} can't be written ({error.strerror}): check its folder's rights.") from None


def _document(text: str, name: str) -> TOMLDocument:
    """The text as a document that can be edited; one that tomlkit reads otherwise is left alone."""
    try:
        document = tomlkit.parse(_plain(text))
        is_same = document.unwrap() == tomllib.loads(_plain(text))
    except (TOMLKitError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        is_same = False
    if not is_same:
        raise ConfigError(f"{name} is laid out in a way that only you can change: edit it by hand.")
    return document


def _bound(edit: Edit, text: str) -> BoundComments | None:
    """The comments tied to their tables; undone where that would change a letter."""
    comments = BoundComments(edit.document)
    if comments.restored(edit.document.as_string()) == _plain(text):
        return comments
    edit.document = tomlkit.parse(_plain(text))
    return None


def _checked(document: TOMLDocument, text: str, name: str) -> ClientBook:
    """The book in the new text; raises ConfigError where it doesn't load, or isn't what was meant."""
    book = check_text(text, name)
    if tomllib.loads(_plain(text)) != document.unwrap():
        raise ConfigError(f"{name} is laid out in a way that only you can change: edit it by hand.")
    return book


def _plain(text: str) -> str:
    """The text without a mark in front, with plain line ends, and one at the end."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return text if not text or text.endswith("\n") else f"{text}\n"


def _in_the_manner_of(before: str, text: str) -> str:
    """The text with the mark and the line ends that the file had."""
    ends = "\r\n" if before.count("\r\n") * 2 > before.count("\n") else "\n"
    mark = "\ufeff" if before.startswith("\ufeff") else ""
    return mark + text.replace("\n", ends)
