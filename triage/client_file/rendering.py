"""Clients, projects, invoices and payments as tables of the client file; what is usual isn't written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, Table

from triage.client_file.amounts import money_text, price_text
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money, Price
from triage.clients.profile import Client, Project

_KEYS = {"is_closed": "closed", "is_disputed": "disputed", "is_cancelled": "cancelled"}


def client_table(client: Client) -> Table:
    """``[[clients]]``, with policy, projects and invoices below it."""
    table = _table(client, skipped=("policy", "projects", "invoices", "line"))
    if client.policy:
        table.append("policy", _plain_table(client.policy))
    if client.projects:
        table.append("projects", _tables(map(project_table, client.projects)))
    if client.invoices:
        table.append("invoices", _tables(map(invoice_table, client.invoices)))
    return table


def project_table(project: Project) -> Table:
    """``[[clients.projects]]``, with its agreement below it."""
    table = _table(project, skipped=("agreement",))
    if project.agreement != Agreement():
        table.append("agreement", _table(project.agreement))
    return table


def invoice_table(invoice: Invoice) -> Table:
    """``[[clients.invoices]]``; payments and plan stand in lines of their own table."""
    return _table(invoice)


def payments_array(payments: Iterable[Payment]) -> Array:
    """``[{ on = 2026-04-10, money = "400 EUR" }]``."""
    array = tomlkit.array()
    for payment in payments:
        array.append(payment_table(payment))
    return array


def payment_table(payment: Payment) -> Any:
    """``{ on = 2026-04-10, money = "400 EUR" }``."""
    table = tomlkit.inline_table()
    table.append("on", payment.on)
    table.append("money", money_text(payment.money))
    return table


def toml_value(value: object) -> Any:
    """A value of the client file in TOML's kinds."""
    if isinstance(value, Money):
        return money_text(value)
    if isinstance(value, Price):
        return price_text(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else tomlkit.float_(str(value))
    if isinstance(value, tuple | list):
        return payments_array(value) if value and isinstance(value[0], Payment) else list(value)
    assert isinstance(value, str | int | date)
    return value


def _table(value: Any, skipped: tuple[str, ...] = ()) -> Table:
    """A dataclass as a table of those fields that say something."""
    table = tomlkit.table()
    for field in fields(value):
        said = getattr(value, field.name)
        if field.name not in skipped and said != field.default:
            table.append(_KEYS.get(field.name, field.name), toml_value(said))
    return table


def _plain_table(values: Mapping[str, object]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table.append(key, toml_value(value))
    return table


def _tables(tables: Iterable[Table]) -> AoT:
    found = tomlkit.aot()
    for table in tables:
        table.trivia.indent = "\n"
        found.append(table)
    return found
